"""What all pages of the administration share: their titles and the check of a list's address."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import EmptyResultSet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class CheckedChangeList(ChangeList):
    """A list whose filters are turned into SQL before it is read. A year that no calendar has is
    then a wrong lookup, which Django answers with a redirect, and not a failure of the server.
    """

    def get_queryset(self, request, exclude_parameters=None):
        queryset = super().get_queryset(request, exclude_parameters)
        try:
            queryset.query.sql_with_params()
        except EmptyResultSet:
            return queryset
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error
        return queryset


class AskingInWords(BaseModelAdmin):
    """A field that must be filled, and is not, says what to enter."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        sentence = _("Введите значение поля «%(name)s».")
        if isinstance(field, forms.ChoiceField):
            sentence = _("Выберите значение поля «%(name)s».")
        field.error_messages["required"] = sentence % {"name": field.label}
        return field


class TitledAdmin(AskingInWords, admin.ModelAdmin):
    """Titles that need no grammatical cases: «Кассы», «Касса», «Новая запись: касса»."""

    def get_changelist(self, request, **kwargs):
        return CheckedChangeList

    def changelist_view(self, request, extra_context=None):
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        title = {"title": self._title_of(object_id)}
        context = title | (extra_context or {})
        return super().changeform_view(request, object_id, form_url, context)

    def _title_of(self, object_id) -> str:
        name = str(self.opts.verbose_name)
        if object_id:
            return capfirst(name)
        return _("Новая запись: %(name)s") % {"name": name}
