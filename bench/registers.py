"""Registers of the bench and their operations. Django must be set up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Act, Entry, Position, ShiftClosing, Ticket
from kkm.models import KKM
from tests.factories import KKMFactory

ALMATY = ZoneInfo("Asia/Almaty")


class Good(NamedTuple):
    """Goods of the bench.

    The quantity is in thousandths, the price in tenge, the VAT rate of 2026 in thousandths of a
    per cent.
    """

    name: str
    quantity: int
    price: int
    section: str
    rate: int | None


_GOODS = (
    Good("Хлеб «Бородинский»", 2_000, 310, "01", 16_000),
    Good("Молоко 3,2 % 1 л", 1_000, 520, "01", 16_000),
    Good("Яблоки «Апорт»", 1_450, 950, "01", 16_000),
    Good("Парацетамол 500 мг № 20", 1_000, 790, "02", 5_000),
    Good("Картофель", 3_200, 180, "03", None),
)
_RATE_OF_2025 = {16_000: 12_000, 5_000: None}
_PAYMENTS = (PaymentType.CASH, PaymentType.CARD, PaymentType.CARD, PaymentType.MOBILE)
_CASHIERS = (
    {"actor_code": "1", "actor_name": "Ахметова А.К."},
    {"actor_code": "2", "actor_name": "Ибраев Д.С."},
)


def new_register(*, opened: date) -> KKM:
    """A register that is activated at midnight when the day `opened` begins."""
    kkm = KKMFactory()
    midnight = datetime.combine(opened, time(), ALMATY)
    act = Act(kind=OperationKind.ACTIVATION, at=midnight, **_CASHIERS[0])
    journal.activate(kkm=kkm, registration_number=f"{600_700_000_000 + kkm.pk}", act=act)
    return kkm


def record_day(kkm: KKM, day: date, tickets: int) -> None:
    """Record a day of trade through the door, each ticket with three positions."""
    entries = day_of_trade(day, tickets, positions=3)
    times = [entry.at for entry in entries]
    journal.record_many(kkm=kkm, entries=entries, received_at=times)


def day_of_trade(day: date, tickets: int, *, positions: int) -> list[Entry]:
    """The entries of a shift: tickets from nine in the morning for twelve hours, then the closing.

    Each entry has an external number of its own.
    """
    opening = datetime.combine(day, time(9), ALMATY)
    length = timedelta(hours=12)
    step = length / (tickets + 1)
    prefix = f"{day:%y%m%d}"
    entries: list[Entry] = []
    for index in range(tickets):
        entries.append(ticket(opening + step * index, index, positions, f"{prefix}-{index}"))
    closing = ShiftClosing(at=opening + length, external_number=f"{prefix}-z", **_CASHIERS[1])
    entries.append(closing)
    return entries


def ticket(at: datetime, index: int, positions: int, external_number: str) -> Ticket:
    """The ticket number `index` of a shift, from 0.

    Every eighth ticket is a return. The payment types, cashiers and goods alternate.
    """
    lines = _positions(index, positions, at.year)
    amount = Money.sum(line.total for line in lines)
    payment = _PAYMENTS[index % len(_PAYMENTS)]
    kind = OperationKind.SALE
    if index % 8 == 7:
        kind = OperationKind.SALE_RETURN
    return Ticket(
        at=at,
        kind=kind,
        positions=lines,
        payments={payment: amount},
        external_number=external_number,
        **_CASHIERS[index % 2],
    )


def _positions(index: int, count: int, year: int) -> tuple[Position, ...]:
    """So many goods in the order of the list, beginning with the good number `index`."""
    positions = []
    for place in range(index, index + count):
        good = _GOODS[place % len(_GOODS)]
        positions.append(_position(good, year))
    return tuple(positions)


@cache
def _position(good: Good, year: int) -> Position:
    rate = good.rate
    if year < 2026:
        rate = _RATE_OF_2025.get(rate)
    return Position(
        name=good.name,
        quantity=good.quantity,
        price=tenge(good.price),
        section=good.section,
        rate=rate,
    )
