"""Rows with a history are not deleted. Their pages say why in words, without the names of the rows
that refer to them.
"""

from collections.abc import Iterator

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


class UndeletableAdmin(admin.ModelAdmin):
    """A page that says why the row cannot be deleted, in place of the button «Удалить».

    Lists have no action that deletes.
    """

    change_form_template = "admin/undeletable_change_form.html"

    def history_of(self, obj) -> str:
        """Why a row stays though no row refers to it; empty if it need not."""
        return ""

    def why_undeletable(self, obj) -> str:
        """Why a row cannot be deleted; empty if it can."""
        history = self.history_of(obj)
        if history:
            return str(history)
        names = set(_referring_names(obj))
        if not names:
            return ""
        sentence = _("Удалить нельзя: на эту запись ссылаются %(what)s.")
        return sentence % {"what": ", ".join(sorted(names))}

    def has_delete_permission(self, request, obj=None):
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or not self.why_undeletable(obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["why_undeletable"] = ""
        if change and obj:
            context["why_undeletable"] = self.why_undeletable(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def delete_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_view_permission(request, obj):
            return super().delete_view(request, object_id, extra_context)
        reason = self.why_undeletable(obj)
        if not reason:
            return super().delete_view(request, object_id, extra_context)
        messages.error(request, reason)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(reverse(name, args=[object_id]))


def _referring_names(obj) -> Iterator[str]:
    """Names of the models whose rows refer to this one and forbid its deletion."""
    for relation in obj._meta.related_objects:
        if relation.on_delete is not models.PROTECT:
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: obj})
        if rows.exists():
            yield str(relation.related_model._meta.verbose_name_plural)
