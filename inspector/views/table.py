"""The table of controlled registers (figure 3 of the manual)."""

from datetime import datetime

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector.access import cabinet_view, controlled
from inspector.access_log import Action, log
from inspector.forms.cabinet import STATES, TableQuery
from inspector.pages import page_of
from kkm.models import KKM

PAGE = 50


@cabinet_view
def table(request):
    """All registers of the inspector: search, filters by state, order, pages."""
    asked, now = TableQuery(request.GET).asked, timezone.now()
    found = controlled(request.user).search(asked["q"])
    page = _page(request, found.in_state(asked["state"], now).sorted_by(asked["sort"], now), now)
    log(
        request,
        Action.VIEW,
        subject=_("Таблица касс, страница %(page)s") % {"page": page.number}
        + (f": {asked['q']}" * bool(asked["q"])),
    )
    counts = found.count_by_state(now)
    return render(
        request, "cabinet/table.html", {"page": page, "asked": asked, "states": _states(counts)}
    )


def _page(request: HttpRequest, found: QuerySet[KKM], now: datetime) -> Page:
    """Order and cut by ids alone; the state is asked of the registers of the page only."""
    page = page_of(request, found.values_list("pk", flat=True), PAGE)
    registers = KKM.objects.with_state(now).select_related("model", "taxpayer")
    page.object_list = registers.in_this_order(list(page))
    return page


def _states(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(value, name, how many registers) of each state that the table can be filtered by."""
    return [(value, str(name), counts[value]) for value, name in STATES]
