"""Moments are UTC as soon as they are read; where the clock on the wall is in doubt, they need
an offset.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkm.domain.moments import (
    NotAMoment,
    OffsetNeeded,
    all_at_wall_clock,
    at_wall_clock,
    is_ambiguous,
    read_day,
    read_moment,
    utc,
)

ALMATY = ZoneInfo("Asia/Almaty")
moments = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC)).map(
    utc
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("07.10.2025 08:44", datetime(2025, 10, 7, 3, 44, tzinfo=UTC)),
        ("07.10.2025 08:44:59", datetime(2025, 10, 7, 3, 44, 59, tzinfo=UTC)),
        ("07.10.2025 08:44:59.999", datetime(2025, 10, 7, 3, 44, 59, tzinfo=UTC)),
        ("07.10.2025 08:44:59 +06:00", datetime(2025, 10, 7, 2, 44, 59, tzinfo=UTC)),
        ("2025-10-07T08:44:59", datetime(2025, 10, 7, 3, 44, 59, tzinfo=UTC)),
        ("2025-10-07T08:44:59.1234567Z", datetime(2025, 10, 7, 8, 44, 59, tzinfo=UTC)),
        ("29.02.2024 22:59:59", datetime(2024, 2, 29, 16, 59, 59, tzinfo=UTC)),
        ("29.02.2024 23:30:00 +06:00", datetime(2024, 2, 29, 17, 30, tzinfo=UTC)),
        ("29.02.2024 23:30:00 +05:00", datetime(2024, 2, 29, 18, 30, tzinfo=UTC)),
        ("01.03.2024 00:00:00", datetime(2024, 2, 29, 19, 0, tzinfo=UTC)),
    ],
)
def test_a_text_is_a_moment_in_utc(text, moment):
    read = read_moment(text, ALMATY)
    assert (read, read.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "07.10.2025",
        "2025-10-07",
        "31.02.2026 10:00",
        "24:00",
        "07.10.1999 10:00",
        "٠7.10.2025 08:44",
    ],
)
def test_other_texts_are_none(text):
    with pytest.raises(NotAMoment):
        read_moment(text, ALMATY)


@pytest.mark.parametrize(
    "text", ["29.02.2024 23:00:00", "29.02.2024 23:59:59", "2024-02-29T23:30:00"]
)
def test_an_hour_that_happened_twice_needs_its_offset(text):
    with pytest.raises(OffsetNeeded):
        read_moment(text, ALMATY)


def test_an_hour_that_never_happened_needs_its_offset_too():
    # In 2004 Almaty still put its clocks forward: on 28 March from 02:00 to 03:00.
    with pytest.raises(OffsetNeeded):
        read_moment("28.03.2004 02:30:00", ALMATY)


def test_only_that_hour_is_in_doubt():
    midnight = datetime(2024, 2, 29, 19, tzinfo=UTC)
    hours = [is_ambiguous(midnight + timedelta(hours=hour), ALMATY) for hour in range(-4, 2)]
    assert hours == [False, False, True, True, False, False]


def test_a_clock_shows_some_hours_twice():
    assert all_at_wall_clock(datetime(2024, 2, 29, 23, 30), ALMATY) == {
        datetime(2024, 2, 29, 17, 30, tzinfo=UTC),
        datetime(2024, 2, 29, 18, 30, tzinfo=UTC),
    }
    assert at_wall_clock(date(2024, 2, 29), time(23, 30), ALMATY) == datetime(
        2024, 2, 29, 17, 30, tzinfo=UTC
    )


@given(moments)
def test_what_is_written_with_its_offset_reads_as_it_was(moment):
    local = moment.astimezone(ALMATY)
    assert read_moment(local.isoformat(), ALMATY) == moment
    offset = local.isoformat()[-6:]
    assert read_moment(f"{local:%d.%m.%Y %H:%M:%S} {offset}", ALMATY) == moment


@given(moments)
def test_what_is_written_without_an_offset_reads_as_it_was_or_asks_for_one(moment):
    text = f"{moment.astimezone(ALMATY):%d.%m.%Y %H:%M:%S}"
    if is_ambiguous(moment, ALMATY):
        with pytest.raises(OffsetNeeded):
            read_moment(text, ALMATY)
    else:
        assert read_moment(text, ALMATY) == moment


def test_a_day_alone():
    assert read_day("07.10.2025") == read_day("2025-10-07") == date(2025, 10, 7)
    assert read_day("07.10.2025 08:44") is None
    with pytest.raises(ValueError, match="day"):
        read_day("31.02.2026")


def test_a_time_without_a_zone_is_no_moment():
    with pytest.raises(ValueError, match="zone"):
        utc(datetime(2026, 3, 12))
