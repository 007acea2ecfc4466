"""No word runs off a paper: names of 200 letters without a space, sums of thirteen digits, a
thousand positions.

Where a word stands on A4 and on a roll is measured in the PDF itself, by pdftotext.
"""

import re
import subprocess
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from kkm import journal
from kkm.domain.money import Money
from kkm.domain.ticket import MOST_LINES
from kkm.models import KKM
from reports.kinds import KINDS
from reports.kinds import act as act_report
from reports.paper.a4 import report_a4
from reports.paper.lines import WIDTH, row_lines
from reports.paper.roll import report_roll, roll_pdf
from reports.parts.tables import tape, z_table
from reports.report import Report, Row, Tally
from reports.ticket.layout import ticket_ending, ticket_pdf, ticket_rows
from tests import stories
from tests.breadth import part_of
from tests.overlong import overlong_register
from tests.reports.asking import ALMATY, ask, roll_part, roll_texts
from tests.reports.measuring import outside, pages_of, run_together
from tests.reports.test_laws import assert_the_paper_says_what_the_page_says, bare

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 12, 8, 0, tzinfo=ALMATY)
LATER = START + timedelta(hours=11)
# Millimetres; the running head and the footer are in the margin.
A4 = {"left": 15, "right": 15, "top": 6, "bottom": 0}
ROLL = {"left": 4, "right": 4, "top": 4, "bottom": 4}


@pytest.fixture(scope="module")
def overlong(django_db_setup, django_db_blocker) -> KKM:
    """Once for all tests here: they only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield overlong_register(START)
        transaction.set_rollback(True)


def report(kkm: KKM, kind: str) -> Report:
    """Of the second shift, which is closed; of the open one for the X; of the whole day
    otherwise.
    """
    shift = 2 if kind in ("z", "shift") else None
    return ask(kkm, kind, START.date(), shift=shift, now=LATER).report


def act_of_deregistration(kkm: KKM) -> Report:
    """With a comment of 300 letters, made by someone whose name has 200."""
    taken_off = stories.act(LATER, reason="замена на новую модель", comment="Я" * 300)
    gone = journal.deregister(kkm=kkm, act=taken_off)
    registration = kkm.registrations.get()
    shifts = registration.shifts.select_related(
        "kkm__taxpayer", "kkm__ofd", "registration", "z__operation"
    ).order_by("number")
    return act_report.make(gone, registration, list(shifts), now=LATER, by="Ъ" * 200)


# -- A4 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_a_report_on_a4_stands_between_the_margins(overlong, kind):
    pdf = report_a4(report(overlong, kind))
    assert outside(pdf, A4) == []
    assert run_together(pdf) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_on_a4_says_what_the_page_says_however_long_its_words_are(overlong, kind):
    assert_the_paper_says_what_the_page_says(report(overlong, kind))


def test_every_word_of_an_act_stands_between_the_margins_with_its_footer(overlong):
    pdf = report_a4(act_of_deregistration(overlong))
    assert outside(pdf, A4) == []
    assert run_together(pdf) == []


def test_a_row_of_the_tape_stands_on_one_page(overlong):
    """Its cashier's name of 200 letters is not parted."""
    for _width, _height, words in pages_of(report_a4(report(overlong, "shift"))):
        pieces = [word.text for word in words if set(word.text) == {"Ы"}]
        assert len("".join(pieces)) % 200 == 0


def test_usual_figures_are_set_in_the_usual_size(active_kkm, now):
    stories.sell(active_kkm, 9_999_999, at=now)
    stories.close(active_kkm, at=now)
    shift = active_kkm.shifts.get()
    assert not z_table([shift], [shift.z.snapshot]).is_long
    assert not tape(shift.operations.all()).is_long


