"""The site of the administration: who may enter it, and how its pages get into the access log."""

from functools import wraps

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from inspector.access_log import Action, log
from kkm.models import KKM


class AlsepAdminSite(admin.AdminSite):
    """The site that `django.contrib.admin.site` stands for (`alsep.apps.AlsepAdminConfig`)."""

    site_title = "Alsep"
    site_header = _("Alsep — администрирование")
    empty_value_display = "—"
    index_title = _("Alsep — администрирование")

    def has_permission(self, request):
        """Active staff whose password is their own, not a one-time one."""
        return super().has_permission(request) and not request.user.must_change_password

    def admin_view(self, view, cacheable=False):
        """A page of the site. An address with a NUL in a filter or lookup is answered 400:
        PostgreSQL cannot store a NUL in a text and fails on it. The search box is left out: it has
        a check and a sentence of its own.
        """

        @wraps(view)
        def without_nul(request, *args, **kwargs):
            for name, values in request.GET.lists():
                if name != SEARCH_VAR and "\0" in "".join(values):
                    raise BadRequest("a NUL in the address")
            return view(request, *args, **kwargs)

        return super().admin_view(without_nul, cacheable)

    def log_view(self, request: HttpRequest, kkm: KKM | None, subject: str) -> None:
        """Write into the access log that the user has seen a page of the journal."""
        log(request, Action.VIEW, kkm, subject)
