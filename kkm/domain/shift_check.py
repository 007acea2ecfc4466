"""A shift while its journal is checked, and its frozen Z-report against the operations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kkm.domain.finding import WHOLE_Z
from kkm.domain.operation import FIELDS, Fold, Operation

# What a text that is no Z-report raises when it is read.
_NOT_A_Z = (ValueError, KeyError, TypeError, RecursionError)

# The subject, what is expected, and what stands there.
Difference = tuple[str | None, object, object]


@dataclass(slots=True)
class CheckedShift:
    """What is known of the shift that is open while the journal is read."""

    number: int
    first: int
    opened: int
    opening: tuple[int, ...]
    fold: Fold = field(default_factory=Fold)


def z_differences(
    closing: Operation, shift: CheckedShift, balance: tuple[int, ...], serial_number: str
) -> Iterator[Difference]:
    """Where a frozen Z differs from its shift added up anew.

    `closing` is the operation that froze it, `balance` the one before it.
    """
    try:
        z = json.loads(closing.z)
        heading = dict(z["heading"])
        totals = dict(z["totals"])
        opening_of_z = dict(z["opening"])
        closing_of_z = dict(z["closing"])
    except _NOT_A_Z:
        yield None, WHOLE_Z, closing.z[:100]
        return
    yield from _different_cells(shift.fold.cells, totals)
    yield from _different_balance(shift.opening, opening_of_z)
    yield from _different_balance(balance, closing_of_z)
    yield from _different_heading(closing, shift, serial_number, heading)


def heading_of_z(z: str) -> dict[str, Any] | None:
    """The heading of a frozen Z; None if it cannot be read, which `z_differences` reports."""
    try:
        return dict(json.loads(z)["heading"])
    except _NOT_A_Z:
        return None


def _different_cells(expected: Mapping[str, int], found: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            yield name, expected.get(name, 0), found.get(name, 0)


def _different_balance(balance: tuple[int, ...], found: object) -> Iterator[Difference]:
    expected = dict(zip(FIELDS, balance, strict=True))
    if expected != found:
        yield None, expected, found


def _different_heading(
    closing: Operation, shift: CheckedShift, serial_number: str, heading: Mapping[str, Any]
) -> Iterator[Difference]:
    expected = {
        "shift_number": shift.number,
        "first_number": shift.first,
        "last_number": closing.number,
        "serial_number": serial_number,
    }
    for name, value in expected.items():
        if heading.get(name) != value:
            yield None, value, heading.get(name)
