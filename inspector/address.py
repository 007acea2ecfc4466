"""Where a request comes from.

`X-Forwarded-For` is believed only as far as our own proxies wrote it.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost of our `TRUSTED_PROXIES` saw; without proxies, the other end
    of the connection.

    Each proxy appends the address it was called from, so ours are counted from the right; what
    stands before them was sent by the client and may be anything.
    """
    proxies = settings.TRUSTED_PROXIES
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    claimed = _address(forwarded[-proxies]) if proxies and len(forwarded) >= proxies else None
    return claimed or _address(request.META.get("REMOTE_ADDR", "").partition("%")[0])


def throttled_address(request: HttpRequest) -> str | None:
    """Whom the throttle counts: an IPv4 address, or the /64 of an IPv6 one, all of which is one
    household's.
    """
    address = client_address(request)
    if address and isinstance(ip_address(address), IPv6Address):
        return str(ip_network(f"{address}/64", strict=False).network_address)
    return address


def _address(text: str) -> str | None:
    """As it is usually spelt, an IPv4 address inside IPv6 as itself; None for anything else, a
    zone (`fe80::1%eth0`) too.
    """
    try:
        address = ip_address("" if "%" in text else text.strip())
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
