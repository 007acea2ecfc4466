"""Weeks, months, quarters and years as periods of days, and the period before or after one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from kkm.domain.period import Period

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_MONTHS_OF_QUARTER = 3
_MONTHS_OF_YEAR = 12


def week_of(day: date) -> Period:
    """Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return Period(first, first + _WEEK - _DAY)


def month_of(day: date) -> Period:
    """The calendar month that the day lies in."""
    return _months(day, day.month, 1)


def quarter_of(day: date) -> Period:
    """The three months from January, April, July or October that the day lies in."""
    first = day.month - (day.month - 1) % _MONTHS_OF_QUARTER
    return _months(day, first, _MONTHS_OF_QUARTER)


def year_of(day: date) -> Period:
    """The calendar year that the day lies in."""
    return _months(day, 1, _MONTHS_OF_YEAR)


def _months(day: date, first_month: int, count: int) -> Period:
    """So many months of the year of a day."""
    first = date(day.year, first_month, 1)
    next_month = first_month + count
    if next_month <= _MONTHS_OF_YEAR:
        return Period(first, date(day.year, next_month, 1) - _DAY)
    return Period(first, date(day.year, _MONTHS_OF_YEAR, 31))


Unit = Callable[[date], Period]
# From the shortest to the longest.
UNITS: dict[str, Unit] = {
    "day": Period.day,
    "week": week_of,
    "month": month_of,
    "quarter": quarter_of,
    "year": year_of,
}


def before(period: Period) -> Period:
    """The week, month, quarter or year before a whole one; of other days as many before them.

    OverflowError if there is none.
    """
    last = period.first - _DAY
    unit = _unit_of(period)
    if unit:
        return unit(last)
    return Period(last - (period.last - period.first), last)


def after(period: Period) -> Period:
    """The week, month, quarter or year after a whole one; of other days as many after them.

    OverflowError if there is none.
    """
    first = period.last + _DAY
    unit = _unit_of(period)
    if unit:
        return unit(first)
    return Period(first, first + (period.last - period.first))


def _unit_of(period: Period) -> Unit | None:
    """What the period is one whole of."""
    for unit in UNITS.values():
        if unit(period.first) == period:
            return unit
    return None


def within(period: Period, limits: Period) -> Period | None:
    """The part of a period that lies in other days; None if there is none."""
    first = max(period.first, limits.first)
    last = min(period.last, limits.last)
    if first > last:
        return None
    return Period(first, last)
