"""One rule for all frames: a row of taxes that is not zero is printed, and what is printed adds
up.
"""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kkm.domain.kinds import TICKETS, OperationKind, PaymentType
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.totals import Totals
from reports.paper.a4 import report_html
from reports.paper.lines import row_lines
from reports.paper.pdf import render_pdf
from reports.parts import blocks, labels
from reports.report_json import report_json
from reports.ticket.layout import ticket_rows
from tests.breadth import breadth
from tests.kkm.days import days, tickets, work
from tests.kkm.test_ticket_vat import loaf, off, on, sold, written_before
from tests.reports.asking import ask, collapsed, page_lines, paper_lines, roll_texts
from tests.stories import close, deposit, record, sell

K, P = OperationKind, PaymentType
TITLE = "ОТЧЕТ ПО НАЛОГАМ"
WITH_TAXES = ["z", "x", "period", "shift"]


def added_up(rows) -> dict[str, tuple[Money, Money]]:
    """Of each kind that the block names: its turnovers and its VAT, as the rows of rates have
    them.
    """
    turnovers, vats, kind = {}, {}, ""
    for label, value in rows:
        name, _comma, what = label.partition(", ")
        if what in ("ОБОРОТ С НДС", "ОБОРОТ"):
            kind = name
            turnovers[kind] = turnovers.get(kind, ZERO) + value
        elif label.startswith("НДС ") and value is not None:
            vats[kind] = vats.get(kind, ZERO) + value
    return {kind: (turnovers[kind], vats.get(kind, ZERO)) for kind in turnovers}


def expected(totals: Totals) -> dict[str, tuple[Money, Money]]:
    """The figures printed above the block and below it, of each kind that has a rate."""
    found = {}
    for kind in TICKETS:
        cells = totals.over("turnover", kind) | totals.over("vat", kind)
        if cells.keys() - {"none"}:
            amount = totals.money("amount", kind)
            found[str(labels.SINGULAR[kind])] = (amount, blocks.vat(totals, kind))
    return found


def assert_adds_up(totals: Totals) -> None:
    rows = blocks.taxes(totals).rows
    plain = [(row.label, row.value if isinstance(row.value, Money) else None) for row in rows]
    assert added_up(plain) == {
        kind: sums
        for kind, sums in expected(totals).items()
        if any(sums) or kind in added_up(plain)
    }
    printed = dict(plain)
    for kind in TICKETS:
        if str(labels.SINGULAR[kind]) in expected(totals):
            assert printed[str(labels.VAT[kind])] == blocks.vat(totals, kind)


@settings(max_examples=breadth(60, 300))
@given(st.lists(tickets(), max_size=5))
def test_the_rows_of_taxes_add_up_to_the_tickets_and_to_their_vat(many):
    assert_adds_up(Totals.sum(map(Totals.of, many)))


cells = st.sampled_from(["none", "0", "5000", "16000"])
drawn = st.dictionaries(
    st.tuples(st.sampled_from(TICKETS), cells),
    st.tuples(st.integers(-3, 3), st.integers(-2, 2)),
    max_size=8,
)


@settings(max_examples=breadth(60, 300))
@given(drawn)
def test_so_do_the_totals_of_any_journal_of_before(drawn):
    """Turnovers of zero with VAT, negative ones, VAT below nothing: older journals have them."""
    found: dict[str, int] = {}
    for (kind, rate), (turnover, vat) in drawn.items():
        found[f"turnover/{kind:d}/{rate}"] = turnover
        found[f"amount/{kind:d}"] = found.get(f"amount/{kind:d}", 0) + turnover
        found[f"vat/{kind:d}/{rate}"] = 0 if rate in ("none", "0") else vat
    assert_adds_up(Totals(found))


# -- in words --------------------------------------------------------------------------------------


def lines_of(totals: Totals) -> list[str]:
    return collapsed(line for row in blocks.taxes(totals).rows for line in row_lines(row))


