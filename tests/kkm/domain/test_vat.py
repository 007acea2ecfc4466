"""VAT: inside the sum, half-up, position by position."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Modifier, Position, Ticket
from kkm.domain.totals import Totals
from kkm.domain.vat import included_vat, rate_name

NOON = datetime(2026, 3, 12, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tiyn", "rate", "vat"),
    [
        (11_600, 16_000, 1_600),
        (11_200, 12_000, 1_200),
        (10_500, 5_000, 500),
        (11_000, 10_000, 1_000),
        (100, 16_000, 14),  # 13.79
        (100, 12_000, 11),  # 10.71
        (14, 12_000, 2),  # 1.5 exactly: up
        (42, 12_000, 5),  # 4.5 exactly: up, where a banker would say 4
        (41, 12_000, 4),  # 4.39
        (1, 16_000, 0),
        (0, 16_000, 0),
        (10_000, 0, 0),
        (10_000, None, 0),
        (
            99_999_999_999_999,
            16_000,
            13_793_103_448_276,
        ),  # beyond a float's reach of tiyn once multiplied
    ],
)
def test_it_is_rounded_half_up_to_the_tiyn(tiyn, rate, vat):
    assert included_vat(tiyn, rate) == vat


@given(st.integers(0, 10**14), st.sampled_from([5_000, 10_000, 12_000, 16_000]))
def test_it_is_never_further_than_half_a_tiyn_from_the_exact_share(tiyn, rate):
    doubled_error = 2 * included_vat(tiyn, rate) * (100_000 + rate) - 2 * tiyn * rate
    assert -(100_000 + rate) < doubled_error <= 100_000 + rate


def test_vat_summed_by_position_is_not_the_vat_of_the_total():
    bread = Position(name="Хлеб", quantity=1000, price=tenge(1), rate=16_000)
    sale = Ticket(
        at=NOON,
        kind=OperationKind.SALE,
        positions=(bread,) * 3,
        payments={PaymentType.CARD: tenge(3)},
    )
    assert Totals.of(sale).money("vat", OperationKind.SALE, "16000") == Money(42)
    assert included_vat(tenge(3).tiyn, 16_000) == 41


def test_a_discount_on_the_ticket_takes_its_own_vat_off():
    coat = Position(name="Халат", quantity=1000, price=tenge(116), rate=16_000)
    loyal = Modifier(role=PositionRole.DISCOUNT, amount=tenge(10), rate=16_000)
    sale = Ticket(
        at=NOON,
        kind=OperationKind.SALE,
        positions=(coat,),
        modifiers=(loyal,),
        payments={PaymentType.CASH: tenge(106)},
    )
    totals = Totals.of(sale)
    assert totals.money("turnover", OperationKind.SALE, "16000") == tenge(116) - tenge(10)
    assert totals.money("vat", OperationKind.SALE, "16000") == tenge(16) - tenge(1, 38)


@pytest.mark.parametrize(
    ("rate", "name"), [(16_000, "16.00%"), (0, "0.00%"), (12_500, "12.50%"), (None, "")]
)
def test_a_rate_is_named_as_registers_print_it(rate, name):
    assert rate_name(rate) == name
