"""Long lists, cut."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_of(request: HttpRequest, things: QuerySet | Sequence, size: int) -> Page:
    """The page that `?page=` names: the first one for garbage, the last one for too much.

    `numbers` are those to link to.
    """
    page = Paginator(things, size).get_page(request.GET.get("page"))
    page.numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return page
