"""A ticket that was issued, as a value: whose it is, its lines, how it was paid, its address.

All that prints or answers a ticket takes it from this value. Two modules lay it out:
`reports.ticket.layout` for the buyer's page and roll, in one language, and
`kkm.webkassa.print_lines` for printers of tills, in two languages side by side. They share no list
of rows: the forms are given from outside and differ in what they print (the number in the journal
or in the shift, VAT of each line or of each rate, units and codes of marking), in the order, and in
the labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from kkm.domain import ticket
from kkm.domain.heading import RegisterHeading
from kkm.domain.kinds import PaymentType, PositionRole
from kkm.domain.money import ZERO, Money
from kkm.domain.thousandths import thousandths_text
from kkm.domain.vat import rate_name
from kkm.local_time import compact_clock
from kkm.models import FiscalOperation, Position

CONSUMER_PATH = "/consumer"


class TicketLine(NamedTuple):
    """A line of a ticket. Of a stored one `vat` is what was sealed; `details` as in
    `kkm.domain.ticket`.
    """

    number: int
    role: int
    name: str
    quantity: int
    price: Money
    goods: Money
    discount: Money
    markup: Money
    total: Money
    rate: int | None
    vat: Money
    details: Mapping[str, Any]

    @property
    def is_item(self) -> bool:
        """Whether it is a position, and no discount or markup on the whole ticket."""
        return self.role == PositionRole.ITEM

    @property
    def is_discount(self) -> bool:
        """Whether it is a discount on the whole ticket."""
        return self.role == PositionRole.DISCOUNT

    @property
    def signed_vat(self) -> Money:
        """Its share of the ticket's VAT."""
        if self.is_discount:
            return -self.vat
        return self.vat

    @property
    def rounding(self) -> Money:
        """By how much the seller rounded quantity × price, as registers of whole tenge do."""
        return self.goods - ticket.goods_of(self.quantity, self.price)

    @property
    def quantity_text(self) -> str:
        """«2», «0.45»."""
        return thousandths_text(self.quantity)

    @property
    def rate_name(self) -> str:
        """«16.00%», or empty."""
        return rate_name(self.rate)


@dataclass(frozen=True)
class IssuedTicket:
    """A ticket: its operation, its lines, the number of its shift, and whose it is, as the journal
    had frozen it (`kkm.reading.frozen`).
    """

    operation: FiscalOperation
    lines: Sequence[TicketLine]
    shift_number: int
    heading: RegisterHeading

    @property
    def url(self) -> str:
        """The text of its QR."""
        operation = self.operation
        return consumer_url(
            operation.fiscal_sign,
            self.heading.registration_number,
            operation.amount,
            operation.occurred_at,
        )

    @property
    def print_url(self) -> str:
        """The same ticket as a PDF for a roll."""
        return self.url.replace(f"{CONSUMER_PATH}?", f"{CONSUMER_PATH}.pdf?", 1)

    @property
    def items(self) -> Iterator[TicketLine]:
        """Its positions."""
        for line in self.lines:
            if line.is_item:
                yield line

    @property
    def modifiers(self) -> Iterator[TicketLine]:
        """Discounts and markups on the whole of it."""
        for line in self.lines:
            if not line.is_item:
                yield line

    @property
    def vat(self) -> Money:
        """VAT of all its lines, a discount on the ticket taking off."""
        return Money.sum(line.signed_vat for line in self.lines)

    @property
    def vat_by_rate(self) -> dict[int, Money]:
        """VAT by rate, the highest first; what is «без НДС» left out."""
        sums: dict[int, Money] = {}
        for line in self.lines:
            if line.rate is not None:
                sums[line.rate] = sums.get(line.rate, ZERO) + line.signed_vat
        return dict(sorted(sums.items(), reverse=True))

    @property
    def handed_over(self) -> dict[PaymentType, Money]:
        """What was given in each way. Cash has the change in it, and comes last: the change is
        given out of it.
        """
        paid = self.operation.payments
        cash = paid.pop(PaymentType.CASH, ZERO) + self.operation.change
        if cash:
            paid[PaymentType.CASH] = cash
        return paid

    @property
    def buyer(self) -> str:
        """ИИН/БИН of the buyer, or ""."""
        buyer: str = self.operation.facts.get("buyer", "")
        return buyer

    @property
    def order(self) -> str:
        """The number of his order, or ""."""
        order: str = self.operation.facts.get("order", "")
        return order

    @property
    def basis(self) -> Mapping[str, Any]:
        """The ticket that it returns, as in `kkm.domain.ticket`; empty if it names none."""
        basis: Mapping[str, Any] = self.operation.facts.get("basis", {})
        return basis


def ticket_line(number: int, line: Position | ticket.Position | ticket.Modifier) -> TicketLine:
    """A stored line, or one that has just been recorded.

    Nothing is checked: what was tampered with is shown as it stands.
    """
    return TicketLine(
        number=number,
        role=line.role,
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        goods=line.goods or ZERO,
        discount=line.discount,
        markup=line.markup,
        total=line.total,
        rate=line.rate,
        vat=line.vat or ZERO,
        details=_details_of(line),
    )


def _details_of(line: Position | ticket.Position | ticket.Modifier) -> Mapping[str, Any]:
    if isinstance(line, Position):
        return line.facts
    return line.details


def stored_lines(positions: Iterable[Position]) -> list[TicketLine]:
    """The lines of a ticket of the journal."""
    return [ticket_line(position.line, position) for position in positions]


def consumer_url(
    fiscal_sign: str, registration_number: str, amount: Money, occurred_at: datetime
) -> str:
    """The address of a ticket in the form of every OFD (docs/domain.md, section 3), at our own host
    (`reports.ticket.views`): the fiscal sign is autonomous, an OFD does not know it.
    """
    time = compact_clock(occurred_at)
    host = settings.CABINET_URL.rstrip("/")
    query = f"i={fiscal_sign}&f={registration_number}&s={amount.plain}&t={time}"
    return f"{host}{CONSUMER_PATH}?{query}"


def site() -> str:
    """Where a ticket is checked, as people type it: «cabinet.example.kz/consumer»."""
    parts = urlsplit(str(settings.CABINET_URL))
    return parts.netloc + parts.path.rstrip("/") + CONSUMER_PATH
