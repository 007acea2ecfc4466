"""Pages of one register: its state, requisites and chart, the comment, all Z's."""

from collections.abc import Mapping

from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector.access import cabinet_view, get_kkm
from inspector.access_log import Action, log
from inspector.chart import revenue_by_shift
from inspector.forms.cabinet import CommentForm, PeriodForm
from inspector.next_steps import next_steps
from inspector.operation_details import changed_requisites
from inspector.pages import page_of
from kkm.domain.heading import KEY, Unreadable
from kkm.domain.kinds import OperationKind
from kkm.models import KKM, Audit, FiscalOperation, Shift
from kkm.reading.shift_totals import total_of_shifts

CHART_SHIFTS = 30
LAST_SHIFTS = 10
PAGE = 50


@cabinet_view
def register_page(request, serial):
    """The page of a register: requisites, state, acts, last shifts."""
    kkm = get_kkm(request, serial)
    log(request, Action.VIEW, kkm, _("Карточка кассы"))
    newest = _newest_shifts(kkm)
    charted = [shift for shift in newest if not shift.is_open][:CHART_SHIFTS]
    charted.reverse()
    audit = Audit.objects.latest_of(kkm)
    context = {
        "kkm": kkm,
        "acts": _acts(kkm),
        "shifts": newest[:LAST_SHIFTS],
        "chart": revenue_by_shift(charted),
        "last": kkm.last_operation,
        "audit": audit,
        "next_steps": next_steps(audit),
    }
    return render(request, "cabinet/register.html", context)


def _acts(kkm: KKM) -> list[FiscalOperation]:
    """Acts, the newest first. A change of requisites gets `changed`: how they differ from those
    that the act before it has frozen.
    """
    acts = list(kkm.operations.acts().order_by("number"))
    before: Mapping = {}
    for act in acts:
        frozen = _frozen(act)
        if not isinstance(frozen, Mapping):
            continue
        if act.kind == OperationKind.REQUISITES:
            act.changed = list(changed_requisites(before, frozen))
        before = frozen
    acts.reverse()
    return acts


def _frozen(act: FiscalOperation) -> object:
    """The requisites that an act has frozen, as they are kept; None if they cannot be read."""
    try:
        return act.facts.get(KEY)
    except Unreadable:
        return None


def _newest_shifts(kkm: KKM) -> list[Shift]:
    """The shifts of the chart and the open one, if there is one: it is the newest."""
    newest_first = kkm.shifts.select_related("z").order_by("-number")
    return list(newest_first[: CHART_SHIFTS + 1])


@cabinet_view
def comment(request, serial):
    """The inspector's comment. htmx puts its form into the page of the register; without JavaScript
    it is a page.
    """
    kkm = get_kkm(request, serial)
    form = CommentForm(request.POST or None, instance=kkm)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save(commit=False).save(update_fields=["comment"])
            log(request, Action.COMMENT, kkm, kkm.comment)
        return redirect("kkm", serial)
    return render(request, "cabinet/comment.html", {"kkm": kkm, "form": form})


@cabinet_view
def z_reports(request, serial):
    """All Z-reports of a register; a period selects by the day on which the shift was closed."""
    kkm = get_kkm(request, serial)
    form = PeriodForm(request.GET or None)
    shifts = kkm.shifts.closed().select_related("z").order_by("-number")
    if form.period:
        shifts = shifts.closed_within(*form.period.bounds(timezone.get_current_timezone()))
    period = form.period or _("за всё время")
    log(request, Action.VIEW, kkm, _("Z-отчёты %(period)s") % {"period": period})
    context = {
        "kkm": kkm,
        "form": form,
        "page": page_of(request, shifts, PAGE),
        "total": total_of_shifts(kkm, shifts),
    }
    return render(request, "cabinet/z_reports.html", context)
