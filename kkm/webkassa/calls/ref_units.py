"""`references/RefUnits`: units of measure. Documented by the vendor; the answer's form was read in
the samples of an OPOS driver (Code, NameRu, NameKz, NameEn).
"""

from __future__ import annotations

from django.utils import translation
from typing_extensions import TypedDict

from kkm.reading.units import ENGLISH, UNITS
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.request_shapes import AuthorizedRequest


class UnitAnswer(TypedDict):
    """A unit of measure by its code in the classifier МКЕИ."""

    Code: int
    NameRu: str
    NameKz: str
    NameEn: str


def ref_units(caller: Caller, request: AuthorizedRequest) -> CallResult:
    """The units that we have names for. A position may also name others."""
    return CallResult(list(map(_unit, UNITS)))


def _unit(code: str) -> UnitAnswer:
    return {
        "Code": int(code),
        "NameRu": _name(code, "ru"),
        "NameKz": _name(code, "kk"),
        "NameEn": ENGLISH[code],
    }


def _name(code: str, language: str) -> str:
    with translation.override(language):
        return str(UNITS[code])
