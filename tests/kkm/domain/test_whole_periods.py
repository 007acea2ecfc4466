"""Weeks, months, quarters and years follow each other without a gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkm.domain.period import Period
from kkm.domain.whole_periods import after, before, month_of, quarter_of, week_of, within, year_of

DAY = timedelta(days=1)
UNITS = (week_of, month_of, quarter_of, year_of)
days = st.dates(date(1991, 1, 1), date(2200, 12, 31))
periods = st.builds(
    lambda first, length: Period(first, first + timedelta(days=length)), days, st.integers(0, 400)
)


@given(days, st.sampled_from(UNITS))
def test_a_unit_has_its_day_and_is_the_same_for_all_of_its_days(day, unit):
    period = unit(day)
    assert period.first <= day <= period.last
    assert unit(period.first) == unit(period.last) == period


@given(days, st.sampled_from(UNITS))
def test_units_follow_each_other_without_a_gap(day, unit):
    period = unit(day)
    assert after(period) == unit(period.last + DAY)
    assert before(period) == unit(period.first - DAY)


@given(periods)
def test_before_and_after_touch_and_lead_back(period):
    assert before(period).last + DAY == period.first
    assert after(period).first == period.last + DAY
    if (period.last - period.first) < timedelta(days=6):
        assert before(after(period)) == period


@pytest.mark.parametrize(
    ("unit", "first", "last"),
    [
        (week_of, date(2026, 11, 23), date(2026, 11, 29)),
        (month_of, date(2026, 11, 1), date(2026, 11, 30)),
        (quarter_of, date(2026, 10, 1), date(2026, 12, 31)),
        (year_of, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_units_of_a_day(unit, first, last):
    assert unit(date(2026, 11, 28)) == Period(first, last)


@given(periods, periods)
def test_what_lies_within_lies_in_both(one, other):
    found = within(one, other)
    if found is None:
        assert one.last < other.first or other.last < one.first
    else:
        assert found.first == max(one.first, other.first)
        assert found.last == min(one.last, other.last)
