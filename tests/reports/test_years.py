"""A report whose days span more than one year prints the year beside each of them."""

from datetime import date, datetime

import pytest

from tests.reports.asking import ALMATY, ask, page_lines, roll_texts
from tests.stories import activate, close, sell

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


@pytest.fixture
def new_year(kkm):
    """A shift of December, and one that lasts over the midnight of New Year."""
    activate(kkm, at=at("2025-12-30T08:00:00"))
    sell(kkm, 500, at=at("2025-12-30T09:00:00"), rate=None)
    close(kkm, at=at("2025-12-30T21:00:00"))
    sell(kkm, 700, at=at("2025-12-31T23:30:00"), rate=None)
    sell(kkm, 900, at=at("2026-01-01T06:01:00"), rate=None)
    close(kkm, at=at("2026-01-01T06:30:00"))
    return kkm


def said(kkm, kind, first, last=None, **more) -> tuple[list[str], list[str]]:
    """What the page and the roll say."""
    report = ask(kkm, kind, first, last, **more).report
    return page_lines(report), [" ".join(line.split()) for line in roll_texts(report)]


def test_a_period_over_new_year_names_the_year_of_each_z(new_year):
    page, roll = said(new_year, "period", date(2025, 12, 1), date(2026, 1, 31))
    for lines in (page, roll):
        assert any(line.startswith("1 30.12.2025 21:00") for line in lines)
        assert any(line.startswith("2 01.01.2026 06:30") for line in lines)


def test_a_shift_over_new_year_names_the_year_of_each_operation(new_year):
    page, roll = said(new_year, "shift", date(2026, 1, 1), shift=2)
    for lines in (page, roll):
        assert any(line.startswith("4 31.12.2025 23:30:00 Продажа") for line in lines)
        assert any(line.startswith("5 01.01.2026 06:01:00 Продажа") for line in lines)


def test_within_one_year_the_day_is_enough(new_year):
    page, _roll = said(new_year, "shift", date(2025, 12, 30), shift=1)
    assert any(line.startswith("2 30.12 09:00:00 Продажа") for line in page)
    page, _roll = said(new_year, "period", date(2026, 1, 1), date(2026, 1, 31))
    assert any(line.startswith("2 01.01 06:30") for line in page)
