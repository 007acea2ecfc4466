"""Which shifts a report is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from kkm.domain.heading import Unreadable
from kkm.domain.period import Period
from kkm.models import KKM, FiscalOperation, Registration, Shift
from kkm.models.operation import OperationQuerySet
from kkm.models.span import SpanQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportScope:
    """What a report is made of: shifts of a register, at least one, in order; the days that were
    asked for; when it is made and for whom.
    """

    kkm: KKM
    shifts: Sequence[Shift]
    period: Period
    now: datetime
    by: str

    @property
    def first_shift(self) -> Shift:
        """The first of the shifts."""
        return self.shifts[0]

    @property
    def last_shift(self) -> Shift:
        """The last of the shifts."""
        return self.shifts[-1]

    def operations_up_to_now(self) -> tuple[OperationQuerySet, FiscalOperation]:
        """The operations of the shifts, and the last of them.

        Operations that arrive while the report is made are not counted. Raises `Unreadable` if
        somebody has removed them all.
        """
        operations = FiscalOperation.objects.of_shifts(self.shifts)
        last = last_of(operations)
        return operations.filter(number__lte=last.number), last


class NothingToReport(Exception):
    """No shift fits what was asked.

    `choice` are the shifts of the day that might have been meant; without any, `before` and
    `after` are the nearest days that have a report.
    """

    def __init__(
        self, before: date | None, after: date | None, choice: Sequence[Shift] = ()
    ) -> None:
        super().__init__(before, after)
        self.before, self.after, self.choice = before, after, choice


def last_of(operations: OperationQuerySet) -> FiscalOperation:
    """The last of some operations of a shift, which has one at least. Raises `Unreadable` if
    somebody has removed them all.
    """
    last: FiscalOperation | None = operations.order_by("number").last()
    if last is None:
        raise Unreadable("no operations")
    return last


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The moments [from, to) of days in the country's time zone."""
    return period.bounds(timezone.get_default_timezone())


def closed_shifts(kkm: KKM, period: Period, today: date) -> list[Shift]:
    """Shifts closed within a period."""
    return list(in_order(kkm.shifts.closed_within(*bounds(period))))


def shifts_of_day(kkm: KKM, period: Period, today: date) -> list[Shift]:
    """Shifts of a day: those closed on it, and the one still open if it was open then."""
    start, end = bounds(period)
    belongs = Q(closed_at__gte=start, closed_at__lt=end) | Q(closed_at=None, opened_at__lt=end)
    return list(in_order(kkm.shifts.filter(belongs)))


def end_of(span: Registration | Shift) -> datetime:
    """When a shift or a registration ended. ValueError if it has not ended."""
    if span.closed_at is None:
        raise ValueError("it has not ended")
    return span.closed_at


def in_order(shifts: SpanQuerySet) -> SpanQuerySet:
    """Shifts in order, each read with its Z.

    Register and registration are one for many shifts: a report reads them once, not with each.
    """
    return shifts.select_related("z").order_by("number")


def zs_of_days(kkm: KKM, period: Period) -> dict[date, list[int]]:
    """The numbers of the shifts that were closed on each day of a period; days without any are
    left out.
    """
    closed = kkm.shifts.closed_within(*bounds(period)).order_by("number")
    numbers: dict[date, list[int]] = {}
    for number, moment in closed.values_list("number", "closed_at"):
        numbers.setdefault(timezone.localdate(moment), []).append(number)
    return numbers


def neighbours(kkm: KKM, day: date) -> tuple[date | None, date | None]:
    """The nearest days before and after one on which a shift was closed."""
    start, end = bounds(Period.day(day))
    closed = Shift.objects.filter(kkm=OuterRef("pk")).values("closed_at")
    before = closed.filter(closed_at__lt=start).order_by("-closed_at")
    after = closed.filter(closed_at__gte=end).order_by("closed_at")
    found = KKM.objects.filter(pk=kkm.pk).order_by()
    asked = found.values_list(Subquery(before[:1]), Subquery(after[:1]))
    earlier, later = asked.get()
    return _day_of(earlier), _day_of(later)


def nothing(kkm: KKM, period: Period, choice: Sequence[Shift]) -> NothingToReport:
    """The refusal for a period without the shifts that are asked for.

    A day may have a Z though it has nothing for an X.
    """
    ends = kkm.shifts.closed_on(period.last).order_by("closed_at")
    closed = ends.values_list("closed_at", flat=True).first()
    return NothingToReport(
        _day_of(closed) or neighbours(kkm, period.first)[0], neighbours(kkm, period.last)[1], choice
    )


def _day_of(moment: datetime | None) -> date | None:
    if moment is None:
        return None
    return timezone.localdate(moment)
