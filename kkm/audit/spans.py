"""The tables of shifts and registrations against the journal: they are kept beside it for
searching and say nothing of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kkm.audit.marks import Mark, Marks, seconds
from kkm.audit.registers import has_worked
from kkm.domain.checker import Finding, Rule
from kkm.domain.kinds import OperationKind
from kkm.models import KKM, Registration, Shift, ZReport

_CLOSE, _ACTIVATION, _DEREGISTRATION = (
    OperationKind.CLOSE_SHIFT,
    OperationKind.ACTIVATION,
    OperationKind.DEREGISTRATION,
)


class Stay(NamedTuple):
    """A shift or a registration as the journal tells it, or as its row does; `registration`: where
    the one of a shift begins.

    Times are seconds.
    """

    name: str | int
    first_number: int
    opened_at: int
    last_number: int | None = None
    closed_at: int | None = None
    registration: int | None = None


def spans(kkm: KKM, marks: Marks) -> list[Finding]:
    """What differs from the `marks` of the journal, which has just been read."""
    rows, shifts, strays, empty = _rows(kkm, marks)
    registrations = list(_registrations(marks.ends))
    begun = _matched(registrations, rows)
    told = [_row(row, row.registration_number) for row in rows]
    found = list(_differences("registration", registrations, told, begun))
    found += _shifts(
        marks,
        registrations,
        shifts,
        {rows[at].pk: registrations[to].first_number for to, at in begun.items()},
    )
    found += _strays(kkm, strays)
    if empty:
        found.append(Finding(1, Rule.EMPTY))
    return found


def _rows(kkm: KKM, marks: Marks) -> tuple[list[Registration], list[Shift], list[ZReport], bool]:
    """Registrations, shifts, stray Z's, whether a journal is missing, and the `marks` up to this
    moment. Nothing is written, but the register is locked while they are read, or a shift could
    close between two questions.
    """
    with transaction.atomic():
        KKM.objects.select_for_update().get(pk=kkm.pk)
        marks.catch_up(kkm)
        registrations = Registration.objects.filter(kkm=kkm).order_by("first_number", "pk")
        shifts = Shift.objects.filter(kkm=kkm).order_by("number")
        empty = not marks.read and has_worked(kkm)
        return list(registrations), list(shifts), list(_stray_zs(kkm)), empty


def _registrations(marks: Sequence[Mark]) -> Iterator[Stay]:
    begun: Stay | None = None
    for mark in marks:
        if mark.kind == _ACTIVATION and begun is None:
            begun = Stay(_registration_number(mark.details), mark.number, mark.occurred)
        elif mark.kind == _DEREGISTRATION and begun:
            yield begun._replace(last_number=mark.number, closed_at=mark.occurred)
            begun = None
    if begun:
        yield begun


def _registration_number(details: str) -> str:
    try:
        return json.loads(details)["registration_number"]
    except (ValueError, KeyError, TypeError):
        return ""


def _shifts(
    marks: Marks, registrations: Sequence[Stay], rows: Sequence[Shift], begun: dict[int, int]
) -> Iterator[Finding]:
    expected = list(_expected_shifts(marks, registrations))
    told = [_row(row, row.number, begun.get(row.registration_id, 0)) for row in rows]
    yield from _differences("shift", expected, told, _matched(expected, rows))


def _expected_shifts(marks: Marks, registrations: Sequence[Stay]) -> Iterator[Stay]:
    """A shift begins with the first document after the closing before it, and ends with its own
    closing.
    """
    acts = {mark.number for mark in marks.ends if mark.kind != _CLOSE}
    closings = [mark for mark in marks.ends if mark.kind == _CLOSE]
    firsts = [_next(after, acts) for after in (0, *(mark.number for mark in closings))]
    for number, (first, closing) in enumerate(zip(firsts, (*closings, None), strict=True), 1):
        if first not in marks.beginnings:
            continue
        within = max(
            (stay.first_number for stay in registrations if stay.first_number <= first), default=0
        )
        end = (closing.number, closing.occurred) if closing else (None, None)
        yield Stay(number, first, marks.beginnings[first], *end, within)


def _next(number: int, acts: set[int]) -> int:
    number += 1
    while number in acts:
        number += 1
    return number


def _row(row: Shift | Registration, name: str | int, registration: int | None = None) -> Stay:
    closed_at = row.closed_at and seconds(row.closed_at)
    return Stay(
        name, row.first_number, seconds(row.opened_at), row.last_number, closed_at, registration
    )


def _matched(
    expected: Sequence[Stay], rows: Sequence[Shift] | Sequence[Registration]
) -> dict[int, int]:
    """Which row speaks of which span, by place: those that begin where it does, then the others
    in their order.
    """
    places = {
        rows[at].first_number: at for at in reversed(range(len(rows)))
    }  # of two that claim one beginning, the first
    matched = {
        to: places[stay.first_number]
        for to, stay in enumerate(expected)
        if stay.first_number in places
    }
    taken = set(matched.values())
    free_rows = [at for at in range(len(rows)) if at not in taken]
    return matched | dict(
        zip((to for to in range(len(expected)) if to not in matched), free_rows, strict=False)
    )


def _differences(
    table: str, expected: Sequence[Stay], told: Sequence[Stay], matched: dict[int, int]
) -> Iterator[Finding]:
    for to, stay in enumerate(expected):
        if to not in matched:
            yield Finding(stay.first_number, Rule.SPAN, f"{table} {stay.name}", "")
        else:
            yield from _of_row(table, stay, told[matched[to]])
    taken = set(matched.values())
    extra = (told[at] for at in range(len(told)) if at not in taken)
    yield from (
        Finding(max(1, row.first_number), Rule.SPAN, "", f"{table} {row.name}") for row in extra
    )


def _of_row(table: str, stay: Stay, row: Stay) -> Iterator[Finding]:
    for field, expected, found in zip(Stay._fields, stay, row, strict=True):
        if expected != found:
            ending = field in ("last_number", "closed_at") and (stay.last_number or row.last_number)
            expected, found = ("" if value is None else value for value in (expected, found))
            yield Finding(
                ending or stay.first_number, Rule.SPAN, f"{table}.{field} {expected}", found
            )


def _stray_zs(kkm: KKM) -> QuerySet[ZReport]:
    """Frozen Z's of our shifts that hang on no closing of theirs.

    Those of other shifts on our operations the reading sees.
    """
    own = Q(operation__kind=_CLOSE, operation__shift=F("shift"), operation__kkm=F("shift__kkm"))
    return (
        ZReport.objects.filter(shift__kkm=kkm)
        .exclude(own)
        .select_related("operation", "shift")
        .defer("text")
    )


def _strays(kkm: KKM, zs: Sequence[ZReport]) -> Iterator[Finding]:
    for z in zs:
        number = (
            z.operation.number
            if z.operation.kkm_id == kkm.pk
            else z.shift.last_number or z.shift.first_number
        )
        yield Finding(number, Rule.SPAN, "", f"z {z.shift.number}")
