"""`Check/History` and `Ticket/ExternalHistory`: tickets of a shift.

The first is documented by the vendor. The second is not: it was read in the public code of three
clients (two of PHP, one of TypeScript), which take `Items` and `Total`; the rest of its form is
that of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from typing_extensions import TypedDict

from kkm.models import KKM, FiscalOperation
from kkm.webkassa.answer_shapes import ShortOfdAnswer, short_ofd_answer
from kkm.webkassa.answer_values import JsonObject, whole_or_zero
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.request_shapes import ListedRequest, ShiftNumber
from kkm.webkassa.shift_lookup import shift_of_number
from kkm.webkassa.ticket_of_history import (
    TicketOfHistory,
    TicketOwner,
    owner_of_ticket,
    ticket_of_history,
)
from kkm.webkassa.ticket_reading import ShiftPlace, place_of_shift, ticket_in_shift
from reports.ticket.issued_ticket import stored_lines


class TicketsOfShiftRequest(ListedRequest):
    """Tickets of a shift."""

    shift_number: ShiftNumber


class PastTicketAnswer(TicketOfHistory, TicketOwner):
    """A ticket of a list."""


class TicketHistoryAnswer(TypedDict):
    """Tickets of a shift, the oldest first; `Skip` and `Take` as requested, `Total` in all."""

    Skip: int
    Take: int
    Total: int
    Items: list[PastTicketAnswer]
    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str
    CashboxIdentityNumber: int
    Ofd: ShortOfdAnswer


def ticket_history(caller: Caller, request: TicketsOfShiftRequest) -> CallResult:
    """Tickets of a shift."""
    kkm = caller.register(request)
    shift = shift_of_number(kkm.shifts.all(), request.shift_number)
    place = place_of_shift(kkm, shift.number)
    tickets = shift.operations.tickets().order_by("number").prefetch_related("positions")
    items = list(_items(kkm, place, request.part_of(tickets)))
    return CallResult(
        {
            **request.place_in(tickets),
            "Items": items,
            "CashboxUniqueNumber": kkm.serial_number,
            "CashboxRegistrationNumber": place.heading.registration_number,
            "CashboxIdentityNumber": whole_or_zero(place.heading.identity_number),
            "Ofd": short_ofd_answer(place.heading, kkm.ofd),
        }
    )


def _items(
    kkm: KKM, place: ShiftPlace, operations: Iterable[FiscalOperation]
) -> Iterator[JsonObject]:
    for operation in operations:
        lines = stored_lines(operation.positions.all())
        ticket = ticket_in_shift(kkm, operation, lines, place)
        yield {**ticket_of_history(ticket), **owner_of_ticket(ticket)}
