"""What an export takes along: the operations of a period from the last Z-report before it.

With them goes what a check must know to begin there.
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
from kkm.export.portable.export_format import ExportedHead
from kkm.export.portable.manifest import Before
from kkm.models import KKM, FiscalOperation, SignedHead
from kkm.models.operation import OperationQuerySet

AT_ONCE = 1000  # operations, or heads, read by one query


class NothingToExport(Exception):
    """No operation of the register lies in the period; `str()` is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations `first` to `last` of a register, and its signed heads up to `last_head`.

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
        """The operations, `AT_ONCE` at a time.

        Each stretch is read by queries of its own, so a slow download holds no transaction open.
        """
        rows = _journal(self.kkm).filter(number__lte=self.last)
        numbers = rows.values_list("number", flat=True)
        first = self.first
        while first <= self.last:
            following = numbers.filter(number__gte=first)
            end = next(iter(following[AT_ONCE - 1 : AT_ONCE]), self.last)
            yield list(operations(self.kkm, first, end))
            first = end + 1

    def heads(self) -> Iterator[ExportedHead]:
        """The signed heads.

        An export from operation 1 has also those that claim to be of an operation before it.
        """
        heads = _heads(self.kkm).filter(number__lte=self.last_head)
        if self.before:
            heads = heads.filter(number__gte=self.first)
        for row in heads.iterator(AT_ONCE):
            yield ExportedHead(*row)


def plan(kkm: KKM, period: Period | None, *, today: date) -> Plan:
    """What an export of these days takes along, None for the whole journal.

    Raises NothingToExport.
    """
    journal = _journal(kkm)
    oldest, newest = journal.first(), journal.last()
    if oldest is None or newest is None:
        raise NothingToExport(_("У кассы ещё нет ни одной операции, данных для выгрузки нет."))
    oldest_day = timezone.localdate(oldest.occurred_at)
    if period is None:
        return Plan(
            kkm=kkm,
            period=Period(oldest_day, max(oldest_day, today)),
            first=1,
            last=newest.number,
            last_head=_last_head(kkm, newest.number, newest.number),
            before=None,
        )
    return _plan_of_period(kkm, _cut(period, oldest_day, today), newest.number)


def _plan_of_period(kkm: KKM, period: Period, newest: int) -> Plan:
    """`newest`: the number of the last operation of the journal."""
    journal = _journal(kkm)
    start, end = period.bounds(timezone.get_default_timezone())
    up_to_end = journal.filter(occurred_at__lt=end)
    asked = up_to_end.filter(occurred_at__gte=start).first()
    last = up_to_end.last()
    if asked is None or last is None:
        raise _nothing(period)
    first, before = 1, None
    closings = journal.filter(kind=OperationKind.CLOSE_SHIFT, occurred_at__lt=start)
    closing = closings.filter(number__lt=asked.number).last()
    if closing:
        first = closing.number + 1
        before = _before(kkm, closing.number)
    return Plan(
        kkm=kkm,
        period=period,
        first=first,
        last=last.number,
        last_head=_last_head(kkm, last.number, newest),
        before=before,
    )


def _cut(period: Period, oldest: date, today: date) -> Period:
    """The part of the period that the journal covers: the folder is named after it."""
    first = max(period.first, oldest)
    last = min(period.last, max(oldest, today))
    if last < first:
        raise _nothing(period)
    return Period(first, last)


def _nothing(period: Period) -> NothingToExport:
    return NothingToExport(_("За этот период операций не было: {period}.").format(period=period))


def _journal(kkm: KKM) -> OperationQuerySet:
    return FiscalOperation.objects.filter(kkm=kkm).order_by("number")


def _heads(kkm: KKM) -> QuerySet:
    heads = SignedHead.objects.filter(kkm=kkm).order_by("number")
    return heads.values_list("number", "text", "key", "signature")


def _last_head(kkm: KKM, last: int, newest: int) -> int:
    """The number of the last signed head that is taken along.

    An export up to the end of the journal has also the heads of operations that are no longer
    there: they prove that the operations existed.
    """
    if last != newest:
        return last
    beyond = _heads(kkm).filter(number__gt=newest)
    return beyond.aggregate(last=Max("number"))["last"] or last


def _before(kkm: KKM, number: int) -> Before:
    """What the closing of a shift left behind, and the state of the register then."""
    (closing,) = operations(kkm, number, number)
    earlier = _journal(kkm).filter(number__lt=number).last()
    head = _heads(kkm).filter(number=number).first()
    acts = _journal(kkm).acts().filter(number__lt=number)
    registering = acts.filter(kind__in=(OperationKind.ACTIVATION, OperationKind.DEREGISTRATION))
    blocking = acts.filter(kind__in=(OperationKind.BLOCK, OperationKind.UNBLOCK))
    return Before(
        operation=closing,
        previous_seal=earlier.seal if earlier else "",
        head=ExportedHead(*head) if head else None,
        last_shift=closing.shift,
        active=_last_kind(registering) == OperationKind.ACTIVATION,
        blocked=_last_kind(blocking) == OperationKind.BLOCK,
    )


def _last_kind(acts: QuerySet[FiscalOperation]) -> int | None:
    last = acts.last()
    if last is None:
        return None
    return last.kind
