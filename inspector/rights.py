"""Rights as the administration lists them: those of pages that it has, in the language of the page.

Django's own names of rights are English and are written into the database once.
"""

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.forms import ModelMultipleChoiceField
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "add": _("добавлять"),
    "change": _("изменять"),
    "delete": _("удалять"),
    "view": _("просматривать"),
}


class RightsField(ModelMultipleChoiceField):
    """A choice of rights."""

    def label_from_instance(self, obj: Permission) -> str:
        """What may be done with what: «Кассы: изменять»."""
        model = obj.content_type.model_class()
        if model is None:
            return obj.name
        title = capfirst(model._meta.verbose_name_plural)
        # Our own rights are named in Russian, and the catalogue knows these names.
        words = gettext(obj.name)
        for action, done in ACTIONS.items():
            if obj.codename == get_permission_codename(action, model._meta):
                words = str(done)
        return f"{title}: {words}"


class RightsAdmin(admin.ModelAdmin):
    """Pages on which rights are given."""

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Rights that no page asks for are left out."""
        if db_field.remote_field.model is Permission:
            kinds = ContentType.objects.get_for_models(*admin.site._registry)
            rights = Permission.objects.filter(content_type__in=kinds.values())
            kwargs["queryset"] = rights.select_related("content_type")
            kwargs["form_class"] = RightsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)
