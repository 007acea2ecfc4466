"""Which shifts a question is about (domain.md 3)."""

from datetime import date, datetime, timedelta
from itertools import chain

import pytest
from django.db import connection
from django.template.loader import render_to_string

from kkm.domain.money import tenge
from kkm.domain.period import Period
from kkm.models import FiscalOperation, Position, Shift, ZReport, triggers
from reports.paper.lines import row_lines
from reports.scope import NothingToReport, neighbours, zs_of_days
from reports.ticket.layout import ticket_rows
from tests.reports.asking import ALMATY, ask, report_of, roll_texts
from tests.stories import activate, close, deposit, restate, sell

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD, FOURTH, FIFTH = (date(2026, 3, day) for day in range(10, 15))
IBRAEV = {"actor_code": "2", "actor_name": "Ибраев Д.С."}


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), ALMATY)


@pytest.fixture
def weeks_kkm(kkm):
    """Day one: shifts 1 and 2. Day two: none closes; shift 3 opens in the evening. Day three: it
    closes after midnight. Day four: shift 4. Day five: shift 5 is open.
    """
    activate(kkm, at=at(FIRST, "08:00"))
    for opened, closed, sums in (("09:00", "13:00", (100, 200)), ("14:00", "21:00", (1000,))):
        for amount in sums:
            sell(kkm, amount, at=at(FIRST, opened))
        close(kkm, at=at(FIRST, closed))
    sell(kkm, 5000, at=at(SECOND, "22:00"))
    sell(kkm, 700, at=at(THIRD, "00:30"), **IBRAEV)
    close(kkm, at=at(THIRD, "02:00"))
    sell(kkm, 40, at=at(FOURTH, "10:00"), section="02")
    close(kkm, at=at(FOURTH, "20:00"))
    deposit(kkm, 9000, at=at(FIFTH, "09:00"))
    sell(kkm, 3, at=at(FIFTH, "09:30"))
    return kkm


def numbers(answer):
    """The shifts to choose from, and the chosen one."""
    return [shift.number for shift in answer.choice], answer.chosen


def lines_of(report):
    return [" ".join(line.split()) for line in roll_texts(report)]


# -- Z ---------------------------------------------------------------------------------------------


def test_a_day_with_two_closed_shifts_offers_both_and_shows_the_last(weeks_kkm):
    answer = ask(weeks_kkm, "z", FIRST)
    assert numbers(answer) == ([1, 2], 2)
    assert "СМЕНА № 2" in lines_of(answer.report)
    assert "СМЕНА № 1" in lines_of(ask(weeks_kkm, "z", FIRST, shift=1).report)


def test_a_day_without_a_closed_shift_has_no_z_and_names_the_nearest_days(weeks_kkm):
    with pytest.raises(NothingToReport) as nothing:
        ask(weeks_kkm, "z", SECOND)
    assert (nothing.value.before, nothing.value.after) == (FIRST, THIRD)


def test_a_shift_that_was_not_closed_on_the_day_cannot_be_chosen(weeks_kkm):
    with pytest.raises(NothingToReport):
        ask(weeks_kkm, "z", FIRST, shift=3)


def test_a_shift_over_midnight_belongs_to_the_day_it_closes_and_shows_both_dates(weeks_kkm):
    answer = ask(weeks_kkm, "z", THIRD)
    assert numbers(answer) == ([3], 3)
    assert {"НАЧАЛО СМЕНЫ 11.03.2026 22:00:00", "КОНЕЦ СМЕНЫ 12.03.2026 02:00:00"} <= set(
        lines_of(answer.report)
    )


@pytest.mark.parametrize(("clock", "day"), [("23:59", SECOND), ("00:00", THIRD)])
def test_a_day_ends_at_midnight_of_the_country(active_kkm, now, clock, day):
    sell(active_kkm, at=now)
    close(active_kkm, at=at(day + timedelta(days=2), clock))
    assert numbers(ask(active_kkm, "z", day + timedelta(days=2))) == ([1], 1)


# -- X ---------------------------------------------------------------------------------------------


def test_an_x_of_today_is_of_the_shift_that_is_open_now(weeks_kkm):
    now = at(FIFTH, "12:00")
    answer = ask(weeks_kkm, "x", FIFTH, now=now)
    assert numbers(answer) == ([5], 5)
    said = lines_of(answer.report)
    assert {
        "ДАТА И ВРЕМЯ ОТЧЕТА 14.03.2026 12:00:00",
        "НАЛИЧНЫХ В КАССЕ 16 043.00",
        "ДОКУМЕНТОВ ЗА СМЕНУ 2",
    } <= set(said)
    assert not [line for line in said if "КОНЕЦ СМЕНЫ" in line]


