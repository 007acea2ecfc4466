"""The worked example as a roll prints it: line by line the papers that an accountant has
checked.
"""

from dataclasses import replace
from datetime import date

import pytest

from kkm.domain.money import tenge
from kkm.domain.seal import fingerprint
from reports.paper.lines import row_lines
from reports.report import Row, Tally
from tests.reports.asking import collapsed, report_of, roll_texts, say_in_order
from tests.worked_example import read

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)
PLACEHOLDER = "КОНТРОЛЬНОЕ ЗНАЧЕНИЕ    <печать записи Z-отчёта>"


def figures(lines):
    """Lines that carry a figure at their right edge, as they stand."""
    return [
        line.rstrip()
        for line in lines
        if line.rstrip()[-1:].isdigit() and not line.startswith("ОТЧЕТ ПО КАССИРАМ")
    ]


@pytest.fixture(scope="module")
def z(example):
    """The Z of shift 143 as lines."""
    return list(roll_texts(report_of(example.kkm, "z", DAY)))


def test_the_z_of_shift_143_is_line_by_line_that_of_the_worked_example(example, z):
    seal = example.shift(143).z.operation.seal
    expected = [line.rstrip() for line in read("z-report-shift-143.txt").splitlines()]
    where = expected.index(PLACEHOLDER)
    expected[where] = f"КОНТРОЛЬНОЕ ЗНАЧЕНИЕ{fingerprint(seal):>28}"
    expected.insert(-1, "Проверить: 127.0.0.1:8000/verify/")
    assert z == expected


def test_the_control_value_is_the_head_of_the_seal_of_the_closing_operation(example, z):
    seal = example.shift(143).operations.order_by("number").last().seal
    printed = next(line for line in z if line.startswith("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ")).split()[-1]
    assert printed.replace("-", "").lower() == seal[:16]


def test_a_z_says_the_same_whoever_asks_whenever(example, z):
    again = report_of(example.kkm, "z", DAY, now=example.shift(143).closed_at)
    assert list(roll_texts(replace(again, made_by="Другой"))) == z


def test_the_cashier_report_of_shift_143_is_that_of_the_worked_example(example):
    lines = list(roll_texts(report_of(example.kkm, "cashiers", DAY)))
    expected = read("cashier-report-shift-143.txt").splitlines()
    assert say_in_order(" ".join(collapsed(lines)), collapsed(expected)) == []
    assert say_in_order("\n".join(lines), figures(expected)) == []


def on_the_roll(line):
    """The example's table of Z's is 49 characters wide.

    A roll has 48: the first column is one narrower.
    """
    return (line.replace("  ", " ", 1) if len(line) == 49 else line).rstrip()


def test_the_fiscal_report_of_three_shifts_is_that_of_the_worked_example(example):
    lines = list(roll_texts(report_of(example.kkm, "period", date(2026, 3, 10), DAY)))
    expected = [on_the_roll(line) for line in read("fiscal-report-shifts-141-143.txt").splitlines()]
    assert say_in_order("\n".join(lines), expected) == []
    assert (
        len(figures(expected)) == len(expected) - 3
    )  # all but three headings carry figures, and they are compared literally


def test_an_x_just_before_the_closing_has_the_figures_of_the_z_without_the_closing(example, z):
    x = list(roll_texts(report_of(example.kkm, "x", DAY)))
    last = example.shift(143).operations.order_by("number")[43]
    told = {
        f"{'Z-ОТЧЕТ':^48}": f"{'X-ОТЧЕТ':^48}",
        f"{'СМЕННЫЙ ОТЧЕТ (ЗАКРЫТИЕ СМЕНЫ)':^48}": f"{'СМЕННЫЙ ОТЧЕТ (ОТКРЫТИЕ СМЕНЫ)':^48}",
        f"{'ОТЧЕТ С ГАШЕНИЕМ':^48}": f"{'ОТЧЕТ БЕЗ ГАШЕНИЯ':^48}",
        "НЕОБНУЛ. СУММЫ НА КОНЕЦ СМЕНЫ": "НЕОБНУЛ. СУММЫ НА МОМЕНТ ОТЧЕТА",
        f"ДОКУМЕНТОВ ЗА СМЕНУ{45:>29}": f"ДОКУМЕНТОВ ЗА СМЕНУ{44:>29}",
        f"ДАТА И ВРЕМЯ ОТЧЕТА{'12.03.2026 21:04:38':>29}": f"ДАТА И ВРЕМЯ ОТЧЕТА{'12.03.2026 20:55:31':>29}",
    }
    told = {before.rstrip(): after.rstrip() for before, after in told.items()}
    control = next(line for line in z if line.startswith("КОНТРОЛЬНОЕ"))
    told[control] = f"КОНТРОЛЬНОЕ ЗНАЧЕНИЕ{fingerprint(last.seal):>28}"
    assert x == [told.get(line, line) for line in z if not line.startswith("КОНЕЦ СМЕНЫ")]


@pytest.mark.parametrize("kind", ["z", "x", "cashiers", "shift", "sections"])
def test_no_line_of_a_report_is_wider_than_the_roll(example, kind):
    lines = list(roll_texts(report_of(example.kkm, kind, DAY)))
    assert [line for line in lines if len(line) > 48] == []


def test_an_operation_with_a_long_name_keeps_its_sum_within_the_roll(example):
    lines = list(roll_texts(report_of(example.kkm, "shift", DAY)))
    sold, returned = (
        next(n for n, line in enumerate(lines) if name in line)
        for name in ("(автономно", "Возврат продажи ")
    )
    assert lines[sold - 1 : sold + 1] == [
        "6103     12.03 17:01:19",
        " Продажа (автономно, получена позже)    9 430.00",
    ]
    assert lines[returned] == "6087     12.03 12:41:30 Возврат продажи 8 000.00"


def test_a_cashier_with_more_than_a_thousand_tickets_keeps_label_count_and_sum_apart():
    assert row_lines(Tally("Возвратов покупок:", 1000, tenge(5))) == [
        " Возвратов покупок: 1000                5.00"
    ]
    (line,) = row_lines(Tally("Продаж:", 12_345, tenge(9_876_543_210)))
    assert line == " Продаж:          12345    9 876 543 210.00"


def test_a_value_that_is_a_long_text_follows_its_label():
    lines = row_lines(
        Row("КОММЕНТАРИЙ", "касса сломалась, принтер не печатает, владелец сдал её в ремонт")
    )
    assert lines == [
        "КОММЕНТАРИЙ",
        "  касса сломалась, принтер не печатает, владелец",
        "  сдал её в ремонт",
    ]
