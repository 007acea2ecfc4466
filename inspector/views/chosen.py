"""What is done with several registers that were chosen in the table: check, export, print."""

from collections.abc import Iterator
from functools import wraps

from django.contrib import messages
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from inspector import checking
from inspector.access import CabinetRequest, cabinet_view, get_kkms
from inspector.access_log import Action, log, log_each
from inspector.forms.chosen import ChosenForm, asked_of, chosen_serials
from inspector.views.export import subject_of, zip_response
from inspector.views.reports import paper_response
from inspector.views.table import PAGE
from kkm import signing
from kkm.domain.period import Period
from kkm.export.archives import Archives
from kkm.models import KKM, Shift
from reports.kinds import z
from reports.paper.a4 import reports_pdf
from reports.report import Report
from reports.scope import ReportScope


def view_of_chosen(view):
    """A view of the registers that the query or the form names, which the user controls.

    Without any, as after the end of a session, or with more than the table has on a page it leads
    to the table, which says what is wrong.
    """

    @wraps(view)
    def with_registers(request):
        serials = chosen_serials(asked_of(request))
        if 0 < len(serials) <= PAGE:
            return view(request, get_kkms(request, serials))
        if serials:
            messages.error(request, _too_many(len(serials)))
        elif request.method == "POST":
            sentence = _("Отметьте в таблице хотя бы одну кассу.")
            messages.error(request, sentence)
        return redirect("cabinet")

    return cabinet_view(with_registers)


def _too_many(count: int) -> str:
    sentence = _("Касс выбрано %(count)s, за один раз — не больше %(most)s.")
    facts = {
        "count": count,
        "most": PAGE,
    }
    return sentence % facts


@view_of_chosen
def chosen(request: CabinetRequest, kkms: list[KKM]) -> HttpResponseBase:
    """The chosen registers, the days, and what can be done with them; POST does it."""
    act = request.POST.get("act", "")
    if act == "check":
        return _checked(request, kkms)
    asked = None
    if act or "date" in request.GET:
        asked = asked_of(request)
    form = ChosenForm(asked, kkms=kkms)
    if act == "export" and form.exports()[0]:
        return _redirect(request, "chosen_export", kkms)
    if act == "print" and form.z_reports():
        return _redirect(request, "chosen_z_pdf", kkms)
    log(request, Action.VIEW, subject=_("Выбранные кассы"))
    context = {
        "kkms": kkms,
        "form": form,
        "answer_address": _address(request, "chosen", kkms),
    }
    return render(request, "cabinet/chosen/page.html", context)


@view_of_chosen
def export(request: CabinetRequest, kkms: list[KKM]) -> HttpResponseBase:
    """The exports of the chosen registers in one ZIP, made while it is sent.

    A wrong question goes back to the page of the chosen registers.
    """
    form = ChosenForm(request.GET, kkms=kkms)
    plans, left_out = form.exports()
    if not plans:
        return _redirect(request, "chosen", kkms)
    now = timezone.now()
    archives = Archives(plans, left_out, now=now)
    log_each(request, Action.EXPORT, [(plan.kkm, subject_of(plan)) for plan in plans])
    today = timezone.localdate()
    name = f"alsep-export-{today:%Y-%m-%d}"
    return zip_response(archives.stream(), name)


@view_of_chosen
def z_pdf(request: CabinetRequest, kkms: list[KKM]) -> HttpResponseBase:
    """The Z-reports of the chosen registers on paper, one behind the other.

    A wrong question goes back to the page of the chosen registers.
    """
    form = ChosenForm(request.GET, kkms=kkms)
    shifts = form.z_reports()
    if not shifts:
        return _redirect(request, "chosen", kkms)
    for kkm in kkms:
        _log_print(request, form, kkm, shifts)
    reports = _reports(request, kkms, shifts)
    facts = {"days": form.days}
    title = _("Z-отчёты %(days)s") % facts
    today = timezone.localdate()
    return paper_response(
        request,
        lambda: reports_pdf(reports, title),
        f"z-{today:%Y-%m-%d}",
    )


