"""`Employee/List` and `employee/employees-and-cashboxes`: cashiers and their registers.

The first is documented by the vendor. The second is documented without an answer, which is inferred
to be that of the first.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from kkm.models import Cashier
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.request_shapes import AuthorizedRequest


class EmployeeAnswer(TypedDict):
    """A cashier: `Email` is his login, `Cashboxes` the serial numbers of his registers."""

    FullName: str
    Email: str
    Cashboxes: list[str]


def employees(caller: Caller, request: AuthorizedRequest) -> CallResult:
    """Cashiers of the caller's taxpayer who are at work, by code."""
    cashiers = Cashier.objects.filter(taxpayer=caller.cashier.taxpayer_id, dismissed_at=None)
    cashiers = cashiers.order_by("code").prefetch_related("kkms")
    return CallResult(list(map(_employee, cashiers)))


def _employee(cashier: Cashier) -> EmployeeAnswer:
    return {
        "FullName": cashier.name,
        "Email": cashier.login,
        "Cashboxes": [kkm.serial_number for kkm in cashier.kkms.all()],
    }
