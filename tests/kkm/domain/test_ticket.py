"""What a register may ask to be recorded. What cannot be true cannot be built."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.printable import printable
from kkm.domain.ticket import Act, Modifier, Placement, Position, ShiftClosing, Ticket

NOON = datetime(2026, 3, 12, 7, tzinfo=UTC)
K, P = OperationKind, PaymentType


def position(**more):
    return Position(**{"name": "Хлеб", "quantity": 1000, "price": tenge(100), **more})


def ticket(**more):
    return Ticket(
        **{
            "at": NOON,
            "kind": K.SALE,
            "positions": (position(),),
            "payments": {P.CASH: tenge(100)},
            **more,
        }
    )


def discount(amount):
    return Modifier(role=PositionRole.DISCOUNT, amount=amount)


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        ({"name": "  "}, ValueError, "name: is empty"),
        ({"name": "я" * 301}, ValueError, "name: at most 300"),
        ({"name": "Хлеб\x00"}, ValueError, "name: .*cannot be printed"),
        ({"name": "Хлеб\n"}, ValueError, "name: .*cannot be printed"),
        ({"name": "\ud800"}, ValueError, "name: .*cannot be printed"),
        *(
            ({"name": f"Хлеб{turn}"}, ValueError, "name: .*cannot be printed")
            for turn in "\x85\u061c\u200f\u2028\u202e\u2066\u05d0\ufeff"
        ),
        ({"name": "Хлеб" + "\u0301" * 3}, ValueError, "name: .*cannot be printed"),
        ({"section": "1" * 21}, ValueError, "section: at most 20"),
        ({"section": "\x7f"}, ValueError, "section: .*cannot be printed"),
        ({"quantity": 0}, ValueError, "quantity: must be positive"),
        ({"quantity": -1000}, ValueError, "quantity: must be positive"),
        ({"quantity": 10**12, "price": Money(1)}, ValueError, "quantity: must be positive"),
        ({"quantity": 1.5}, TypeError, "whole tiyn"),
        ({"price": 100}, AttributeError, "tiyn"),
        ({"price": tenge(-1)}, ValueError, "price: .*not between"),
        ({"price": Money(10**14)}, ValueError, "price: .*not between"),
        ({"discount": Money(-1)}, ValueError, "discount: .*not between"),
        ({"markup": Money(-1)}, ValueError, "markup: .*not between"),
        ({"discount": 5.0}, TypeError, "not supported"),
        ({"discount": tenge(100, 1)}, ValueError, "discount: .*more than the position costs"),
        ({"goods": tenge(101)}, ValueError, "goods: .*not quantity × price"),
        ({"goods": tenge(99)}, ValueError, "goods: .*not quantity × price"),
    ],
)
def test_a_position_that_cannot_be_built(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        position(**wrong)


def test_letters_of_every_language_of_the_country_and_signs_of_goods_are_printed():
    for name in (
        "Қазы ұн-жүгері №5",
        "Café «Ø» 1½ л — 100 %",
        "и\u0306огурт",
        "北京 茶",
        "Хлеб 🍞",
    ):
        assert position(name=name).name == printable(name) == name


def test_a_ticket_has_at_most_a_thousand_lines():
    loaves = (position(),) * 999
    whole = {
        "modifiers": (Modifier(role=PositionRole.MARKUP, amount=tenge(1)),),
        "payments": {P.CASH: tenge(99_901)},
    }
    assert len(ticket(positions=loaves, **whole).lines) == 1000
    with pytest.raises(ValueError, match="positions: with discounts and markups at most 1000"):
        ticket(
            positions=(position(), *loaves),
            modifiers=whole["modifiers"],
            payments={P.CASH: tenge(100_001)},
        )


def test_a_rate_in_a_float_yields_no_vat():
    with pytest.raises(TypeError, match="whole tiyn"):
        assert position(rate=16_000.0).vat


def test_goods_are_quantity_by_price_half_up():
    assert position(quantity=450, price=tenge(333, 33)).goods == tenge(150)  # 149.9985
    assert position(quantity=500, price=Money(1)).goods == Money(1)
    assert position(quantity=499, price=Money(1)).goods == ZERO


def test_goods_may_be_rounded_to_whole_tenge():
    assert position(price=tenge(99, 99), goods=tenge(100)).total == tenge(100)
    assert position(price=tenge(100, 99), goods=tenge(100)).total == tenge(100)


def test_a_position_costs_goods_less_discount_plus_markup():
    line = position(discount=tenge(30), markup=tenge(2), rate=12_000)
    assert (line.total, line.vat) == (tenge(72), Money(771))  # 7200·12/112 = 771.43


def test_a_discount_may_take_the_whole_price_and_no_more():
    assert position(discount=tenge(100)).total == ZERO
    assert position(discount=tenge(105), markup=tenge(5)).total == ZERO


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"role": PositionRole.ITEM, "amount": tenge(1)}, "role: "),
        ({"role": PositionRole.DISCOUNT, "amount": ZERO}, "amount: a modifier of nothing"),
        ({"role": PositionRole.MARKUP, "amount": Money(-1)}, "amount: .*not between"),
        ({"role": PositionRole.MARKUP, "amount": tenge(1), "name": "я" * 301}, "name: at most 300"),
    ],
)
def test_a_modifier_that_cannot_be_built(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Modifier(**wrong)


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        ({"kind": K.DEPOSIT}, ValueError, "kind: .*not a kind of ticket"),
        ({"kind": K.CLOSE_SHIFT}, ValueError, "kind: .*not a kind of ticket"),
        ({"positions": ()}, ValueError, "positions: a ticket has at least one"),
        ({"payments": {}}, ValueError, "payments: 0.00 paid, the ticket is 100.00"),
        ({"payments": {P.CASH: tenge(99, 99)}}, ValueError, "payments: 99.99 paid"),
        ({"payments": {P.CASH: tenge(60), P.CARD: tenge(60)}}, ValueError, "payments: 120.00 paid"),
        ({"payments": {P.CASH: tenge(150), P.CARD: tenge(-50)}}, ValueError, "card: .*not between"),
        ({"payments": {P.CASH: 100.0}}, TypeError, "not supported"),
        ({"payments": {9: tenge(100)}}, ValueError, "9 is not a valid PaymentType"),
        ({"change": Money(-1)}, ValueError, "change: .*not between"),
        (
            {"modifiers": (discount(tenge(101)),), "payments": {}},
            ValueError,
            "total: .*not between",
        ),
        ({"at": datetime(2026, 3, 12, 12)}, ValueError, "at: a time without a zone"),
        ({"external_number": "x" * 51}, ValueError, "external_number: at most 50"),
        ({"actor_code": "x" * 51}, ValueError, "actor_code: at most 50"),
        ({"actor_name": "x" * 201}, ValueError, "actor_name: at most 200"),
        ({"actor_name": "\x1b[31m"}, ValueError, "actor_name: .*cannot be printed"),
    ],
)
def test_a_ticket_that_cannot_be_built(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        ticket(**wrong)


def test_many_positions_may_not_outgrow_the_limit_together():
    dear = position(price=Money(10**14 - 1))
    with pytest.raises(ValueError, match=r"total: .*not between"):
        ticket(positions=(dear, dear), payments={P.CARD: Money(2 * 10**14 - 2)})


def test_the_longest_texts_are_taken():
    entry = ticket(
        external_number="x" * 50,
        actor_name="x" * 200,
        positions=(position(name="Қ" * 300, section="1" * 20),),
    )
    assert entry.positions[0].name == "Қ" * 300


def test_a_ticket_adds_up_its_positions_and_modifiers():
    markup = Modifier(role=PositionRole.MARKUP, amount=tenge(5))
    lines = (position(), position(discount=tenge(10)))
    paid = {P.CASH: tenge(100), P.MOBILE: tenge(65)}
    entry = ticket(
        positions=lines, modifiers=(discount(tenge(30)), markup), payments=paid, change=tenge(35)
    )
    assert entry.amount == tenge(165)
    assert [entry.paid(payment) for payment in P] == [tenge(100), ZERO, ZERO, ZERO, tenge(65)]
    assert [line.role for line in entry.lines] == [
        PositionRole.ITEM,
        PositionRole.ITEM,
        PositionRole.DISCOUNT,
        PositionRole.MARKUP,
    ]


def test_the_clock_of_an_entry_has_whole_seconds():
    assert ticket(at=NOON + timedelta(microseconds=999_999)).at == NOON


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": K.SALE, "amount": tenge(1)}, "kind: .*not a money placement"),
        ({"kind": K.DEPOSIT, "amount": ZERO}, "amount: nothing to place"),
        ({"kind": K.DEPOSIT, "amount": Money(-1)}, "amount: .*not between"),
        ({"kind": K.WITHDRAWAL, "amount": Money(10**14)}, "amount: .*not between"),
    ],
)
def test_a_placement_that_cannot_be_built(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Placement(at=NOON, **wrong)


def test_a_placement_is_cash():
    placement = Placement(at=NOON, kind=K.DEPOSIT, amount=tenge(7))
    assert [placement.paid(payment) for payment in P] == [tenge(7), ZERO, ZERO, ZERO, ZERO]


@pytest.mark.parametrize("kind", [K.SALE, K.DEPOSIT, K.CLOSE_SHIFT])
def test_an_act_is_not_a_document(kind):
    with pytest.raises(ValueError, match=r"kind: .*not an act"):
        Act(at=NOON, kind=kind)


@pytest.mark.parametrize(
    "entry",
    [ticket(), position(), discount(tenge(1)), ShiftClosing(at=NOON), Act(at=NOON, kind=K.BLOCK)],
)
def test_nothing_of_it_can_be_changed(entry):
    name = "at" if hasattr(entry, "at") else "name"
    with pytest.raises(FrozenInstanceError):
        setattr(entry, name, getattr(entry, name))
