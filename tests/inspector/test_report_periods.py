"""Named periods of the page of reports, and the steps from one period to the next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.report_periods import beside, named_periods, unit_name
from kkm.domain.period import Period
from kkm.domain.whole_periods import UNITS

DAY = timedelta(days=1)
todays = st.dates(date(2020, 1, 1), date(2035, 12, 31))
# How long the register has been on the record.
ages = st.integers(0, 800).map(timedelta)


@given(todays, ages, st.data())
def test_stepping_back_and_forth_returns_to_the_same_days(today, age, data):
    limits = Period(today - age, today)
    preset = data.draw(st.sampled_from(list(named_periods(today, limits, None))))
    near = beside(preset.period, limits, preset.unit)
    assert near.unit == preset.unit
    if near.before:
        assert near.before.last + DAY == preset.period.first
        assert beside(near.before, limits, near.unit).after == preset.period
    if near.after:
        assert near.after.first == preset.period.last + DAY
        assert beside(near.after, limits, near.unit).before == preset.period


@given(todays, ages)
def test_one_day_steps_by_a_day(today, age):
    limits = Period(today - age, today)
    for day in (limits.first, today):
        near = beside(Period.day(day), limits)
        assert near.unit == "day"
        assert near.before == (Period.day(day - DAY) if day > limits.first else None)
        assert near.after == (Period.day(day + DAY) if day < today else None)


@given(todays, ages, st.data())
def test_each_name_is_marked_when_it_is_asked_for_and_no_other_is(today, age, data):
    limits = Period(today - age, today)
    preset = data.draw(st.sampled_from(list(named_periods(today, limits, None))))
    marked = []
    for one in named_periods(today, limits, preset.period, preset.unit):
        if one.is_chosen:
            marked.append((one.unit, one.period))
    assert set(marked) == {(preset.unit, preset.period)}


@given(todays, ages, st.text() | st.sampled_from([*UNITS]))
def test_a_unit_that_does_not_fit_is_not_believed(today, age, asked):
    limits = Period(today - age, today)
    for preset in named_periods(today, limits, None):
        unit = unit_name(preset.period, limits, asked)
        whole = UNITS[unit](preset.period.first)
        assert max(whole.first, limits.first) == preset.period.first
        assert min(whole.last, limits.last) == preset.period.last


MONDAY = date(2026, 6, 1)  # the first of a month
FIRST_DAYS = Period(MONDAY, MONDAY + 2 * DAY)


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        ("", Period(date(2026, 5, 25), date(2026, 5, 31))),
        ("week", Period(date(2026, 5, 25), date(2026, 5, 31))),
        ("month", Period(date(2026, 5, 1), date(2026, 5, 31))),
        ("quarter", Period(date(2026, 5, 25), date(2026, 5, 31))),
    ],
)
def test_the_first_days_of_a_month_that_began_on_a_monday_are_what_they_were_asked_for_as(
    asked, before
):
    limits = Period(date(2026, 2, 1), FIRST_DAYS.last)
    assert beside(FIRST_DAYS, limits, asked).before == before


def test_a_month_that_the_registration_cut_leads_on_to_a_month():
    limits = Period(date(2026, 2, 28), date(2026, 4, 10))
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    near = beside(march, limits)
    assert near.before == Period.day(date(2026, 2, 28))
    assert beside(near.before, limits, near.unit).after == march


def test_days_of_no_unit_step_by_as_many_days():
    limits = Period(date(2026, 1, 1), date(2026, 12, 1))
    near = beside(Period(date(2026, 5, 5), date(2026, 5, 7)), limits)
    assert near.unit == ""
    assert near.before == Period(date(2026, 5, 2), date(2026, 5, 4))
    assert near.after == Period(date(2026, 5, 8), date(2026, 5, 10))
