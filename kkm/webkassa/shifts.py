"""Shifts of a register, their Z-reports one after another, and the control tape of one.

Lists begin with the oldest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NotRequired

from typing_extensions import TypedDict

from kkm.local_time import plain_clock
from kkm.models import FiscalOperation, Shift
from kkm.webkassa.answers import Number, ShiftReport, number, whole_number

ON_THE_TAPE = (
    "shift",
    "kind",
    "amount",
    "occurred_at",
    "actor_code",
    "fiscal_sign",
    "offline",
    "external_number",
)


class PastShift(TypedDict):
    """When a shift lasted; no `CloseDate` while it does."""

    ShiftNumber: int
    OpenDate: str
    CloseDate: NotRequired[str]


class ShiftHistory(TypedDict):
    """Shifts, the oldest first; `Skip` and `Take` as asked, `Total` in all."""

    CashboxUniqueNumber: str
    Skip: int
    Take: int
    Total: int
    Shifts: list[PastShift]


class ZReportHistory(TypedDict):
    """Z-reports as they were frozen, the oldest first; `Skip` and `Take` as asked, `Total` in
    all.
    """

    CashboxUniqueNumber: str
    Skip: int
    Take: int
    Total: int
    Reports: list[ShiftReport]


class TapeLine(TypedDict):
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


def past_shift(shift: Shift) -> PastShift:
    """A shift of a list."""
    told: PastShift = {"ShiftNumber": shift.number, "OpenDate": plain_clock(shift.opened_at)}
    return told if shift.is_open else {**told, "CloseDate": plain_clock(shift.closed_at)}


def control_tape(operations: Iterable[FiscalOperation]) -> list[TapeLine]:
    """Every document in order. Of each nothing is read but `ON_THE_TAPE`."""
    return [_tape_line(operation) for operation in operations]


def _tape_line(operation: FiscalOperation) -> TapeLine:
    external = operation.external_number
    is_whole = (
        str(whole_number(external)) == external
    )  # «007» is a text: as a number it would lose its zeros
    return {
        "OperationTypeText": str(operation.kind_name),
        "Sum": number(operation.amount),
        "Date": plain_clock(operation.occurred_at),
        "EmployeeCode": whole_number(operation.actor_code),
        **({"Number": operation.fiscal_sign} if operation.is_ticket else {}),
        "IsOffline": operation.offline,
        **({"ExternalOperationId": int(external)} if is_whole else {}),
    }
