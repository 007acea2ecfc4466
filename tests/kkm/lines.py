"""Lines of a file of operations, for the tests of the import."""

import json

SERIAL, OTHER = "ALS90001801", "ALS90001802"
TEN = "2026-03-10T10:00:00+05:00"


def ticket(number: str = "1", **more: object) -> dict:
    """A line: two pieces of bread, paid in cash with change."""
    return {
        "type": "ticket",
        "kkm": SERIAL,
        "external_number": number,
        "at": TEN,
        "kind": "sale",
        "positions": [
            {"name": "Хлеб", "quantity": 2, "price": "310.00", "section": "01", "rate": 16}
        ],
        "payments": {"cash": 1000},
        "change": 380,
        **more,
    }


def position(**more: object) -> list[dict]:
    """The positions of a ticket of one loaf."""
    return [{"name": "Хлеб", "quantity": 1, "price": "620", "rate": 16, **more}]


def text(line: object) -> object:
    """An object as a line; other things as they are."""
    return json.dumps(line, ensure_ascii=False) if isinstance(line, dict) else line