def _log_print(
    request: CabinetRequest,
    form: ChosenForm,
    kkm: KKM,
    shifts: list[Shift],
) -> None:
    """One line for a register, unless it has no Z among the shifts."""
    numbers = []
    for shift in shifts:
        if shift.kkm_id == kkm.pk:
            numbers.append(shift.number)
    if not numbers:
        return
    facts = {
        "days": form.days,
        "first": numbers[0],
        "last": numbers[-1],
    }
    sentence = _("Z-отчёты %(days)s, смены № %(first)s — %(last)s")
    log(request, Action.PRINT, kkm, sentence % facts)


def _reports(
    request: CabinetRequest,
    kkms: list[KKM],
    shifts: list[Shift],
) -> Iterator[Report]:
    by_id = {}
    for kkm in kkms:
        by_id[kkm.pk] = kkm
    now = timezone.now()
    for shift in shifts:
        day = timezone.localdate(shift.closed_at)
        scope = ReportScope(
            kkm=by_id[shift.kkm_id],
            shifts=[shift],
            period=Period.day(day),
            now=now,
            by=str(request.user),
        )
        yield z.make(scope)


def _redirect(
    request: CabinetRequest,
    name: str,
    kkms: list[KKM],
) -> HttpResponseRedirect:
    """To another page of the same registers and days."""
    return redirect(_address(request, name, kkms))


def _address(request: CabinetRequest, name: str, kkms: list[KKM]) -> str:
    query = asked_of(request).copy()
    for other in set(query) - {"date", "to"}:
        query.pop(other)
    query.setlist("kkm", list(map(str, kkms)))
    return f"{reverse(name)}?{query.urlencode()}"


# -- checks ----------------------------------------------------------------------------------------


@view_of_chosen
def checks(request: CabinetRequest, kkms: list[KKM]) -> HttpResponseBase:
    """The last check of each of the chosen registers."""
    log_each(request, Action.VIEW, [(kkm, _("Проверка журнала")) for kkm in kkms])
    context = {
        "kkms": kkms,
        "checks": checking.last_checks(kkms),
    }
    return render(request, "cabinet/chosen/checks.html", context)


def _checked(request: CabinetRequest, kkms: list[KKM]) -> HttpResponseBase:
    """Check short journals at once; long ones while a page with the progress is sent.

    KeyUnavailable before anything is read: an audit that cannot be signed is not begun.
    """
    signing.current()
    if sum(map(checking.last_number, kkms)) > checking.AT_ONCE:
        log(request, Action.VIEW, subject=_("Проверка выбранных касс начата"))
        page = _growing(request, kkms, get_language())
        headers = checking.SENT_AS_IT_GROWS
        return StreamingHttpResponse(page, headers=headers)
    for kkm in kkms:
        checking.check_now(request, kkm)
    return _redirect(request, "chosen_checks", kkms)


def _growing(
    request: CabinetRequest,
    kkms: list[KKM],
    language: str,
) -> Iterator[str]:
    """The page in pieces: its beginning, a line for each step and each result, the table of the
    results, the rest. Each piece is made when it is sent, after the view has returned.

    If the user closes the page, the check that is running ends, and those that follow are not
    begun; what was kept before stays.
    """
    with override(language):
        address = _address(request, "chosen_checks", kkms)
        context = {"kkms": kkms, "answer_address": address}
        page = render_to_string("cabinet/chosen/checking.html", context, request)
        head, _steps, rest = page.partition("<!--steps-->")
        between, _results, foot = rest.partition("<!--results-->")
        yield head
        for kkm in kkms:
            yield from _check_of_one(request, kkm)
        results = {
            "kkms": kkms,
            "checks": checking.last_checks(kkms),
        }
        yield between
        yield render_to_string("cabinet/chosen/results.html", results, request)
        yield foot


def _check_of_one(request: CabinetRequest, kkm: KKM) -> Iterator[str]:
    log(request, Action.VIEW, kkm, _("Проверка журнала начата"))
    name = f"{kkm}: "
    total = checking.last_number(kkm)
    steps = checking.check_in_steps(request, kkm)
    with checking.logged_if_left(request, kkm):
        audit = yield from checking.progress_lines(steps, total, name)
    result = checking.result_of(audit)
    yield checking.list_item(name + result)
