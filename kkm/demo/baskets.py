"""One buyer at a till: the goods, the discounts and the payment.

All choices come from the given random generator (`dice`). The order of its calls is part of the
demo world: to change the order is to change the world.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from kkm.demo.goods import Good, Trade
from kkm.demo.reference import BUYERS
from kkm.domain.kinds import PaymentType, PositionRole
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.ticket import Modifier, Position, goods_of

Payments = Mapping[PaymentType, Money]
CASH, CARD, CREDIT, TARE, MOBILE = PaymentType
# Banknotes, in tenge.
NOTES = (500, 1_000, 2_000, 5_000, 10_000, 20_000)
SERVICE, CLUB, DELIVERY = "Обслуживание", "Скидка по карте клуба", "Доставка"
PERCENTS_OFF = (5, 7, 10, 15)


def basket(dice: Random, trade: Trade, day: date) -> dict:
    """Positions, modifiers, payments, change and details of a sale."""
    positions = _positions(dice, trade, day)
    modifiers = _modifiers(dice, trade, positions)
    amount = _sum_of(positions) + _sum_of(modifiers)
    payments, change = _payments(dice, amount)
    details = {}
    if dice.random() < 0.06:
        details["buyer"] = dice.choice(BUYERS)
    return {
        "positions": positions,
        "modifiers": modifiers,
        "payments": payments,
        "change": change,
        "details": details,
    }


def _sum_of(lines: Sequence[Position] | Sequence[Modifier]) -> Money:
    return Money.sum(line.total for line in lines)


def purchase(dice: Random, trade: Trade, day: date) -> dict:
    """Positions and payments of a purchase from the public, in cash."""
    bought = position(dice, dice.choice(trade.bought), day)
    return {"positions": (bought,), "payments": {CASH: bought.total}}


def _positions(dice: Random, trade: Trade, day: date) -> tuple[Position, ...]:
    """Different goods of a trade, as many as a buyer may take."""
    most = min(trade.most_positions, len(trade.goods))
    chosen = dice.sample(trade.goods, dice.randint(1, most))
    # A frequent good is several times in the list, and may be drawn more than once.
    different = dict.fromkeys(chosen)
    positions = []
    for good in different:
        positions.append(position(dice, good, day, may_be_cheaper=True))
    return tuple(positions)


def position(
    dice: Random,
    good: Good,
    day: date,
    *,
    may_be_cheaper: bool = False,
) -> Position:
    """A quantity of a good at the price of the day."""
    quantity = _quantity(dice, good)
    price = _price(good, day)
    cost = goods_of(quantity, price)
    discount = ZERO
    if may_be_cheaper and dice.random() < 0.06:
        discount = _discount(dice, cost)
    return Position(
        name=good.name,
        section=good.section,
        details=_details(dice, good),
        quantity=quantity,
        price=price,
        goods=cost,
        discount=discount,
        rate=good.tax.rate_on(day),
    )


def _quantity(dice: Random, good: Good) -> int:
    """In thousandths. Goods by weight are weighed to ten grams."""
    if not good.by_weight:
        return 1000 * dice.randint(1, good.most)
    return dice.randint(200, good.most * 1000) // 10 * 10


def _price(good: Good, day: date) -> Money:
    """The price of the day: up to one per cent above or below the usual price."""
    quarters_of_percent = day.toordinal() * 7 % 9 - 4
    return tenge(good.price + good.price * quarters_of_percent // 400)


def _discount(dice: Random, cost: Money) -> Money:
    """Some per cent of the cost, in steps of 5 tenge."""
    percent = dice.choice(PERCENTS_OFF)
    return Money(cost.tiyn * percent // 100 // 500 * 500)


def gtin(good: Good) -> str:
    """A GTIN-13 of Kazakhstan that depends on the name of the good only."""
    code = 0
    for place, letter in enumerate(good.name):
        code += ord(letter) * 7919**place
    twelve = f"487{code % 10**9:09d}"
    return f"{twelve}{_check_digit(twelve)}"


def _check_digit(twelve: str) -> int:
    """The check digit of GTIN-13: weights 1 and 3 by turns, from the left."""
    ones = sum(int(digit) for digit in twelve[::2])
    threes = sum(int(digit) for digit in twelve[1::2])
    return -(ones + 3 * threes) % 10


def _details(dice: Random, good: Good) -> dict:
    code = gtin(good)
    details: dict = {"code": code[-6:], "unit": good.unit}
    if not good.by_weight and good.section != "03":
        details["gtin"] = code
    if good.marked:
        serial = dice.randrange(16**12)
        details["marks"] = [f"0{code}21{serial:012x}"]
    return details


def _modifiers(
    dice: Random,
    trade: Trade,
    positions: Sequence[Position],
) -> tuple[Modifier, ...]:
    """Modifiers of the whole ticket: service, a club card, a delivery.

    A ticket under 3,000 tenge has none, nor one whose positions have different VAT rates.
    """
    rates = {line.rate for line in positions}
    total = sum(line.total.tiyn for line in positions)
    if len(rates) > 1 or total < 300_000:
        return ()
    (rate,) = rates
    modifiers = []

    def add(role: PositionRole, tiyn: int, name: str) -> None:
        amount = Money(tiyn // 100 * 100)
        modifiers.append(Modifier(role=role, amount=amount, rate=rate, name=name))

    if trade.service > 0:
        service = total * trade.service // 100
        add(PositionRole.MARKUP, service, f"{SERVICE} {trade.service} %")
    if dice.random() < 0.05:
        add(PositionRole.DISCOUNT, total * 3 // 100, CLUB)
    if dice.random() < 0.01:
        add(PositionRole.MARKUP, 50_000, DELIVERY)
    return tuple(modifiers)


def _payments(dice: Random, amount: Money) -> tuple[Payments, Money]:
    """Payments without the change, and the change."""
    way = dice.random()
    if way < 0.04 and amount > tenge(2_000):
        return _mixed(dice, amount), ZERO
    if way < 0.38:
        return {CASH: amount}, _change(dice, amount)
    if way > 0.98 and amount > tenge(15_000):
        return {CREDIT: amount}, ZERO
    if way > 0.997:
        return _with_tare(amount), ZERO
    if way < 0.72:
        return {CARD: amount}, ZERO
    return {MOBILE: amount}, ZERO


def _mixed(dice: Random, amount: Money) -> Payments:
    """A part in cash, in steps of 500 tenge, and the rest without cash."""
    share = dice.choice((2, 3, 4))
    cash = Money(amount.tiyn // share // 50_000 * 50_000)
    if not cash:
        return {CARD: amount}
    other = dice.choice((CARD, MOBILE))
    return {CASH: cash, other: amount - cash}


def _with_tare(amount: Money) -> Payments:
    """At most 200 tenge in returned containers, the rest in cash."""
    tare = tenge(200)
    if amount <= tare:
        return {TARE: amount}
    return {TARE: tare, CASH: amount - tare}


def _change(dice: Random, amount: Money) -> Money:
    """The change from equal banknotes. Three buyers of ten need no change."""
    note = tenge(dice.choice(NOTES)).tiyn
    if dice.random() < 0.3:
        return ZERO
    return Money(-amount.tiyn % note)
