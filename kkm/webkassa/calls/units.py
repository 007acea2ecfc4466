"""`references/RefUnits`: units of measure. Documented by the vendor; the answer's form was read in
the samples of an OPOS driver (Code, NameRu, NameKz, NameEn).
"""

from __future__ import annotations

from django.utils import translation
from typing_extensions import TypedDict

from kkm.reading.units import ENGLISH, UNITS
from kkm.webkassa import requests
from kkm.webkassa.call import Answer, Caller, call


class Unit(TypedDict):
    """A unit of measure by its code in the classifier МКЕИ."""

    Code: int
    NameRu: str
    NameKz: str
    NameEn: str


@call("references/RefUnits", requests.Authorized, list[Unit])
def units(caller: Caller, asked: requests.Authorized) -> Answer:
    """The units that a position may name; a position may also name others."""
    return Answer([_unit(code) for code in UNITS])


def _unit(code: str) -> Unit:
    return {
        "Code": int(code),
        "NameRu": _name(code, "ru"),
        "NameKz": _name(code, "kk"),
        "NameEn": ENGLISH[code],
    }


def _name(code: str, language: str) -> str:
    with translation.override(language):
        return str(UNITS[code])
