"""`Ticket/GetTicketByExternalCheckNumber`: the ticket of a number that the client gave.

The path is in the vendor's documentation; the request (ShiftNumber beside the number) and what is
read of the answer come from the public code of a client for iikoFront, which looks a ticket up when
the answer to its `Check` was lost. The answer has the fields of `Check` and the name of its kind.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from kkm.webkassa import answers, requests
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.issued import by_external_number, issued
from kkm.webkassa.printing import languages_of
from kkm.webkassa.refusals import TICKET_NOT_FOUND, refused
from kkm.webkassa.writing import ticket_answer


class FoundCheck(answers.Check):
    """A ticket as `Check` answered it."""

    OperationTypeText: str


class ByExternalNumber(requests.PrintFormat):
    """A ticket by the client's number, perhaps of a given shift."""

    shift_number: requests.whole(0, requests.MOST_SHIFT) | None = None


@call("Ticket/GetTicketByExternalCheckNumber", ByExternalNumber, FoundCheck)
def ticket_by_external_number(caller: Caller, asked: ByExternalNumber) -> Answer:
    """The ticket; code 16 if there is none, or none in that shift."""
    kkm = caller.register(asked)
    operation = by_external_number(kkm, asked.external_check_number)
    found = issued(kkm, operation) if operation else None
    if found is None or (asked.shift_number and found.shift_number != asked.shift_number):
        raise refused(TICKET_NOT_FOUND, _("ExternalCheckNumber: такого чека нет."))
    told = ticket_answer(found, languages_of(caller.request), asked.paper_kind)
    return Answer({**told, "OperationTypeText": str(operation.kind_name)})
