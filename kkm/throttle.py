"""A limit on guessing of secrets.

django-axes counts failures by a name and the caller's address, as at the login of the cabinet.
Names that are not accounts of the cabinet begin with a word for their kind (`cashier …`), so that
one counter never locks another.
"""

from __future__ import annotations

from typing import cast

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from django.http import HttpRequest


class _Counted(HttpRequest):
    """A request with what axes adds to it. For annotations only."""

    axes_locked_out: bool
    axes_ip_address: str | None


def _counted(request: HttpRequest) -> _Counted:
    return cast("_Counted", request)


def client_address(request: HttpRequest) -> str | None:
    """The address under which failures of a request are counted."""
    return _counted(request).axes_ip_address


def is_locked(request: HttpRequest, name: str) -> bool:
    """Whether this address has had too many failures with this name."""
    return not AxesProxyHandler.is_allowed(request, get_credentials(name))


def failed(request: HttpRequest, name: str) -> None:
    """Count a failure.

    If it locks the name, the next attempt is refused. The answer to this attempt remains ours:
    without the last line axes would replace it by its own page.
    """
    AxesProxyHandler.user_login_failed(
        sender=failed, credentials=get_credentials(name), request=request
    )
    _counted(request).axes_locked_out = False


def forget(request: HttpRequest, name: str) -> None:
    """Reset the counter of this address after a success. Counters of other addresses stay."""
    AxesProxyHandler.update_request(request)
    address = client_address(request)
    AxesProxyHandler.reset_attempts(username=name, ip_address=address)


def release(name: str) -> None:
    """Reset the counters of all addresses: staff have set a new password."""
    AxesProxyHandler.reset_attempts(username=name)
