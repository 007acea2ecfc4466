"""What a ticket prints of a line adds up: quantity × price, the rounding where there is one, the sum
of goods.
"""

import re
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kkm.demo import goods as shops
from kkm.demo.baskets import basket, purchase
from kkm.demo.goods import Trade
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Position, goods_of
from reports.ticket.issued_ticket import ticket_line
from reports.ticket.layout import _item

TRADES = [shop for shop in vars(shops).values() if isinstance(shop, Trade)]
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(st.sampled_from(TRADES), DAYS, st.integers(0, 10**9))
def test_each_line_of_the_demo_world_adds_up_to_the_tiyn(trade, day, seed):
    dice = Random(seed)
    sold = basket(dice, trade, day)["positions"]
    bought = ()
    if trade.bought:
        bought = purchase(dice, trade, day)["positions"]
    for position in (*sold, *bought):
        assert position.goods * 1000 == position.price * position.quantity
        assert_the_paper_adds_up(position)


@given(
    st.integers(1, 10**6),
    st.integers(0, 10**7).map(Money),
    st.integers(-99, 99).map(Money),
)
def test_a_line_that_was_rounded_says_by_how_much(quantity, price, rounding):
    goods = max(goods_of(quantity, price) + rounding, Money())
    position = Position(name="Огурцы", quantity=quantity, price=price, goods=goods)
    assert_the_paper_adds_up(position)


def test_a_rounded_line_reads_so():
    position = Position(name="Морковь", quantity=1480, price=tenge(230), goods=tenge(340))
    rows = [(row.label, str(row.value)) for row in _item(ticket_line(1, position))][1:]
    assert rows == [("1.48 x 230.00", "340.00"), ("в т.ч. округление", "-0.40")]


def assert_the_paper_adds_up(position: Position) -> None:
    rows = {row.label: row.value for row in _item(ticket_line(1, position))}
    (product,) = (label for label in rows if re.fullmatch(r"[0-9.]+ x [0-9 .]+", label))
    rounding = rows.get("в т.ч. округление", Money())
    assert rows[product] == goods_of(position.quantity, position.price) + rounding
