"""`Reports/ControlTape`: every document of a shift. Documented by the vendor."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from kkm.local_time import plain_clock
from kkm.models import FiscalOperation
from kkm.webkassa.answer_values import JsonObject, Number, json_money, whole_or_zero
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.request_shapes import OfShiftRequest
from kkm.webkassa.shift_lookup import shift_of_number

# All that is read of an operation.
COLUMNS = (
    "shift",
    "kind",
    "amount",
    "occurred_at",
    "actor_code",
    "fiscal_sign",
    "offline",
    "external_number",
)


class TapeLineAnswer(TypedDict):
    """A document; what it is called is in the language of the caller.

    `Number`: the fiscal sign, of tickets only; `ExternalOperationId`: the client's number, if it is
    a whole one.
    """

    OperationTypeText: str
    Sum: Number
    Date: str
    EmployeeCode: int
    Number: NotRequired[str]
    IsOffline: bool
    ExternalOperationId: NotRequired[int]


def control_tape(caller: Caller, request: OfShiftRequest) -> CallResult:
    """Every document of a shift in order, its closing too."""
    shift = shift_of_number(caller.register(request).shifts.all(), request.shift_number)
    documents = shift.operations.documents().order_by("number").only(*COLUMNS)
    return CallResult(list(map(_line, documents)))


def _line(operation: FiscalOperation) -> JsonObject:
    """A document: a `TapeLineAnswer`."""
    line: JsonObject = {
        "OperationTypeText": str(operation.kind_name),
        "Sum": json_money(operation.amount),
        "Date": plain_clock(operation.occurred_at),
        "EmployeeCode": whole_or_zero(operation.actor_code),
    }
    if operation.is_ticket:
        line["Number"] = operation.fiscal_sign
    line["IsOffline"] = operation.offline
    # «007» is a text: as a number it would lose its zeros.
    external_id = whole_or_zero(operation.external_number)
    if str(external_id) == operation.external_number:
        line["ExternalOperationId"] = external_id
    return line
