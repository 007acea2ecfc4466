"""The equations of a report: true ones hold, and each wrong figure breaks the one that is about
it.
"""

from dataclasses import replace

import pytest

from kkm.domain import identities
from kkm.domain.balance import Balance
from kkm.domain.kinds import OperationKind
from kkm.domain.money import Money, tenge
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from tests.headings import heading

K = OperationKind
CELLS = {
    "documents": 3,
    "tickets/2": 1,
    "amount/2": 11_600,
    "positions/2/01": 1,
    "goods/2/01": 12_000,
    "discounts/2": 1,
    "discount/2": 500,
    "markups/2": 1,
    "markup/2": 100,
    "payments/2/0": 1,
    "paid/2/0": 10_000,
    "payments/2/1": 1,
    "paid/2/1": 1_600,
    "turnover/2/16000": 11_600,
    "vat/2/16000": 1_600,
    "placements/10": 1,
    "placed/10": 5_000,
}
OPENING = Balance(sale_total=tenge(1_000), sale_count=7, deposit_count=1, cash=tenge(40))
CLOSING = Balance(sale_total=tenge(1_116), sale_count=8, deposit_count=2, cash=tenge(190))
SHIFT = Snapshot(
    heading=heading(shift_number=5), opening=OPENING, closing=CLOSING, totals=Totals(CELLS)
)
NEXT = Snapshot(
    heading=heading(shift_number=6),
    opening=CLOSING,
    closing=CLOSING,
    totals=Totals({"documents": 1}),
)


def broken(found):
    return {(identity.name, identity.kind) for identity in found if not identity.holds}


def test_a_shift_that_adds_up_satisfies_all():
    assert len(identities.of_snapshot(SHIFT)) == 23
    assert broken(identities.of_snapshot(SHIFT)) == set()


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("goods/2/01", {("goods", K.SALE)}),
        ("discount/2", {("goods", K.SALE)}),
        ("markup/2", {("goods", K.SALE)}),
        ("paid/2/1", {("payments", K.SALE)}),
        ("paid/2/0", {("payments", K.SALE), ("cash", None)}),
        ("turnover/2/16000", {("turnover", K.SALE)}),
        (
            "amount/2",
            {("goods", K.SALE), ("payments", K.SALE), ("turnover", K.SALE), ("total", K.SALE)},
        ),
        ("tickets/2", {("count", K.SALE)}),
        ("placements/10", {("count", K.DEPOSIT)}),
        ("placed/10", {("cash", None)}),
    ],
)
def test_a_wrong_figure_breaks_what_is_about_it(cell, names):
    wrong = replace(SHIFT, totals=Totals({**CELLS, cell: CELLS[cell] + 1}))
    assert broken(identities.of_snapshot(wrong)) == names


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("sale_total", ("total", K.SALE)),
        ("purchase_return_total", ("total", K.PURCHASE_RETURN)),
        ("sale_count", ("count", K.SALE)),
        ("withdrawal_count", ("count", K.WITHDRAWAL)),
        ("cash", ("cash", None)),
    ],
)
def test_a_wrong_balance_breaks_its_end(column, name):
    one = 1 if column.endswith("_count") else Money(1)
    wrong = replace(SHIFT, closing=CLOSING._replace(**{column: getattr(CLOSING, column) + one}))
    assert broken(identities.of_snapshot(wrong)) == {name}


def test_an_identity_tells_by_how_much_it_fails():
    wrong = replace(SHIFT, closing=CLOSING._replace(cash=tenge(191)))
    (cash,) = [identity for identity in identities.of_snapshot(wrong) if not identity.holds]
    assert (cash.left, cash.right, cash.difference) == (tenge(190), tenge(191), tenge(-1))


def test_consecutive_shifts_satisfy_all_together():
    totals = SHIFT.totals + NEXT.totals
    assert broken(identities.of_period([SHIFT, NEXT], totals)) == set()


def test_a_missing_shift_is_a_gap():
    later = replace(NEXT, heading=heading(shift_number=7))
    assert broken(identities.of_period([SHIFT, later], SHIFT.totals + later.totals)) == {
        ("gaps", None)
    }


def test_a_shift_that_opens_otherwise_than_the_last_one_closed_is_a_broken_joint():
    other = CLOSING._replace(sale_total=tenge(1_117))
    found = identities.of_period(
        [SHIFT, replace(NEXT, opening=other, closing=other)], SHIFT.totals + NEXT.totals
    )
    assert broken(found) == {("joints", None), ("total", K.SALE)}


def test_parts_add_up_to_the_whole_or_it_is_said():
    assert broken(identities.of_split([SHIFT.totals, NEXT.totals], SHIFT.totals)) == set()
    assert broken(identities.of_split([SHIFT.totals, SHIFT.totals], SHIFT.totals)) == {
        ("split", K.SALE)
    }
