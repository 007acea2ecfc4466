"""`ZReport`, `ZReport/extended` and `ShiftClose`: the closing of a shift.

The first is documented by the vendor. The second was read in the public code of an OPOS driver. The
third is what older clients call; it is inferred from its name to be the same as the first.
"""

from __future__ import annotations

from kkm.domain.ticket import ShiftClosing
from kkm.models import KKM, FiscalOperation
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.extended_report import Z_REPORT, extended_report
from kkm.webkassa.recording import record
from kkm.webkassa.request_fields import ExternalNumber
from kkm.webkassa.request_shapes import OfRegisterRequest
from kkm.webkassa.shift_report import taxpayers_report


class ZReportRequest(OfRegisterRequest):
    """The closing of a shift. A repeat with the same number answers the Z-report that it made."""

    external_check_number: ExternalNumber = ""


def z_report(caller: Caller, request: ZReportRequest) -> CallResult:
    """Close the shift and give its Z-report."""
    kkm = caller.register(request)
    closing, repeat_of = _close_shift(caller, kkm, request)
    return CallResult(taxpayers_report(kkm, closing.z.snapshot, closing.seal), repeat_of)


def z_report_extended(caller: Caller, request: ZReportRequest) -> CallResult:
    """Close the shift and give its Z-report with its parts."""
    kkm = caller.register(request)
    closing, repeat_of = _close_shift(caller, kkm, request)
    return CallResult(extended_report(kkm, closing.z.snapshot, closing.seal, Z_REPORT), repeat_of)


def _close_shift(caller: Caller, kkm: KKM, request: ZReportRequest) -> tuple[FiscalOperation, str]:
    """The operation that closed the shift, and the number of which it is a repeat ("": of none)."""
    received_at = caller.now()
    closing = ShiftClosing(
        at=received_at,
        external_number=caller.external_number(request.external_check_number),
        **caller.cashier.actor,
    )
    recorded = record(caller, kkm, closing, received_at)
    if recorded.repeated:
        return recorded.operation, request.external_check_number
    return recorded.operation, ""
