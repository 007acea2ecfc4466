"""The table of calls, in the order of a working day, in which the description of the API has them.

A new call is a module in `kkm/webkassa/calls/` and a line here, and for the description its words
and examples in `kkm/webkassa/manual/`.
"""

from __future__ import annotations

from kkm.webkassa.call import Call
from kkm.webkassa.calls import (
    authorize,
    cashbox_state,
    cashboxes,
    change_token,
    check,
    check_request,
    client_info,
    control_tape,
    employees,
    money_operation,
    organization,
    print_format,
    ref_units,
    sections_report,
    shift_history,
    ticket_by_client_number,
    ticket_by_sign,
    ticket_history,
    x_report,
    z_report,
    z_report_history,
)
from kkm.webkassa.extended_report import ExtendedReportAnswer
from kkm.webkassa.request_shapes import (
    AuthorizedRequest,
    ListedRequest,
    OfRegisterRequest,
    OfShiftRequest,
)
from kkm.webkassa.shift_report import ShiftReportAnswer, TaxpayersReportAnswer

HISTORY = "api-history"
PORTAL = "api-portal"

CALLS = (
    Call("Authorize", authorize.AuthorizeRequest, authorize.AuthorizedAnswer, authorize.authorize),
    Call("Cashboxes", AuthorizedRequest, cashboxes.CashboxesAnswer, cashboxes.cashboxes),
    Call("Employee/List", AuthorizedRequest, list[employees.EmployeeAnswer], employees.employees),
    Call("Check", check_request.CheckRequest, check.CheckAnswer, check.check, is_repeatable=True),
    Call(
        "MoneyOperation",
        money_operation.MoneyOperationRequest,
        money_operation.MoneyOperationAnswer,
        money_operation.money_operation,
        is_repeatable=True,
    ),
    Call("XReport", OfRegisterRequest, TaxpayersReportAnswer, x_report.x_report),
    Call(
        "ZReport",
        z_report.ZReportRequest,
        TaxpayersReportAnswer,
        z_report.z_report,
        is_repeatable=True,
    ),
    Call(
        "ZReport/History",
        ListedRequest,
        z_report_history.ZReportHistoryAnswer,
        z_report_history.z_report_history,
    ),
    Call(
        "ZReport/ByShiftNumber",
        OfShiftRequest,
        ShiftReportAnswer,
        z_report_history.z_report_by_shift_number,
    ),
    Call(
        "Cashbox/ShiftHistory",
        ListedRequest,
        shift_history.ShiftHistoryAnswer,
        shift_history.shift_history,
    ),
    Call(
        "Reports/ControlTape",
        OfShiftRequest,
        list[control_tape.TapeLineAnswer],
        control_tape.control_tape,
    ),
    Call(
        "Reports/ReportByShiftsAndSections",
        sections_report.SectionsRequest,
        sections_report.SectionsReportAnswer,
        sections_report.sections_report,
        prefix=HISTORY,
    ),
    Call(
        "Check/History",
        ticket_history.TicketsOfShiftRequest,
        ticket_history.TicketHistoryAnswer,
        ticket_history.ticket_history,
    ),
    Call(
        "Check/HistoryByNumber",
        ticket_by_sign.TicketByNumberRequest,
        ticket_by_sign.FoundTicketAnswer,
        ticket_by_sign.ticket_of_sign,
    ),
    Call(
        "Ticket/PrintFormat",
        print_format.PrintFormatRequest,
        print_format.PrintFormatAnswer,
        print_format.print_format,
    ),
    Call(
        "ShiftClose",
        z_report.ZReportRequest,
        TaxpayersReportAnswer,
        z_report.z_report,
        is_repeatable=True,
    ),
    Call("XReport/extended", OfRegisterRequest, ExtendedReportAnswer, x_report.x_report_extended),
    Call(
        "ZReport/extended",
        z_report.ZReportRequest,
        ExtendedReportAnswer,
        z_report.z_report_extended,
        is_repeatable=True,
    ),
    Call(
        "Ticket/GetTicketByExternalCheckNumber",
        ticket_by_client_number.ByExternalNumberRequest,
        ticket_by_client_number.FoundCheckAnswer,
        ticket_by_client_number.ticket_of_client_number,
        prefix=HISTORY,
    ),
    Call(
        "Cashbox/state",
        OfRegisterRequest,
        cashbox_state.CashboxStateAnswer,
        cashbox_state.cashbox_state,
    ),
    Call(
        "cashbox/client-info",
        OfRegisterRequest,
        client_info.ClientInfoAnswer,
        client_info.client_info,
        prefix=PORTAL,
    ),
    Call("Cashbox/ChangeToken", change_token.NewTokenRequest, bool, change_token.change_token),
    Call(
        "cashboxes/availableForReadHistory",
        AuthorizedRequest,
        list[cashboxes.ReadableCashboxAnswer],
        cashboxes.readable_cashboxes,
    ),
    Call(
        "Shift/ExternalHistory",
        shift_history.OfPeriodRequest,
        shift_history.ShiftHistoryAnswer,
        shift_history.shifts_of_period,
    ),
    Call(
        "Ticket/ExternalHistory",
        ticket_history.TicketsOfShiftRequest,
        ticket_history.TicketHistoryAnswer,
        ticket_history.ticket_history,
    ),
    Call(
        "organization/main-info",
        organization.AboutOrganizationRequest,
        organization.MainInfoAnswer,
        organization.main_info,
        prefix=PORTAL,
    ),
    Call(
        "employee/employees-and-cashboxes",
        AuthorizedRequest,
        list[employees.EmployeeAnswer],
        employees.employees,
        prefix=PORTAL,
    ),
    Call("references/RefUnits", AuthorizedRequest, list[ref_units.UnitAnswer], ref_units.ref_units),
)
# Paths are found whatever their case.
CALL_OF_PATH = {call.path.lower(): call for call in CALLS}
