"""What has history is not deleted, and its page says why: in words, without the names of what
refers to it.
"""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


class Kept(admin.ModelAdmin):
    """A page that tells in place of the button «Удалить» why there is none.

    Nothing is deleted by the list.
    """

    change_form_template = "admin/kept_change_form.html"

    def history_of(self, obj) -> str:
        """Why a row has to stay though nothing refers to it; empty: it need not."""
        return ""

    def why_kept(self, obj) -> str:
        """Why a row cannot be deleted; empty: it can."""
        if told := self.history_of(obj):
            return str(told)
        names = sorted({str(name) for name in _referring(obj)})
        if names:
            return _("Удалить нельзя: на эту запись ссылаются %(what)s.") % {
                "what": ", ".join(names)
            }
        return ""

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not self.why_kept(obj))

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["kept"] = self.why_kept(obj) if change and obj else ""
        return super().render_change_form(request, context, add, change, form_url, obj)

    def delete_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        told = self.why_kept(obj) if obj and self.has_view_permission(request, obj) else ""
        if not told:
            return super().delete_view(request, object_id, extra_context)
        messages.error(request, told)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(reverse(name, args=[object_id]))


def _referring(obj):
    """What the rows are called that refer to this one and would be left without it."""
    for relation in obj._meta.related_objects:
        if relation.on_delete is models.PROTECT:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: obj})
            if rows.exists():
                yield relation.related_model._meta.verbose_name_plural
