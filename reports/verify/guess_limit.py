"""Who types figures at random is stopped by the same throttle as who guesses passwords
(django-axes): counted by address.

A wrong answer is a failure under two names that no account can have, since they have a space in
them: one for the register that was asked about, and one for all of them, which takes more. A right
answer counts for nothing, either way.
"""

from __future__ import annotations

from datetime import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db.models import Max
from django.http import HttpRequest

from kkm.throttle import failed, is_locked

EVERY, OF_ALL, OF_ONE = "verify *", 30, 5
TICKETS = "consumer *"  # buyers who look for their tickets (`reports.ticket.views`)


def limit(request: HttpRequest, credentials: dict | None) -> int:
    """How many failures lock (AXES_FAILURE_LIMIT)."""
    return OF_ALL if credentials and credentials.get("username") in (EVERY, TICKETS) else OF_ONE


def locked_until(request: HttpRequest, register: str) -> datetime | None:
    """Until when this address has been wrong too often: about this register, or about any."""
    locked = [name for name in _names(register) if is_locked(request, name)]
    if not locked:
        return None
    last = AccessAttempt.objects.filter(
        username__in=locked, ip_address=request.axes_ip_address
    ).aggregate(at=Max("attempt_time"))
    return last["at"] + get_cool_off(request)


def count(request: HttpRequest, register: str) -> None:
    """A wrong answer. It is still shown: the next question is what a lock refuses."""
    for name in _names(register):
        failed(request, name)


def _names(register: str) -> tuple[str, str]:
    return f"verify {register}", EVERY
