"""How values are written in answers. A sum is written digit by digit; it never is a float."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import orjson
from pydantic import WithJsonSchema

from kkm.domain.money import Money
from kkm.domain.thousandths import thousandths_text
from kkm.local_time import offset, plain_clock

Number = Annotated[object, WithJsonSchema({"type": "number"})]
# An answer, or a part of one; its shape is declared by a TypedDict.
JsonObject = dict[str, Any]


def json_money(money: Money) -> orjson.Fragment:
    """A sum in tenge as a JSON number with a decimal point: 19500.0, 2089.28, 0.5.

    The vendor answers so, and clients of typed languages read such a number as a double.
    """
    text = money.plain.rstrip("0")
    if text.endswith("."):
        text += "0"
    return orjson.Fragment(text)


def json_thousandths(value: int) -> orjson.Fragment:
    """A quantity, or a rate in percent, that we keep in thousandths."""
    return orjson.Fragment(thousandths_text(value))


def clock_with_offset(moment: datetime) -> str:
    """14.11.2024 12:17:42 +05:00, in Almaty."""
    return f"{plain_clock(moment)} {offset(moment)}"


def whole_or_zero(text: str) -> int:
    """A number that the API declares whole though we keep it as text; 0 for any other text."""
    if text.isascii() and text.isdecimal() and len(text) < 16:
        return int(text)
    return 0
