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
from inspector.converters import whole_number
from inspector.forms.cabinet import ActivationForm, BlockingForm, DeregistrationForm, UnblockingForm
from inspector.next_steps import blocking_reason, next_steps
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
    if _written(request, form, kkm, K.ACTIVATION, journal.activate):
        number = form.cleaned_data["registration_number"]
        sentence = _("Касса поставлена на учёт под номером %(n)s.") % {"n": number}
        return _done(request, kkm, sentence)
    return _page(request, "cabinet/activate.html", kkm, form)


@cabinet_view
def deregister(request, serial):
    """Deregister a register; the shift that is open is closed with its Z first."""
    kkm = get_kkm(request, serial)
    form = DeregistrationForm(request.POST or None)
    act = _written(request, form, kkm, K.DEREGISTRATION, journal.deregister)
    if act:
        link = reverse("act_pdf", args=[serial, act.number])
        sentence = format_html(
            '{} <a href="{}">{}</a>', _("Касса снята с учёта."), link, _("Акт снятия с учёта")
        )
        return _done(request, kkm, sentence)
    return _page(request, "cabinet/deregister.html", kkm, form)


@cabinet_view
def block(request, serial):
    """Block a register: it accepts no tickets from now on."""
    kkm = _get_kkm_to_block(request, serial)
    form = BlockingForm(request.POST or None, initial=_reason_of_check(request, kkm))
    if _written(request, form, kkm, K.BLOCK, journal.block):
        return _done(request, kkm, _("Касса заблокирована: чеки не принимаются."))
    return _page(request, "cabinet/block.html", kkm, form)


@cabinet_view
def unblock(request, serial):
    """Unblock a register: it accepts tickets again."""
    kkm = _get_kkm_to_block(request, serial)
    form = UnblockingForm(request.POST or None)
    if _written(request, form, kkm, K.UNBLOCK, journal.unblock):
        return _done(request, kkm, _("Касса разблокирована."))
    return _page(request, "cabinet/unblock.html", kkm, form)


def _reason_of_check(request: CabinetRequest, kkm: KKM) -> dict[str, str]:
    """The reason for blocking after the check whose number is `?check=`; none for a check that
    found nothing, or is not there.
    """
    number = whole_number(request.GET.get("check", ""))
    if number is None:
        return {}
    audit = kkm.audits.filter(number=number).first()
    steps = next_steps(audit)
    if steps is None:
        return {}
    return {"reason": blocking_reason(steps)}


def _get_kkm_to_block(request: CabinetRequest, serial: str) -> KKM:
    kkm = get_kkm(request, serial)
    if not request.user.has_perm("kkm.block_kkm"):
        sentence = _("Право блокировать кассы даёт администратор.")
        log(request, Action.REFUSAL, kkm, sentence)
        raise PermissionDenied(sentence)
    return kkm


def _written(
    request: CabinetRequest,
    form: Form,
    kkm: KKM,
    kind: K,
    write: Callable[..., FiscalOperation],
) -> FiscalOperation | None:
    """Write an act to the journal by one of the functions of `kkm.journal`.

    None if the form is not filled in rightly, or the journal refused the act: then the form has
    the error. Written or refused, a line is added to the access log.
    """
    if not form.is_valid():
        return None
    details = {name: text for name, text in form.cleaned_data.items() if text}
    arguments = {}
    if "registration_number" in details:
        arguments["registration_number"] = details.pop("registration_number")
    try:
        with transaction.atomic():
            act = Act(kind=kind, at=timezone.now(), details=details, **request.user.actor)
            operation = write(kkm=kkm, act=act, **arguments)
            summary = ", ".join(str(fact) for name, fact in operation.facts.items() if name != KEY)
            log(request, ACTIONS[kind], kkm, f"{operation}: {summary}")
        return operation
    except KeyUnavailable as refusal:
        log(request, Action.REFUSAL, kkm, f"{ACTIONS[kind].label}: {refusal}")
        form.add_error(None, ValidationError(str(refusal), code=NOT_NOW))
    except Refusal as refusal:
        log(request, Action.REFUSAL, kkm, f"{ACTIONS[kind].label}: {refusal}")
        field = None
        if isinstance(refusal, RegistrationNumberTaken):
            field = "registration_number"
        form.add_error(field, str(refusal))
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
