"""`Cashbox/state`: a register with its requisites and its open shift.

Not in the vendor's public documentation: the form was read in the samples of an OPOS driver, which
has two generations of it; the fields of both are answered. Settings of the vendor's own printing
and licences are left out.
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from kkm.local_time import plain_clock
from kkm.models import KKM, Shift
from kkm.webkassa import requests
from kkm.webkassa.answers import whole_number
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.calls.client_info import listed_cashbox
from kkm.webkassa.calls.extended import ExtendedReport, X, extended
from kkm.webkassa.shift_reports import snapshot_now


class CurrentState(TypedDict):
    """Where the register stands. Of an open shift also when it was opened, and its X-report."""

    ContinuousDocumentNumber: int
    LastOperationDate: str
    ShiftNumber: int
    ShiftClosed: bool
    DocumentsCount: int
    ShiftOpenedAt: NotRequired[str]
    XReport: NotRequired[ExtendedReport]


class CashboxState(TypedDict):
    """A register. `Organization` and `OrganizationName` are the taxpayer, as are `Xin` and its
    twin.
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
    CurrentState: CurrentState


@call("Cashbox/state", requests.OfRegister, CashboxState)
def state(caller: Caller, asked: requests.OfRegister) -> Answer:
    """The register as it is now. Nothing is changed by asking."""
    kkm = caller.register(asked)
    listed = listed_cashbox(caller, kkm)
    taxpayer = kkm.taxpayer
    return Answer(
        {
            "UniqueNumber": kkm.serial_number,
            "Name": kkm.trade_name,
            "RegistrationNumber": listed["RegistrationNumber"],
            "IdentityNumber": whole_number(kkm.identity_number),
            "Organization": taxpayer.name,
            "OrganizationName": taxpayer.name,
            "Xin": taxpayer.taxpayer_number,
            "OrganizationXin": taxpayer.taxpayer_number,
            "VatSeria": taxpayer.vat_series,
            "VatNumber": taxpayer.vat_number,
            "Address": kkm.address,
            "CurrentStatus": listed["CurrentStatus"],
            "OfflineAllowed": True,
            "CurrentState": _current(caller, kkm),
        }
    )


def _current(caller: Caller, kkm: KKM) -> CurrentState:
    last = kkm.operations.order_by("-number").first()
    shift = kkm.shifts.select_related("registration").order_by("-number").first()
    told: CurrentState = {
        "ContinuousDocumentNumber": last.number if last else 0,
        "LastOperationDate": plain_clock(last.occurred_at) if last else "",
        "ShiftNumber": shift.number if shift else 0,
        "ShiftClosed": shift is None or not shift.is_open,
        "DocumentsCount": 0,
    }
    if shift is not None and shift.is_open:
        told |= _open(caller, kkm, shift)
    return told


def _open(caller: Caller, kkm: KKM, shift: Shift) -> CurrentState:
    snapshot, seal = snapshot_now(shift, caller.now())
    return {
        "DocumentsCount": snapshot.totals.count("documents"),
        "ShiftOpenedAt": plain_clock(shift.opened_at),
        "XReport": extended(kkm, snapshot, seal, X),
    }
