"""A client that does what refusals say: it leaves out or replaces the field that they name, and
pays what they ask for.
"""

from __future__ import annotations

import re

OF_POSITION, RATES = ("PositionName", "Count", "Price"), ("TaxPercent", "TaxType", "Tax")
BY_CODE = {14: "ExternalCheckNumber", 18: "DateTime"}  # their sentences begin with no field


def mended(asked: dict, errors: list[dict], model: dict) -> dict:
    """The request without what was wrong in it; what must be there is taken from `model`, a
    request that is right.
    """
    for error in errors:
        field, _colon, sentence = error["Text"].partition(": ")
        top, *inside = re.findall(r"\w+", BY_CODE.get(error["Code"], field))
        if top == "TaxPercent":  # the door does not know where it stands
            asked = {
                **asked,
                "Positions": [_without(position, *RATES) for position in asked["Positions"]],
                "TicketModifiers": None,
            }
        elif top == "Payments" and "сумма чека " in sentence:
            due = sentence.rpartition("сумма чека ")[2].rstrip(".").replace(" ", "")
            asked = {**asked, "Payments": [{"PaymentType": 1, "Sum": due}], "Change": None}
        elif top == "Positions" and inside and isinstance(asked[top], list):
            asked = {
                **asked,
                top: [
                    _position(one, inside[1:], model) if place == int(inside[0]) else one
                    for place, one in enumerate(asked[top])
                ],
            }
        else:
            asked = {**asked, top: model[top]} if top in model else _without(asked, top)
    return asked


def _position(position: object, field: list[str], model: dict) -> object:
    good = {name: model["Positions"][0][name] for name in OF_POSITION}
    if not field or not isinstance(position, dict):
        return good
    return (
        {**position, field[0]: good[field[0]]} if field[0] in good else _without(position, field[0])
    )


def _without(fields: dict, *names: str) -> dict:
    return {name: value for name, value in fields.items() if name not in names}
