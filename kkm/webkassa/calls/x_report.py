"""`XReport` and `XReport/extended`: the figures of the shift that is open.

The first is documented by the vendor. The second was read in the public code of an OPOS driver.
"""

from __future__ import annotations

from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.extended_report import X_REPORT, extended_report
from kkm.webkassa.request_shapes import OfRegisterRequest
from kkm.webkassa.shift_lookup import open_shift
from kkm.webkassa.shift_report import snapshot_of_open_shift, taxpayers_report


def x_report(caller: Caller, request: OfRegisterRequest) -> CallResult:
    """The X-report of the shift that is open."""
    kkm = caller.register(request)
    snapshot, seal = snapshot_of_open_shift(open_shift(kkm), caller.now())
    return CallResult(taxpayers_report(kkm, snapshot, seal))


def x_report_extended(caller: Caller, request: OfRegisterRequest) -> CallResult:
    """The same with its parts."""
    kkm = caller.register(request)
    snapshot, seal = snapshot_of_open_shift(open_shift(kkm), caller.now())
    return CallResult(extended_report(kkm, snapshot, seal, X_REPORT))
