"""The table of controlled registers (figure 3 of the manual)."""

from datetime import datetime

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector import table_settings
from inspector.access import CabinetRequest, cabinet_view, controlled
from inspector.access_log import Action, log
from inspector.forms.cabinet import STATES, TableQuery
from inspector.forms.chosen import last_days
from inspector.models import table_query
from inspector.pages import page_of
from inspector.remembered import way_back
from inspector.ticket_search import tickets_by_number
from kkm.models import KKM

# As many rows as have less than 100 kB with the longest usual names.
PAGE = 40


@cabinet_view
def table(request: CabinetRequest) -> HttpResponse:
    """All registers of the inspector: search, filters by state, order, pages.

    The order that was chosen is remembered, that of a saved filter is not.
    """
    form, now = TableQuery(request.GET), timezone.now()
    asked = form.asked
    sort = asked["sort"] or table_settings.remembered_sort(request)
    asked = {**asked, "sort": sort}
    found = controlled(request.user)
    search_errors = form.errors.get("q")
    if search_errors:
        found = found.none()
    found = found.search(asked["q"])
    page = _page(request, found.in_state(asked["state"], now).sorted_by(sort, now), now)
    log(request, Action.VIEW, subject=_subject(page, asked["q"]))
    chosen = table_settings.shown_columns(request)
    here = table_query(asked["q"], asked["state"], sort)
    saved = list(request.user.saved_filters.all())
    context = {
        "page": page,
        "asked": asked,
        "typed": form["q"].value() or "",
        "search_errors": search_errors,
        "saved": saved,
        "here": here,
        "back": request.get_full_path(),
        "days": last_days(),
        "states": _states(found.count_by_state(now)),
        "tickets": tickets_by_number(controlled(request.user), asked["q"]),
        "columns": table_settings.COLUMNS.items(),
        "shown": chosen or table_settings.COLUMNS.keys(),
        "by_width": chosen is None,
    }
    response = render(request, "cabinet/table/page.html", context)
    is_saved = here in [each.query for each in saved]
    if form.cleaned_data.get("sort") and not is_saved:
        table_settings.remember_sort(response, sort)
    return response


def _subject(page: Page, text: str) -> str:
    """What the access log says of a look at the table."""
    subject = _("Таблица касс, страница %(page)s") % {"page": page.number}
    if text:
        subject = f"{subject}: {text}"
    return subject


@cabinet_view
def columns(request: HttpRequest) -> HttpResponse:
    """Remember the chosen columns of the table in this browser, and return to it.

    A link to this address, as after the end of a session, leads to the table.
    """
    if request.method != "POST":
        return redirect("cabinet")
    response = HttpResponseRedirect(way_back(request))
    chosen = request.POST.getlist("column")
    if "by-width" in request.POST:
        chosen = []
    table_settings.remember_columns(response, chosen)
    return response


def _page(request: HttpRequest, found: QuerySet[KKM], now: datetime) -> Page:
    """Order and cut by ids alone; the state is asked of the registers of the page only."""
    page = page_of(request, found.values_list("pk", flat=True), PAGE)
    registers = KKM.objects.with_state(now).select_related("model", "taxpayer")
    page.object_list = registers.in_this_order(list(page))
    return page


def _states(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(value, name, how many registers) of each state that the table can be filtered by."""
    return [(value, str(name), counts[value]) for value, name in STATES]
