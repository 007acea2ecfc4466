"""Periods: half-open in time, inclusive in words, never backwards."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kkm.domain.period import Period

ALMATY = ZoneInfo("Asia/Almaty")


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="ends before it begins"):
        Period(date(2026, 3, 2), date(2026, 3, 1))


def test_its_bounds_are_midnights_in_almaty_and_half_open():
    start, end = Period(date(2026, 3, 1), date(2026, 3, 2)).bounds(ALMATY)
    assert (start, end) == (
        datetime(2026, 2, 28, 19, tzinfo=UTC),
        datetime(2026, 3, 2, 19, tzinfo=UTC),
    )


def test_the_day_on_which_almaty_changed_its_clocks_has_25_hours():
    start, end = (moment.astimezone(UTC) for moment in Period.day(date(2024, 2, 29)).bounds(ALMATY))
    assert end - start == timedelta(hours=25)


def test_adjacent_periods_share_no_moment_and_leave_none_out():
    assert (
        Period.day(date(2025, 12, 31)).bounds(ALMATY)[1]
        == Period.day(date(2026, 1, 1)).bounds(ALMATY)[0]
    )


def test_it_reads_as_people_write_it():
    assert str(Period.day(date(2026, 3, 1))) == "01.03.2026"
    assert str(Period(date(2026, 3, 1), date(2026, 3, 31))) == "01.03.2026 — 31.03.2026"
