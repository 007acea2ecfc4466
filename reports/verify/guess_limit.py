"""A limit for guessing the figures of a report or the values of a ticket.

django-axes counts failures by address, as it does for passwords. A wrong guess is a failure under
two names that no account can have, since they have a space in them: one for the register that was
asked about, and one for all registers, which allows more failures. A right answer is not counted,
and clears nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db.models import Max
from django.http import HttpRequest

from kkm.throttle import client_address, failed, is_locked

EVERY_REGISTER = "verify *"
TICKETS = "consumer *"  # buyers who look for their tickets (`reports.ticket.views`)

# How many failures lock an address.
OF_ALL = 30
OF_ONE = 5


def limit(request: HttpRequest, credentials: dict[str, str] | None) -> int:
    """How many failures lock (AXES_FAILURE_LIMIT)."""
    if credentials and credentials.get("username") in (EVERY_REGISTER, TICKETS):
        return OF_ALL
    return OF_ONE


def locked_until(request: HttpRequest, register: str) -> datetime | None:
    """Until when this address is locked, for this register or for all; None if it is not."""
    locked = [name for name in _names(register) if is_locked(request, name)]
    if not locked:
        return None
    attempts = AccessAttempt.objects.filter(username__in=locked, ip_address=client_address(request))
    last: datetime = attempts.aggregate(at=Max("attempt_time"))["at"]
    cool_off: timedelta = get_cool_off(request)
    return last + cool_off


def count(request: HttpRequest, register: str) -> None:
    """Count a wrong guess. Its answer is still shown: a lock refuses the next one."""
    for name in _names(register):
        failed(request, name)


def _names(register: str) -> tuple[str, str]:
    return f"verify {register}", EVERY_REGISTER
