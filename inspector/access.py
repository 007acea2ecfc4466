"""Who may see: every view of the cabinet gets its register, and leaves its line in the access
log, here.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from inspector.address import client_address
from inspector.models import AccessEntry, Control, SeenHead, User
from kkm import signing
from kkm.audit.anchors import FOREIGN_MEMORY, UNKNOWN_MEMORY
from kkm.domain.anchor import Anchor
from kkm.domain.checker import Rule
from kkm.errors import KeyUnavailable
from kkm.local_time import clock
from kkm.models import KKM
from kkm.models.register import KKMQuerySet

Action = AccessEntry.Action
messages = logging.getLogger(__name__)  # `log` is the access log


class CabinetRequest(HttpRequest):
    """A request of somebody who has logged in, as `cabinet_view` lets it through.

    For annotations only: requests are made by Django.
    """

    user: User
    htmx: HtmxDetails


def cabinet_view(view):
    """For those who have logged in and whose password is their own.

    No browser or proxy keeps what it answers.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return _instead(request, redirect_to_login(_way_back(request)))
        if request.user.must_change_password:
            return _instead(request, redirect("password_change"))
        return view(request, *args, **kwargs)

    return not_stored(guarded)


def _way_back(request: CabinetRequest) -> str:
    """The page that the user is on. htmx asks for a part of it from another address and names the
    page in `HX-Current-URL`; a page that is not ours is not named.
    """
    page = request.htmx.current_url_abs_path
    if page and url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return page
    return request.get_full_path()


def _instead(request: CabinetRequest, answer: HttpResponseRedirect) -> HttpResponseRedirectBase:
    """Another page instead of the one that was asked for. htmx would follow a redirect, look in
    that page for the part that it asked for, and leave nothing in its place: it is told to open the
    page (`HX-Redirect`).
    """
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def not_stored(view):
    """Its answers are nobody else's business, and stale at once."""

    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return marked


def controlled(user: User) -> KKMQuerySet:
    """The registers that a user controls now; a superuser, who seeds them all, sees them all."""
    if user.is_superuser:
        return KKM.objects.all()
    return KKM.objects.filter(
        Exists(Control.objects.current().filter(inspector=user, kkm=OuterRef("pk")))
    )


def get_kkm(request: CabinetRequest, serial: str) -> KKM:
    """The register of this serial number, with its state; its head is remembered.

    Http404 unless the user controls it.
    """
    registers = (
        controlled(request.user)
        .select_related("model", "taxpayer", "ofd")
        .with_state(timezone.now())
    )
    kkm = registers.filter(serial_number=serial).first()
    if kkm is None:
        raise Http404("no such register")
    remember(request, kkm)
    return kkm


def remember(request: CabinetRequest, kkm: KKM) -> None:
    """Keep for the user where the journal ends now, unless he has seen it before: one question,
    and one row when it is new.
    """
    mine = SeenHead.objects.filter(
        user=request.user, kkm=OuterRef("kkm"), number=OuterRef("number"), seal=OuterRef("seal")
    )
    head = (
        kkm.operations.order_by("-number")
        .annotate(seen=Exists(mine))
        .values("number", "seal", "seen")
        .first()
    )
    if head and not head.pop("seen"):
        at = timezone.now().replace(microsecond=0)
        try:
            with suppress(IntegrityError), transaction.atomic():  # another page of his was faster
                SeenHead.create_signed(user=request.user, kkm=kkm, at=at, **head)
        except KeyUnavailable as error:
            messages.error("A head that was seen is not remembered: %s", error.why)


def remembered(kkm: KKM) -> Iterator[Anchor]:
    """What all users have seen of a journal, by number: anchors for `kkm.audit.audit.full_audit`.

    One that the cabinet has not written says so in `fault`: it speaks of itself, and not against
    the journal.
    """
    heads = SeenHead.objects.filter(kkm=kkm).order_by("number", "pk").select_related("user")
    for head in heads.iterator(2000):
        number = max(1, head.number)
        source = f"{head.user}, {clock(head.at)}"
        yield Anchor(number, head.seal, Rule.MEMORY, source, _fault(head))


def _fault(head: SeenHead) -> str:
    if head.is_signed:
        return ""
    if head.is_signed is None:
        signing.require()
        return UNKNOWN_MEMORY
    return FOREIGN_MEMORY


def log(request: HttpRequest, action: Action, kkm: KKM | None = None, subject: object = "") -> None:
    """Add a line to the access log, chained to the user's last one. Of two lines at once one comes
    second: it tries again. A NUL that somebody searched for is «·»: no database of ours has it in a
    text.
    """
    facts: dict[str, Any] = {
        "user": request.user,
        "action": action,
        "kkm": kkm,
        "subject": str(subject).replace("\0", "·")[:300],
        "address": client_address(request),
    }
    for _attempt in range(9):
        try:
            return _append(**facts)
        except IntegrityError:
            continue
    return _append(**facts)


def _append(user: User, **facts: object) -> None:
    last = AccessEntry.objects.filter(user=user).order_by("-number").first()
    entry = AccessEntry(
        user=user,
        at=timezone.now().replace(microsecond=0),
        number=last.number + 1 if last else 1,
        **facts,
    )
    entry.seal = entry.sealed_after(last.seal if last else "")
    with transaction.atomic():
        entry.save(force_insert=True)
