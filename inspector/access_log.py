"""Writing the access log: what each user did, in lines that are chained by their seals."""

from collections.abc import Sequence
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
    log_each(request, action, [(kkm, subject)])


def log_each(
    request: HttpRequest,
    action: Action,
    lines: Sequence[tuple[KKM | None, object]],
) -> None:
    """Add a line for each of several registers with its subject, in two statements."""
    fields: dict[str, Any] = {
        "user": request.user,
        "action": action,
        "address": client_address(request),
    }
    for _attempt in range(ATTEMPTS - 1):
        try:
            _append(lines=lines, **fields)
        except IntegrityError:
            continue
        return
    _append(lines=lines, **fields)


def _append(
    *,
    lines: Sequence[tuple[KKM | None, object]],
    user: User,
    **fields: object,
) -> None:
    """Write lines after the user's last one. IntegrityError if another request was faster."""
    at = timezone.now().replace(microsecond=0)
    number, seal = 0, ""
    last = AccessEntry.objects.filter(user=user).order_by("-number").first()
    if last is not None:
        number, seal = last.number, last.seal
    entries = []
    for kkm, subject in lines:
        number += 1
        text = str(subject).replace("\0", "·")[:300]
        entry = AccessEntry(user=user, at=at, number=number, kkm=kkm, subject=text, **fields)
        seal = entry.seal = entry.sealed_after(seal)
        entries.append(entry)
    with transaction.atomic():
        AccessEntry.objects.bulk_create(entries)
