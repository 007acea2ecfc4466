"""`Cashbox/state`: a register with its requisites and its open shift.

Not in the vendor's public documentation: the form was read in the samples of an OPOS driver, which
has two generations of it; the fields of both are answered. Settings of the vendor's own printing
and licences are left out.
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from kkm.local_time import plain_clock
from kkm.models import KKM
from kkm.webkassa.answer_values import JsonObject, whole_or_zero
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.extended_report import X_REPORT, ExtendedReportAnswer, extended_report
from kkm.webkassa.listed_cashboxes import listed_cashbox
from kkm.webkassa.request_shapes import OfRegisterRequest
from kkm.webkassa.shift_report import snapshot_of_open_shift


class CurrentStateAnswer(TypedDict):
    """Where the register stands. Of an open shift also when it was opened, and its X-report."""

    ContinuousDocumentNumber: int
    LastOperationDate: str
    ShiftNumber: int
    ShiftClosed: bool
    DocumentsCount: int
    ShiftOpenedAt: NotRequired[str]
    XReport: NotRequired[ExtendedReportAnswer]


class CashboxStateAnswer(TypedDict):
    """A register. The taxpayer's name stands in `Organization` and `OrganizationName`, his number
    in `Xin` and `OrganizationXin`.
    """

    UniqueNumber: str
    Name: str
    RegistrationNumber: str
    IdentityNumber: int
    Organization: str
    OrganizationName: str
    Xin: str
    OrganizationXin: str
    VatSeria: str
    VatNumber: str
    Address: str
    CurrentStatus: int
    OfflineAllowed: bool
    CurrentState: CurrentStateAnswer


def cashbox_state(caller: Caller, request: OfRegisterRequest) -> CallResult:
    """The register as it is now. Nothing is changed by asking."""
    kkm = caller.register(request)
    listed = listed_cashbox(caller, kkm)
    taxpayer = kkm.taxpayer
    return CallResult(
        {
            "UniqueNumber": kkm.serial_number,
            "Name": kkm.trade_name,
            "RegistrationNumber": listed["RegistrationNumber"],
            "IdentityNumber": whole_or_zero(kkm.identity_number),
            "Organization": taxpayer.name,
            "OrganizationName": taxpayer.name,
            "Xin": taxpayer.taxpayer_number,
            "OrganizationXin": taxpayer.taxpayer_number,
            "VatSeria": taxpayer.vat_series,
            "VatNumber": taxpayer.vat_number,
            "Address": kkm.address,
            "CurrentStatus": listed["CurrentStatus"],
            "OfflineAllowed": True,
            "CurrentState": _current_state(caller, kkm),
        }
    )


def _current_state(caller: Caller, kkm: KKM) -> JsonObject:
    """Where the register stands: a `CurrentStateAnswer`."""
    state: JsonObject = {
        "ContinuousDocumentNumber": 0,
        "LastOperationDate": "",
        "ShiftNumber": 0,
        "ShiftClosed": True,
        "DocumentsCount": 0,
    }
    operation = kkm.operations.order_by("-number").first()
    if operation is not None:
        state["ContinuousDocumentNumber"] = operation.number
        state["LastOperationDate"] = plain_clock(operation.occurred_at)
    shift = kkm.shifts.select_related("registration").order_by("-number").first()
    if shift is not None:
        state["ShiftNumber"] = shift.number
        state["ShiftClosed"] = not shift.is_open
    if shift is not None and shift.is_open:
        snapshot, seal = snapshot_of_open_shift(shift, caller.now())
        state["DocumentsCount"] = snapshot.totals.count("documents")
        state["ShiftOpenedAt"] = plain_clock(shift.opened_at)
        state["XReport"] = extended_report(kkm, snapshot, seal, X_REPORT)
    return state
