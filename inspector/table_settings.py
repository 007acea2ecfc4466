"""What a browser remembers of the table of registers: its columns and its order."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from inspector.remembered import forget, remember
from kkm.models.register import SORTS

COLUMNS_COOKIE = "table_columns"
SORT_COOKIE = "table_sort"

# Columns that may be hidden, from left to right. The serial number and the actions stay.
COLUMNS = {
    "model": _("Модель"),
    "number": _("Регистрационный номер"),
    "year": _("Год выпуска"),
    "taxpayer": _("Налогоплательщик"),
    "place": _("Адрес применения"),
    "shift": _("Смена"),
    "last": _("Последняя операция"),
    "active": _("Активный"),
    "blocked": _("Заблокирован"),
    "comment": _("Комментарий"),
}


def shown_columns(request: HttpRequest) -> set[str] | None:
    """Names of the chosen columns; None when nobody has chosen: then the width of the window
    decides (static/css/table.css).
    """
    remembered = request.COOKIES.get(COLUMNS_COOKIE, "")
    known = COLUMNS.keys() & remembered.split(".")
    return known or None


def remember_columns(response: HttpResponse, chosen: list[str]) -> None:
    """Keep the chosen columns; an empty list returns to the choice by width."""
    names = [name for name in COLUMNS if name in chosen]
    if not names:
        forget(response, COLUMNS_COOKIE)
        return
    remember(response, COLUMNS_COOKIE, ".".join(names))


def remembered_sort(request: HttpRequest) -> str:
    """The order that was chosen last; the first of `SORTS` when there is none."""
    remembered = request.COOKIES.get(SORT_COOKIE, "")
    if remembered.removeprefix("-") in SORTS:
        return remembered
    return SORTS[0]


def remember_sort(response: HttpResponse, sort: str) -> None:
    """Keep the chosen order."""
    remember(response, SORT_COOKIE, sort)
