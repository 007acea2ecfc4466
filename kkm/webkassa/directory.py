"""Registers and cashiers, as the calls that list them have them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from typing_extensions import TypedDict

from kkm.models import KKM, Cashier, Registration, Shift

CREATED, ACTIVE, BLOCKED, INTEGRITY_VIOLATED, DEREGISTERED = 0, 1, 2, 4, 5


class ListedCashbox(TypedDict):
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


class Cashboxes(TypedDict):
    """The registers that the cashier may use, by serial number."""

    List: list[ListedCashbox]


class Employee(TypedDict):
    """A cashier: `Email` is his login, `Cashboxes` the serial numbers of his registers."""

    FullName: str
    Email: str
    Cashboxes: list[str]


def cashboxes_of(
    cashier: Cashier, now: datetime, *, only: int | None = None
) -> list[ListedCashbox]:
    """The cashier's registers as they are now; with `only`, the one with this id."""
    mine = {"kkm": OuterRef("pk")}
    last_shift = Shift.objects.filter(**mine).order_by("-number").values("number")[:1]
    registers = KKM.objects.with_state(now).filter(cashiers=cashier).order_by("serial_number")
    if only is not None:
        registers = registers.filter(pk=only)
    was_on_record = Exists(Registration.objects.filter(**mine))
    return [
        _cashbox(kkm)
        for kkm in registers.annotate(last_shift=Subquery(last_shift), was_on_record=was_on_record)
    ]


def _cashbox(kkm: KKM) -> ListedCashbox:
    return {
        "UniqueNumber": kkm.serial_number,
        "RegistrationNumber": kkm.registration_number or "",
        "IdentificationNumber": kkm.identity_number,
        "Name": kkm.trade_name,
        "Description": kkm.address,
        "IsOffline": False,
        "CurrentStatus": _status(kkm),
        "Shift": kkm.last_shift or 0,
    }


def _status(kkm: KKM) -> int:
    """The one code for a register that may be in several states: off the record before blocked,
    blocked (`State.BLOCKED`, as the cabinet shows it) before a journal in which faults were found.
    """
    if kkm.registration_number is None:
        return DEREGISTERED if kkm.was_on_record else CREATED
    if kkm.blocked:
        return BLOCKED
    return INTEGRITY_VIOLATED if kkm.broken else ACTIVE


def employees_of(cashiers: Iterable[Cashier]) -> list[Employee]:
    """Cashiers whose registers have been read; those come by serial number."""
    return [
        {
            "FullName": one.name,
            "Email": one.login,
            "Cashboxes": [kkm.serial_number for kkm in one.kkms.all()],
        }
        for one in cashiers
    ]
