"""A ticket that stands in the journal, with all that answers and papers print of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from kkm.domain import ticket
from kkm.domain.heading import RegisterHeading, frozen_in
from kkm.domain.kinds import TICKETS, PaymentType, PositionRole
from kkm.domain.money import ZERO, Money
from kkm.domain.seal import number_in_sign
from kkm.journal import Recorded
from kkm.models import KKM, FiscalOperation, Position, Shift
from kkm.models.operation import BALANCE_COLUMNS
from kkm.prepared import PreparedQuery
from kkm.reading.frozen import freezing, present
from reports.ticket.layout import consumer_url


class TicketLine(NamedTuple):
    """A line of a ticket. Of a stored one `vat` is what was sealed; `details` as in
    `kkm.domain.ticket`.
    """

    role: int
    name: str
    quantity: int
    price: Money
    discount: Money
    markup: Money
    total: Money
    rate: int | None
    vat: Money
    details: Mapping

    @property
    def is_item(self) -> bool:
        """Whether it is a position, and no discount or markup on the whole ticket."""
        return self.role == PositionRole.ITEM

    @property
    def signed_vat(self) -> Money:
        """Its share of the ticket's VAT."""
        if self.role == PositionRole.DISCOUNT:
            return -self.vat
        return self.vat


class TicketPlace(NamedTuple):
    """Where the tickets of a shift stand: in which shift, under which РНМ, how many tickets there
    had ever been before it, and whose register it was.
    """

    shift_number: int
    registration_number: str
    tickets_before: int
    heading: RegisterHeading


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket: its operation, its lines, and where it stands."""

    kkm: KKM
    operation: FiscalOperation
    lines: Sequence[TicketLine]
    place: TicketPlace

    @property
    def heading(self) -> RegisterHeading:
        """Whose it is, as the journal had frozen it (`kkm.reading.frozen`)."""
        return self.place.heading

    @property
    def shift_number(self) -> int:
        """The shift."""
        return self.place.shift_number

    @property
    def order_number(self) -> int:
        """Its number in the shift. It follows from the running balance, nothing is counted."""
        return self.operation.balance.tickets - self.place.tickets_before

    @property
    def registration_number(self) -> str:
        """The РНМ under which the register worked then."""
        return self.place.registration_number

    @property
    def url(self) -> str:
        """The text of its QR."""
        operation = self.operation
        return consumer_url(
            operation.fiscal_sign, self.registration_number, operation.amount, operation.occurred_at
        )

    @property
    def print_url(self) -> str:
        """The same ticket as a PDF for a roll."""
        return self.url.replace("/consumer?", "/consumer.pdf?", 1)

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
    def vat_by_rate(self) -> dict[int, Money]:
        """VAT by rate, the highest first; what is «без НДС» left out."""
        sums: dict[int, Money] = {}
        for line in self.lines:
            if line.rate is not None:
                sums[line.rate] = sums.get(line.rate, ZERO) + line.signed_vat
        return dict(sorted(sums.items(), reverse=True))


def ticket_line(line: Position | ticket.Position | ticket.Modifier) -> TicketLine:
    """A stored line, or one that has just been recorded.

    Nothing is checked: what was tampered with is shown as it stands.
    """
    return TicketLine(
        role=line.role,
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        discount=line.discount,
        markup=line.markup,
        total=line.total,
        rate=line.rate,
        vat=line.vat or ZERO,
        details=_details_of(line),
    )


def _details_of(line: Position | ticket.Position | ticket.Modifier) -> Mapping:
    if isinstance(line, Position):
        return line.facts
    return line.details


def issued_ticket(kkm: KKM, operation: FiscalOperation) -> IssuedTicket:
    """A ticket of a register, read from the journal."""
    lines = map(ticket_line, operation.positions.order_by("line"))
    return IssuedTicket(kkm, operation, list(lines), place_in_shift(kkm, operation.shift_id))


def recorded_ticket(kkm: KKM, recorded: Recorded, lines: Iterable) -> IssuedTicket:
    """A ticket that has just been recorded, with what the journal returned of its place: nothing
    is read again.
    """
    place = TicketPlace(
        shift_number=recorded.shift_number,
        registration_number=recorded.registration_number,
        tickets_before=recorded.operation.balance.tickets - recorded.tickets,
        heading=heading_now(kkm, recorded.registration_number),
    )
    return IssuedTicket(kkm, recorded.operation, list(map(ticket_line, lines)), place)


def ticket_by_sign(kkm: KKM, fiscal_sign: str) -> FiscalOperation | None:
    """The ticket of a register with this fiscal sign, in which its number stands."""
    number = number_in_sign(fiscal_sign)
    if number is None:
        return None
    return kkm.operations.tickets().filter(number=number, fiscal_sign=fiscal_sign).first()


def ticket_by_external_number(kkm: KKM, external_number: str) -> FiscalOperation | None:
    """The ticket of a register with this number, which the client gave it.

    The second condition is the index's own: SQLite would not use the index otherwise.
    """
    tickets = kkm.operations.tickets().filter(external_number=external_number)
    return tickets.exclude(external_number="").first()


def heading_now(kkm: KKM, registration_number: str) -> RegisterHeading:
    """Whose a register that `access.register_of` has read is now, without the names of sections."""
    requisites = kkm.requisites or present(kkm, sections={})
    return RegisterHeading.of(requisites, kkm.serial_number, registration_number)


def place_in_shift(kkm: KKM, shift_id: int | None) -> TicketPlace:
    """Where the tickets of one of its shifts stand. Raises `Unreadable`."""
    row = _SHIFT_PLACE.first(shift=shift_id)
    if row is None:
        raise Shift.DoesNotExist
    number, registration_number, tickets_before, last_number, frozen_details = row
    requisites = frozen_in(frozen_details or "")
    if requisites is None and last_number:
        requisites = Shift(pk=shift_id).frozen.heading
    requisites = requisites or present(kkm, sections={})
    heading = RegisterHeading.of(requisites, kkm.serial_number, registration_number)
    return TicketPlace(number, registration_number, tickets_before, heading)


def _shift_place(shift: int) -> QuerySet:
    first = OuterRef("first_number")
    before = FiscalOperation.objects.filter(kkm=OuterRef("kkm"), number=first - 1)
    tickets = before.annotate(tickets=_tickets_so_far()).values("tickets")
    frozen = freezing(OuterRef("kkm")).filter(number__lt=first)
    shifts = Shift.objects.order_by().filter(pk=shift)
    shifts = shifts.annotate(
        tickets_before=Coalesce(Subquery(tickets), 0),
        frozen_details=Subquery(frozen.values("details")[:1]),
    )
    return shifts.values_list(
        "number",
        "registration__registration_number",
        "tickets_before",
        "last_number",
        "frozen_details",
    )


def _tickets_so_far() -> Combinable:
    """Tickets of all kinds up to an operation, which carries their counts."""
    first, *others = (BALANCE_COLUMNS[f"{kind.name.lower()}_count"] for kind in TICKETS)
    tickets: Combinable = F(first)
    for column in others:
        tickets += F(column)
    return tickets


_SHIFT_PLACE = PreparedQuery(_shift_place, shift=-1)
