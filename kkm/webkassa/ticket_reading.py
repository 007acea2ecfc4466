"""Reads tickets for the calls: one that stands in the journal, or has just been recorded there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from kkm.domain import ticket
from kkm.domain.heading import RegisterHeading, frozen_in
from kkm.domain.kinds import TICKETS
from kkm.domain.seal import number_in_sign
from kkm.journal import Recorded
from kkm.models import KKM, FiscalOperation, Shift
from kkm.models.operation import BALANCE_COLUMNS
from kkm.questions import Question
from kkm.reading.frozen import freezing, present
from reports.ticket.issued_ticket import (
    IssuedTicket,
    TicketLine,
    stored_lines,
    ticket_line,
)


class ShiftPlace(NamedTuple):
    """What the tickets of a shift have in common: its number, how many tickets there had ever been
    before it, and whose the register was.
    """

    shift_number: int
    tickets_before: int
    heading: RegisterHeading


@dataclass(frozen=True)
class TicketInShift(IssuedTicket):
    """An issued ticket of a register, with how many tickets there had ever been before its
    shift.
    """

    kkm: KKM
    tickets_before: int

    @property
    def order_number(self) -> int:
        """Its number in the shift. It follows from the running balance, nothing is counted."""
        return self.operation.balance.tickets - self.tickets_before


def ticket_in_shift(
    kkm: KKM, operation: FiscalOperation, lines: Sequence[TicketLine], place: ShiftPlace
) -> TicketInShift:
    """A ticket with these lines, of a shift that stands at this place."""
    return TicketInShift(
        operation=operation,
        lines=lines,
        shift_number=place.shift_number,
        heading=place.heading,
        kkm=kkm,
        tickets_before=place.tickets_before,
    )


def read_ticket(kkm: KKM, operation: FiscalOperation) -> TicketInShift:
    """A ticket of a register, read from the journal."""
    lines = stored_lines(operation.positions.order_by("line"))
    return ticket_in_shift(kkm, operation, lines, place_of_shift(kkm, operation.shift_number))


def recorded_ticket(
    kkm: KKM, recorded: Recorded, lines: Iterable[ticket.Position | ticket.Modifier]
) -> TicketInShift:
    """A ticket that has just been recorded, with what the journal returned of its place: nothing
    is read again.
    """
    place = ShiftPlace(
        shift_number=recorded.shift_number,
        tickets_before=recorded.operation.balance.tickets - recorded.tickets,
        heading=heading_now(kkm, recorded.registration_number),
    )
    numbered = [ticket_line(number, line) for number, line in enumerate(lines, 1)]
    return ticket_in_shift(kkm, recorded.operation, numbered, place)


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


def place_of_shift(kkm: KKM, shift_number: int | None) -> ShiftPlace:
    """Where the tickets of one of its shifts stand. Raises `Unreadable`."""
    row = _SHIFT_PLACE.first(kkm=kkm.pk, shift=shift_number)
    if row is None:
        raise Shift.DoesNotExist
    number, registration_number, tickets_before, last_number, frozen_details = row
    requisites = frozen_in(frozen_details or "")
    if requisites is None and last_number:
        requisites = kkm.shifts.get(number=number).frozen.heading
    requisites = requisites or present(kkm, sections={})
    heading = RegisterHeading.of(requisites, kkm.serial_number, registration_number)
    return ShiftPlace(number, tickets_before, heading)


def _shift_place(kkm: int, shift: int) -> QuerySet:
    first = OuterRef("first_number")
    operations = FiscalOperation.objects.order_by()
    before = operations.filter(kkm=OuterRef("kkm"), number=first - 1)
    tickets = before.annotate(tickets=_tickets_so_far()).values("tickets")
    frozen = freezing(OuterRef("kkm")).filter(number__lt=first)
    shifts = Shift.objects.order_by().filter(kkm=kkm, number=shift)
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


_SHIFT_PLACE = Question("alsep_shift_place", _shift_place, kkm="bigint", shift="bigint")
