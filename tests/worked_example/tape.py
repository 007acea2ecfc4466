"""Rows of a control tape, as the worked example writes them down, and the entries that the door
takes. Sums are whole tenge.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kkm.domain.kinds import TICKETS, OperationKind, PaymentType, PositionRole
from kkm.domain.money import tenge
from kkm.domain.ticket import Entry, Modifier, Placement, Position, ShiftClosing, Ticket

ALMATY = ZoneInfo("Asia/Almaty")
AHMETOVA = ("1", "Ахметова А.К.")
IBRAEV = ("2", "Ибраев Д.С.")


class Row(NamedTuple):
    """One line of the tape; `basis` names the shift and the payment of the ticket that a return
    returns: «142/card».
    """

    clock: str
    who: tuple[str, str]
    kind: OperationKind
    facts: Mapping
    basis: str = ""
    offline: bool = False

    def entry(self, day: date, external_number: str, details: Mapping) -> Entry:
        """What the door is asked to record on a day."""
        code, name = self.who
        common = {
            "at": datetime.combine(day, time.fromisoformat(self.clock), ALMATY),
            "actor_code": code,
            "actor_name": name,
        }
        common |= {"external_number": external_number, "offline": self.offline, "details": details}
        if self.kind == OperationKind.CLOSE_SHIFT:
            return ShiftClosing(**common)
        return (Ticket if self.kind in TICKETS else Placement)(
            kind=self.kind, **self.facts, **common
        )


def goods(
    section: str, name: str, quantity: int, price: int, rate: int | None, discount: int = 0
) -> Position:
    """A position; `quantity` in thousandths."""
    return Position(
        name=name,
        section=section,
        quantity=quantity,
        price=tenge(price),
        rate=rate,
        discount=tenge(discount),
    )


def ticket(
    clock: str,
    who: tuple[str, str],
    paid: Mapping[PaymentType, int],
    *positions: Position,
    kind: OperationKind,
    change: int = 0,
    discount: tuple[int, str] | None = None,
    markup: tuple[int, str] | None = None,
    basis: str = "",
) -> Row:
    """A ticket; discount and markup on the whole of it are (sum, name), at 16 %."""
    named = ((PositionRole.DISCOUNT, discount), (PositionRole.MARKUP, markup))
    modifiers = tuple(
        Modifier(role=role, amount=tenge(it[0]), name=it[1], rate=16_000)
        for role, it in named
        if it
    )
    payments = {payment: tenge(amount) for payment, amount in paid.items()}
    facts = {
        "positions": positions,
        "modifiers": modifiers,
        "payments": payments,
        "change": tenge(change),
    }
    return Row(clock, who, kind, facts, basis)


def sale(
    clock: str,
    who: tuple[str, str],
    paid: Mapping[PaymentType, int],
    *positions: Position,
    **more: object,
) -> Row:
    """A sale."""
    return ticket(clock, who, paid, *positions, kind=OperationKind.SALE, **more)


def placement(clock: str, who: tuple[str, str], kind: OperationKind, amount: int) -> Row:
    """Cash into the drawer or out of it."""
    return Row(clock, who, kind, {"amount": tenge(amount)})


def closing(clock: str, who: tuple[str, str]) -> Row:
    """The Z."""
    return Row(clock, who, OperationKind.CLOSE_SHIFT, {})
