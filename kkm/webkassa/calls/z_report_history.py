"""`ZReport/History` and `ZReport/ByShiftNumber`: Z-reports as they were frozen. Documented by the
vendor.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.models import KKM, Shift
from kkm.webkassa.answer_values import JsonObject
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http.codes import Z_NOT_FOUND, refused
from kkm.webkassa.request_shapes import ListedRequest, OfShiftRequest
from kkm.webkassa.shift_lookup import shift_of_number
from kkm.webkassa.shift_report import (
    ShiftReportAnswer,
    report_of_history,
    snapshot_of_closed_shift,
)


class ZReportHistoryAnswer(TypedDict):
    """Z-reports as they were frozen, the oldest first; `Skip` and `Take` as requested, `Total` in
    all.
    """

    CashboxUniqueNumber: str
    Skip: int
    Take: int
    Total: int
    Reports: list[ShiftReportAnswer]


def z_report_history(caller: Caller, request: ListedRequest) -> CallResult:
    """Z-reports that were issued."""
    kkm = caller.register(request)
    shifts = kkm.shifts.closed().select_related("z__operation").order_by("number")
    reports = [_report(kkm, shift) for shift in request.part_of(shifts)]
    return CallResult(
        {
            "CashboxUniqueNumber": kkm.serial_number,
            **request.place_in(shifts),
            "Reports": reports,
        }
    )


def z_report_by_shift_number(caller: Caller, request: OfShiftRequest) -> CallResult:
    """The Z-report of one shift."""
    kkm = caller.register(request)
    shift = shift_of_number(kkm.shifts.select_related("z__operation"), request.shift_number)
    if shift.is_open:
        sentence = _("Смена № {number} ещё открыта: её Z-отчёта нет.")
        raise refused(Z_NOT_FOUND, sentence.format(number=shift.number))
    return CallResult(_report(kkm, shift))


def _report(kkm: KKM, shift: Shift) -> JsonObject:
    return report_of_history(kkm, snapshot_of_closed_shift(shift), shift.z.operation.seal)
