"""Access to the register API of the demo world: a publicly known key and logins of cashiers."""

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kkm.demo.reference import DASTARKHAN, SHIPA, Firm
from kkm.demo.world import sample_registers
from kkm.models import ApiKey, Cashier
from kkm.models.integration import digest_of

INTEGRATOR = "Демонстрационная интеграция"
KEY = "demo-api-key-2026"


class Account(NamedTuple):
    """The login of a cashier. `code` is the cashier's number at the taxpayer."""

    login: str
    password: str
    firm: Firm
    code: int
    purpose: Promise


ACCOUNTS = (
    Account(
        "kassir",
        "demo-kassir-2026",
        DASTARKHAN,
        1,
        gettext_lazy("касса ALS70000002: смену откроет первый чек"),
    ),
    Account(
        "kassir2",
        "demo-kassir2-2026",
        SHIPA,
        1,
        gettext_lazy("касса ALS70000003: смена уже открыта"),
    ),
)


def create_missing(now: datetime) -> None:
    """Create the key and the logins that do not exist.

    What staff have revoked or changed stays as it is.
    """
    if not ApiKey.objects.filter(digest=digest_of(KEY)).exists():
        ApiKey.issue(INTEGRATOR, at=now, secret=KEY)
    for account in ACCOUNTS:
        if not Cashier.objects.filter(login__iexact=account.login).exists():
            _create(account)


def _create(account: Account) -> None:
    """Give the login to its cashier, unless the cashier has another login."""
    without_login = Cashier.objects.filter(
        taxpayer__taxpayer_number=account.firm.number, code=account.code, login=""
    )
    cashier = without_login.first()
    if cashier is None:
        return
    cashier.login = account.login
    cashier.set_password(account.password)
    cashier.save()
    # The days of the sample registers are imported, and no operation may come before them.
    cashier.kkms.remove(*sample_registers())


def logins() -> list[tuple[str, str, str]]:
    """(login, password, purpose)."""
    return [(account.login, account.password, str(account.purpose)) for account in ACCOUNTS]
