"""Writing the access log: what each user did, in lines that are chained by their seals."""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from inspector.address import client_address
from inspector.models import AccessEntry, User
from kkm.models import KKM

Action = AccessEntry.Action
# Of two requests that write a line of one user at once, one must try again.
ATTEMPTS = 10


def log(request: HttpRequest, action: Action, kkm: KKM | None = None, subject: object = "") -> None:
    """Add a line to the access log, chained to the user's last line.

    The subject is cut at 300 characters. A NUL in it (somebody may search for one) is written as
    «·»: PostgreSQL cannot store it.
    """
    fields: dict[str, Any] = {
        "user": request.user,
        "action": action,
        "kkm": kkm,
        "subject": str(subject).replace("\0", "·")[:300],
        "address": client_address(request),
    }
    for _attempt in range(ATTEMPTS - 1):
        try:
            _append(**fields)
        except IntegrityError:
            continue
        return
    _append(**fields)


def _append(user: User, **fields: object) -> None:
    """Write a line after the user's last one. IntegrityError if another request was faster."""
    at = timezone.now().replace(microsecond=0)
    number, previous_seal = 1, ""
    last = AccessEntry.objects.filter(user=user).order_by("-number").first()
    if last is not None:
        number, previous_seal = last.number + 1, last.seal
    entry = AccessEntry(user=user, at=at, number=number, **fields)
    entry.seal = entry.sealed_after(previous_seal)
    with transaction.atomic():
        entry.save(force_insert=True)
