"""Days to choose a report by: periods with a name, the ones beside a period, a calendar month."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kkm.domain.period import Period
from kkm.domain.whole_periods import UNITS, after, before, month_of, within
from kkm.models import KKM
from reports.scope import zs_of_days


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """Days with a name: «прошлый месяц»; the name of the unit of `kkm.domain.whole_periods` that
    they are, or are left of; whether they are those that are shown.
    """

    name: str | Promise
    unit: str
    period: Period
    is_chosen: bool


def named_periods(
    today: date,
    limits: Period,
    chosen: Period | None,
    asked: str = "",
) -> Iterator[NamedPeriod]:
    """The periods that an inspector asks for most, as far as they lie in `limits`. `chosen` is
    what he has asked for, as the unit `asked`.
    """
    yesterday = today - timedelta(days=1)
    last_month = before(month_of(today))
    choices = [
        (_("сегодня"), "day", today),
        (_("вчера"), "day", yesterday),
        (_("эта неделя"), "week", today),
        (_("этот месяц"), "month", today),
        (_("прошлый месяц"), "month", last_month.first),
        (_("квартал"), "quarter", today),
        (_("год"), "year", today),
    ]
    unit_of_chosen = ""
    if chosen:
        unit_of_chosen = unit_name(chosen, limits, asked)
    for name, unit, day in choices:
        period = within(UNITS[unit](day), limits)
        if period:
            is_chosen = period == chosen and unit == unit_of_chosen
            yield NamedPeriod(name, unit, period, is_chosen)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The periods before and after one, None where there is none; `unit`: the name of the unit
    that they all are, or are left of, "" for other days.
    """

    before: Period | None
    after: Period | None
    unit: str


def beside(period: Period, limits: Period, asked: str = "") -> Neighbours:
    """The periods before and after one, as far as they lie in `limits`. A month that `limits` cut
    is one whole month. `asked` is the unit that a period was asked for as.
    """
    unit = unit_name(period, limits, asked)
    whole = period
    if unit:
        whole = UNITS[unit](period.first)
    earlier = later = None
    if period.first > limits.first:
        earlier = within(before(whole), limits)
    if period.last < limits.last:
        later = within(after(whole), limits)
    return Neighbours(earlier, later, unit)


def unit_name(period: Period, limits: Period, asked: str = "") -> str:
    """The name of the unit of which `limits` left this period; "" if there is none.

    There may be several: on the third day of a month that began on a Monday the days of this week
    are the days of this month. It is the one that was asked for, otherwise the shortest one.
    """
    for name in (asked, *UNITS):
        unit = UNITS.get(name)
        if unit and within(unit(period.first), limits) == period:
            return name
    return ""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a month; `zs`: the numbers of the Z's that the register has of it."""

    day: date
    zs: list[int]
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
    """The month of a day with the Z's of each of its days."""
    month = month_of(day)
    zs = zs_of_days(kkm, month)
    weeks = []
    for week in calendar.Calendar().monthdatescalendar(month.first.year, month.first.month):
        days: list[CalendarDay | None] = []
        for each in week:
            if month.first <= each <= month.last:
                is_chosen = chosen is not None and chosen.first <= each <= chosen.last
                is_today = each == limits.last
                days.append(CalendarDay(each, zs.get(each, []), is_chosen, is_today))
            else:
                days.append(None)
        weeks.append(days)
    earlier = later = None
    if month.first > limits.first:
        earlier = month.first - timedelta(days=1)
    if month.last < limits.last:
        later = month.last + timedelta(days=1)
    return CalendarMonth(month.first, weeks, earlier, later)
