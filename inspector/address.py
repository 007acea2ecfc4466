"""Where a request comes from. `X-Forwarded-For` is believed only as far as our own proxies wrote it."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost of our `TRUSTED_PROXIES` saw; without proxies, the other end of the connection.

    Each proxy appends the address it was called from, so ours are counted from the right; what stands before them was sent by
    the client and may be anything.
    """
    proxies = settings.TRUSTED_PROXIES
    forwarded = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(forwarded) >= proxies and _is_address(forwarded[-proxies]):
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR") or None


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False
