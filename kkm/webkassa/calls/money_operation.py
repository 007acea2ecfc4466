"""`MoneyOperation`: cash into the drawer or out of it. Documented by the vendor."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from kkm.domain.heading import RegisterHeading
from kkm.domain.kinds import OperationKind
from kkm.domain.money import ZERO
from kkm.domain.ticket import Placement
from kkm.journal import Recorded
from kkm.local_time import plain_clock
from kkm.models import KKM
from kkm.webkassa.answer_shapes import CashboxAnswer, cashbox_answer
from kkm.webkassa.answer_values import Number, clock_with_offset, json_money
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.field_codes import DEPOSIT, WITHDRAWAL
from kkm.webkassa.recording import record
from kkm.webkassa.request_fields import ExternalNumber, Moment, Tenge, one_of
from kkm.webkassa.request_shapes import OfRegisterRequest
from kkm.webkassa.ticket_reading import heading_now, place_of_shift

PLACEMENTS = {DEPOSIT: OperationKind.DEPOSIT, WITHDRAWAL: OperationKind.WITHDRAWAL}


class MoneyOperationRequest(OfRegisterRequest):
    """Cash into the drawer (0) or out of it (1)."""

    operation_type: Annotated[int, one_of(DEPOSIT, WITHDRAWAL)]
    sum: Tenge
    external_check_number: ExternalNumber = ""
    date_time: Moment | None = None


class MoneyOperationAnswer(TypedDict):
    """A money placement. `Sum`: the cash that is now in the drawer."""

    OfflineMode: bool
    CashboxOfflineMode: bool
    ShiftNumber: int
    DateTime: str
    DateTimeUTC: str
    Sum: Number
    Cashbox: CashboxAnswer


def money_operation(caller: Caller, request: MoneyOperationRequest) -> CallResult:
    """Record a placement; with a sum of zero only tell the cash in the drawer."""
    kkm = caller.register(request)
    if not request.sum:
        return CallResult(_cash_in_drawer(kkm, caller.now()))
    received_at = caller.now()
    placement = Placement(
        at=request.date_time or received_at,
        kind=PLACEMENTS[request.operation_type],
        amount=request.sum,
        external_number=caller.external_number(request.external_check_number),
        offline=request.date_time is not None,
        **caller.cashier.actor,
    )
    recorded = record(caller, kkm, placement, received_at)
    shift_number, heading = _shift_and_heading(kkm, recorded)
    operation = recorded.operation
    repeat_of = ""
    if recorded.repeated:
        repeat_of = request.external_check_number
    answer: MoneyOperationAnswer = {
        "OfflineMode": operation.offline,
        "CashboxOfflineMode": False,
        "ShiftNumber": shift_number,
        "DateTime": plain_clock(operation.occurred_at),
        "DateTimeUTC": clock_with_offset(operation.occurred_at),
        "Sum": json_money(operation.cash_in_drawer),
        "Cashbox": cashbox_answer(kkm, heading),
    }
    return CallResult(answer, repeat_of)


def _shift_and_heading(kkm: KKM, recorded: Recorded) -> tuple[int, RegisterHeading]:
    """The number of the shift of an operation, and whose register it was then."""
    if recorded.repeated:
        place = place_of_shift(kkm, recorded.operation.shift_number)
        return place.shift_number, place.heading
    return recorded.shift_number, heading_now(kkm, recorded.registration_number)


def _cash_in_drawer(kkm: KKM, now: datetime) -> MoneyOperationAnswer:
    """What clients ask for with a sum of zero. Nothing is written."""
    last_operation = kkm.operations.order_by("-number").first()
    cash = ZERO
    if last_operation:
        cash = last_operation.cash_in_drawer
    last_shift = kkm.shifts.order_by("-number").first()
    shift_number = 0
    if last_shift:
        shift_number = last_shift.number
    return {
        "OfflineMode": False,
        "CashboxOfflineMode": False,
        "ShiftNumber": shift_number,
        "DateTime": plain_clock(now),
        "DateTimeUTC": clock_with_offset(now),
        "Sum": json_money(cash),
        "Cashbox": cashbox_answer(kkm, heading_now(kkm, kkm.registration_number or "")),
    }
