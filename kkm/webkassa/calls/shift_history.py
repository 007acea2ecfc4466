"""`Cashbox/ShiftHistory` and `Shift/ExternalHistory`: shifts of a register, the oldest first.

The first is documented by the vendor. The second is not: it was read in the public code of three
clients (two of PHP, one of TypeScript), which take `Shifts` with `ShiftNumber` and `Total`; the
rest of its form is that of the first. That shifts are chosen by having lasted at some moment of the
period is inferred.
"""

from __future__ import annotations

from typing import NotRequired

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.local_time import plain_clock
from kkm.models import KKM, Shift
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http.codes import invalid
from kkm.webkassa.request_fields import FirstMoment, LastMoment
from kkm.webkassa.request_shapes import ListedRequest


class OfPeriodRequest(ListedRequest):
    """Shifts that lasted at some moment of [FromDate, ToDate]."""

    from_date: FirstMoment
    to_date: LastMoment


class PastShiftAnswer(TypedDict):
    """When a shift lasted; no `CloseDate` while it does."""

    ShiftNumber: int
    OpenDate: str
    CloseDate: NotRequired[str]


class ShiftHistoryAnswer(TypedDict):
    """Shifts, the oldest first; `Skip` and `Take` as requested, `Total` in all."""

    CashboxUniqueNumber: str
    Skip: int
    Take: int
    Total: int
    Shifts: list[PastShiftAnswer]


def shift_history(caller: Caller, request: ListedRequest) -> CallResult:
    """Shifts, the open one too."""
    kkm = caller.register(request)
    return _history(kkm, kkm.shifts.order_by("number"), request)


def shifts_of_period(caller: Caller, request: OfPeriodRequest) -> CallResult:
    """Shifts of a period."""
    if request.to_date < request.from_date:
        raise invalid("ToDate", _("конец периода раньше его начала."))
    kkm = caller.register(request)
    shifts = kkm.shifts.touching(request.from_date, request.to_date)
    return _history(kkm, shifts.order_by("number"), request)


def _history(kkm: KKM, shifts: QuerySet[Shift], request: ListedRequest) -> CallResult:
    listed = list(map(_past_shift, request.part_of(shifts)))
    return CallResult(
        {
            "CashboxUniqueNumber": kkm.serial_number,
            **request.place_in(shifts),
            "Shifts": listed,
        }
    )


def _past_shift(shift: Shift) -> PastShiftAnswer:
    past: PastShiftAnswer = {
        "ShiftNumber": shift.number,
        "OpenDate": plain_clock(shift.opened_at),
    }
    if shift.closed_at is not None:
        past["CloseDate"] = plain_clock(shift.closed_at)
    return past
