"""One buyer at the till: what he takes, what is taken off, and how he pays.

Everything hangs on the dice that are given.
"""

from collections.abc import Mapping
from datetime import date
from random import Random

from kkm.demo.cast import BUYERS
from kkm.demo.goods import Good, Trade
from kkm.domain.kinds import PaymentType, PositionRole
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.ticket import Modifier, Position

CASH, CARD, CREDIT, TARE, MOBILE = PaymentType
NOTES = (500, 1_000, 2_000, 5_000, 10_000, 20_000)
SERVICE, CLUB, DELIVERY = "Обслуживание", "Скидка по карте клуба", "Доставка"


def basket(dice: Random, trade: Trade, day: date) -> dict:
    """Positions, modifiers, payments, change and details of a sale."""
    taken = dice.sample(trade.goods, dice.randint(1, min(trade.most_positions, len(trade.goods))))
    positions = tuple(
        position(dice, good, day, may_be_cheaper=True) for good in dict.fromkeys(taken)
    )
    modifiers = _modifiers(dice, trade, positions)
    amount = Money.sum(line.total for line in (*positions, *modifiers))
    payments, change = _payments(dice, amount)
    details = {"buyer": dice.choice(BUYERS)} if dice.random() < 0.06 else {}
    return {
        "positions": positions,
        "modifiers": modifiers,
        "payments": payments,
        "change": change,
        "details": details,
    }


def purchase(dice: Random, trade: Trade, day: date) -> dict:
    """Positions and payments of a purchase from the public, in cash."""
    one = position(dice, dice.choice(trade.bought), day)
    return {"positions": (one,), "payments": {CASH: one.total}}


def position(dice: Random, good: Good, day: date, *, may_be_cheaper: bool = False) -> Position:
    """Some of a good at the price of the day."""
    quantity = (
        dice.randint(200, good.most * 1000) // 10 * 10
        if good.by_weight
        else 1000 * dice.randint(1, good.most)
    )
    price = tenge(
        good.price + good.price * (day.toordinal() * 7 % 9 - 4) // 400
    )  # prices move a little from day to day
    cost = (quantity * price.tiyn + 50_000) // 100_000 * 100  # scales round to whole tenge
    discount = ZERO
    if may_be_cheaper and dice.random() < 0.06:
        discount = Money(cost * dice.choice((5, 7, 10, 15)) // 100 // 500 * 500)
    rate = good.tax.rate_on(day)
    what = {"name": good.name, "section": good.section, "details": _details(dice, good)}
    return Position(
        quantity=quantity, price=price, goods=Money(cost), discount=discount, rate=rate, **what
    )


def gtin(good: Good) -> str:
    """A thirteen-digit bar code of Kazakhstan that a good keeps."""
    twelve = (
        f"487{sum(ord(letter) * 7919**place for place, letter in enumerate(good.name)) % 10**9:09d}"
    )
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def _details(dice: Random, good: Good) -> dict:
    details: dict = {"code": gtin(good)[-6:], "unit": good.unit}
    if not good.by_weight and good.section != "03":
        details["gtin"] = gtin(good)
    if good.marked:
        details["marks"] = [f"0{gtin(good)}21{dice.randrange(16**12):012x}"]
    return details


def _modifiers(dice: Random, trade: Trade, positions: tuple[Position, ...]) -> tuple[Modifier, ...]:
    """On the whole ticket: service in a café, now and then a club card or a delivery; only where
    one rate fits all.
    """
    rates = {one.rate for one in positions}
    total = sum(one.total.tiyn for one in positions)
    if len(rates) > 1 or total < 300_000:
        return ()
    made = (
        (
            trade.service > 0,
            PositionRole.MARKUP,
            total * trade.service // 100,
            f"{SERVICE} {trade.service} %",
        ),
        (dice.random() < 0.05, PositionRole.DISCOUNT, total * 3 // 100, CLUB),
        (dice.random() < 0.01, PositionRole.MARKUP, 50_000, DELIVERY),
    )
    (rate,) = rates
    whole = ((role, tiyn // 100 * 100, name) for asked, role, tiyn, name in made if asked)
    return tuple(
        Modifier(role=role, amount=Money(tiyn), rate=rate, name=name) for role, tiyn, name in whole
    )


def _payments(dice: Random, amount: Money) -> tuple[Mapping[PaymentType, Money], Money]:
    """How it is paid, net of the change."""
    way = dice.random()
    if way < 0.04 and amount > tenge(2_000):
        part = Money(amount.tiyn // dice.choice((2, 3, 4)) // 50_000 * 50_000)
        return (
            {CASH: part, dice.choice((CARD, MOBILE)): amount - part} if part else {CARD: amount}
        ), ZERO
    if way < 0.38:
        return {CASH: amount}, _change(dice, amount)
    if way > 0.98 and amount > tenge(15_000):
        return {CREDIT: amount}, ZERO
    if way > 0.997:
        return {TARE: min(tenge(200), amount)} | (
            {CASH: amount - tenge(200)} if amount > tenge(200) else {}
        ), ZERO
    return {CARD if way < 0.72 else MOBILE: amount}, ZERO


def _change(dice: Random, amount: Money) -> Money:
    """What is left of the notes that the buyer hands over."""
    note = tenge(dice.choice(NOTES)).tiyn
    return ZERO if dice.random() < 0.3 else Money(-amount.tiyn % note)
