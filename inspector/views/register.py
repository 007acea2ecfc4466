"""One register: its page, the comment, the chart of revenue, all Z's ever issued."""

from collections.abc import Mapping

from csp.decorators import csp
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector.access import Action, cabinet_view, get_kkm, log
from inspector.chart import revenue_by_shift
from inspector.forms.cabinet import CommentForm, PeriodForm
from inspector.pages import page_of
from inspector.words import changes_in_words
from kkm.domain.heading import KEY
from kkm.domain.kinds import OperationKind
from kkm.models import KKM, Audit, FiscalOperation, Shift

CHART_SHIFTS = 30
LAST_SHIFTS = 10
PAGE = 50
IMAGE_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
}  # a picture in its own world: its style sheet is inside


@cabinet_view
def register(request, serial):
    """Requisites, both axes of state, acts, last shifts."""
    kkm = get_kkm(request, serial)
    log(request, Action.VIEW, kkm, _("Карточка кассы"))
    acts = _acts(kkm)
    charted = _last_closed(kkm)
    shifts = [*kkm.shifts.open(), *reversed(charted)][:LAST_SHIFTS]
    found = {
        "kkm": kkm,
        "acts": acts,
        "shifts": shifts,
        "charted": charted,
        "last": kkm.last_operation,
    }
    return render(request, "cabinet/register.html", found | {"audit": Audit.objects.latest_of(kkm)})


def _acts(kkm: KKM) -> list[FiscalOperation]:
    """Acts, the newest first; a change of requisites says in `changed` what it changed, against
    the last act that froze some.
    """
    acts = list(kkm.operations.acts().order_by("number"))
    before: Mapping = {}
    for act in acts:
        told = act.facts.get(KEY)
        if isinstance(told, Mapping):
            if act.kind == OperationKind.REQUISITES:
                act.changed = list(changes_in_words(before, told))
            before = told
    return acts[::-1]


def _last_closed(kkm: KKM) -> list[Shift]:
    """Closed shifts of the chart, oldest first."""
    return list(kkm.shifts.closed().select_related("z").order_by("-number")[:CHART_SHIFTS])[::-1]


@cabinet_view
@csp(IMAGE_POLICY)  # type: ignore[arg-type]  # its types know no views with arguments
def chart(request, serial):
    """Revenue of the last shifts as a picture."""
    kkm = get_kkm(request, serial)
    log(request, Action.VIEW, kkm, _("График выручки"))
    return HttpResponse(revenue_by_shift(_last_closed(kkm)), content_type="image/svg+xml")


@cabinet_view
def comment(request, serial):
    """The inspector's remark: a small page without JavaScript, a part of the register's page
    with it.
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
    """Every Z of a register, by the day on which its shift was closed."""
    kkm = get_kkm(request, serial)
    form = PeriodForm(request.GET or None)
    shifts = kkm.shifts.closed().select_related("z").order_by("-number")
    if form.period:
        shifts = shifts.closed_within(*form.period.bounds(timezone.get_current_timezone()))
    log(
        request,
        Action.VIEW,
        kkm,
        _("Z-отчёты %(period)s") % {"period": form.period or _("за всё время")},
    )
    page = page_of(request, shifts, PAGE)
    return render(request, "cabinet/z_reports.html", {"kkm": kkm, "form": form, "page": page})
