"""What is taken along: the operations of a period from the last Z before it, and what a check
must know to begin there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kkm.audit.journal_stream import operations
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation
from kkm.domain.period import Period
from kkm.export.portable.form import Signed
from kkm.export.portable.manifest import Before
from kkm.models import KKM, FiscalOperation, SignedHead

AT_ONCE = 1000  # operations read by one question
_CLOSE, _ACTIVATION, _DEREGISTRATION = (
    OperationKind.CLOSE_SHIFT,
    OperationKind.ACTIVATION,
    OperationKind.DEREGISTRATION,
)


class NothingToExport(Exception):
    """No operation of the register lies in the period; `str()` is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations `first` to `last` of a register, and its signed heads up to `last_head`;
    `before` is what stood before them.
    """

    kkm: KKM
    period: Period
    first: int
    last: int
    last_head: int
    before: Before | None

    @property
    def name(self) -> str:
        """Of the folder, and of the ZIP."""
        return f"{self.kkm.serial_number}_{self.period.first:%Y-%m-%d}_{self.period.last:%Y-%m-%d}"

    def stretches(self) -> Iterator[list[Operation]]:
        """The operations, so many at a time, each time a question of its own: who downloads
        slowly holds no transaction open.
        """
        numbers = _journal(self.kkm).filter(number__lte=self.last).values_list("number", flat=True)
        first = self.first
        while first <= self.last:
            end = list(numbers.filter(number__gte=first)[AT_ONCE - 1 : AT_ONCE]) or [self.last]
            yield list(operations(self.kkm, first, end[0]))
            first = end[0] + 1

    def heads(self) -> Iterator[Signed]:
        """The signed heads. An export from operation 1 has also those that claim to be of an
        operation before it.
        """
        mine = _heads(self.kkm).filter(number__lte=self.last_head)
        from_here = mine.filter(number__gte=self.first) if self.before else mine
        yield from (Signed(*row) for row in from_here.iterator(AT_ONCE))


def plan(kkm: KKM, period: Period | None, *, today: date) -> Plan:
    """What an export of these days takes along, None for the whole journal.

    Raises NothingToExport.
    """
    ends = _journal(kkm)
    oldest, newest = ends.first(), ends.last()
    if oldest is None:
        raise NothingToExport(_("У кассы ещё нет ни одной операции: выгружать нечего."))
    oldest_day = timezone.localdate(oldest.occurred_at)
    if period is None:
        return Plan(
            kkm,
            Period(oldest_day, max(oldest_day, today)),
            1,
            newest.number,
            _last_head(kkm, newest.number, newest.number),
            None,
        )
    period = _cut(period, oldest_day, today)
    start, end = period.bounds(timezone.get_default_timezone())
    asked = ends.filter(occurred_at__gte=start, occurred_at__lt=end).first()
    if asked is None:
        raise _nothing(period)
    last = ends.filter(occurred_at__lt=end).last()
    closing = ends.filter(kind=_CLOSE, occurred_at__lt=start, number__lt=asked.number).last()
    before = _before(kkm, closing.number) if closing else None
    first = closing.number + 1 if closing else 1
    return Plan(
        kkm, period, first, last.number, _last_head(kkm, last.number, newest.number), before
    )


def _cut(period: Period, oldest: date, today: date) -> Period:
    """No longer than the journal: its folder is named after what is in it."""
    first, last = max(period.first, oldest), min(period.last, max(oldest, today))
    if last < first:
        raise _nothing(period)
    return Period(first, last)


def _nothing(period: Period) -> NothingToExport:
    return NothingToExport(_("За этот период операций не было: {period}.").format(period=period))


def _journal(kkm: KKM) -> QuerySet[FiscalOperation]:
    return FiscalOperation.objects.filter(kkm=kkm).order_by("number")


def _heads(kkm: KKM) -> QuerySet:
    return (
        SignedHead.objects.filter(kkm=kkm)
        .order_by("number")
        .values_list("number", "text", "key", "signature")
    )


def _last_head(kkm: KKM, last: int, newest: int) -> int:
    """An export up to the end of the journal has also the heads of operations that are no longer
    there: they prove that they were.
    """
    beyond = _heads(kkm).filter(number__gt=newest) if last == newest else _heads(kkm).none()
    return beyond.aggregate(last=Max("number"))["last"] or last


def _before(kkm: KKM, number: int) -> Before:
    (closing,) = operations(kkm, number, number)
    earlier = _journal(kkm).filter(number__lt=number).last()
    head = _heads(kkm).filter(number=number).first()
    acts = _journal(kkm).acts().filter(number__lt=number)
    record = acts.filter(kind__in=(_ACTIVATION, _DEREGISTRATION)).last()
    blocking = acts.filter(kind__in=(OperationKind.BLOCK, OperationKind.UNBLOCK)).last()
    return Before(
        operation=closing,
        previous_seal=earlier.seal if earlier else "",
        head=Signed(*head) if head else None,
        last_shift=closing.shift,
        active=bool(record and record.kind == _ACTIVATION),
        blocked=bool(blocking and blocking.kind == OperationKind.BLOCK),
    )
