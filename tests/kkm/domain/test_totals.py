"""Totals: what operations are worth, and how that is read."""

from datetime import UTC, datetime

import pytest

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.ticket import Act, Modifier, Placement, Position, ShiftClosing, Ticket
from kkm.domain.totals import Totals

NOON = datetime(2026, 3, 12, 7, tzinfo=UTC)
K, P = OperationKind, PaymentType


def sale():
    milk = Position(
        name="Сүт", quantity=2000, price=tenge(580), section="02", rate=16_000, discount=tenge(60)
    )
    book = Position(
        name="Кітап", quantity=1000, price=tenge(1000), section="10", rate=None, markup=tenge(20)
    )
    off = Modifier(role=PositionRole.DISCOUNT, amount=tenge(100), rate=16_000)
    paid = {P.CASH: tenge(1020), P.CARD: tenge(1000)}
    return Ticket(
        at=NOON,
        kind=K.SALE,
        positions=(milk, book),
        modifiers=(off,),
        payments=paid,
        change=tenge(80),
        offline=True,
    )


def test_a_ticket_is_worth_these_cells_and_no_others():
    assert dict(Totals.of(sale()).cells) == {
        "documents": 1,
        "offline/2": 1,
        "tickets/2": 1,
        "amount/2": 202_000,
        "change/2": 8_000,
        "payments/2/0": 1,
        "paid/2/0": 102_000,
        "payments/2/1": 1,
        "paid/2/1": 100_000,
        "positions/2/02": 1,
        "goods/2/02": 116_000,
        "positions/2/10": 1,
        "goods/2/10": 100_000,
        "discounts/2": 2,
        "discount/2": 16_000,
        "markups/2": 1,
        "markup/2": 2_000,
        "turnover/2/16000": 100_000,
        "vat/2/16000": 15_172 - 1_379,  # 1100·16/116 = 151.724 less 100·16/116 = 13.793
        "turnover/2/none": 102_000,
    }


def test_placements_and_closings_are_documents_and_acts_are_nothing():
    assert Totals.of(Placement(at=NOON, kind=K.DEPOSIT, amount=tenge(7))) == Totals(
        {"documents": 1, "placements/10": 1, "placed/10": 700}
    )
    assert Totals.of(ShiftClosing(at=NOON)) == Totals({"documents": 1})
    assert Totals.of(Act(at=NOON, kind=K.ACTIVATION)) == Totals()


def test_the_figures_are_asked_by_name():
    totals = Totals.of(sale()) + Totals.of(Placement(at=NOON, kind=K.WITHDRAWAL, amount=tenge(20)))
    assert totals.count("tickets", K.SALE) == 1
    assert totals.count("tickets", K.PURCHASE) == 0
    assert totals.money("paid", K.SALE, P.CARD) == tenge(1000)
    assert totals.money("paid", K.SALE, P.TARE) == ZERO
    assert totals.over("goods", K.SALE) == {"02": 116_000, "10": 100_000}
    assert totals.total("discount") == tenge(160)
    assert totals.total("goods") == tenge(2160)
    assert totals.count("documents") == 2
    assert totals.cash_flow == tenge(1000)


def test_revenue_may_be_negative_and_placements_never_touch_it():
    cells = {
        "amount/2": 1_000,
        "amount/3": 200,
        "amount/0": 5_000,
        "amount/1": 300,
        "placed/10": 999_999,
        "placed/11": 5,
    }
    assert Totals(cells).revenue == Money(1_000 - 200 - 5_000 + 300)


def test_cash_flow_counts_cash_only_and_each_kind_in_its_direction():
    cells = {
        "paid/2/0": 1_000,
        "paid/3/0": 200,
        "paid/0/0": 50,
        "paid/1/0": 3,
        "paid/2/1": 777,
        "placed/10": 10_000,
        "placed/11": 400,
    }
    assert Totals(cells).cash_flow == Money(1_000 - 200 - 50 + 3 + 10_000 - 400)


def test_sections_come_in_natural_order_and_rates_highest_first_with_none_last():
    sections = {f"positions/2/{code}": 1 for code in ("10", "2", "01", "")}
    rates = {f"turnover/3/{rate}": 1 for rate in ("none", "0", "5000", "16000")}
    totals = Totals(sections | rates)
    assert totals.sections == ["", "01", "2", "10"]
    assert totals.rates == [16_000, 5_000, 0, None]


def test_a_section_code_may_have_a_slash_in_it():
    totals = Totals({"positions/2/1/2": 1, "goods/2/1/2": 500})
    assert totals.sections == ["1/2"]
    assert totals.over("goods", K.SALE) == {"1/2": 500}


def test_zero_cells_are_not_kept_so_that_equal_totals_are_equal():
    assert Totals({"amount/2": 0}) == Totals() == Totals({"amount/2": 5}) + Totals({"amount/2": -5})
    assert not Totals({"amount/2": 0})
    assert hash(Totals({"a": 1, "b": 2})) == hash(Totals({"b": 2, "a": 1}))


def test_totals_are_frozen_and_add_to_totals_only():
    totals = Totals({"documents": 1})
    with pytest.raises(AttributeError):
        totals.cells = {}
    with pytest.raises(TypeError):
        totals.cells["documents"] = 2
    with pytest.raises(TypeError):
        totals + {"documents": 1}


def test_a_rate_that_has_vat_and_no_turnover_is_among_the_rates():
    totals = Totals({"vat/2/16000": 2, "turnover/2/5000": 100, "vat/2/5000": 5})
    assert totals.rates == [16_000, 5_000]
