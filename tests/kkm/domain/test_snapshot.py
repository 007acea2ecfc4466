"""The frozen figures of a shift: one text for one value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkm.domain.balance import Balance
from kkm.domain.money import Money, tenge
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from tests.headings import heading
from tests.kkm.domain import written

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
headings = st.builds(
    heading,
    taxpayer=texts,
    address_kk=texts,
    cashier_name=texts,
    last_number=st.integers(0, 2**53),
    sections=st.dictionaries(texts, texts, max_size=3),
)
sums, counts = st.integers(0, 2**53), st.integers(0, 2**40)
balances = st.builds(Balance, *(sums.map(Money),) * 4, *(counts,) * 6, sums.map(Money))
totals = st.dictionaries(texts, st.integers(-(2**53), 2**53), max_size=8).map(Totals)
snapshots = st.builds(Snapshot, heading=headings, opening=balances, closing=balances, totals=totals)


@given(snapshots)
def test_text_and_back_is_the_same_value_and_the_same_bytes(snapshot):
    again = Snapshot.parse(snapshot.text)
    assert again == snapshot
    assert again.text.encode() == snapshot.text.encode()


def test_a_real_z_is_read_and_written_back_byte_for_byte():
    z = Snapshot.parse(written.Z)
    assert z.text == written.Z
    assert (z.closing.sale_total, z.closing.cash, z.totals.count("documents")) == (
        tenge(382),
        tenge(182),
        2,
    )


def test_equal_figures_in_another_order_have_the_same_text():
    forth = Snapshot(
        heading=heading(sections={"01": "a", "02": "b"}),
        opening=Balance(),
        closing=Balance(),
        totals=Totals({"x": 1, "y": 2}),
    )
    back = Snapshot(
        heading=heading(sections={"02": "b", "01": "a"}),
        opening=Balance(),
        closing=Balance(),
        totals=Totals({"y": 2, "x": 1, "z": 0}),
    )
    assert forth.text == back.text


def test_a_version_that_is_not_ours_is_refused():
    with pytest.raises(ValueError, match="version 2, not 1"):
        Snapshot.parse(json.dumps({**json.loads(written.Z), "version": 2}))
