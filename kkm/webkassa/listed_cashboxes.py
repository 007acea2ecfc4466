"""The registers of a cashier with their present states, as several calls list them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from typing_extensions import TypedDict

from kkm.models import KKM, Cashier, Registration, Shift
from kkm.webkassa.call import Caller

CREATED = 0
ACTIVE = 1
BLOCKED = 2
INTEGRITY_VIOLATED = 4
DEREGISTERED = 5


class ListedCashboxAnswer(TypedDict):
    """A register. `CurrentStatus`: 0 created, 1 active, 2 blocked, 4 integrity violated, 5
    deregistered; `Shift`: its last one, 0 before.

    `Name` is the trade name, `Description` the address of use; `RegistrationNumber` is empty off
    the record.
    """

    UniqueNumber: str
    RegistrationNumber: str
    IdentificationNumber: str
    Name: str
    Description: str
    IsOffline: bool
    CurrentStatus: int
    Shift: int


def cashboxes_of(
    cashier: Cashier, now: datetime, *, only: int | None = None
) -> list[ListedCashboxAnswer]:
    """The cashier's registers as they are now; with `only`, the one with this id."""
    of_register = {"kkm": OuterRef("pk")}
    last_shift = Shift.objects.filter(**of_register).order_by("-number").values("number")[:1]
    registers = KKM.objects.with_state(now).filter(cashiers=cashier).order_by("serial_number")
    if only is not None:
        registers = registers.filter(pk=only)
    registers = registers.annotate(
        last_shift=Subquery(last_shift),
        was_on_record=Exists(Registration.objects.filter(**of_register)),
    )
    listed: list[ListedCashboxAnswer] = []
    for kkm in registers:
        listed.append(
            {
                "UniqueNumber": kkm.serial_number,
                "RegistrationNumber": kkm.registration_number or "",
                "IdentificationNumber": kkm.identity_number,
                "Name": kkm.trade_name,
                "Description": kkm.address,
                "IsOffline": False,
                "CurrentStatus": _status(kkm, was_on_record=kkm.was_on_record),
                "Shift": kkm.last_shift or 0,
            }
        )
    return listed


def listed_cashbox(caller: Caller, kkm: KKM) -> ListedCashboxAnswer:
    """One register as `Cashboxes` lists it."""
    (listed,) = cashboxes_of(caller.cashier, caller.now(), only=kkm.pk)
    return listed


def _status(kkm: KKM, *, was_on_record: bool) -> int:
    """The one code for a register that may be in several states: off the record before blocked,
    blocked (`State.BLOCKED`, as the cabinet shows it) before a journal in which faults were found.
    """
    if kkm.registration_number is None:
        if was_on_record:
            return DEREGISTERED
        return CREATED
    if kkm.blocked:
        return BLOCKED
    if kkm.broken:
        return INTEGRITY_VIOLATED
    return ACTIVE
