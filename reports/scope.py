"""Which shifts a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from kkm.domain.period import Period
from kkm.models import KKM, Shift


class NothingToReport(Exception):
    """There is no shift that the question is about. `choice`: shifts of the day that might have
    been meant, else the nearest days that have a report say where to look.
    """

    def __init__(
        self, before: date | None, after: date | None, choice: Sequence[Shift] = ()
    ) -> None:
        super().__init__(before, after)
        self.before, self.after, self.choice = before, after, choice


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The moments [from, to) of days in the country's time zone."""
    return period.bounds(timezone.get_default_timezone())


def closed(kkm: KKM, period: Period, today: date) -> list[Shift]:
    """Shifts closed within a period, in order, with their frozen Z's."""
    return list(_read(kkm.shifts.closed_within(*bounds(period))))


def of_day(kkm: KKM, period: Period, today: date) -> list[Shift]:
    """Shifts of a day: those closed on it, and the one still open if it was open then."""
    start, end = bounds(period)
    belongs = Q(closed_at__gte=start, closed_at__lt=end) | Q(closed_at=None, opened_at__lt=end)
    return list(_read(kkm.shifts.filter(belongs)))


def for_x(kkm: KKM, period: Period, today: date) -> list[Shift]:
    """Today: the shift that is open now.

    A past day: the shifts that were open at some moment of it.
    """
    shifts = _read(kkm.shifts.touching(*bounds(period)))
    return list(shifts if period.first < today else shifts.open())


def _read(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    """In order, with their Z's.

    Register and registration are one for many shifts: a report reads them once, not with each.
    """
    return shifts.select_related("z").order_by("number")


def days(kkm: KKM, *, around: date, count: int = 7) -> list[date]:
    """Days on which shifts were closed, nearest to `around`: up to `count` not after it and
    `count` after it, in order.
    """
    start = bounds(Period.day(around))[1]
    closed = kkm.shifts.closed().values_list("closed_at", flat=True)
    before = closed.filter(closed_at__lt=start).order_by("-closed_at")[: count * 3]
    after = closed.filter(closed_at__gte=start).order_by("closed_at")[: count * 3]
    earlier = sorted({timezone.localdate(moment) for moment in before})[-count:]
    return earlier + sorted({timezone.localdate(moment) for moment in after})[:count]


def neighbours(kkm: KKM, day: date) -> tuple[date | None, date | None]:
    """The nearest days before and after one on which a shift was closed."""
    start, end = bounds(Period.day(day))
    before = kkm.shifts.filter(closed_at__lt=start).order_by("-closed_at").first()
    after = kkm.shifts.filter(closed_at__gte=end).order_by("closed_at").first()
    return _day(before), _day(after)


def nothing(kkm: KKM, period: Period, choice: Sequence[Shift]) -> NothingToReport:
    """The refusal for a period without the shifts that are asked for.

    A day may have a Z though it has nothing for an X.
    """
    closed = kkm.shifts.closed_on(period.last).order_by("closed_at").first()
    return NothingToReport(
        _day(closed) or neighbours(kkm, period.first)[0], neighbours(kkm, period.last)[1], choice
    )


def _day(shift: Shift | None) -> date | None:
    return timezone.localdate(shift.closed_at) if shift else None
