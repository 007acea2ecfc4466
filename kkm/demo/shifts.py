"""The operations of one shift, in order: change money in the morning, buyers, returns,
purchases, collection in the evening, the Z.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from kkm.demo.baskets import basket, purchase
from kkm.demo.cast import Place
from kkm.demo.hours import LATELY, Calendar, Window, usual
from kkm.domain.kinds import DIRECTION, OperationKind, PaymentType
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.ticket import Entry, Placement, ShiftClosing, Ticket

K = OperationKind
CARRIED = tenge(20_000)  # left in the drawer for the morning


@dataclass
class Till:
    """What the cashiers of a register remember from shift to shift: the cash, and tickets that a
    buyer may bring back.
    """

    place: Place
    calendar: Calendar
    dice: Random
    cash: Money = ZERO
    sold: list[tuple[Ticket, dict]] = field(
        default_factory=list
    )  # a ticket and the basis of its return
    bought: list[dict] = field(default_factory=list)  # purchases that may be given back
    shifts: int = 0

    def shift(self, window: Window) -> list[Entry]:
        """All operations of a shift. The cash is followed, so that the door need not refuse."""
        self.shifts += 1
        entries = list(self._numbered(self._operations(window)))
        self.sold = []
        return entries

    def received(self, entry: Entry) -> datetime:
        """When the server got it: in seconds, or after the line was down."""
        delay = timedelta(minutes=40 if entry.offline else 0, seconds=1 + entry.at.second % 4)
        return min(entry.at + delay, self.calendar.now)

    def _operations(self, window: Window) -> Iterator[tuple[datetime, OperationKind, dict]]:
        if self.cash < tenge(5_000):
            yield window.opens, K.DEPOSIT, {"amount": CARRIED}
        elif self.dice.random() < 0.2:
            yield window.opens, K.DEPOSIT, {"amount": tenge(5_000 * self.dice.randint(1, 3))}
        for moment in self._moments(window):
            yield moment, *self._ticket(moment)
        if window.closes:
            evening = window.until - LATELY / 3
            if self.cash > 2 * CARRIED:
                yield evening, K.WITHDRAWAL, {"amount": self._round(self.cash - CARRIED)}
            yield window.closes, K.CLOSE_SHIFT, {}

    def _moments(self, window: Window) -> Sequence[datetime]:
        """When buyers come: at any time of the usual day, most of them at noon and in the evening.

        A shift cut short loses the rest.
        """
        opens, closes = usual(self.place.trade, timezone.localdate(window.opens))
        usual_length, rhythm = (
            (closes - opens).total_seconds(),
            self.place.trade.rhythm[opens.weekday()],
        )
        count = round(self.dice.randint(22, 44) * rhythm)
        peaks = (
            self.dice.triangular(0.02, 0.97, self.dice.choice((0.35, 0.75))) for _ in range(count)
        )
        first = window.opens + timedelta(seconds=self.dice.randrange(600))
        moments = sorted(
            [first, *(opens + timedelta(seconds=int(peak * usual_length)) for peak in peaks)]
        )
        inside = [
            moment for moment in moments if window.opens <= moment <= window.until - LATELY / 2
        ]
        return inside or [window.opens]

    def _ticket(self, moment: datetime) -> tuple[OperationKind, dict]:
        day, chance = timezone.localdate(moment), self.dice.random()
        if chance < 0.03 and self.sold:
            returned = self._returned(*self.sold.pop(), moment)
            if returned:
                return K.SALE_RETURN, returned
        if chance > 0.985 and self.place.trade.bought:
            bought = purchase(self.dice, self.place.trade, day)
            if bought["payments"][PaymentType.CASH] <= self.cash:
                self.bought = [bought]
                return K.PURCHASE, bought
        if chance > 0.94 and self.bought:
            return K.PURCHASE_RETURN, self.bought.pop()
        if chance > 0.98 and self.cash > 5 * CARRIED:
            return K.WITHDRAWAL, {"amount": self._round(self.cash - 2 * CARRIED)}
        return K.SALE, basket(self.dice, self.place.trade, day)

    def _returned(self, sold: Ticket, basis: dict, moment: datetime) -> dict | None:
        """One position of an earlier ticket brought back; None if the till cannot pay it or the
        rates have changed since.
        """
        one = sold.positions[0]
        payment = max(sold.payments, key=sold.payments.get)
        if (
            sold.modifiers
            or sold.at.year != moment.year
            or (payment == PaymentType.CASH and one.total > self.cash)
        ):
            return None
        return {"positions": (one,), "payments": {payment: one.total}, "details": {"basis": basis}}

    def _numbered(
        self, operations: Iterator[tuple[datetime, OperationKind, dict]]
    ) -> Iterator[Entry]:
        """Entries with cashier, external number, and the hour in which the line is down."""
        cashiers = self.place.firm.cashiers
        broken = (
            self.dice.uniform(0.2, 6) if self.shifts % 9 == 4 else None
        )  # of every ninth shift, hours from its opening
        opened, last = None, None
        for line, (moment, kind, facts) in enumerate(operations, 1):
            opened = opened or moment
            last = moment = max(moment, last or moment)
            code = (self.place.index + self.shifts + (line > 25)) % len(cashiers)
            hours = (moment - opened).total_seconds() / 3600
            common = {"at": moment, "actor_code": str(code + 1), "actor_name": cashiers[code]}
            common |= {
                "offline": broken is not None
                and broken <= hours < broken + 0.6
                and kind != K.CLOSE_SHIFT
            }
            common["external_number"] = f"{self.place.serial_number}-{self.shifts:04d}-{line:03d}"
            entry = _entry(kind, facts, common)
            if kind in DIRECTION:
                self.cash += entry.paid(PaymentType.CASH) * DIRECTION[kind]
            yield entry

    @staticmethod
    def _round(amount: Money) -> Money:
        return Money(amount.tiyn // 100_000 * 100_000)


def _entry(kind: OperationKind, facts: dict, common: dict) -> Entry:
    if kind == K.CLOSE_SHIFT:
        return ShiftClosing(**common)
    return (Placement if kind in (K.DEPOSIT, K.WITHDRAWAL) else Ticket)(
        kind=kind, **facts, **common
    )
