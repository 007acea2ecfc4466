"""Random journals by seeded dice, a thousand in a minute: whatever a register may do, written
through the door in few transactions.

`tests.kkm.days` asks hypothesis for the odd corners of a single day; here are many registers and
whole stays on the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from kkm import journal
from kkm.domain.kinds import (
    DIRECTION,
    PLACEMENTS,
    TICKETS,
    OperationKind,
    PaymentType,
    PositionRole,
)
from kkm.domain.money import Money
from kkm.domain.ticket import Entry, Modifier, Placement, Position, ShiftClosing, Ticket, goods_of
from kkm.models import KKM
from kkm.models.span import SHIFT_LIMIT
from tests.stories import act, activate, restate

DAWN = datetime(2026, 3, 1, 3, tzinfo=UTC)
RATES = [16_000, 16_000, 16_000, 10_000, 5_000, 0, None]
NAMES = ["Хлеб", "Сыр «Голландский» 45 %", 'Труба ½" \\ 3', "Қант", "a\u00a0b", "чай 🍵", "=1+1"]
CASHIERS = [
    {"actor_code": "1", "actor_name": "Ахметова А.К."},
    {"actor_code": "2", "actor_name": "Ибраев Д.С."},
    {},
]
PAUSES, DELAYS = [0, 0, 1, 7, 60, 200, 700], [0, 0, 1, 20, 72 * 60]  # minutes


def write(kkm: KKM, dice: Random) -> None:
    """One journal: one to three stays on the record or stretches between blockings, each of up
    to a dozen documents.
    """
    drawer = Drawer(dice)
    activate(kkm, at=drawer.at)
    for stretch in range(dice.choice([1, 1, 1, 1, 2, 3])):
        if stretch:
            _interrupted(kkm, drawer)
        entries = [
            entry
            for number in range(dice.randint(0, 12))
            for entry in drawer.next(f"{stretch}-{number}")
        ]
        times = [entry.at + timedelta(minutes=dice.choice(DELAYS)) for entry in entries]
        journal.record_many(kkm=kkm, entries=entries, received_at=times)


def _interrupted(kkm: KKM, drawer: "Drawer") -> None:
    if drawer.opened is None:
        restate(kkm, at=drawer.at, address=f"{kkm.address}, к. 1")
    acts = [(journal.block, journal.unblock), (journal.deregister, activate)]
    for step in drawer.dice.choice(acts):
        drawer.wait()
        step(kkm, at=drawer.at) if step is activate else step(
            kkm=kkm, act=act(drawer.at, reason="проверка")
        )
        drawer.opened = None if step is activate else drawer.opened


@dataclass
class Drawer:
    """What a register knows of itself: its dice, its clock, its open shift and its cash (tiyn).

    So it asks for nothing that is refused.
    """

    dice: Random
    at: datetime = DAWN
    opened: datetime | None = None
    cash: int = 0
    kinds: list = field(default_factory=lambda: [*TICKETS, *PLACEMENTS, *[OperationKind.SALE] * 5])

    def wait(self) -> None:
        """Some time passes."""
        self.at += timedelta(minutes=self.dice.choice(PAUSES))

    def next(self, name: str) -> Iterator[Entry]:
        """What comes next; before it the closing of a shift that has lasted too long."""
        self.wait()
        if self.opened and (self.at >= self.opened + SHIFT_LIMIT or self.dice.random() < 0.07):
            self.opened = None
            yield ShiftClosing(at=self.at, **self.dice.choice(CASHIERS))
        who = {
            **self.dice.choice(CASHIERS),
            "offline": self.dice.random() < 0.2,
            "external_number": self.dice.choice(["", name]),
        }
        entry = self._entry(self.dice.choice(self.kinds), who)
        self.cash += DIRECTION[entry.kind] * entry.paid(PaymentType.CASH).tiyn
        self.opened = self.opened or self.at
        yield entry

    def _entry(self, kind: OperationKind, who: dict) -> Ticket | Placement:
        entry = (
            ticket(self.dice, kind, self.at, who) if kind in TICKETS else self._placement(kind, who)
        )
        short = DIRECTION[kind] < 0 and entry.paid(PaymentType.CASH).tiyn > self.cash
        return self._entry(OperationKind.SALE, who) if short else entry

    def _placement(self, kind: OperationKind, who: dict) -> Placement:
        return Placement(at=self.at, kind=kind, amount=Money(self.dice.randint(1, 500_000)), **who)


def ticket(dice: Random, kind: OperationKind, at: datetime, who: dict) -> Ticket:
    """A ticket of one to four positions, perhaps with a discount or a markup on the whole, paid
    in up to three ways.
    """
    lines = tuple(position(dice) for _line in range(dice.choice([1, 1, 2, 4])))
    total = sum(line.total.tiyn for line in lines)
    whole = tuple(_modifiers(dice, lines)) if dice.random() < 0.3 else ()
    payments = _payments(dice, total + sum(modifier.total.tiyn for modifier in whole))
    more = {
        "change": Money(dice.choice([0, 0, dice.randint(1, 50_000)])),
        "details": dice.choice([{}, {}, {"buyer": "150740001357"}]),
    }
    return Ticket(
        at=at, kind=kind, positions=lines, modifiers=whole, payments=payments, **more, **who
    )


def position(dice: Random) -> Position:
    """A line of goods; its sum may be rounded to whole tenge, its discount may be all of it."""
    quantity, price = (
        dice.choice([1, 1000, dice.randint(1, 30_000)]),
        Money(dice.choice([0, 100, dice.randint(1, 100_000)])),
    )
    goods = goods_of(quantity, price)
    if dice.random() < 0.3:
        goods = Money((goods.tiyn + 50) // 100 * 100)
    markup = dice.choice([0, 0, dice.randint(1, 5_000)])
    discount = dice.choice([0, 0, goods.tiyn + markup, dice.randint(0, goods.tiyn)])
    shares = {
        "goods": goods,
        "discount": Money(discount),
        "markup": Money(markup),
        "rate": dice.choice(RATES),
    }
    details = {"code": "4870001", "marks": ["0104870001"]} if dice.random() < 0.1 else {}
    section = dice.choice(["01", "02", "10", ""])
    return Position(
        name=dice.choice(NAMES),
        quantity=quantity,
        price=price,
        section=section,
        details=details,
        **shares,
    )


def _modifiers(dice: Random, lines: tuple[Position, ...]) -> Iterator[Modifier]:
    total = sum(line.total.tiyn for line in lines)
    if total and dice.random() < 0.6:
        amount, rate = dice.randint(1, total), dice.choice(RATES)
        sold = sum(line.total.tiyn for line in lines if line.rate == rate)
        yield Modifier(
            role=PositionRole.DISCOUNT,
            amount=Money(amount),
            rate=rate if amount <= sold else None,
        )
    if dice.random() < 0.6:
        yield Modifier(
            role=PositionRole.MARKUP, amount=Money(dice.randint(1, 5_000)), rate=dice.choice(RATES)
        )


def _payments(dice: Random, total: int) -> dict[PaymentType, Money]:
    """The sum in up to three parts, of which some may be nothing."""
    ways = dice.sample(list(PaymentType), dice.choice([1, 1, 2, 3]))
    paid = {}
    for way in ways[:-1]:
        paid[way] = Money(dice.randint(0, total))
        total -= paid[way].tiyn
    return {**paid, ways[-1]: Money(total)}
