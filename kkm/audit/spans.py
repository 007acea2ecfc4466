"""The tables of shifts and registrations against the journal: they are kept beside it for searching and say nothing of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q

from kkm.domain.check import Finding, Rule
from kkm.domain.kinds import OperationKind
from kkm.models import KKM, FiscalOperation, Registration, Shift, ZReport

_CLOSE, _ACTIVATION, _DEREGISTRATION = OperationKind.CLOSE_SHIFT, OperationKind.ACTIVATION, OperationKind.DEREGISTRATION
_ENDS = ("first_number", "opened_at", "last_number", "closed_at")
_AT_ONCE = 500


class Stay(NamedTuple):
    """A shift or a registration as the journal tells it, or as its row does; `registration`: where the one of a shift begins."""

    name: str | int
    first_number: int
    opened_at: datetime
    last_number: int | None = None
    closed_at: datetime | None = None
    registration: int | None = None


class Mark(NamedTuple):
    """An operation that begins or ends something."""

    number: int
    kind: int
    at: datetime
    details: str


def spans(kkm: KKM) -> list[Finding]:
    """What differs. Nothing is written, but the register is locked for that moment, or a shift could close between two questions."""
    with transaction.atomic():
        KKM.objects.select_for_update().get(pk=kkm.pk)
        marks = _marks(kkm)
        registrations = list(_registrations(marks))
        rows = list(Registration.objects.filter(kkm=kkm).order_by("first_number", "pk"))
        begun = _matched(registrations, rows, lambda row: row.first_number)
        told = [_row(row, row.registration_number) for row in rows]
        found = list(_differences("registration", registrations, told, begun))
        found += _shifts(kkm, marks, registrations, {rows[at].pk: registrations[to].first_number for to, at in begun.items()})
        return [*found, *_stray_zs(kkm)]


def _marks(kkm: KKM) -> list[Mark]:
    """Closings and acts, in order."""
    found = FiscalOperation.objects.filter(kkm=kkm).filter(Q(kind__gte=_ACTIVATION) | Q(kind=_CLOSE)).order_by("number")
    return [Mark(*row) for row in found.values_list("number", "kind", "occurred_at", "details")]


def _registrations(marks: Sequence[Mark]) -> Iterator[Stay]:
    begun: Stay | None = None
    for mark in marks:
        if mark.kind == _ACTIVATION and begun is None:
            begun = Stay(_registration_number(mark.details), mark.number, mark.at)
        elif mark.kind == _DEREGISTRATION and begun:
            yield begun._replace(last_number=mark.number, closed_at=mark.at)
            begun = None
    if begun:
        yield begun


def _registration_number(details: str) -> str:
    try:
        return json.loads(details)["registration_number"]
    except (ValueError, KeyError, TypeError):
        return ""


def _shifts(kkm: KKM, marks: Sequence[Mark], registrations: Sequence[Stay], begun: dict[int, int]) -> Iterator[Finding]:
    expected = list(_expected_shifts(kkm, marks, registrations))
    rows = list(Shift.objects.filter(kkm=kkm).order_by("number"))
    told = [_row(row, row.number, begun.get(row.registration_id, 0)) for row in rows]
    yield from _differences("shift", expected, told, _matched(expected, rows, lambda row: row.first_number))


def _expected_shifts(kkm: KKM, marks: Sequence[Mark], registrations: Sequence[Stay]) -> Iterator[Stay]:
    """A shift begins with the first document after the closing before it, and ends with its own closing."""
    acts = {mark.number for mark in marks if mark.kind != _CLOSE}
    closings = [mark for mark in marks if mark.kind == _CLOSE]
    firsts = [_next(after, acts) for after in (0, *(mark.number for mark in closings))]
    times = _times(kkm, firsts)
    for number, (first, closing) in enumerate(zip(firsts, (*closings, None), strict=True), 1):
        if first not in times:
            continue
        within = max((stay.first_number for stay in registrations if stay.first_number <= first), default=0)
        end = (closing.number, closing.at) if closing else (None, None)
        yield Stay(number, first, times[first], *end, within)


def _next(number: int, acts: set[int]) -> int:
    number += 1
    while number in acts:
        number += 1
    return number


def _times(kkm: KKM, numbers: Sequence[int]) -> dict[int, datetime]:
    times = {}
    for start in range(0, len(numbers), _AT_ONCE):
        some = FiscalOperation.objects.filter(kkm=kkm, number__in=numbers[start : start + _AT_ONCE])
        times |= dict(some.values_list("number", "occurred_at"))
    return times


def _row(row: Shift | Registration, name: str | int, registration: int | None = None) -> Stay:
    return Stay(name, *(getattr(row, field) for field in _ENDS), registration)


def _matched(expected: Sequence[Stay], rows: Sequence, first: object) -> dict[int, int]:
    """Which row speaks of which span, by place: those that begin where it does, then the others in their order."""
    places = {first(rows[at]): at for at in reversed(range(len(rows)))}  # of two that claim one beginning, the first
    matched = {to: places[stay.first_number] for to, stay in enumerate(expected) if stay.first_number in places}
    free_rows = [at for at in range(len(rows)) if at not in matched.values()]
    return matched | dict(zip((to for to in range(len(expected)) if to not in matched), free_rows, strict=False))


def _differences(table: str, expected: Sequence[Stay], told: Sequence[Stay], matched: dict[int, int]) -> Iterator[Finding]:
    for to, stay in enumerate(expected):
        if to not in matched:
            yield Finding(stay.first_number, Rule.SPAN, f"{table} {stay.name}", "")
        else:
            yield from _of_row(table, stay, told[matched[to]])
    extra = (told[at] for at in range(len(told)) if at not in matched.values())
    yield from (Finding(max(1, row.first_number), Rule.SPAN, "", f"{table} {row.name}") for row in extra)


def _of_row(table: str, stay: Stay, row: Stay) -> Iterator[Finding]:
    for field, expected, found in zip(Stay._fields, stay, row, strict=True):
        if expected != found:
            ending = field in ("last_number", "closed_at") and (stay.last_number or row.last_number)
            yield Finding(ending or stay.first_number, Rule.SPAN, f"{table}.{field} {_plain(expected)}", _plain(found))


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, datetime) else "" if value is None else value


def _stray_zs(kkm: KKM) -> Iterator[Finding]:
    """Frozen Z's that hang on no closing of their shift: the reading of the journal does not see them."""
    own = Q(operation__kind=_CLOSE, operation__shift=F("shift"), operation__kkm=F("shift__kkm"))
    mine = ZReport.objects.filter(Q(operation__kkm=kkm) | Q(shift__kkm=kkm)).exclude(own)
    for z in mine.select_related("operation", "shift").defer("text"):
        number = z.operation.number if z.operation.kkm_id == kkm.pk else z.shift.last_number or z.shift.first_number
        yield Finding(number, Rule.SPAN, "", f"z {z.shift.number}")
