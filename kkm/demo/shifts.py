"""The operations of one shift of the demo world, in order.

Change money in the morning; sales, returns and purchases; collection in the evening;
the closing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Any, NamedTuple

from django.utils import timezone

from kkm.demo.baskets import basket, purchase
from kkm.demo.hours import LATELY, Calendar, Window, usual
from kkm.demo.reference import Place
from kkm.domain.kinds import DIRECTION, OperationKind, PaymentType
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.ticket import Document, Placement, ShiftClosing, Ticket

K = OperationKind
# The cash that stays in the drawer for the morning.
CARRIED = tenge(20_000)
# How long a lost connection lasts, in hours.
OUTAGE = 0.6


class Planned(NamedTuple):
    """An operation that has no cashier and no number yet.

    `fields` are arguments of its entry.
    """

    at: datetime
    kind: OperationKind
    fields: dict


@dataclass
class Till:
    """The state of a register that passes from shift to shift.

    `cash` is in the drawer. `sold` holds tickets of the last shift that may be returned, each with
    the basis of its return. `bought` holds the arguments of a purchase that may be returned.
    """

    place: Place
    calendar: Calendar
    dice: Random
    cash: Money = ZERO
    sold: list[tuple[Ticket, dict]] = field(default_factory=list)
    bought: list[dict] = field(default_factory=list)
    shifts: int = 0

    def shift(self, window: Window) -> list[Document]:
        """All operations of a shift. They never pay out more cash than there is."""
        self.shifts += 1
        entries = list(self._numbered(self._operations(window)))
        self.sold = []
        return entries

    def received(self, entry: Document) -> datetime:
        """When the server received an entry: after seconds, or 40 minutes later if offline."""
        delay = timedelta(seconds=1 + entry.at.second % 4)
        if entry.offline:
            delay += timedelta(minutes=40)
        return min(entry.at + delay, self.calendar.now)

    def _operations(self, window: Window) -> Iterator[Planned]:
        """The operations one by one. Each depends on the cash after the previous one."""
        deposit = self._deposit()
        if deposit:
            yield Planned(window.opens, K.DEPOSIT, {"amount": deposit})
        for moment in self._moments(window):
            yield self._buyer(moment)
        if window.closes is None:
            return
        if self.cash > 2 * CARRIED:
            evening = window.until - LATELY / 3
            collected = _whole_thousands(self.cash - CARRIED)
            yield Planned(evening, K.WITHDRAWAL, {"amount": collected})
        yield Planned(window.closes, K.CLOSE_SHIFT, {})

    def _deposit(self) -> Money:
        """The change money of the morning. Zero if none is deposited.

        It is always deposited if the drawer is nearly empty, else in one shift of five.
        """
        if self.cash < tenge(5_000):
            return CARRIED
        if self.dice.random() < 0.2:
            return tenge(5_000 * self.dice.randint(1, 3))
        return ZERO

    def _moments(self, window: Window) -> Sequence[datetime]:
        """The times of the buyers, most of them about noon and in the evening.

        They are spread over the usual hours. A shorter shift loses the buyers outside of it, but
        has at least one.
        """
        trade = self.place.trade
        opens, closes = usual(trade, timezone.localdate(window.opens))
        usual_length = (closes - opens).total_seconds()
        count = round(self.dice.randint(22, 44) * trade.rhythm[opens.weekday()])
        moments = [window.opens + timedelta(seconds=self.dice.randrange(600))]
        for _buyer in range(count):
            peak = self.dice.choice((0.35, 0.75))
            share = self.dice.triangular(0.02, 0.97, peak)
            moments.append(opens + timedelta(seconds=int(share * usual_length)))
        last = window.until - LATELY / 2
        moments.sort()
        inside = [moment for moment in moments if window.opens <= moment <= last]
        return inside or [window.opens]

    def _buyer(self, moment: datetime) -> Planned:
        """A sale, or sometimes another operation that the state of the till allows."""
        trade = self.place.trade
        day = timezone.localdate(moment)
        chance = self.dice.random()
        if chance < 0.03 and self.sold:
            returned = self._returned(moment)
            if returned:
                return Planned(moment, K.SALE_RETURN, returned)
        if chance > 0.985 and trade.bought:
            bought = purchase(self.dice, trade, day)
            if bought["payments"][PaymentType.CASH] <= self.cash:
                self.bought = [bought]
                return Planned(moment, K.PURCHASE, bought)
        if chance > 0.94 and self.bought:
            return Planned(moment, K.PURCHASE_RETURN, self.bought.pop())
        if chance > 0.98 and self.cash > 5 * CARRIED:
            collected = _whole_thousands(self.cash - 2 * CARRIED)
            return Planned(moment, K.WITHDRAWAL, {"amount": collected})
        return Planned(moment, K.SALE, basket(self.dice, trade, day))

    def _returned(self, moment: datetime) -> dict | None:
        """The return of one position of the latest kept ticket.

        None if the till cannot pay it, if the rates have changed since, or if the ticket has
        modifiers.
        """
        sold, basis = self.sold.pop()
        position = sold.positions[0]
        payment, _most = max(sold.payments.items(), key=itemgetter(1))
        if sold.modifiers or sold.at.year != moment.year:
            return None
        if payment == PaymentType.CASH and position.total > self.cash:
            return None
        return {
            "positions": (position,),
            "payments": {payment: position.total},
            "details": {"basis": basis},
        }

    def _numbered(self, operations: Iterator[Planned]) -> Iterator[Document]:
        """Entries with their cashier, external number and the mark of offline operations.

        Times never run backwards.
        """
        outage = self._outage()
        prefix = f"{self.place.serial_number}-{self.shifts:04d}"
        opened: datetime | None = None
        last = datetime.min.replace(tzinfo=UTC)
        for line, planned in enumerate(operations, 1):
            last = max(planned.at, last)
            if opened is None:
                opened = last
            hours = (last - opened).total_seconds() / 3600
            is_offline = outage is not None and outage <= hours < outage + OUTAGE
            entry = _entry(
                planned,
                at=last,
                offline=is_offline and planned.kind != K.CLOSE_SHIFT,
                external_number=f"{prefix}-{line:03d}",
                **self._cashier(line),
            )
            if not isinstance(entry, ShiftClosing):
                self.cash += entry.paid(PaymentType.CASH) * DIRECTION[planned.kind]
            yield entry

    def _outage(self) -> float | None:
        """In every ninth shift: hours from its opening to the loss of the connection."""
        if self.shifts % 9 == 4:
            return self.dice.uniform(0.2, 6)
        return None

    def _cashier(self, line: int) -> dict[str, str]:
        """The cashier of a line. Another one takes over after 25 operations."""
        cashiers = self.place.firm.cashiers
        turn = self.place.index + self.shifts
        if line > 25:
            turn += 1
        code = turn % len(cashiers)
        return {"actor_code": str(code + 1), "actor_name": cashiers[code]}


def _whole_thousands(amount: Money) -> Money:
    """Rounded down to a thousand tenge."""
    return Money(amount.tiyn // 100_000 * 100_000)


def _entry(planned: Planned, **common: Any) -> Document:
    if planned.kind == K.CLOSE_SHIFT:
        return ShiftClosing(**common)
    if planned.kind in (K.DEPOSIT, K.WITHDRAWAL):
        return Placement(kind=planned.kind, **planned.fields, **common)
    return Ticket(kind=planned.kind, **planned.fields, **common)
