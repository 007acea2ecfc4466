"""`cashbox/client-info`: whether a register may work.

Documented by the vendor without an answer; its form was read in the public code of two clients,
which look at CashboxStatus and warn before the licence or the operator's term ends. Registers of
Alsep have no licence that ends, and it does not know the operator's term: both dates are null.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.listed_cashboxes import listed_cashbox
from kkm.webkassa.request_shapes import OfRegisterRequest

LICENCE_IN_FORCE = 2


class LicenseAnswer(TypedDict):
    """2: in force. No date: it does not end."""

    LicenseStatus: int
    LicenseExpirationDate: str | None


class OfdTermAnswer(TypedDict):
    """The operator's code, 0 for none."""

    Ofd: int
    Expiration: str | None


class ClientInfoAnswer(TypedDict):
    """A register. `CashboxStatus` as `CurrentStatus` of `Cashboxes`."""

    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str
    CashboxStatus: int
    License: LicenseAnswer
    Ofd: OfdTermAnswer


def client_info(caller: Caller, request: OfRegisterRequest) -> CallResult:
    """The state of a register, for the client's own monitoring."""
    kkm = caller.register(request)
    listed = listed_cashbox(caller, kkm)
    ofd_code = 0
    if kkm.ofd:
        ofd_code = kkm.ofd.code
    return CallResult(
        {
            "CashboxUniqueNumber": kkm.serial_number,
            "CashboxRegistrationNumber": listed["RegistrationNumber"],
            "CashboxStatus": listed["CurrentStatus"],
            "License": {"LicenseStatus": LICENCE_IN_FORCE, "LicenseExpirationDate": None},
            "Ofd": {"Ofd": ofd_code, "Expiration": None},
        }
    )
