"""The running balance: what is never reset."""

import pytest

from kkm.domain.balance import Balance
from kkm.domain.kinds import ACTS, OperationKind
from kkm.domain.money import ZERO, Money, tenge

K = OperationKind
START = Balance(*(tenge(n) for n in (1000, 200, 30, 4)), 10, 2, 3, 4, 5, 6, tenge(500))


@pytest.mark.parametrize(
    ("kind", "cash"),
    [
        (K.SALE, tenge(560)),
        (K.PURCHASE, tenge(440)),
        (K.SALE_RETURN, tenge(440)),
        (K.PURCHASE_RETURN, tenge(560)),
    ],
)
def test_a_ticket_grows_its_own_total_and_count_and_moves_the_cash(kind, cash):
    after = START.after(kind, tenge(100), tenge(60))
    assert after.total(kind) == START.total(kind) + tenge(100)
    assert after.count(kind) == START.count(kind) + 1
    assert after.tickets == START.tickets + 1 == 20
    assert after.cash == cash
    others = [
        other for other in (K.SALE, K.PURCHASE, K.SALE_RETURN, K.PURCHASE_RETURN) if other != kind
    ]
    assert [after.total(other) for other in others] == [START.total(other) for other in others]


@pytest.mark.parametrize(
    ("kind", "cash", "counts"),
    [(K.DEPOSIT, tenge(600), (6, 6)), (K.WITHDRAWAL, tenge(400), (5, 7))],
)
def test_a_placement_moves_cash_and_no_total(kind, cash, counts):
    after = START.after(kind, tenge(100), tenge(100))
    assert after[:8] == START[:8]
    assert (after.deposit_count, after.withdrawal_count) == counts
    assert after.cash == cash


@pytest.mark.parametrize("kind", [*ACTS, K.CLOSE_SHIFT])
def test_acts_and_closings_change_nothing(kind):
    assert START.after(kind) == START


def test_the_cash_may_come_out_negative_for_the_door_to_see():
    assert START.after(K.WITHDRAWAL, tenge(501), tenge(501)).cash == tenge(-1)


def test_it_is_kept_as_eleven_integers_in_a_fixed_order():
    assert list(START.cells.items()) == [
        ("sale_total", 100_000),
        ("purchase_total", 20_000),
        ("sale_return_total", 3_000),
        ("purchase_return_total", 400),
        ("sale_count", 10),
        ("purchase_count", 2),
        ("sale_return_count", 3),
        ("purchase_return_count", 4),
        ("deposit_count", 5),
        ("withdrawal_count", 6),
        ("cash", 50_000),
    ]
    assert Balance.from_cells(START.cells) == START


def test_it_starts_from_nothing_and_outgrows_32_bits():
    assert Balance() == Balance(ZERO, ZERO, ZERO, ZERO, 0, 0, 0, 0, 0, 0, ZERO)
    assert START.after(K.SALE, Money(10**14 - 1)).sale_total == Money(10**14 + 99_999)
