"""The directory of numbers that are unique in the country, against a register and its journal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from kkm.domain.finding import Finding, Rule, TableField
from kkm.models import KKM, TakenRegistrationNumber, TakenSerialNumber

_TABLE = "directory"


class DirectoryRows(NamedTuple):
    """Numbers that the directory gives to a register: one of each kind at most, if all is well."""

    serial_numbers: list[str]
    registration_numbers: list[str]


def directory_rows(kkm: KKM) -> DirectoryRows:
    """Those of a register, in the order of the numbers."""
    serials = TakenSerialNumber.objects.filter(kkm=kkm)
    registrations = TakenRegistrationNumber.objects.filter(kkm=kkm)
    return DirectoryRows(
        list(serials.values_list("serial_number", flat=True)),
        list(registrations.values_list("registration_number", flat=True)),
    )


def directory_findings(
    rows: DirectoryRows,
    *,
    serial_number: str,
    registration_number: str,
    number: int,
) -> Iterator[Finding]:
    """Where the directory says something else.

    `registration_number` is empty for a register off the record. The findings have the `number` of
    the last operation, because the rows are as they are now.
    """
    fields = {
        "serial_number": (serial_number, rows.serial_numbers),
        "registration_number": (registration_number, rows.registration_numbers),
    }
    for field, (expected, found) in fields.items():
        for one, other in _differences(expected, found):
            subject = TableField(_TABLE, field)
            yield Finding(max(1, number), Rule.SPAN, one, other, subject=subject)


def _differences(expected: str, found: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is expected and what stands instead of it, or without need."""
    more = [value for value in found if value != expected]
    if expected and expected not in found:
        yield expected, ", ".join(more)
    elif more:
        yield "", ", ".join(more)
