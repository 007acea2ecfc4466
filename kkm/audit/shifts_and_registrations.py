"""The tables of shifts and registrations, and the directory of numbers, against the journal.

They are kept beside the journal for searching, and have nothing that the journal does not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kkm.audit.directory_rows import DirectoryRows, directory_findings, directory_rows
from kkm.audit.milestones import Milestone, Milestones, seconds
from kkm.audit.registers_to_check import has_worked
from kkm.domain.finding import Finding, Rule, TableField, TableRow
from kkm.domain.kinds import OperationKind
from kkm.models import KKM, Registration, Shift, ZReport

_CLOSE = OperationKind.CLOSE_SHIFT
_ACTIVATION = OperationKind.ACTIVATION
_DEREGISTRATION = OperationKind.DEREGISTRATION
_ENDING_FIELDS = ("last_number", "closed_at")


class Span(NamedTuple):
    """A shift or a registration, as the journal has it or as its row has it.

    `name`: the number of the shift, or the registration number. Times are seconds since
    1970-01-01 UTC. `registration`, of a shift only: the first operation of its registration.
    """

    name: str | int
    first_number: int
    opened_at: int
    last_number: int | None = None
    closed_at: int | None = None
    registration: int | None = None


class _Rows(NamedTuple):
    """What the tables have of a register."""

    registrations: list[Registration]
    shifts: list[Shift]
    stray_zs: list[ZReport]
    directory: DirectoryRows
    serial_number: str
    journal_is_missing: bool


def table_findings(kkm: KKM, milestones: Milestones) -> list[Finding]:
    """Where the tables differ from the `milestones` of the journal, which has just been read."""
    rows = _rows(kkm, milestones)
    registrations = list(_expected_registrations(milestones.closings_and_acts))
    matched = _matched(registrations, rows.registrations)
    stored = [_span(row, row.registration_number) for row in rows.registrations]
    findings = list(_differences("registration", registrations, stored, matched))
    findings += _shift_findings(milestones, registrations, rows.shifts)
    findings += _stray_z_findings(rows.stray_zs)
    findings += directory_findings(
        rows.directory,
        serial_number=rows.serial_number,
        registration_number=_present_number(registrations),
        number=milestones.last_read,
    )
    if rows.journal_is_missing:
        findings.append(Finding(1, Rule.EMPTY))
    return findings


def _rows(kkm: KKM, milestones: Milestones) -> _Rows:
    """Read the tables, and bring the milestones up to this moment.

    Nothing is written, but the register is locked meanwhile, otherwise a shift could close
    between two queries.
    """
    with transaction.atomic():
        locked = KKM.objects.select_for_update().get(pk=kkm.pk)
        milestones.catch_up(kkm)
        registrations = Registration.objects.filter(kkm=kkm).order_by("first_number", "pk")
        shifts = Shift.objects.filter(kkm=kkm).order_by("number")
        return _Rows(
            journal_is_missing=not milestones.last_read and has_worked(kkm),
            registrations=list(registrations),
            shifts=list(shifts),
            stray_zs=list(_stray_zs(kkm)),
            directory=directory_rows(kkm),
            serial_number=locked.serial_number,
        )


# -- what the journal says -------------------------------------------------------------------------


def _expected_registrations(closings_and_acts: Sequence[Milestone]) -> Iterator[Span]:
    """A registration lasts from an activation to the next deregistration."""
    open_one: Span | None = None
    for act in closings_and_acts:
        if act.kind == _ACTIVATION and open_one is None:
            open_one = Span(_registration_number(act.details), act.number, act.occurred)
        elif act.kind == _DEREGISTRATION and open_one:
            yield open_one._replace(last_number=act.number, closed_at=act.occurred)
            open_one = None
    if open_one:
        yield open_one


def _present_number(registrations: Sequence[Span]) -> str:
    """The РНМ of the registration that lasts; empty without one."""
    for registration in registrations:
        if registration.last_number is None:
            return str(registration.name)
    return ""


def _registration_number(details: str) -> str:
    try:
        return json.loads(details)["registration_number"]
    except (ValueError, KeyError, TypeError):
        return ""


def _expected_shifts(milestones: Milestones, registrations: Sequence[Span]) -> Iterator[Span]:
    """A shift lasts from the first document after a closing to the next closing."""
    closings: list[Milestone] = []
    acts: set[int] = set()
    for milestone in milestones.closings_and_acts:
        if milestone.kind == _CLOSE:
            closings.append(milestone)
        else:
            acts.add(milestone.number)

    number = 1
    previous = 0
    for closing in closings:
        begun = _begun_shift(number, previous, acts, milestones, registrations)
        if begun:
            yield begun._replace(last_number=closing.number, closed_at=closing.occurred)
        number += 1
        previous = closing.number
    begun = _begun_shift(number, previous, acts, milestones, registrations)
    if begun:
        yield begun


def _begun_shift(
    number: int,
    previous: int,
    acts: set[int],
    milestones: Milestones,
    registrations: Sequence[Span],
) -> Span | None:
    """The shift that begins after operation `previous`, as if it were still open."""
    first = previous + 1
    while first in acts:
        first += 1
    if first not in milestones.shift_beginnings:
        return None
    registration = 0
    for each in registrations:
        if each.first_number <= first:
            registration = max(registration, each.first_number)
    opened_at = milestones.shift_beginnings[first]
    return Span(number, first, opened_at, registration=registration)


# -- what the tables say ---------------------------------------------------------------------------


def _span(row: Shift | Registration, name: str | int, registration: int | None = None) -> Span:
    closed_at = None
    if row.closed_at is not None:
        closed_at = seconds(row.closed_at)
    return Span(
        name=name,
        first_number=row.first_number,
        opened_at=seconds(row.opened_at),
        last_number=row.last_number,
        closed_at=closed_at,
        registration=registration,
    )


def _stray_zs(kkm: KKM) -> QuerySet[ZReport]:
    """Frozen Z-reports of the register's shifts that belong to no closing of their shift.

    A Z-report of another shift at an operation of this register is found by the reading of the
    journal.
    """
    own = Q(operation__kind=_CLOSE, operation__shift_number=F("shift_number"))
    strays = ZReport.objects.filter(kkm=kkm).exclude(own)
    return strays.defer("text")


# -- comparing -------------------------------------------------------------------------------------


def _shift_findings(
    milestones: Milestones,
    registrations: Sequence[Span],
    rows: Sequence[Shift],
) -> Iterator[Finding]:
    expected = list(_expected_shifts(milestones, registrations))
    stored = []
    for row in rows:
        stored.append(_span(row, row.number, row.activation_number))
    yield from _differences("shift", expected, stored, _matched(expected, rows))


def _matched(
    expected: Sequence[Span], rows: Sequence[Shift] | Sequence[Registration]
) -> dict[int, int]:
    """Which row is about which span: the place of the row by the place of the span.

    First those that begin at the same operation, then the others in their order. Of two rows that
    begin at one operation the first counts.
    """
    places: dict[int, int] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.first_number, place)

    matched: dict[int, int] = {}
    unmatched: list[int] = []
    for expected_place, span in enumerate(expected):
        if span.first_number in places:
            matched[expected_place] = places[span.first_number]
        else:
            unmatched.append(expected_place)

    free_places = sorted(set(range(len(rows))) - set(matched.values()))
    matched.update(zip(unmatched, free_places, strict=False))
    return matched


def _differences(
    table: str, expected: Sequence[Span], stored: Sequence[Span], matched: dict[int, int]
) -> Iterator[Finding]:
    for expected_place, span in enumerate(expected):
        if expected_place in matched:
            yield from _row_differences(table, span, stored[matched[expected_place]])
        else:
            subject = TableRow(table, span.name)
            yield Finding(span.first_number, Rule.SPAN, True, False, subject=subject)
    matched_places = set(matched.values())
    for place, row in enumerate(stored):
        if place not in matched_places:
            subject = TableRow(table, row.name)
            yield Finding(max(1, row.first_number), Rule.SPAN, False, True, subject=subject)


def _row_differences(table: str, span: Span, row: Span) -> Iterator[Finding]:
    for field, expected, found in zip(Span._fields, span, row, strict=True):
        if expected == found:
            continue
        number = span.first_number
        if field in _ENDING_FIELDS:
            number = span.last_number or row.last_number or number
        yield Finding(
            number,
            Rule.SPAN,
            _or_empty(expected),
            _or_empty(found),
            subject=TableField(table, field),
        )


def _or_empty(value: object) -> object:
    if value is None:
        return ""
    return value


def _stray_z_findings(zs: Sequence[ZReport]) -> Iterator[Finding]:
    for z in zs:
        subject = TableRow("z", z.shift_number)
        yield Finding(z.number, Rule.SPAN, False, True, subject=subject)
