"""Choices that a browser remembers for a year, in cookies: the theme, the columns and the order of
the table. They name no person and open nothing.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

YEAR = 365 * 24 * 60 * 60  # seconds


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice under its name."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, name: str) -> None:
    """Return to what nobody has chosen."""
    response.delete_cookie(name, samesite="Lax")


def way_back(request: HttpRequest) -> str:
    """The page that the field `next` of a form names, or the home page where it is of another
    host.
    """
    page = request.POST.get("next", "")
    own = {request.get_host()}
    if url_has_allowed_host_and_scheme(page, own, require_https=request.is_secure()):
        return page
    return "/"