def test_a_discount_without_a_rate_on_goods_with_vat_leaves_a_row_without_vat(now):
    totals = Totals.of(sold(now, [loaf(tenge(1_000))], [off(tenge(400), None)]))
    assert lines_of(totals) == [
        "НДС 16.00%",
        "ПРОДАЖА, ОБОРОТ С НДС 1 000.00",
        "НДС 16.00% 137.93",
        "ОБОРОТ БЕЗ НДС 862.07",
        "БЕЗ НДС",
        "ПРОДАЖА, ОБОРОТ -400.00",
        "ИТОГО НДС ПРОДАЖ 137.93",
    ]


def test_a_rate_without_turnover_is_printed_while_it_has_vat():
    totals = Totals({"vat/2/16000": 2, "turnover/2/none": 100, "amount/2": 100})
    assert lines_of(totals) == [
        "НДС 16.00%",
        "ПРОДАЖА, ОБОРОТ С НДС 0.00",
        "НДС 16.00% 0.02",
        "ОБОРОТ БЕЗ НДС -0.02",
        "БЕЗ НДС",
        "ПРОДАЖА, ОБОРОТ 1.00",
        "ИТОГО НДС ПРОДАЖ 0.02",
    ]


def test_a_kind_without_any_rate_is_no_part_of_the_block(now):
    """As in the worked example: a purchase from the public stands beside sales with VAT."""
    sale = Totals.of(sold(now, [loaf()]))
    purchase = Totals.of(sold(now, [loaf(rate=None)], kind=K.PURCHASE))
    assert lines_of(sale + purchase) == lines_of(sale)
    assert lines_of(purchase) == ["НДС НЕ НАЧИСЛЕН"]


# -- in every frame --------------------------------------------------------------------------------


ROWS = [
    "НДС 5.00%",
    "ПРОДАЖА, ОБОРОТ С НДС 0.00",
    "НДС 5.00% 0.02",
    "ОБОРОТ БЕЗ НДС -0.02",
    "БЕЗ НДС",
    "ПРОДАЖА, ОБОРОТ -400.00",
    "ИТОГО НДС ПРОДАЖ 137.95",
]


@pytest.fixture
def odd_kkm(active_kkm, now):
    """A discount without a rate on goods with VAT; and a ticket of before: turnover 0 at 5 %,
    VAT 0.02.
    """
    record(active_kkm, sold(now, [loaf(tenge(1_000))], [off(tenge(400), None)]))
    dear = [loaf(Money(13), 5_000)] * 2  # 0.01 each
    whole = [off(Money(9), 5_000), off(Money(9), 5_000), off(Money(8), 5_000)]
    written_before(active_kkm, sold(now, dear, whole), [0, 0, 0])
    return active_kkm


def block_of(report) -> list[str]:
    (block,) = [block for block in report.blocks if block.title == TITLE]
    return collapsed(line for row in block.rows for line in row_lines(row))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", WITH_TAXES)
def test_page_paper_roll_and_export_print_the_same_rows(odd_kkm, now, kind):
    if kind != "x":
        close(odd_kkm, at=now)
    report = ask(odd_kkm, kind, timezone.localdate(now), now=now + timedelta(hours=1)).report
    assert [row for row in block_of(report) if row in ROWS] == ROWS
    frames = {
        "page": page_lines(report),
        "roll": collapsed(roll_texts(report)),
        "paper": paper_lines(render_pdf(report_html(report), "paper.css")),
    }
    for lines in frames.values():
        assert [row for row in ROWS if row not in lines] == []
    assert exported(report) == {"ПРОДАЖА": (tenge(600), Money(13_795))}


def exported(report) -> dict:
    """What the rows of the JSON inside a paper add up to."""
    (block,) = [one for one in json.loads(report_json(report))["blocks"] if one["title"] == TITLE]
    values = [(row["label"], row.get("value")) for row in block["rows"]]
    return added_up(
        (label, Money(value["tiyn"]) if isinstance(value, dict) else None)
        for label, value in values
    )


