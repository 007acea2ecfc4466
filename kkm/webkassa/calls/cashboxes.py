"""`Cashboxes` and `cashboxes/availableForReadHistory`: the registers that a cashier may use.

The first is documented by the vendor. The second is not: it was read in the public code of three
clients (two of PHP, one of TypeScript), which take `CashboxUniqueNumber` of it.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.listed_cashboxes import ListedCashboxAnswer, cashboxes_of
from kkm.webkassa.request_shapes import AuthorizedRequest


class CashboxesAnswer(TypedDict):
    """The registers that the cashier may use, by serial number."""

    List: list[ListedCashboxAnswer]


class ReadableCashboxAnswer(TypedDict):
    """A register whose history may be read."""

    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str
    Name: str
    Address: str


def cashboxes(caller: Caller, request: AuthorizedRequest) -> CallResult:
    """Registers that the cashier may use."""
    return CallResult({"List": cashboxes_of(caller.cashier, caller.now())})


def readable_cashboxes(caller: Caller, request: AuthorizedRequest) -> CallResult:
    """The same registers, under other names of fields."""
    readable: list[ReadableCashboxAnswer] = []
    for listed in cashboxes_of(caller.cashier, caller.now()):
        readable.append(
            {
                "CashboxUniqueNumber": listed["UniqueNumber"],
                "CashboxRegistrationNumber": listed["RegistrationNumber"],
                "Name": listed["Name"],
                "Address": listed["Description"],
            }
        )
    return CallResult(readable)
