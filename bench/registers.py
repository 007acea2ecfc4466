"""Registers for the bench, and what they are asked to record. Django must be set up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Act, Entry, Position, ShiftClosing, Ticket
from kkm.models import KKM
from tests.factories import KKMFactory

ALMATY = ZoneInfo("Asia/Almaty")
_GOODS = (
    ("Хлеб «Бородинский»", 2_000, 310, "01", 16_000),
    ("Молоко 3,2 % 1 л", 1_000, 520, "01", 16_000),
    ("Яблоки «Апорт»", 1_450, 950, "01", 16_000),
    ("Парацетамол 500 мг № 20", 1_000, 790, "02", 5_000),
    ("Картофель", 3_200, 180, "03", None),
)
_RATE_OF_2025 = {16_000: 12_000, 5_000: None}
_PAYMENTS = (PaymentType.CASH, PaymentType.CARD, PaymentType.CARD, PaymentType.MOBILE)
_CASHIERS = (
    {"actor_code": "1", "actor_name": "Ахметова А.К."},
    {"actor_code": "2", "actor_name": "Ибраев Д.С."},
)


def new_register(*, opened: date) -> KKM:
    """A register on the record since the midnight before a day."""
    kkm = KKMFactory()
    act = Act(
        kind=OperationKind.ACTIVATION, at=datetime.combine(opened, time(), ALMATY), **_CASHIERS[0]
    )
    journal.activate(kkm=kkm, registration_number=f"{600_700_000_000 + kkm.pk}", act=act)
    return kkm


def day_of_trade(day: date, tickets: int, *, positions: int) -> list[Entry]:
    """Tickets from nine in the morning for twelve hours, each with a number of its own; then the
    shift is closed.
    """
    morning = datetime.combine(day, time(9), ALMATY)
    step = timedelta(hours=12) / (tickets + 1)
    sold = [
        ticket(morning + step * index, index, positions, f"{day:%y%m%d}-{index}")
        for index in range(tickets)
    ]
    return [
        *sold,
        ShiftClosing(
            at=morning + timedelta(hours=12), external_number=f"{day:%y%m%d}-z", **_CASHIERS[1]
        ),
    ]


def ticket(at: datetime, index: int, positions: int, external_number: str) -> Ticket:
    """One sale among many: every eighth is a return, the ways of paying and the goods take
    turns.
    """
    lines = tuple(
        _position(goods, at.year)
        for goods in islice(cycle(_GOODS), index % len(_GOODS), index % len(_GOODS) + positions)
    )
    kind = OperationKind.SALE_RETURN if index % 8 == 7 else OperationKind.SALE
    amount = Money.sum(line.total for line in lines)
    payments = {_PAYMENTS[index % len(_PAYMENTS)]: amount}
    return Ticket(
        at=at,
        kind=kind,
        positions=lines,
        payments=payments,
        external_number=external_number,
        **_CASHIERS[index % 2],
    )


@cache
def _position(goods: tuple, year: int) -> Position:
    name, quantity, price, section, rate = goods
    rate = rate if year >= 2026 else _RATE_OF_2025.get(rate)
    return Position(name=name, quantity=quantity, price=tenge(price), section=section, rate=rate)