@pytest.mark.django_db
@settings(max_examples=20)
@given(days)
def test_the_tax_rows_of_any_shift_add_up_in_its_report(day):
    kkm = work(day).kkm
    for shift in kkm.shifts.order_by("-number")[:1]:
        closed_on = timezone.localdate(shift.closed_at)
        for kind in ("z", "period"):
            report = ask(kkm, kind, closed_on, shift=shift.number).report
            totals = report.statement.sums
            assert exported(report) == {
                kind: sums
                for kind, sums in expected(totals).items()
                if any(sums) or kind in exported(report)
            }


# -- a ticket --------------------------------------------------------------------------------------


@pytest.mark.django_db
@settings(max_examples=breadth(20, 50))
@given(tickets())
def test_the_vat_of_the_lines_on_a_roll_adds_up_to_that_of_the_ticket(active_kkm, now, ticket):
    deposit(active_kkm, 10**9, at=now)
    operation = record(active_kkm, replace(ticket, at=now))
    rows = list(ticket_rows(operation))
    of_lines = [row.value for row in rows if re.match(r"в т\.ч\. НДС \d", row.label) and row.value]
    (whole,) = [row.value for row in rows if row.label == "в т.ч. НДС"]
    assert Money.sum(of_lines) == whole == operation.vat


@pytest.mark.django_db
def test_a_discount_with_vat_shows_it_on_the_roll(active_kkm, now):
    whole = [off(tenge(116)), on(tenge(58), None)]
    operation = record(active_kkm, sold(now, [loaf(tenge(1_160))], whole))
    printed = collapsed(line for row in ticket_rows(operation) for line in row_lines(row))
    place = printed.index("Скидка -116.00")
    assert printed[place : place + 3] == [
        "Скидка -116.00",
        "в т.ч. НДС 16.00% -16.00",
        "Наценка на чек 58.00",
    ]


# -- a period, by payment --------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_period_splits_every_kind_by_payment(active_kkm, now):
    deposit(active_kkm, 10_000, at=now)
    for kind in TICKETS:
        sell(active_kkm, 100, at=now, kind=kind)
        sell(active_kkm, 20, at=now, kind=kind, payment=P.CARD)
        sell(active_kkm, 3, at=now, kind=kind, payment=P.MOBILE)
    close(active_kkm, at=now)
    report = ask(active_kkm, "period", timezone.localdate(now)).report
    (block,) = [block for block in report.blocks if block.title == "ЧЕКИ ЗА ПЕРИОД"]
    lines = collapsed(line for row in block.rows for line in row_lines(row))
    paid = ["НАЛИЧНЫЕ 100.00", "БАНКОВСКАЯ КАРТА 20.00", "МОБИЛЬНЫЙ ПЛАТЕЖ 3.00"]
    assert lines[:16] == [
        *("ЧЕКОВ ПРОДАЖ 0003 123.00", *paid),
        *("ЧЕКОВ ВОЗВР. ПРОДАЖ 0003 123.00", *paid),
        *("ЧЕКОВ ПОКУПОК 0003 123.00", *paid),
        *("ЧЕКОВ ВОЗВР. ПОКУПОК 0003 123.00", *paid),
    ]


@given(st.lists(tickets(), max_size=6))
def test_the_payments_of_each_kind_in_a_period_add_up_to_its_tickets(many):
    totals = Totals.sum(map(Totals.of, many))
    named = {str(word): kind for kind, word in labels.TICKETS.items()}
    sums, kind = {}, None
    for row in blocks.period_tickets(totals).rows:
        kind = named.get(row.label, kind)
        if row.label in {str(word) for word in labels.PAYMENT.values()}:
            sums[kind] = sums.get(kind, ZERO) + row.value
    assert sums == {kind: amount for kind in TICKETS if (amount := totals.money("amount", kind))}
