"""Addresses of all pages that have something to count: of the public, the cabinet and the admin.

One register stands for all; each list is asked whole, searched and filtered. Django must be set up.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from inspector.models import User
from inspector.views.table import PAGE
from kkm.models import KKM, FiscalOperation
from kkm.models.register import SORTS
from kkm.models.state import State
from reports.kinds import KINDS
from reports.ticket.layout import ticket_url

# What staff look for in a list. A model that is not here has no search.
SEARCHES = {
    "taxpayer": ("Береке 7", "190540"),
    "kkm": ("Береке 7", "0000001", "6010000"),
    "cashier": ("Ахметова",),
    "control": ("0000001", "inspector1"),
    "audit": ("0000001",),
    "lateoffline": ("0000007",),
    "user": ("inspector",),
    "accessentry": ("inspector1",),
}
WHOLE_SERIAL = ("fiscaloperation", "shift", "registration", "zreport", "signedhead", "seenhead")
FILTERS = {
    "kkm": ("state=blocked", "state=late", "state=broken", "made_in__exact=2024"),
    "fiscaloperation": ("kind__exact=30", "offline__exact=1"),
    "shift": ("open=1", "open=0"),
    "registration": ("open=0",),
    "control": ("control=current", "control=revoked"),
    "audit": ("holds=0",),
    "accessentry": ("action__exact=login",),
}


def of_the_public(kkm: KKM) -> Iterator[str]:
    """Pages of who has not come in."""
    yield from ("/", "/healthz", "/login/", "/verify/", "/consumer", "/keys/", "/api/docs/")
    yield "/consumer?" + ticket_url(_ticket_of(kkm)).partition("?")[2]


def of_the_cabinet(kkm: KKM) -> Iterator[str]:
    """The table in all its forms, and every page of a register."""
    yield from ("/password/", "/cabinet/", "/cabinet/filters/")
    yield from ("/cabinet/?page=2", "/cabinet/?q=береке 7", "/cabinet/?q=0000001")
    for state in State:
        yield f"/cabinet/?state={state}"
    for sort in SORTS:
        yield f"/cabinet/?sort=-{sort}"
    some = KKM.objects.order_by("serial_number")[:PAGE]
    chosen = "&".join(f"kkm={one}" for one in some)
    yield f"/cabinet/chosen/?{chosen}"
    yield f"/cabinet/chosen/checks/?{chosen}"
    root = reverse("kkm", kwargs={"serial": kkm.serial_number})
    yield root
    for page in ("comment", "block", "deregister", "z-reports", "check", "export"):
        yield f"{root}{page}/"
    ticket = _ticket_of(kkm)
    for query in ("", "?shift=1", "?kind=1"):
        yield f"{root}operations/{query}"
    yield f"{root}operations/{ticket.number}/"
    yield from _reports(kkm, root)


def _reports(kkm: KKM, root: str) -> Iterator[str]:
    yield f"{root}reports/"
    shifts = kkm.shifts.closed().order_by("number")
    first = timezone.localdate(shifts.first().closed_at)
    last = timezone.localdate(shifts.last().closed_at)
    for kind in KINDS:
        yield f"{root}reports/?type={kind}&date={last}"
    yield f"{root}reports/?type=period&date={first}&to={last}"


def of_the_admin(kkm: KKM, username: str) -> Iterator[str]:
    """Every page of every model: the list, its searches and filters, a row, a new row."""
    request = HttpRequest()
    request.user = User.objects.get(username=username)
    yield from ("/admin/", "/admin/kkm/", "/admin/inspector/")
    yield reverse("admin:kkm_passport", args=[kkm.pk])
    yield reverse("admin:auth_user_password_change", args=[request.user.pk])
    for model, pages in admin.site._registry.items():
        yield from _lists(pages, kkm)
        name = _name_of(pages)
        row = _shown(model, kkm)
        if row is not None:
            yield reverse(f"{name}_change", args=[row.pk])
            yield reverse(f"{name}_history", args=[row.pk])
        if pages.has_add_permission(request):
            yield reverse(f"{name}_add")
        if row is not None and pages.has_delete_permission(request, row):
            yield reverse(f"{name}_delete", args=[row.pk])
    complete = reverse("admin:autocomplete")
    yield f"{complete}?app_label=kkm&model_name=cashier&field_name=kkms&term=0000001"
    yield f"{complete}?app_label=kkm&model_name=kkm&field_name=taxpayer&term=береке"


def _lists(pages: admin.ModelAdmin, kkm: KKM) -> Iterator[str]:
    address = reverse(f"{_name_of(pages)}_changelist")
    yield address
    model = pages.opts.model_name
    for text in SEARCHES.get(model, ()):
        yield f"{address}?q={text}"
    if model in WHOLE_SERIAL:
        yield f"{address}?q={kkm.serial_number}"
    for query in FILTERS.get(model, ()):
        yield f"{address}?{query}"


def _name_of(pages: admin.ModelAdmin) -> str:
    return f"admin:{pages.opts.app_label}_{pages.opts.model_name}"


def _shown(model: type, kkm: KKM) -> object:
    """The row whose page has most on it; None of an empty table."""
    if model is KKM:
        return kkm
    if model is FiscalOperation:
        return _ticket_of(kkm)
    return model._default_manager.order_by("pk").first()


def _ticket_of(kkm: KKM) -> FiscalOperation:
    """A ticket of the register, with its positions."""
    return kkm.operations.tickets().order_by("number").first()