def test_figures_of_thirteen_digits_are_set_smaller_and_whole(overlong):
    paper = report(overlong, "period")
    (block,) = paper.tables
    assert block.table.is_long
    sums = [str(value) for value in block.table.lines[0] if isinstance(value, Money)]
    assert max(map(len, sums)) >= len("9 999 999 999 999.00")
    words = [word for _width, _height, words in pages_of(report_a4(paper)) for word in words]
    lines = {}
    for word in words:
        lines.setdefault(round(word.top), []).append(word.text)
    assert any(bare("".join(sums)) in bare("".join(line)) for line in lines.values())


# -- a roll ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_of_a_report_on_the_roll_has_48_characters_at_most(overlong, kind):
    paper = report(overlong, kind)
    assert max(map(len, roll_texts(paper))) <= WIDTH
    assert outside(report_roll(paper), ROLL) == []


def test_a_ticket_of_a_thousand_positions_is_whole_on_the_roll(overlong):
    operation = overlong.operations.tickets().order_by("number").last()
    rows = [*ticket_rows(operation), *ticket_ending(operation)]
    lines = [line for row in rows for line in row_lines(row)]
    assert max(map(len, lines)) <= WIDTH
    pdf = ticket_pdf(operation)
    assert outside(pdf, ROLL) == []
    words = [word.text for _width, _height, words in pages_of(pdf) for word in words]
    assert len([word for word in words if re.fullmatch(r"\d+\.", word)]) == MOST_LINES - 2


@pytest.mark.parametrize("payments", [1, 5])
def test_a_ticket_of_one_long_name_is_whole_on_the_roll(overlong, payments):
    tickets = overlong.operations.tickets().order_by("number")
    operation = next(one for one in tickets if len(one.payments) == payments)
    assert outside(ticket_pdf(operation), ROLL) == []


# -- figures side by side --------------------------------------------------------------------------


def test_a_count_and_a_sum_are_two_spaces_apart():
    """«38 37 497 999 999 989.61» would be read as one figure."""
    sum_of_14_digits = Money(3_749_799_999_998_961)
    (line,) = row_lines(Tally("Продаж:", 38, sum_of_14_digits))
    assert line.endswith(" 38  37 497 999 999 989.61")
    (line,) = row_lines(Row("ЧЕКОВ ПРОДАЖ", sum_of_14_digits, count=38))
    assert line == "ЧЕКОВ ПРОДАЖ  0038         37 497 999 999 989.61"


def test_where_there_is_no_room_for_two_spaces_the_sum_stands_below():
    row = Row("ЧЕКОВ ВОЗВРАТОВ ПОКУПОК", Money(10_000_000_000_000), count=2)
    assert row_lines(row) == [
        "ЧЕКОВ ВОЗВРАТОВ ПОКУПОК  0002",
        "                              100 000 000 000.00",
    ]


# Numbers of empty lines, near the 200th, where a roll is parted.
EMPTY = ((), (1,), (198, 199), (199, 200), (200,), (201,), range(150, 250))


@pytest.mark.parametrize("count", [1, 199, 200, 201, 400, 401])
def test_each_line_of_a_long_roll_stands_at_its_height_whatever_lines_are_empty(count, tmp_path):
    for empty in part_of(EMPTY, 3):
        lines = [f"строка{number}" for number in range(count)]
        for number in set(empty) & set(range(1, count - 1)):
            lines[number] = ""
        tops = tops_of_words(roll_pdf("Чек", [roll_part(*lines)]), tmp_path)
        expected = {word: round(number * LINE, 1) for number, word in enumerate(lines) if word}
        assert {word: round(top - tops["строка0"], 1) for word, top in tops.items()} == expected


LINE = 9.2  # points


def tops_of_words(pdf: bytes, tmp_path) -> dict[str, float]:
    """Where each word of a page stands, in points from its upper edge."""
    path = tmp_path / "roll.pdf"
    path.write_bytes(pdf)
    ran = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True
    )
    words = re.findall(r'yMin="([\d.]+)"[^>]*>([^<]+)</word>', ran.stdout)
    return {word: float(top) for top, word in words}
