"""Laws of the papers: nothing is lost on the way to the roll, and the PDF says what the page
says.
"""

from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kkm.domain.money import Money, tenge
from reports.kinds import KINDS
from reports.paper.a4 import made, report_html, running_head
from reports.paper.lines import row_lines, table_lines
from reports.paper.pdf import render_pdf
from reports.parts.labels import PAYMENT
from reports.parts.tables import tape, z_table
from reports.report import Column, Row, Table, Tally
from reports.ticket.layout import ticket_pdf, ticket_rows
from tests.breadth import breadth
from tests.kkm.days import days, tickets, work
from tests.reports.asking import ask, collapsed, page_lines, paper_lines, roll_texts, say_in_order
from tests.stories import deposit, record, sell

WIDTH = 48
letters = st.sampled_from("абвгдежзиклмнопрстуфхцчшщыэюяәғқңөұүһі0123456789.,:;()«»-&<>")
words = st.text(letters, min_size=1, max_size=60) | st.text(letters, min_size=200, max_size=300)
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)
short_words = st.text(letters, min_size=1, max_size=12)
short_texts = st.lists(short_words, min_size=1, max_size=3).map(" ".join)
money = st.integers(-(10**16), 10**16).map(Money)
counts = st.none() | st.integers(0, 10**7)
rows = st.builds(
    Row, texts, st.none() | money | texts, lead=counts, count=counts, indent=st.integers(0, 3)
)
tallies = st.builds(Tally, texts, st.integers(0, 10**7), money)


def bare(text: str) -> str:
    return "".join(text.split())


# -- a row of a roll -------------------------------------------------------------------------------


@given(rows)
def test_a_row_loses_nothing_and_keeps_its_order_within_the_roll(row):
    lines = row_lines(row)
    lead = f"{row.lead:04d}" if row.lead is not None else ""
    count = f"{row.count:04d}" if row.count is not None else ""
    value = "" if row.value is None else str(row.value)
    assert bare("".join(lines)) == bare(lead + row.label + count + value)
    assert max(map(len, lines)) <= WIDTH


@given(rows.filter(lambda row: row.value is not None and len(str(row.value)) < WIDTH))
def test_a_value_stands_whole_at_the_right_edge_apart_from_its_label(row):
    last, value = row_lines(row)[-1], str(row.value)
    assert last.endswith(value)
    assert len(last) == WIDTH
    assert last[: -len(value)] == "" or last[: -len(value)].endswith(" ")


@given(st.lists(st.text(letters, min_size=1, max_size=40), min_size=1, max_size=12), counts)
def test_words_that_fit_are_not_broken(label, count):
    whole = [word for word in label if "-" not in word]
    printed = Counter(" ".join(row_lines(Row(" ".join(label), "1.00", count=count))).split())
    assert not Counter(whole) - printed


@given(tallies)
def test_a_tally_keeps_label_count_and_sum_apart(tally):
    lines = row_lines(tally)
    printed = " ".join(lines)
    assert max(map(len, lines)) <= WIDTH
    assert printed.endswith(f" {tally.value}")
    assert bare(printed) in {
        bare(f"{tally.label}{tally.count}{tally.value}"),
        bare(f"{tally.label}{tally.count:04d}{tally.value}"),
    }


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**7).map(str),
            st.sampled_from(["12.03 21:04:38"]),
            short_texts,
            money,
        )
    )
)
def test_a_line_of_a_table_keeps_its_cells_apart_within_the_roll(lines):
    columns = (
        Column("№", roll=8),
        Column("ВРЕМЯ", roll=15),
        Column("ОПЕРАЦИЯ", roll=13),
        Column("СУММА", roll=12, numeric=True),
    )
    printed = table_lines(Table(columns, lines))
    assert max(map(len, printed)) <= WIDTH
    assert " ".join(" ".join(printed).split()) == " ".join(
        f"{cell}" for line in [[c.title for c in columns], *lines] for cell in line
    )


COLUMNS_OF_THE_ROLL = [
    [column.roll for column in table.columns if column.roll]
    for table in (tape([]), z_table([], []))
]


@given(st.data(), st.sampled_from(COLUMNS_OF_THE_ROLL), st.booleans())
def test_whatever_stands_in_a_table_keeps_within_the_roll_and_loses_nothing(data, widths, numeric):
    columns = tuple(Column("№", roll=roll, numeric=numeric) for roll in widths)
    cells = st.tuples(*(texts | money for _column in columns))
    lines = data.draw(st.lists(cells, min_size=1, max_size=3))
    printed = table_lines(Table(columns, lines))
    assert max(map(len, printed)) <= WIDTH
    said = "".join(str(cell) for line in lines for cell in line)
    assert bare("".join(printed)) == "№" * len(columns) + bare(said)


@pytest.mark.parametrize("widths", COLUMNS_OF_THE_ROLL)
def test_the_columns_of_a_table_are_no_wider_than_the_roll(widths):
    assert sum(widths) <= WIDTH


# -- the page and the paper ------------------------------------------------------------------------


