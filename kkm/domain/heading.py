"""What papers print of a taxpayer and his register, and how it is frozen in a journal.

Activation and each change of requisites freeze `Requisites` in their details:

    {"requisites": {"address": …, "ofd": …, …, "sections": {code: name, …}}, …}      every value a
                                                                                     text, keys as
                                                                                     the fields
                                                                                     below

A Z freezes a `ShiftHeading`: the requisites without what `NOT_IN_Z` names, and what is told of the
shift. Older forms are read too: an activation without requisites froze nothing, and a Z never had
what `NOT_IN_Z` names. Whatever cannot be read raises `Unreadable`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Self

NOT_IN_Z = ("ofd_code", "ofd_kk", "ofd_en")
KEY = "requisites"


class Unreadable(ValueError):
    """A text that a journal froze cannot be read: somebody has changed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisites:
    """What papers print of the taxpayer, the place and the OFD; `sections` are names by code.

    Empty: there is none, or none was kept.
    """

    taxpayer: str
    taxpayer_number: str
    vat_series: str = ""
    vat_number: str = ""
    trade_name: str = ""
    address: str
    address_kk: str = ""
    identity_number: str = ""
    ofd: str = ""
    ofd_host: str = ""
    ofd_code: str = ""
    ofd_kk: str = ""
    ofd_en: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> dict[str, Any]:
        """Every requisite by its name, as an act freezes them."""
        return {name: getattr(self, name) for name in REQUISITES}

    @classmethod
    def parse(cls, cells: object) -> Self:
        """The inverse of `cells`; of a Z's heading too. Raises `Unreadable`."""
        if not isinstance(cells, Mapping):
            raise Unreadable(cls.__name__)
        values: dict[str, Any] = {}
        for one in fields(cls):
            if one.name not in cells:
                continue
            values[one.name] = cells[one.name]
            if not _fits(one.name, cells[one.name]):
                raise Unreadable(one.name)
        try:
            return cls(**values)
        except TypeError as error:  # something is missing
            raise Unreadable(cls.__name__) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterHeading(Requisites):
    """The same with the numbers by which the state knows the register: what every paper begins
    with.
    """

    serial_number: str
    registration_number: str

    @classmethod
    def of(cls, requisites: Requisites, serial: str, registration: str) -> RegisterHeading:
        """Requisites with the ЗНМ and the РНМ."""
        return cls(
            **requisites.cells,
            serial_number=serial,
            registration_number=registration,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftHeading(RegisterHeading):
    """What an X or a Z tells besides sums.

    Times are local, ISO 8601 with the offset; `closed_at` is empty while the shift is open.
    """

    shift_number: int
    opened_at: str
    closed_at: str
    reported_at: str
    cashier_code: str
    cashier_name: str
    first_number: int
    last_number: int

    @property
    def frozen(self) -> dict[str, Any]:
        """What stands in a Z (`kkm.domain.snapshot`)."""
        cells = asdict(self)
        for name in NOT_IN_Z:
            del cells[name]
        return cells


REQUISITES = tuple(one.name for one in fields(Requisites))
# Where requisites stand in the rows: by the name of the requisite the column of the taxpayer and of
# the OFD. The others, but the sections, are columns of the register under their own names.
OF_TAXPAYER = {
    "taxpayer": "name",
    "taxpayer_number": "taxpayer_number",
    "vat_series": "vat_series",
    "vat_number": "vat_number",
}
OF_OFD = {
    "ofd": "name",
    "ofd_host": "host",
    "ofd_code": "code",
    "ofd_kk": "name_kk",
    "ofd_en": "name_en",
}
_ELSEWHERE = {*OF_TAXPAYER, *OF_OFD, "sections"}
OF_REGISTER = tuple(name for name in REQUISITES if name not in _ELSEWHERE)
_NUMBERS = ("shift_number", "first_number", "last_number")
_TIMES = ("opened_at", "closed_at", "reported_at")


def parsed(details: str) -> dict[str, Any]:
    """The details of an operation or a position. Raises `Unreadable`."""
    try:
        facts = json.loads(details or "{}")
    except (ValueError, RecursionError) as error:
        raise Unreadable("details") from error
    if not isinstance(facts, dict):
        raise Unreadable("details")
    return facts


def frozen_in(details: str) -> Requisites | None:
    """What an act has frozen by its details; None if it froze nothing. Raises `Unreadable`."""
    frozen = parsed(details)
    if KEY not in frozen:
        return None
    return Requisites.parse(frozen[KEY])


def requisites_differences(
    requisites: Requisites, other: Mapping[str, Any]
) -> Iterator[tuple[str, object, object]]:
    """Which requisites differ in another place: the name, what is expected, what is found.

    What a Z never has may be missing there.
    """
    for name, expected in requisites.cells.items():
        if name in NOT_IN_Z and name not in other:
            continue
        found = other.get(name, "")
        if found != expected:
            yield name, expected, found


def coded_name(code: str, name: str) -> str:
    """«[2] Ибраев Д.С.»; the name alone if there is no code."""
    if not code:
        return name
    return f"[{code}] {name}"


def requisite_text(value: object) -> str:
    """A requisite in one text: also the names of sections."""
    if not isinstance(value, Mapping):
        return str(value)
    return ", ".join(f"{code} {name}" for code, name in sorted(value.items()))


def _fits(name: str, value: object) -> bool:
    """Whether a value has the type of its field."""
    if name in _NUMBERS:
        return type(value) is int
    if name in _TIMES:
        return value == "" or _is_time(value)
    if name == "sections":
        return isinstance(value, Mapping) and set(map(type, value.values())) <= {str}
    return isinstance(value, str)


def _is_time(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False
