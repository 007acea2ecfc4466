"""Long lists, cut."""

from collections.abc import Iterator, Sequence

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


class LinkedPage(Page):
    """A page of a list, with the numbers of the pages to link to."""

    @property
    def numbers(self) -> Iterator[str | int]:
        """The first, the last and the nearest numbers; an ellipsis stands for the others."""
        return self.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1)


def page_of(request: HttpRequest, things: QuerySet | Sequence, size: int) -> LinkedPage:
    """The page that `?page=` names: the first one for garbage, the last one for too much."""
    page = Paginator(things, size).get_page(request.GET.get("page"))
    return LinkedPage(page.object_list, page.number, page.paginator)
