"""Reports on screen and on paper."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector.access import CabinetRequest, cabinet_view, get_kkm
from inspector.access_log import Action, log
from inspector.figure_links import FigureLinks
from inspector.forms.report import DaysQuery, ReportForm
from inspector.report_periods import beside, calendar_month, named_periods
from kkm.domain.heading import Unreadable
from kkm.domain.kinds import OperationKind
from kkm.domain.period import Period
from kkm.errors import KeyUnavailable, RequisitesUnreadable
from kkm.models import KKM
from reports import scope
from reports.kinds import DAY_KIND, KINDS, NOW_KIND, PERIOD_KIND
from reports.kinds import act as act_report
from reports.kinds import check as check_report
from reports.paper.a4 import report_pdf as print_a4
from reports.paper.roll import report_roll
from reports.request import MadeReport, make_report
from reports.ticket.layout import ticket_pdf


@cabinet_view
def report(request: CabinetRequest, serial: str) -> HttpResponse:
    """The form with a report: the one that is asked for, at first the last Z; or where the nearest
    ones are.
    """
    kkm = get_kkm(request, serial)
    form = _form(request, kkm, _first_kind(request, kkm))
    page = {"kkm": kkm, "form": form, "kinds": KINDS.values(), "on_screen": True}
    period = None
    if form.is_bound and form.is_valid():
        period = form.period
        page |= {"day": period.first, "last_day": period.last}
        page |= _steps(request, kkm, form)
        page |= _answer(request, kkm, form)
    else:
        log(request, Action.VIEW, kkm, _("Отчёты"))
    page |= _choice_of_days(request, form, period)
    return render(request, "reports/screen.html", page)


def _choice_of_days(
    request: CabinetRequest, form: ReportForm, period: Period | None
) -> dict[str, Any]:
    """Named periods and the calendar of a month. `day_kind`: what a day of them leads to,
    `today_kind` today; `month_query`: what is asked for, without the month.
    """
    asked = DaysQuery(request.GET)
    shown = asked.day
    if shown is None:
        shown = period.last if period else form.today
    day_kind = form.kind
    today_kind = form.kind
    if form.kind.has_end:
        today_kind = DAY_KIND
    if form.kind.has_end or form.kind.nothing_today:
        day_kind = DAY_KIND
    query = request.GET.copy()
    query.pop("month", None)
    return {
        "presets": list(named_periods(form.today, form.limits, period, asked.unit_name)),
        "month": calendar_month(form.kkm, shown, period, form.limits),
        "month_query": f"{query.urlencode()}&" if query else "",
        "day_kind": day_kind,
        "today_kind": today_kind,
        "period_kind": PERIOD_KIND,
    }


def _first_kind(request: CabinetRequest, kkm: KKM) -> str:
    """What the page shows before anything is asked: the last Z, or the X of a first shift that is
    still open; nothing of a register that has not worked.
    """
    if "type" in request.GET or not kkm.shifts.exists():
        return ""
    if kkm.shifts.closed().exists():
        return DAY_KIND.name
    return NOW_KIND.name


def _steps(request: CabinetRequest, kkm: KKM, form: ReportForm) -> dict[str, Any]:
    """The periods before and after the one that is shown; of a day the days with a Z."""
    if form.kind.has_end:
        asked = DaysQuery(request.GET)
        return {"periods_beside": beside(form.period, form.limits, asked.unit_name)}
    return {"neighbours": scope.neighbours(kkm, form.period.first)}


@cabinet_view
def report_pdf(request: CabinetRequest, serial: str, kind: str) -> HttpResponse:
    """The same on paper: A4, or with ?paper=roll an 80 mm roll.

    A wrong question goes back to the form, which says what is wrong.
    """
    kkm = get_kkm(request, serial)
    form = _form(request, kkm, kind)
    if not form.is_valid():
        return _back_to_form(request, serial, kind)
    try:
        made = _made(request, form)
    except (scope.NothingToReport, Unreadable):
        return _back_to_form(request, serial, kind)
    log(request, Action.PRINT, kkm, _subject(form, made.chosen))
    name = _file_name(form, made.chosen)
    if request.GET.get("paper") == "roll":
        return paper_response(request, lambda: report_roll(made.report), f"{name}-roll")
    return paper_response(request, lambda: print_a4(made.report), name)


def _back_to_form(request: CabinetRequest, serial: str, kind: str) -> HttpResponse:
    query = request.GET.copy()
    query["type"] = kind
    return redirect(f"{reverse('report', args=[serial])}?{query.urlencode()}")


@cabinet_view
def ticket(request: CabinetRequest, serial: str, number: int) -> HttpResponse:
    """A ticket on an 80 mm roll."""
    kkm = get_kkm(request, serial)
    found = (
        kkm.operations.tickets()
        .select_related("kkm__taxpayer", "kkm__ofd", "shift__registration")
        .prefetch_related("positions")
    )
    operation = get_object_or_404(found, number=number)
    log(request, Action.PRINT, kkm, _("Чек № %(number)s") % {"number": number})
    return _pdf(ticket_pdf(operation), f"{serial}-ticket-{number}")


@cabinet_view
def act(request: CabinetRequest, serial: str, number: int) -> HttpResponse:
    """The act of deregistration with the fiscal report for the whole registration."""
    kkm = get_kkm(request, serial)
    operation = get_object_or_404(
        kkm.operations.filter(kind=OperationKind.DEREGISTRATION), number=number
    )
    registration = get_object_or_404(kkm.registrations, last_number=number)
    shifts = list(
        registration.shifts.select_related(
            "kkm__taxpayer", "kkm__ofd", "registration", "z__operation"
        ).order_by("number")
    )
    log(request, Action.PRINT, kkm, _("Акт снятия с учёта № %(number)s") % {"number": number})
    paper = act_report.make(
        operation, registration, shifts, now=timezone.now(), by=str(request.user)
    )
    return paper_response(request, lambda: print_a4(paper), f"{serial}-act-{number}")


@cabinet_view
def protocol(request: CabinetRequest, serial: str, number: int) -> HttpResponse:
    """The protocol of a kept check.

    One whose signature does not fit, or cannot be verified now, has none: its page says why.
    """
    kkm = get_kkm(request, serial)
    audits = kkm.audits.select_related("kkm__taxpayer", "kkm__ofd")
    audit = get_object_or_404(audits, number=number)
    if not audit.signature_fits:
        return redirect(f"{reverse('check', args=[serial])}?at={audit.pk}")
    log(request, Action.PRINT, kkm, _("Протокол проверки № %(number)s") % {"number": number})
    paper = check_report.make(audit)
    return paper_response(request, lambda: print_a4(paper), f"{serial}-check-{number}")


def _form(request: CabinetRequest, kkm: KKM, kind: str = "") -> ReportForm:
    """The form; bound if a kind is asked for, in the query or by `kind`."""
    data = request.GET.copy()
    if kind:
        data["type"] = kind
    bound = None
    if "type" in data:
        bound = data
    return ReportForm(bound, kkm=kkm, today=timezone.localdate())


def _made(request: CabinetRequest, form: ReportForm) -> MadeReport:
    """The report that a valid form asks for. NothingToReport if no shift fits."""
    asked = form.report_request(user=request.user, now=timezone.now())
    return make_report(form.kind, asked, form.today)


def _answer(request: CabinetRequest, kkm: KKM, form: ReportForm) -> dict[str, Any]:
    """What the page shows below the form."""
    try:
        made = _made(request, form)
    except scope.NothingToReport as nothing:
        log(request, Action.VIEW, kkm, _subject(form))
        return {"nothing": nothing}
    except Unreadable:
        log(request, Action.VIEW, kkm, _subject(form))
        return {"unreadable": RequisitesUnreadable.sentence}
    log(request, Action.VIEW, kkm, _subject(form, made.chosen))
    query = request.GET.copy()
    query.pop("type", None)
    return {
        "answer": made,
        "report": made.report,
        "links": FigureLinks.of(made.report),
        "print_query": query,
    }


def _subject(form: ReportForm, shift: int | None = None) -> str:
    """What the access log says: «Фискальный отчёт за период 01.11.2026 — 21.11.2026»."""
    subject = f"{form.kind.title} {form.period}"
    if shift is None:
        return subject
    return subject + _(", смена № %(number)s") % {"number": shift}


def _file_name(form: ReportForm, shift: int | None) -> str:
    """«ALS00001734-z-2026-03-12-143»: the register, the kind, the day or days, the shift."""
    parts = [form.kkm.serial_number, form.kind.name, f"{form.period.first:%Y-%m-%d}"]
    if form.period.last != form.period.first:
        parts.append(f"{form.period.last:%Y-%m-%d}")
    if shift is not None:
        parts.append(str(shift))
    return "-".join(parts)


def paper_response(
    request: CabinetRequest, printed: Callable[[], bytes], name: str
) -> HttpResponse:
    """A report on paper, or why there is none: without a signature nobody could check it."""
    try:
        return _pdf(printed(), name)
    except KeyUnavailable:
        return render(request, "reports/unsigned.html", status=503)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