def written(kkm):
    """Every fiscal row of a register."""
    mine = {FiscalOperation: "kkm", Position: "kkm", Shift: "kkm", ZReport: "kkm"}
    return [
        list(model.objects.filter(**{path: kkm}).order_by("pk").values())
        for model, path in mine.items()
    ]


def test_asking_for_an_x_changes_nothing(weeks_kkm):
    before = written(weeks_kkm)
    first, second = (report_of(weeks_kkm, "x", FIFTH, now=at(FIFTH, "12:00")) for _ in range(2))
    assert first == second
    assert written(weeks_kkm) == before


def test_without_an_open_shift_there_is_no_x_though_shifts_were_closed_today(weeks_kkm):
    close(weeks_kkm, at=at(FIFTH, "20:00"))
    with pytest.raises(NothingToReport) as nothing:
        ask(weeks_kkm, "x", FIFTH, now=at(FIFTH, "20:01"))
    assert (nothing.value.before, nothing.value.after) == (FIFTH, None)


def test_an_x_of_a_past_day_is_the_state_at_its_end(weeks_kkm):
    answer = ask(weeks_kkm, "x", SECOND)
    assert numbers(answer) == ([3], 3)
    assert {
        "ДОКУМЕНТОВ ЗА СМЕНУ 1",
        "ВЫРУЧКА 5 000.00",
        "ДАТА И ВРЕМЯ ОТЧЕТА 11.03.2026 22:00:00",
    } <= set(lines_of(answer.report))


def test_an_x_of_a_past_day_on_which_the_shift_closed_is_the_state_just_before_its_z(weeks_kkm):
    answer = ask(weeks_kkm, "x", THIRD)
    assert {
        "ДОКУМЕНТОВ ЗА СМЕНУ 2",
        "ВЫРУЧКА 5 700.00",
        "ДАТА И ВРЕМЯ ОТЧЕТА 12.03.2026 00:30:00",
    } <= set(lines_of(answer.report))


def test_an_x_of_a_past_day_offers_every_shift_of_it(weeks_kkm):
    assert numbers(ask(weeks_kkm, "x", FIRST)) == ([1, 2], 2)
    assert "ВЫРУЧКА 300.00" in lines_of(report_of(weeks_kkm, "x", FIRST, shift=1))


# -- a period --------------------------------------------------------------------------------------


def test_a_period_is_the_sum_of_the_shifts_closed_within_it(weeks_kkm):
    answer = ask(weeks_kkm, "period", FIRST, THIRD)
    expected = {
        "КОЛИЧЕСТВО СМЕН (Z-ОТЧЕТОВ) 3",
        "ПЕРВАЯ / ПОСЛЕДНЯЯ СМЕНА 1 / 3",
        "ЧЕКОВ ПРОДАЖ 0005 7 000.00",
        "ДОКУМЕНТОВ ЗА ПЕРИОД 8",
    }
    assert expected <= set(lines_of(answer.report))
    assert (answer.chosen, answer.report.holds) == (None, True)


def test_a_period_of_one_day_needs_one_closed_shift(weeks_kkm):
    assert "КОЛИЧЕСТВО СМЕН (Z-ОТЧЕТОВ) 1" in lines_of(report_of(weeks_kkm, "period", FOURTH))
    with pytest.raises(NothingToReport):
        ask(weeks_kkm, "period", SECOND)
    with pytest.raises(NothingToReport):
        ask(weeks_kkm, "period", FIFTH)


def take_out(model, **condition):
    """Tamper with the journal: its triggers are off meanwhile.

    (PostgreSQL asks that deferred checks be done before.)
    """
    connection.check_constraints()
    triggers.remove(connection)
    model.objects.filter(**condition).delete()
    connection.check_constraints()
    triggers.install(connection)


def test_a_removed_z_is_a_gap_that_the_page_alarms_of_with_the_difference(weeks_kkm):
    take_out(ZReport, shift__number=3)
    take_out(Position, operation__shift__number=3)
    take_out(FiscalOperation, shift__number=3)
    take_out(Shift, number=3, kkm=weeks_kkm)
    report = report_of(weeks_kkm, "period", FIRST, FOURTH)
    assert not report.holds
    found = {check.text: check.differences for check in report.checks if not check.holds}
    assert found == {
        "номера смен идут подряд": ("3 ≠ 4, -1",),
        "смена начинается с итога предыдущей": ("1 ≠ 2, -1",),
        "прирост необнуляемых сумм = сумма чеков": ("ПРОДАЖ: 7 040.00 ≠ 1 340.00, 5 700.00",),
        "прирост счётчиков = число операций": ("ПРОДАЖ: 6 ≠ 4, 2",),
        "наличные: начало + приход − расход = конец": ("1 340.00 ≠ 7 040.00, -5 700.00",),
    }
    page = render_to_string("reports/body.html", {"report": report})
    assert page.count("×") == 5
    assert "<b>× номера смен идут подряд\n  3 ≠ 4, -1</b>" in page


