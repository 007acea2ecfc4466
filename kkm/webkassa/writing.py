"""Calls that write: a ticket, a money placement, the closing of a shift; and the token, without
which there are none.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from kkm.domain.money import ZERO
from kkm.domain.ticket import ShiftClosing
from kkm.local_time import plain_clock
from kkm.models import KKM, FiscalOperation
from kkm.webkassa import access, answers, requests
from kkm.webkassa.answers import cashbox_of, number, with_offset
from kkm.webkassa.call import Answer, Caller, call, taken
from kkm.webkassa.issued import Issued, heading_now, issued, just_issued, place_of
from kkm.webkassa.printing import languages_of, printed
from kkm.webkassa.refusals import REPEATED, refused
from kkm.webkassa.shift_reports import with_taxpayer
from kkm.webkassa.tickets import modifier_places, placement_of, ticket_of


@call("Authorize", requests.Authorize, answers.Authorized)
def authorize(caller: Caller, asked: requests.Authorize) -> Answer:
    """A token for a cashier, valid for 24 hours."""
    return Answer({"Token": access.enter(caller.request, asked, caller.now())})


@call("Check", requests.Check, answers.Check)
def check(caller: Caller, asked: requests.Check) -> Answer:
    """Register a ticket; opens a shift if none is open."""
    kkm = caller.register(asked)
    external_number = caller.number_for(asked.external_check_number)
    ticket = ticket_of(asked, at=caller.now(), actor=caller.cashier.actor, number=external_number)
    took = taken(
        caller,
        kkm,
        ticket,
        asked.date_time,
        positions=len(ticket.positions),
        modifier_places=modifier_places(asked),
    )
    if not took.operation.is_ticket:
        raise refused(
            REPEATED, _("ExternalCheckNumber: этот номер занят операцией, которая не чек.")
        )
    found = issued(kkm, took.operation) if took.repeated else just_issued(kkm, took, ticket.lines)
    data = ticket_answer(found, languages_of(caller.request), asked.paper_kind)
    return Answer(data, asked.external_check_number if took.repeated else "")


def ticket_answer(found: Issued, languages: tuple[str, ...], paper_kind: int) -> answers.Check:
    """A ticket as the call that made it answers."""
    operation, kkm = found.operation, found.kkm
    return {
        "CheckNumber": operation.fiscal_sign,
        "DateTime": plain_clock(operation.occurred_at),
        "DateTimeUTC": with_offset(operation.occurred_at),
        "OfflineMode": operation.offline,
        "CashboxOfflineMode": False,
        "Cashbox": cashbox_of(kkm, found.requisites),
        "Organization": {
            "TaxPayerName": found.requisites.taxpayer,
            "TaxPayerIN": found.requisites.taxpayer_number,
        },
        "CheckOrderNumber": found.order_number,
        "ShiftNumber": found.shift_number,
        "EmployeeName": operation.actor_name,
        "TicketUrl": found.url,
        "TicketPrintUrl": found.print_url,
        "TicketPrintFormat": printed(found, languages, paper_kind),
        "Total": number(operation.amount),
        "OperationType": int(operation.kind),
        "ExternalCheckNumber": operation.external_number,
        "CashboxUniqueNumber": kkm.serial_number,
        "CashboxRegistrationNumber": found.registration_number,
    }


@call("MoneyOperation", requests.MoneyOperation, answers.MoneyOperation)
def money_operation(caller: Caller, asked: requests.MoneyOperation) -> Answer:
    """Cash into the drawer or out of it."""
    kkm = caller.register(asked)
    if not asked.sum:
        return Answer(_drawer(caller, kkm))
    external_number = caller.number_for(asked.external_check_number)
    placement = placement_of(
        asked, at=caller.now(), actor=caller.cashier.actor, number=external_number
    )
    took = taken(caller, kkm, placement, asked.date_time)
    operation = took.operation
    told = place_of(kkm, operation.shift_id) if took.repeated else took
    who = told.requisites if took.repeated else heading_now(kkm, took.registration_number)
    data = {
        "OfflineMode": operation.offline,
        "CashboxOfflineMode": False,
        "ShiftNumber": told.shift_number,
        "DateTime": plain_clock(operation.occurred_at),
        "DateTimeUTC": with_offset(operation.occurred_at),
        "Sum": number(operation.cash_in_drawer),
        "Cashbox": cashbox_of(kkm, who),
    }
    return Answer(data, asked.external_check_number if took.repeated else "")


def _drawer(caller: Caller, kkm: KKM) -> answers.MoneyOperation:
    """The cash in the drawer, which clients ask for with a sum of zero. Nothing is written."""
    last = kkm.operations.order_by("-number").first()
    shift = kkm.shifts.order_by("-number").first()
    now = caller.now()
    return {
        "OfflineMode": False,
        "CashboxOfflineMode": False,
        "ShiftNumber": shift.number if shift else 0,
        "DateTime": plain_clock(now),
        "DateTimeUTC": with_offset(now),
        "Sum": number(last.cash_in_drawer if last else ZERO),
        "Cashbox": cashbox_of(kkm, heading_now(kkm, kkm.registration_number or "")),
    }


@call("ZReport", requests.ZReport, answers.TaxpayersReport)
def z_report(caller: Caller, asked: requests.ZReport) -> Answer:
    """Close the shift and give its Z-report."""
    kkm = caller.register(asked)
    closing, repeat_of = closed_shift(caller, kkm, asked)
    return Answer(with_taxpayer(kkm, closing.z.snapshot, closing.seal), repeat_of)


def closed_shift(caller: Caller, kkm: KKM, asked: requests.ZReport) -> tuple[FiscalOperation, str]:
    """The operation that closed the shift, and the number of which it is a repeat ("": of none)."""
    external_number = caller.number_for(asked.external_check_number)
    entry = ShiftClosing(at=caller.now(), external_number=external_number, **caller.cashier.actor)
    took = taken(caller, kkm, entry, None)
    return took.operation, asked.external_check_number if took.repeated else ""