def assert_the_paper_says_what_the_page_says(report):
    """Line by line. A row of a table is one line of the page; on paper a cell of it may take
    several lines, and pypdf reads each as a line of its own. Such a row must stand in the paper
    whole, and those lines must be of such a row.
    """
    paper = render_pdf(report_html(report), "paper.css")
    said = paper_lines(paper)
    pages = len(PdfReader(BytesIO(paper)).pages)
    heads = {f"{running_head(report)} Страница {n} / {pages}" for n in range(2, pages + 1)}
    footers = {line for line in said if line.startswith(made(report))}
    flow = bare("".join(line for line in said if line not in footers))
    page = page_lines(report)
    rows = [bare(line) for line in page if line not in said]
    assert [row for row in rows if row not in flow] == []
    pieces = [bare(line) for line in set(said) - footers - set(page)]
    # pypdf reads the large title and the line under it as one
    whole = {*rows, *map(bare, heads), bare(report.title + report.subtitle)}
    assert [piece for piece in pieces if not any(piece in row for row in whole)] == []
    assert footers


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_the_pdf_of_the_worked_example_says_what_the_page_says(example, kind):
    first = date(2026, 3, 10) if kind == "period" else date(2026, 3, 12)
    assert_the_paper_says_what_the_page_says(
        ask(example.kkm, kind, first, date(2026, 3, 12)).report
    )


@pytest.mark.django_db
@settings(max_examples=3, phases=[Phase.generate])  # to shrink a failure costs minutes
@given(days)
def test_the_pdf_of_any_shift_says_what_the_page_says(day):
    kkm = work(day).kkm
    for shift in kkm.shifts.order_by("-number")[:1]:
        for kind in KINDS:
            assert_the_paper_says_what_the_page_says(
                ask(kkm, kind, timezone.localdate(shift.closed_at), shift=shift.number).report
            )


@pytest.mark.django_db
@settings(max_examples=breadth(10, 20))
@given(days)
def test_whatever_a_page_says_the_roll_says_too(day):
    kkm = work(day).kkm
    for shift in kkm.shifts.order_by("-number")[:1]:
        report = ask(kkm, "z", timezone.localdate(shift.closed_at), shift=shift.number).report
        roll = [" ".join(line.split()) for line in roll_texts(report)]
        identities = {check.text for check in report.checks}
        said = [line.removeprefix("✓ ") for line in page_lines(report)]
        assert [
            line
            for line in said
            if line not in roll and line not in identities and line != "КОНТРОЛЬНЫЕ СООТНОШЕНИЯ"
        ] == []


# -- a ticket --------------------------------------------------------------------------------------


@pytest.mark.django_db
@settings(max_examples=breadth(10, 30))
@given(tickets(), texts.map(lambda text: text[:299].strip()))
def test_a_ticket_on_the_roll_shows_all_its_positions_and_sums(worked_kkm, now, ticket, name):
    positions = tuple(replace(position, name=f"{name}!") for position in ticket.positions)
    operation = record(worked_kkm, replace(ticket, at=now, positions=positions))
    printed = [line for row in ticket_rows(operation) for line in row_lines(row)]
    assert max(map(len, printed)) <= WIDTH
    assert (
        say_in_order(
            bare("".join(printed)), [bare(line) for line in expected_of(ticket, f"{name}!")]
        )
        == []
    )


def expected_of(ticket, name):
    """What the buyer must be able to read, in order."""
    for line, position in enumerate(ticket.positions, 1):
        yield f"{line}. {name}"
        yield f"{position.quantity / 1000:g} x {position.price}{position.goods}"
        yield from [f"Скидка-{position.discount}"] * bool(position.discount)
        yield from [f"Наценка{position.markup}"] * bool(position.markup)
    for modifier in ticket.modifiers:
        yield (
            f"Скидка на чек-{modifier.discount}"
            if modifier.discount
            else f"Наценка на чек{modifier.markup}"
        )
    yield f"ИТОГ{ticket.amount}"
    for payment in sorted(payment for payment, paid in ticket.payments.items() if paid):
        yield f"{PAYMENT[payment]}{ticket.payments[payment]}"
    if ticket.change:
        yield f"ПОЛУЧЕНО{ticket.amount + ticket.change}СДАЧА{ticket.change}"


@pytest.fixture
def worked_kkm(active_kkm, now):
    """A register with enough in the drawer for any return and purchase."""
    deposit(active_kkm, 10_000_000, at=now)
    return active_kkm


@pytest.mark.django_db
def test_the_pdf_of_a_ticket_says_what_its_roll_says(worked_kkm, now):
    operation = sell(worked_kkm, 1250, at=now, change=tenge(750), offline=True)
    paper = set(paper_lines(ticket_pdf(operation)))
    assert [line for line in roll_of(operation) if line not in paper] == []
    assert {
        "1. Хлеб",
        "ИТОГ 1 250.00",
        "ПОЛУЧЕНО 2 000.00",
        "СДАЧА 750.00",
        "Автономный",
        "ФИСКАЛЬНЫЙ ЧЕК",
    } <= paper


def roll_of(operation):
    """The lines of a ticket above its QR."""
    return collapsed(line for row in ticket_rows(operation) for line in row_lines(row))
