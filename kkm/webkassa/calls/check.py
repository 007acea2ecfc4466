"""`Check`: the registration of a ticket. Documented by the vendor."""

from __future__ import annotations

from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.local_time import plain_clock
from kkm.webkassa.answer_shapes import CashboxAnswer, PrintedLineAnswer, cashbox_answer
from kkm.webkassa.answer_values import Number, clock_with_offset, json_money
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.calls.check_request import CheckRequest, ticket_of
from kkm.webkassa.http.codes import REPEATED, refused
from kkm.webkassa.print_languages import languages_of
from kkm.webkassa.print_lines import print_lines
from kkm.webkassa.recording import record
from kkm.webkassa.ticket_reading import TicketInShift, read_ticket, recorded_ticket


class OrganizationAnswer(TypedDict):
    """The taxpayer."""

    TaxPayerName: str
    TaxPayerIN: str


class CheckAnswer(TypedDict):
    """A ticket that was registered.

    `CheckNumber`: its fiscal sign; `CheckOrderNumber`: its number in the shift.
    """

    CheckNumber: str
    DateTime: str
    DateTimeUTC: str
    OfflineMode: bool
    CashboxOfflineMode: bool
    Cashbox: CashboxAnswer
    Organization: OrganizationAnswer
    CheckOrderNumber: int
    ShiftNumber: int
    EmployeeName: str
    TicketUrl: str
    TicketPrintUrl: str
    TicketPrintFormat: list[PrintedLineAnswer]
    Total: Number
    OperationType: int
    ExternalCheckNumber: str
    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str


def check(caller: Caller, request: CheckRequest) -> CallResult:
    """Register a ticket; opens a shift if none is open."""
    kkm = caller.register(request)
    received_at = caller.now()
    ticket = ticket_of(
        request,
        at=request.date_time or received_at,
        actor=caller.cashier.actor,
        external_number=caller.external_number(request.external_check_number),
    )
    recorded = record(caller, kkm, ticket, received_at, request.modifier_places)
    if not recorded.operation.is_ticket:
        sentence = _("ExternalCheckNumber: этот номер занят операцией, которая не чек.")
        raise refused(REPEATED, sentence)
    if recorded.repeated:
        issued = read_ticket(kkm, recorded.operation)
        repeat_of = request.external_check_number
    else:
        issued = recorded_ticket(kkm, recorded, ticket.lines)
        repeat_of = ""
    return CallResult(check_answer(caller, issued, request.paper_kind), repeat_of)


def check_answer(caller: Caller, ticket: TicketInShift, paper_kind: int) -> CheckAnswer:
    """A ticket as the call that made it answers."""
    operation = ticket.operation
    heading = ticket.heading
    serial_number = ticket.kkm.serial_number
    return {
        "CheckNumber": operation.fiscal_sign,
        "DateTime": plain_clock(operation.occurred_at),
        "DateTimeUTC": clock_with_offset(operation.occurred_at),
        "OfflineMode": operation.offline,
        "CashboxOfflineMode": False,
        "Cashbox": cashbox_answer(ticket.kkm, heading),
        "Organization": {
            "TaxPayerName": heading.taxpayer,
            "TaxPayerIN": heading.taxpayer_number,
        },
        "CheckOrderNumber": ticket.order_number,
        "ShiftNumber": ticket.shift_number,
        "EmployeeName": operation.actor_name,
        "TicketUrl": ticket.url,
        "TicketPrintUrl": ticket.print_url,
        "TicketPrintFormat": print_lines(ticket, languages_of(caller.http_request), paper_kind),
        "Total": json_money(operation.amount),
        "OperationType": int(operation.kind),
        "ExternalCheckNumber": operation.external_number,
        "CashboxUniqueNumber": serial_number,
        "CashboxRegistrationNumber": heading.registration_number,
    }
