"""Calls that read: X- and Z-reports, shifts, tapes, sections, tickets, registers and cashiers.

Nothing is changed by asking.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kkm.models import KKM, Cashier, FiscalOperation, Shift
from kkm.reading.fold import by_section
from kkm.webkassa import answers, requests
from kkm.webkassa.answers import short_ofd_of, whole_number
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.directory import Cashboxes, Employee, cashboxes_of, employees_of
from kkm.webkassa.history import FoundTicket, TicketHistory, found_ticket, past_ticket
from kkm.webkassa.issued import Issued, by_external_number, by_sign, issued, line_of, place_of
from kkm.webkassa.printing import languages_of, printed
from kkm.webkassa.refusals import (
    NO_SHIFT,
    SHIFT_NOT_FOUND,
    TICKET_NOT_FOUND,
    Z_NOT_FOUND,
    CallRefused,
    invalid,
    refused,
)
from kkm.webkassa.sections import SectionsReport, by_sections
from kkm.webkassa.shift_reports import history_item, snapshot_frozen, snapshot_now, with_taxpayer
from kkm.webkassa.shifts import (
    ON_THE_TAPE,
    ShiftHistory,
    TapeLine,
    ZReportHistory,
    control_tape,
    past_shift,
)


@call("XReport", requests.OfRegister, answers.TaxpayersReport)
def x_report(caller: Caller, asked: requests.OfRegister) -> Answer:
    """The X-report of the shift that is open."""
    kkm = caller.register(asked)
    return Answer(with_taxpayer(kkm, *snapshot_now(open_shift(kkm), caller.now())))


def open_shift(kkm: KKM) -> Shift:
    """The shift that is open. CallRefused if there is none."""
    shift = kkm.shifts.open().select_related("registration").first()
    if shift is None:
        raise refused(NO_SHIFT, _("Открытой смены нет: X-отчёт снимать не с чего."))
    return shift


@call("ZReport/History", requests.Listed, ZReportHistory)
def z_report_history(caller: Caller, asked: requests.Listed) -> Answer:
    """Z-reports that were issued."""
    kkm = caller.register(asked)
    shifts = kkm.shifts.closed().select_related("z__operation").order_by("number")
    reports = [
        history_item(kkm, snapshot_frozen(shift), shift.z.operation.seal)
        for shift in page_of(shifts, asked)
    ]
    return Answer(
        {
            "CashboxUniqueNumber": kkm.serial_number,
            **place_in_list(shifts, asked),
            "Reports": reports,
        }
    )


@call("ZReport/ByShiftNumber", requests.OfShift, answers.ShiftReport)
def z_report_by_shift_number(caller: Caller, asked: requests.OfShift) -> Answer:
    """The Z-report of one shift."""
    kkm = caller.register(asked)
    shift = _shift(kkm.shifts.select_related("z__operation"), asked.shift_number)
    if shift.is_open:
        raise refused(
            Z_NOT_FOUND,
            _("Смена № {number} ещё открыта: её Z-отчёта нет.").format(number=shift.number),
        )
    return Answer(history_item(kkm, snapshot_frozen(shift), shift.z.operation.seal))


@call("Cashbox/ShiftHistory", requests.Listed, ShiftHistory)
def shift_history(caller: Caller, asked: requests.Listed) -> Answer:
    """Shifts, the open one too."""
    kkm = caller.register(asked)
    shifts = kkm.shifts.order_by("number")
    told = [past_shift(shift) for shift in page_of(shifts, asked)]
    return Answer(
        {"CashboxUniqueNumber": kkm.serial_number, **place_in_list(shifts, asked), "Shifts": told}
    )


@call("Reports/ControlTape", requests.OfShift, list[TapeLine])
def reports_control_tape(caller: Caller, asked: requests.OfShift) -> Answer:
    """Every document of a shift, its closing too."""
    shift = _shift(caller.register(asked).shifts, asked.shift_number)
    return Answer(control_tape(shift.operations.documents().order_by("number").only(*ON_THE_TAPE)))


@call("Reports/ReportByShiftsAndSections", requests.Sections, SectionsReport)
def report_by_shifts_and_sections(caller: Caller, asked: requests.Sections) -> Answer:
    """Sections by shift, of shifts that were opened from StartDate to EndDate, both ends among
    them.
    """
    if asked.end_date < asked.start_date:
        raise invalid("EndDate", _("конец периода раньше его начала."))
    kkm = caller.register(asked)
    opened = kkm.shifts.filter(opened_at__gte=asked.start_date, opened_at__lte=asked.end_date)
    shifts = opened.select_related("registration", "z").order_by("number")
    sums = by_section(FiscalOperation.objects.tickets().filter(shift__in=opened))
    told = []
    for one in shifts:
        snapshot = snapshot_now(one, caller.now())[0] if one.is_open else snapshot_frozen(one)
        told.append(by_sections(one, snapshot.heading, sums[one.pk]))
    return Answer({"CashboxUniqueNumber": kkm.serial_number, "ShiftsInformation": told})


@call("Check/History", requests.TicketsOfShift, TicketHistory)
def check_history(caller: Caller, asked: requests.TicketsOfShift) -> Answer:
    """Tickets of a shift."""
    kkm = caller.register(asked)
    shift = _shift(kkm.shifts, asked.shift_number)
    place, tickets = (
        place_of(kkm, shift.pk),
        shift.operations.tickets().order_by("number").prefetch_related("positions"),
    )
    items = [
        past_ticket(Issued(kkm, one, [line_of(line) for line in one.positions.all()], place))
        for one in page_of(tickets, asked)
    ]
    register = {
        "CashboxUniqueNumber": kkm.serial_number,
        "CashboxRegistrationNumber": place.registration_number,
        "CashboxIdentityNumber": whole_number(place.requisites.identity_number),
        "Ofd": short_ofd_of(place.requisites, kkm.ofd),
    }
    return Answer({**place_in_list(tickets, asked), "Items": items, **register})


@call("Check/HistoryByNumber", requests.TicketByNumber, FoundTicket)
def check_history_by_number(caller: Caller, asked: requests.TicketByNumber) -> Answer:
    """A ticket by its fiscal sign; a shift that is named must be its own."""
    kkm = caller.register(asked)
    found = _found(kkm, by_sign(kkm, asked.number))
    if asked.shift_number not in (None, found.shift_number):
        raise _no_ticket()
    return Answer(found_ticket(found))


@call("Ticket/PrintFormat", requests.PrintFormat, answers.PrintFormat)
def ticket_print_format(caller: Caller, asked: requests.PrintFormat) -> Answer:
    """A ticket as lines of a paper."""
    kkm = caller.register(asked)
    found = _found(kkm, by_external_number(kkm, asked.external_check_number))
    return Answer({"Lines": printed(found, languages_of(caller.request), asked.paper_kind)})


@call("Cashboxes", requests.Authorized, Cashboxes)
def cashboxes(caller: Caller, asked: requests.Authorized) -> Answer:
    """Registers that the cashier may use."""
    return Answer({"List": cashboxes_of(caller.cashier, caller.now())})


@call("Employee/List", requests.Authorized, list[Employee])
def employee_list(caller: Caller, asked: requests.Authorized) -> Answer:
    """Cashiers of the caller's taxpayer who are at work, by code."""
    cashiers = Cashier.objects.filter(
        taxpayer=caller.cashier.taxpayer_id, dismissed_at=None
    ).order_by("code")
    return Answer(employees_of(cashiers.prefetch_related("kkms")))


def page_of(rows: QuerySet, asked: requests.Listed) -> QuerySet:
    return rows[asked.skip : asked.skip + asked.take]


def place_in_list(rows: QuerySet, asked: requests.Listed) -> dict[str, int]:
    """Which part of the list it is."""
    return {"Skip": asked.skip, "Take": asked.take, "Total": rows.count()}


def _shift(shifts: QuerySet[Shift], number: int) -> Shift:
    shift = shifts.filter(number=number).first()
    if shift is None:
        raise refused(
            SHIFT_NOT_FOUND,
            _("ShiftNumber: смены № {number} у этой кассы не было.").format(number=number),
        )
    return shift


def _found(kkm: KKM, ticket: FiscalOperation | None) -> Issued:
    if ticket is None:
        raise _no_ticket()
    return issued(kkm, ticket)


def _no_ticket() -> CallRefused:
    return refused(TICKET_NOT_FOUND, _("Чека с таким номером у этой кассы нет."))
