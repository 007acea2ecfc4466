"""`Ticket/GetTicketByExternalCheckNumber`: the ticket of a number that the client gave.

The path is in the vendor's documentation; the request (ShiftNumber beside the number) and what is
read of the answer come from the public code of a client for iikoFront, which asks for a ticket when
the answer to its `Check` was lost. The answer has the fields of `Check` and the name of its kind.
"""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _

from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.calls.check import CheckAnswer, check_answer
from kkm.webkassa.calls.print_format import PrintFormatRequest
from kkm.webkassa.http.codes import TICKET_NOT_FOUND, refused
from kkm.webkassa.request_fields import whole
from kkm.webkassa.request_shapes import MOST_SHIFT
from kkm.webkassa.ticket_reading import read_ticket, ticket_by_external_number


class ByExternalNumberRequest(PrintFormatRequest):
    """A ticket by the client's number, perhaps of a given shift."""

    shift_number: Annotated[int, whole(0, MOST_SHIFT)] | None = None


class FoundCheckAnswer(CheckAnswer):
    """A ticket as `Check` answered it."""

    OperationTypeText: str


def ticket_of_client_number(caller: Caller, request: ByExternalNumberRequest) -> CallResult:
    """The ticket; code 16 if there is none, or none in that shift."""
    kkm = caller.register(request)
    not_found = refused(TICKET_NOT_FOUND, _("ExternalCheckNumber: такого чека нет."))
    operation = ticket_by_external_number(kkm, request.external_check_number)
    if operation is None:
        raise not_found
    ticket = read_ticket(kkm, operation)
    if request.shift_number and ticket.shift_number != request.shift_number:
        raise not_found
    answer = check_answer(caller, ticket, request.paper_kind)
    return CallResult({**answer, "OperationTypeText": str(operation.kind_name)})
