"""`cashbox/client-info`: whether a register may work.

Documented by the vendor without an answer; its form was read in the public code of two clients,
which look at CashboxStatus and warn before the licence or the operator's term ends. Registers of
Alsep have no licence that ends, and it does not know the operator's term: both dates are null.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from kkm.models import KKM
from kkm.webkassa import requests
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.directory import ListedCashbox, cashboxes_of

LICENCE_IN_FORCE = 2


class License(TypedDict):
    """2: in force. No date: it does not end."""

    LicenseStatus: int
    LicenseExpirationDate: str | None


class OfdTerm(TypedDict):
    """The operator's code, 0 for none."""

    Ofd: int
    Expiration: str | None


class ClientInfo(TypedDict):
    """A register. `CashboxStatus` as `CurrentStatus` of `Cashboxes`."""

    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str
    CashboxStatus: int
    License: License
    Ofd: OfdTerm


@call("cashbox/client-info", requests.OfRegister, ClientInfo)
def client_info(caller: Caller, asked: requests.OfRegister) -> Answer:
    """The state of a register, for the client's own monitoring."""
    kkm = caller.register(asked)
    listed = listed_cashbox(caller, kkm)
    ofd = kkm.ofd.code if kkm.ofd else 0
    return Answer(
        {
            "CashboxUniqueNumber": kkm.serial_number,
            "CashboxRegistrationNumber": listed["RegistrationNumber"],
            "CashboxStatus": listed["CurrentStatus"],
            "License": {"LicenseStatus": LICENCE_IN_FORCE, "LicenseExpirationDate": None},
            "Ofd": {"Ofd": ofd, "Expiration": None},
        }
    )


def listed_cashbox(caller: Caller, kkm: KKM) -> ListedCashbox:
    """The register as `Cashboxes` lists it."""
    (listed,) = cashboxes_of(caller.cashier, caller.now(), only=kkm.pk)
    return listed
