"""`Check/HistoryByNumber`: a ticket by its fiscal sign. Documented by the vendor."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _

from kkm.webkassa.answer_shapes import ShortOfdAnswer, short_ofd_answer
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http.codes import TICKET_NOT_FOUND, refused
from kkm.webkassa.request_fields import printable_text
from kkm.webkassa.request_shapes import OfRegisterRequest, ShiftNumber
from kkm.webkassa.ticket_of_history import (
    TicketOfHistory,
    TicketOwner,
    owner_of_ticket,
    ticket_of_history,
)
from kkm.webkassa.ticket_reading import read_ticket, ticket_by_sign


class TicketByNumberRequest(OfRegisterRequest):
    """A ticket by its fiscal sign, perhaps of a given shift."""

    number: Annotated[str, printable_text(50, least=1)]
    shift_number: ShiftNumber | None = None


class TicketWithOfd(TicketOfHistory):
    """A ticket that stands alone: it names the OFD itself."""

    Ofd: ShortOfdAnswer


class FoundTicketAnswer(TicketWithOfd, TicketOwner):
    """A ticket that was found."""


def ticket_of_sign(caller: Caller, request: TicketByNumberRequest) -> CallResult:
    """The ticket; code 16 if there is none, or none in the shift that is named."""
    kkm = caller.register(request)
    not_found = refused(TICKET_NOT_FOUND, _("Чека с таким номером у этой кассы нет."))
    operation = ticket_by_sign(kkm, request.number)
    if operation is None:
        raise not_found
    ticket = read_ticket(kkm, operation)
    if request.shift_number not in (None, ticket.shift_number):
        raise not_found
    return CallResult(
        {
            **ticket_of_history(ticket),
            "Ofd": short_ofd_answer(ticket.heading, kkm.ofd),
            **owner_of_ticket(ticket),
        }
    )
