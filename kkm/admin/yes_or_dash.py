"""How the admin shows what may be so or not: «да» or a dash where «no» is the normal case, Django's
icons where «no» is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrPromise

NOTHING = "—"
ICONS = {
    True: ("admin/img/icon-yes.svg", _("да")),
    False: ("admin/img/icon-no.svg", _("нет")),
    None: ("admin/img/icon-unknown.svg", _("неизвестно")),
}


def right_or_wrong(is_right: bool | None) -> SafeString:
    """Django's icon, with its meaning in the language of the page, not «True» or «False»."""
    picture, words = ICONS[is_right]
    return format_html('<img src="{}" alt="{}">', static(picture), words)


def yes_or_dash(is_so: bool) -> str | StrPromise:
    """«да» or «—»."""
    if is_so:
        return _("да")
    return NOTHING


def yes_or_dash_of(
    field: str, description: str | StrPromise
) -> Callable[[Any, Any], str | StrPromise]:
    """A column of lists and pages for a boolean field."""

    @admin.display(description=description, ordering=field)
    def column(_pages: Any, row: Any) -> str | StrPromise:
        return yes_or_dash(getattr(row, field))

    return column
