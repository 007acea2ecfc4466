"""Names that were sealed before they were checked: they stay in the journal, and no paper obeys
them.
"""

import subprocess

import pytest
from django.template import Context, Template

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import tenge
from kkm.domain.ticket import Modifier, Ticket
from kkm.domain.ticket import Position as Line
from kkm.models import Taxpayer
from reports.paper.lines import WIDTH, row_lines, table_lines
from reports.paper.roll import roll_pdf
from reports.report import Column, Row, Table, Tally
from reports.ticket.layout import ticket_pdf, ticket_rows
from tests.reports.asking import roll_part
from tests.stories import AHMETOVA, activate, record

BIDI = "\u202e"


def said(pdf, tmp_path):
    """The text of a PDF as a reader takes it out."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize(
    "turn", ["\u202e", "\u2067", "\u200f", "\u05d0", "\x85", "\u2028", "\x1b", "\u0301" * 200]
)
def test_a_line_has_a_dot_for_what_would_turn_or_break_it(turn):
    label = f"{turn}Скидка"
    assert row_lines(Row(label, tenge(12, 34))) == [f"·Скидка{'12.34':>41}"]
    assert row_lines(Row(label, centred=True)) == [f"{'·Скидка':^48}".rstrip()]
    assert row_lines(Tally(label, 3, tenge(1)))[0].startswith(" ·Скидка ")
    assert max(len(line) for line in row_lines(Row("Итог", label * 20))) <= WIDTH


def test_a_cell_of_a_table_is_printed_in_the_same_way():
    table = Table(
        (Column("Кассир", roll=20), Column("Сумма", roll=20, numeric=True)),
        ((f"{BIDI}Ибраев", tenge(1)),),
    )
    assert table_lines(table)[1] == f"{'·Ибраев':20}{'1.00':>20}"
    cell = Template("{% load paper %}{{ cell|printed }}").render(
        Context({"cell": f"{BIDI}<Ибраев>"})
    )
    assert cell == "·&lt;Ибраев&gt;"


def test_no_paper_whatever_is_on_it_obeys_an_override(tmp_path):
    text = said(roll_pdf("Чек", [roll_part(f"{BIDI}Скидка   -1 234.56", "Итог   5.00")]), tmp_path)
    assert [line.split() for line in text.splitlines() if line.strip("\f")] == [
        ["·Скидка", "-1", "234.56"],
        ["Итог", "5.00"],
    ]


@pytest.mark.django_db
def test_a_ticket_sealed_with_an_override_prints_its_figures_as_they_are(kkm, now, tmp_path):
    Taxpayer.objects.filter(pk=kkm.taxpayer_id).update(name=f"{BIDI}ТОО «Береке»")
    activate(kkm, at=now)
    discount = Modifier(role=PositionRole.DISCOUNT, amount=tenge(1_234, 56), name="Скидка")
    object.__setattr__(
        discount, "name", f"{BIDI}Скидка"
    )  # as if it had come before names were checked
    bread = Line(name="Хлеб", quantity=1000, price=tenge(2_000))
    entry = Ticket(
        at=now,
        kind=OperationKind.SALE,
        positions=(bread,),
        modifiers=(discount,),
        payments={PaymentType.CASH: tenge(765, 44)},
        **AHMETOVA,
    )
    operation = record(kkm, entry)
    assert operation.positions.last().name == f"{BIDI}Скидка"
    lines = [line for row in ticket_rows(operation) for line in row_lines(row)]
    assert f"·Скидка{'-1 234.56':>41}" in lines
    assert "-1 234.56" in said(ticket_pdf(operation), tmp_path)
