"""Days to choose a report by: periods with a name, the ones beside a period, a calendar month."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kkm.domain.period import Period
from kkm.domain.whole_periods import after, before, month_of, quarter_of, week_of, within, year_of
from kkm.models import KKM
from reports.scope import zs_of_days


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """Days with a name: «прошлый месяц»; whether they are those that are shown."""

    name: str | Promise
    period: Period
    is_chosen: bool


def named_periods(today: date, limits: Period, chosen: Period | None) -> Iterator[NamedPeriod]:
    """The periods that an inspector asks for most, as far as they lie in `limits`."""
    yesterday = today - timedelta(days=1)
    month = month_of(today)
    choices = [
        (_("вчера"), Period.day(yesterday)),
        (_("эта неделя"), week_of(today)),
        (_("этот месяц"), month),
        (_("прошлый месяц"), before(month)),
        (_("квартал"), quarter_of(today)),
        (_("год"), year_of(today)),
    ]
    for name, whole in choices:
        if period := within(whole, limits):
            yield NamedPeriod(name, period, period == chosen)


def beside(period: Period, limits: Period) -> tuple[Period | None, Period | None]:
    """The periods before and after one, as far as they lie in `limits`. A month that `limits` cut
    is one whole month.
    """
    whole = _whole(period, limits)
    earlier = later = None
    if period.first > limits.first:
        earlier = within(before(whole), limits)
    if period.last < limits.last:
        later = within(after(whole), limits)
    return earlier, later


def _whole(period: Period, limits: Period) -> Period:
    """The week, month, quarter or year of which `limits` left this period; else the period."""
    for unit in (week_of, month_of, quarter_of, year_of):
        for day in (period.first, period.last):
            if within(unit(day), limits) == period:
                return unit(day)
    return period


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a month; `zs`: how many Z's the register has of it."""

    day: date
    zs: int
    is_chosen: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """The weeks of a month, None for what belongs to other months; the months beside it."""

    first: date
    weeks: list[list[CalendarDay | None]]
    before: date | None
    after: date | None


def calendar_month(kkm: KKM, day: date, chosen: Period | None, limits: Period) -> CalendarMonth:
    """The month of a day with the number of Z's of each of its days."""
    month = month_of(day)
    zs = zs_of_days(kkm, month)
    weeks = []
    for week in calendar.Calendar().monthdatescalendar(month.first.year, month.first.month):
        days: list[CalendarDay | None] = []
        for each in week:
            if month.first <= each <= month.last:
                is_chosen = chosen is not None and chosen.first <= each <= chosen.last
                is_today = each == limits.last
                days.append(CalendarDay(each, zs.get(each, 0), is_chosen, is_today))
            else:
                days.append(None)
        weeks.append(days)
    earlier = later = None
    if month.first > limits.first:
        earlier = month.first - timedelta(days=1)
    if month.last < limits.last:
        later = month.last + timedelta(days=1)
    return CalendarMonth(month.first, weeks, earlier, later)
