"""Sentences for tests: a register is put on the record, sells, returns, closes its shift."""

from datetime import datetime
from itertools import count

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.ticket import Act, Document, Placement, Position, ShiftClosing, Ticket
from kkm.models import KKM, FiscalOperation
from kkm.reading.frozen import present

_numbers = count(609_000_000_000)  # no test names one of these
AHMETOVA = {"actor_code": "1", "actor_name": "Ахметова А.К."}
INSPECTOR = {"actor_code": "inspector", "actor_name": "Сериков Н.Б."}


def act(at: datetime, **details: str) -> Act:
    """An act of the inspector; the door fills in its kind."""
    return Act(kind=OperationKind.ACTIVATION, at=at, details=details, **INSPECTOR)


def activate(kkm: KKM, *, at: datetime, registration_number: str | None = None) -> FiscalOperation:
    """Put a register on the record, under a fresh РНМ unless one is given."""
    return journal.activate(
        kkm=kkm, registration_number=registration_number or f"{next(_numbers):012d}", act=act(at)
    )


def restate(kkm: KKM, *, at: datetime, **told: object) -> FiscalOperation | None:
    """Its requisites change through the journal: columns of the register, and of its `taxpayer`
    and `ofd` as maps of columns.
    """
    rows = [kkm]
    for name, value in told.items():
        if isinstance(value, dict):
            rows.append(getattr(kkm, name))
            vars(rows[-1]).update(value)
        else:
            setattr(kkm, name, value)
    operation = journal.change_requisites(kkm=kkm, requisites=present(kkm), act=act(at))
    for row in rows:
        row.save()
    return operation


def ticket(
    amount: int = 1000,
    *,
    at: datetime,
    kind: OperationKind = OperationKind.SALE,
    payment: PaymentType = PaymentType.CASH,
    rate: int | None = 16_000,
    section: str = "01",
    change: Money = ZERO,
    **more: object,
) -> Ticket:
    """A ticket of one position of `amount` tenge, paid in one way."""
    position = Position(name="Хлеб", quantity=1000, price=tenge(amount), section=section, rate=rate)
    return Ticket(
        at=at,
        kind=kind,
        positions=(position,),
        payments={payment: tenge(amount)},
        change=change,
        **{**AHMETOVA, **more},
    )


def record(kkm: KKM, entry: Document, *, received_at: datetime | None = None) -> FiscalOperation:
    """Record at the moment it happens."""
    recorded = journal.record(kkm=kkm, entry=entry, received_at=received_at or entry.at)
    return recorded.operation


def sell(kkm: KKM, amount: int = 1000, *, at: datetime, **more: object) -> FiscalOperation:
    """A sale."""
    return record(kkm, ticket(amount, at=at, **more))


def deposit(kkm: KKM, amount: int, *, at: datetime) -> FiscalOperation:
    """Cash into the drawer."""
    return record(
        kkm, Placement(kind=OperationKind.DEPOSIT, at=at, amount=tenge(amount), **AHMETOVA)
    )


def withdraw(kkm: KKM, amount: int, *, at: datetime) -> FiscalOperation:
    """Cash out of the drawer."""
    return record(
        kkm, Placement(kind=OperationKind.WITHDRAWAL, at=at, amount=tenge(amount), **AHMETOVA)
    )


def close(kkm: KKM, *, at: datetime) -> FiscalOperation:
    """The Z."""
    return record(kkm, ShiftClosing(at=at, **AHMETOVA))
