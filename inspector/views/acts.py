"""Acts of an inspector on a register: to register it and deregister it, to block and unblock it.

`kkm.journal` decides whether an act is allowed; the page shows its refusal.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from inspector.access import CabinetRequest, cabinet_view, get_kkm
from inspector.access_log import Action, log
from inspector.forms.cabinet import ActivationForm, BlockingForm, DeregistrationForm, UnblockingForm
from kkm import journal
from kkm.domain.heading import KEY
from kkm.domain.kinds import OperationKind
from kkm.domain.ticket import Act
from kkm.errors import KeyUnavailable, Refusal, RegistrationNumberTaken
from kkm.models import KKM, FiscalOperation

K = OperationKind
NOT_NOW = "not_now"  # the code of an error that is none of the form's
ACTIONS = {
    K.ACTIVATION: Action.ACTIVATE,
    K.DEREGISTRATION: Action.DEREGISTER,
    K.BLOCK: Action.BLOCK,
    K.UNBLOCK: Action.UNBLOCK,
}


@cabinet_view
def activate(request, serial):
    """Register a register with the tax authority under the РНМ that was typed."""
    kkm = get_kkm(request, serial)
    form = ActivationForm(request.POST or None)
    if form.is_valid():
        number = form.cleaned_data["registration_number"]
        activated = _act(
            request,
            form,
            kkm,
            K.ACTIVATION,
            lambda act: journal.activate(kkm=kkm, registration_number=number, act=act),
        )
        if activated:
            return _done(
                request, kkm, _("Касса поставлена на учёт под номером %(n)s.") % {"n": number}
            )
    return _page(request, "cabinet/activate.html", kkm, form)


@cabinet_view
def deregister(request, serial):
    """Deregister a register; the shift that is open is closed with its Z first."""
    kkm = get_kkm(request, serial)
    form = DeregistrationForm(request.POST or None)
    if form.is_valid():
        gone = _act(
            request,
            form,
            kkm,
            K.DEREGISTRATION,
            lambda act: journal.deregister(kkm=kkm, act=act),
            **form.cleaned_data,
        )
        if gone:
            link = reverse("act_pdf", args=[serial, gone.number])
            sentence = format_html(
                '{} <a href="{}">{}</a>', _("Касса снята с учёта."), link, _("Акт снятия с учёта")
            )
            return _done(request, kkm, sentence)
    return _page(request, "cabinet/deregister.html", kkm, form)


@cabinet_view
def block(request, serial):
    """Block a register: it accepts no tickets from now on."""
    kkm = _get_kkm_to_block(request, serial)
    form = BlockingForm(request.POST or None)
    if form.is_valid():
        blocked = _act(
            request,
            form,
            kkm,
            K.BLOCK,
            lambda act: journal.block(kkm=kkm, act=act),
            **form.cleaned_data,
        )
        if blocked:
            return _done(request, kkm, _("Касса заблокирована: чеки не принимаются."))
    return _page(request, "cabinet/block.html", kkm, form)


@cabinet_view
def unblock(request, serial):
    """Unblock a register: it accepts tickets again."""
    kkm = _get_kkm_to_block(request, serial)
    form = UnblockingForm(request.POST or None)
    if form.is_valid():
        unblocked = _act(
            request,
            form,
            kkm,
            K.UNBLOCK,
            lambda act: journal.unblock(kkm=kkm, act=act),
            **form.cleaned_data,
        )
        if unblocked:
            return _done(request, kkm, _("Касса разблокирована."))
    return _page(request, "cabinet/unblock.html", kkm, form)


def _get_kkm_to_block(request: CabinetRequest, serial: str) -> KKM:
    kkm = get_kkm(request, serial)
    if not request.user.has_perm("kkm.block_kkm"):
        sentence = _("Право блокировать кассы даёт администратор.")
        log(request, Action.REFUSAL, kkm, sentence)
        raise PermissionDenied(sentence)
    return kkm


def _act(
    request: CabinetRequest,
    form: Form,
    kkm: KKM,
    kind: K,
    write: Callable[[Act], FiscalOperation],
    **details: str,
) -> FiscalOperation | None:
    """Write an act to the journal. None if the journal refused it: then the form has the error.

    Either way a line is written to the access log.
    """
    given_details = {name: text for name, text in details.items() if text}
    try:
        with transaction.atomic():
            act = Act(kind=kind, at=timezone.now(), details=given_details, **request.user.actor)
            operation = write(act)
            summary = ", ".join(str(fact) for name, fact in operation.facts.items() if name != KEY)
            log(request, ACTIONS[kind], kkm, f"{operation}: {summary}")
        return operation
    except KeyUnavailable as refusal:
        log(request, Action.REFUSAL, kkm, f"{ACTIONS[kind].label}: {refusal}")
        form.add_error(None, ValidationError(str(refusal), code=NOT_NOW))
        return None
    except Refusal as refusal:
        log(request, Action.REFUSAL, kkm, f"{ACTIONS[kind].label}: {refusal}")
        form.add_error(
            "registration_number" if isinstance(refusal, RegistrationNumberTaken) else None,
            str(refusal),
        )
        return None


def _done(request: CabinetRequest, kkm: KKM, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("kkm", kkm.serial_number)


def _page(request: CabinetRequest, template: str, kkm: KKM, form: Form) -> HttpResponse:
    not_now = form.has_error(NON_FIELD_ERRORS, NOT_NOW)
    return render(
        request,
        template,
        {"kkm": get_kkm(request, kkm.serial_number), "form": form, "shift": kkm.open_shift},
        status=HTTPStatus.SERVICE_UNAVAILABLE if not_now else HTTPStatus.OK,
    )
