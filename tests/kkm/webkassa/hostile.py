"""Requests that nobody sends: values that are wrong in every way, and whole requests drawn by
the description of the API.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from hypothesis import strategies as st

from kkm.webkassa.manual.openapi import REF, document


class Raw:
    """A value as it stands in a body, whether JSON has such or not."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text if len(self.text) < 30 else f"{self.text[:27]}…"


LONG = "9" * 10_000
HOSTILE = [
    Raw(text)
    for text in (
        *("null", "{}", "[]", "[[[]]]", '{"a": {"a": []}}', "true", "false", "NaN", "-Infinity"),
        *(
            "-1",
            "0",
            "-0.0",
            "1.005",
            "1e308",
            "1e999",
            "1E-400",
            "1e99",
            LONG,
            f"0.{LONG}",
            f"-{LONG}e{LONG}",
        ),
        *(
            '""',
            '" "',
            '"\\u0000"',
            '"\\ud800"',
            '"\\u202e"',
            '"\\u0301\\u0301\\u0301"',
            '"\\ud83e\\uddd0"',
            '"\\u0966"',
            '"\\u00b2"',
        ),
        *(
            f'"{"x" * 10_000}"',
            '"0000000000000000000000"',
            '"12.03.2026"',
            '"2026-02-30T25:61:00"',
            '"1e5"',
            '"%s%n"',
            '"\' OR 1=1 --"',
        ),
    )
]


def written(asked: object) -> str:
    """A request with raw values in it."""
    raws: list[str] = []

    def put(value: object) -> str | float:
        raws.append(value.text if isinstance(value, Raw) else str(value))
        return f"@{len(raws) - 1}@"

    text = json.dumps(asked, default=put)
    return re.sub(r'"@(\d+)@"', lambda match: raws[int(match[1])], text)


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    """Where in a request there is a field, or a thing of a list."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in inside:
        yield (*path, key)
        yield from places(one, (*path, key))


def changed(value: object, path: tuple, new: object) -> object:
    """The same request with another value in one place."""
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


def spelt(path: tuple) -> str:
    """As a refusal names it: «Positions[0].Price»."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(
        "."
    )


def requests(schema: dict) -> st.SearchStrategy:
    """Requests that fit a schema of the document, but for a value here and there."""
    drawn = _fitting(schema)
    return drawn if "$ref" in schema else st.one_of(*[drawn] * 12, st.sampled_from(HOSTILE))


def _fitting(schema: dict) -> st.SearchStrategy:
    if "$ref" in schema:
        return _objects(document("ru")["components"]["schemas"][schema["$ref"].removeprefix(REF)])
    if "anyOf" in schema:
        return st.one_of([_fitting(way) for way in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _OF_TYPE[schema["type"]](schema)


def _objects(schema: dict) -> st.SearchStrategy:
    fields = {name: requests(told) for name, told in schema["properties"].items()}
    must = {name: drawn for name, drawn in fields.items() if name in schema["required"]}
    return st.fixed_dictionaries(
        must, optional={name: drawn for name, drawn in fields.items() if name not in must}
    )


def _texts(schema: dict) -> st.SearchStrategy:
    if schema.get("format") == "moment":
        return st.datetimes().map(lambda moment: moment.isoformat())
    if "pattern" in schema:
        return st.from_regex(schema["pattern"])
    return st.text(min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 20))


def _numbers(schema: dict) -> st.SearchStrategy:
    most = Decimal(schema.get("exclusiveMaximum", schema.get("maximum", 10**6)))
    small = st.decimals(0, min(most, 5000), places=2)
    return st.one_of(small, small, st.decimals(0, most, places=2)).map(
        lambda number: Raw(str(number))
    )


_OF_TYPE = {
    "string": _texts,
    "number": _numbers,
    "integer": lambda schema: st.integers(schema["minimum"], schema.get("maximum", 2**31)),
    "boolean": lambda schema: st.booleans(),
    "null": lambda schema: st.none(),
    "array": lambda schema: st.lists(
        requests(schema["items"]), min_size=schema.get("minItems", 0), max_size=4
    ),
}
