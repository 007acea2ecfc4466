"""How the admin shows what may be so or not, when «no» is the normal case: «да» or a dash. Django's
red cross is left for what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NOTHING = "—"


def yes_or_dash(is_so: bool) -> str | StrPromise:
    """«да» or «—»."""
    if is_so:
        return _("да")
    return NOTHING


def yes_or_dash_of(field: str, description: StrPromise) -> Callable[[Any, Any], str | StrPromise]:
    """A column of lists and pages for a boolean field."""

    @admin.display(description=description, ordering=field)
    def column(_pages: Any, row: Any) -> str | StrPromise:
        return yes_or_dash(getattr(row, field))

    return column
