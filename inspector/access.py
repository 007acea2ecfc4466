"""Who may see what: views of the cabinet for users who have logged in, and the registers that a
user controls.
"""

import re
from collections.abc import Sequence
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from inspector.converters import SerialConverter
from inspector.models import Control, User
from inspector.seen_heads import remember_heads, with_heads
from kkm.domain.heading import Unreadable
from kkm.errors import RequisitesUnreadable
from kkm.models import KKM
from kkm.models.register import KKMQuerySet


class CabinetRequest(HttpRequest):
    """A request of a user who has logged in. For annotations only: Django makes the requests."""

    user: User
    htmx: HtmxDetails


def cabinet_view(view):
    """A view for users who have logged in and whose password is their own.

    Browsers and proxies do not keep its responses. Where somebody has been at the journal so that
    the page, or the paper, cannot be made, the answer is a page that says so.
    """

    @wraps(view)
    def with_login(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return _redirect(request, redirect_to_login(_current_page(request)))
        if request.user.must_change_password:
            return _redirect(request, redirect("password_change"))
        try:
            return view(request, *args, **kwargs)
        except Unreadable:
            return _unreadable(request, **kwargs)

    return not_stored(with_login)


def _unreadable(request: CabinetRequest, serial: str = "", **_more: object) -> HttpResponse:
    """The page for a journal that cannot be read; it leads to the check of the register."""
    context: dict[str, object] = {"sentence": RequisitesUnreadable.sentence}
    if serial:
        context["kkm"] = get_kkm(request, serial)
    return render(request, "cabinet/unreadable.html", context)


def _current_page(request: CabinetRequest) -> str:
    """The page that the user is on, to return to after the login. htmx requests a part of it under
    another address and names the page in `HX-Current-URL`; an address of another site is ignored.
    """
    page = request.htmx.current_url_abs_path
    if page and url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return page
    return request.get_full_path()


def _redirect(request: CabinetRequest, response: HttpResponseRedirect) -> HttpResponseRedirectBase:
    """A redirect of the whole page. htmx would follow a plain one and look for the requested part
    in the login page; `HX-Redirect` tells it to open that page.
    """
    if request.htmx:
        return HttpResponseClientRedirect(response.url)
    return response


def not_stored(view):
    """A view whose responses browsers and proxies do not keep."""

    @wraps(view)
    def with_headers(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return with_headers


def controlled(user: User) -> KKMQuerySet:
    """The registers that a user controls now; all of them for a superuser."""
    if user.is_superuser:
        return KKM.objects.all()
    current = Control.objects.current().filter(inspector=user, kkm=OuterRef("pk"))
    return KKM.objects.filter(Exists(current))


def get_kkm(request: CabinetRequest, serial: str) -> KKM:
    """The register of this serial number with its state (`with_state`). Its head is remembered.

    Http404 unless the user controls it.
    """
    return get_kkms(request, [serial])[0]


def get_kkms(request: CabinetRequest, serials: Sequence[str]) -> list[KKM]:
    """The registers of these serial numbers in this order, as `get_kkm` gives one.

    Http404 unless the user controls every one of them.
    """
    known = [serial for serial in serials if re.fullmatch(SerialConverter.regex, serial)]
    registers = controlled(request.user).select_related("model", "taxpayer", "ofd")
    registers = registers.with_state(timezone.now()).filter(serial_number__in=known)
    registers = with_heads(registers, request.user)
    by_serial = {kkm.serial_number: kkm for kkm in registers}
    kkms = []
    for serial in serials:
        if serial not in by_serial:
            raise Http404("no such register")
        kkms.append(by_serial[serial])
    remember_heads(request.user, kkms)
    return kkms
