"""Who may call the register API of the demo world: an integrator with a key that everybody
knows, and cashiers with logins.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy

from kkm.demo.cast import DASTARKHAN, SHIPA
from kkm.demo.world import sample_registers
from kkm.models import ApiKey, Cashier
from kkm.models.integration import digest_of

INTEGRATOR, KEY = "Демонстрационная интеграция", "demo-api-key-2026"
CASHIERS = {  # login: taxpayer, code, password, what for
    "kassir": (
        DASTARKHAN,
        1,
        "demo-kassir-2026",
        gettext_lazy("касса ALS70000002: смену откроет первый чек"),
    ),
    "kassir2": (
        SHIPA,
        1,
        "demo-kassir2-2026",
        gettext_lazy("касса ALS70000003: смена уже открыта"),
    ),
}


def let_in(now: datetime) -> None:
    """Make the key and the logins that are not there.

    What staff have revoked or changed stays as it is.
    """
    if not ApiKey.objects.filter(digest=digest_of(KEY)).exists():
        ApiKey.issue(INTEGRATOR, at=now, secret=KEY)
    for login, (firm, code, password, _purpose) in CASHIERS.items():
        cashier = Cashier.objects.filter(
            taxpayer__taxpayer_number=firm.number, code=code, login=""
        ).first()
        if cashier and not Cashier.objects.filter(login__iexact=login).exists():
            cashier.login = login
            cashier.set_password(password)
            cashier.save()
            cashier.kkms.remove(
                *sample_registers()
            )  # their days are imported, and nothing may come before


def logins() -> list[tuple[str, str, str]]:
    """(login, password, what for)."""
    return [
        (login, password, str(purpose))
        for login, (_firm, _code, password, purpose) in CASHIERS.items()
    ]