def test_the_triggers_are_back_after_tampering(weeks_kkm):
    take_out(ZReport, shift__number=4)
    with pytest.raises(Exception, match="append-only"):
        ZReport.objects.filter(shift__number=1).delete()


# -- cashiers and sections of a day ----------------------------------------------------------------


def test_cashiers_of_a_day_are_those_of_all_its_shifts_unless_one_is_chosen(weeks_kkm):
    answer = ask(weeks_kkm, "cashiers", FIRST)
    assert numbers(answer) == ([1, 2], None)
    assert {"СМЕНЫ № 1, 2", "Продаж: 3 1 300.00"} <= set(lines_of(answer.report))
    one = ask(weeks_kkm, "cashiers", FIRST, shift=1)
    assert numbers(one) == ([1, 2], 1)
    assert {"СМЕНА № 1", "Продаж: 2 300.00"} <= set(lines_of(one.report))


def test_cashiers_add_up_to_the_shift_and_the_report_says_so(weeks_kkm):
    report = report_of(weeks_kkm, "cashiers", THIRD)
    titles = {block.title: row_lines(block.rows[0])[0].split() for block in report.blocks}
    assert titles == {
        "Кассир: [1] Ахметова А.К.": ["Продаж:", "1", "5", "000.00"],
        "Кассир: [2] Ибраев Д.С.": ["Продаж:", "1", "700.00"],
        "ИТОГО ПО КАССИРАМ": ["Продаж:", "2", "5", "700.00"],
    }
    assert [(check.text, check.holds) for check in report.checks] == [("сумма частей = итог", True)]
    assert [(one.left, one.right) for one in report.identities if one.left] == [
        (tenge(5700), tenge(5700))
    ]


def test_sections_of_a_day_are_those_of_all_its_shifts(weeks_kkm):
    said = lines_of(report_of(weeks_kkm, "sections", FIRST))
    assert {"СЕКЦИЯ 01", "0003 ПРОДАЖ 1 300.00"} <= set(said)
    assert {"СЕКЦИЯ 02", "0001 ПРОДАЖ 40.00"} <= set(
        lines_of(report_of(weeks_kkm, "sections", FOURTH))
    )


@pytest.mark.parametrize("kind", ["cashiers", "shift", "sections"])
def test_the_open_shift_belongs_to_the_days_since_it_was_opened(weeks_kkm, kind):
    assert numbers(ask(weeks_kkm, kind, FIFTH))[0] == [5]
    assert "ДОКУМЕНТОВ" in " ".join(lines_of(report_of(weeks_kkm, kind, FIFTH)))


def test_a_shift_report_lists_its_operations_one_by_one(weeks_kkm):
    (table,) = report_of(weeks_kkm, "shift", THIRD).tables
    assert [(line[0], line[2], line[5]) for line in table.table.lines] == [
        ("7", "Продажа", "[1] Ахметова А.К."),
        ("8", "Продажа", "[2] Ибраев Д.С."),
        ("9", "Закрытие смены (Z-отчёт)", "[1] Ахметова А.К."),
    ]


# -- days that are easy to find --------------------------------------------------------------------


def test_days_with_closed_shifts_are_counted_and_lead_to_their_neighbours(weeks_kkm):
    assert zs_of_days(weeks_kkm, Period(FIRST, FOURTH)).keys() == {FIRST, THIRD, FOURTH}
    assert zs_of_days(weeks_kkm, Period(SECOND, THIRD)).keys() == {THIRD}
    closed = weeks_kkm.shifts.closed().order_by("number").values_list("number", flat=True)
    numbers = list(chain(*zs_of_days(weeks_kkm, Period(FIRST, FOURTH)).values()))
    assert numbers == list(closed)
    assert neighbours(weeks_kkm, THIRD) == (FIRST, FOURTH)
    assert neighbours(weeks_kkm, FIRST) == (None, THIRD)


def test_a_register_that_has_closed_nothing_has_no_days(kkm):
    assert (zs_of_days(kkm, Period.day(FIRST)), neighbours(kkm, FIRST)) == ({}, (None, None))


def test_a_ticket_is_printed_again_as_it_was_whatever_has_become_of_the_taxpayer(weeks_kkm):
    ticket = weeks_kkm.operations.tickets().filter(shift__closed_at__isnull=False).first()
    before = "\n".join(line for row in ticket_rows(ticket) for line in row_lines(row))
    end = weeks_kkm.last_operation.occurred_at
    close(weeks_kkm, at=end)
    restate(weeks_kkm, at=end, taxpayer={"name": "ТОО «Другое имя»"})
    again = weeks_kkm.operations.get(pk=ticket.pk)
    assert "\n".join(line for row in ticket_rows(again) for line in row_lines(row)) == before
