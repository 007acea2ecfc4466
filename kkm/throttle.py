"""Who guesses is stopped: failures are counted by django-axes under a name and the caller's address, as at the login of the cabinet.

The names of what is no account of the cabinet begin with its own word (`cashier …`), so that one counter never locks another.
"""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from django.http import HttpRequest


def is_locked(request: HttpRequest, name: str) -> bool:
    """Whether this address has failed too often under this name."""
    return not AxesProxyHandler.is_allowed(request, get_credentials(name))


def failed(request: HttpRequest, name: str) -> None:
    """Count a failure. What is locked by it is refused next time; this answer stays the caller's own, and no page of axes."""
    AxesProxyHandler.user_login_failed(
        sender=failed, credentials=get_credentials(name), request=request
    )
    request.axes_locked_out = False


def forget(request: HttpRequest, name: str) -> None:
    """After a success this address begins anew; one that guesses elsewhere does not, however often the right one comes in."""
    AxesProxyHandler.update_request(request)
    AxesProxyHandler.reset_attempts(username=name, ip_address=request.axes_ip_address)


def release(name: str) -> None:
    """Whoever was locked may try again, from every address: staff have given him a new password."""
    AxesProxyHandler.reset_attempts(username=name)
