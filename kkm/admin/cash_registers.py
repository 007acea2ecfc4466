"""The page of a register, with its sections and the filter by its states."""

from collections.abc import Sequence
from typing import cast

from django.contrib import admin
from django.db import IntegrityError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kkm.admin.requisite_changes import RequisitesAdmin
from kkm.admin.titled import AskingInWords, TitledAdmin
from kkm.admin.undeletable import UndeletableAdmin
from kkm.admin.yes_or_dash import NOTHING, yes_or_dash
from kkm.models import KKM, Section
from kkm.models.register import KKMQuerySet
from kkm.models.state import State


class SectionInline(AskingInWords, admin.TabularInline):
    """Sections of a register."""

    model = Section
    verbose_name = _("отдел (секция)")
    verbose_name_plural = _("отделы (секции)")
    extra = 0


class StateFilter(admin.SimpleListFilter):
    """The states of the cabinet's table."""

    title = _("состояние")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        if self.value() not in State.values:
            return queryset
        return queryset.in_state(self.value(), timezone.now())


@admin.register(KKM)
class KKMAdmin(TitledAdmin, RequisitesAdmin, UndeletableAdmin):
    """Registers. After the first operation the serial number and the taxpayer cannot change,
    because tickets name them; other requisites change through the journal. A register with a
    journal is not deleted.
    """

    list_display = [
        "serial_number",
        "model",
        "taxpayer",
        "registration_number",
        "active",
        "blocked",
        "alarms",
    ]
    list_filter = [StateFilter, "model", "ofd", "made_in"]
    list_select_related = ["model", "taxpayer"]
    # Shows the search box; `KKMQuerySet.search` looks into more fields.
    search_fields = ["serial_number"]
    search_help_text = _("ЗНМ, РНМ, налогоплательщик, ИИН/БИН, адрес")
    autocomplete_fields = ["model", "taxpayer", "ofd"]
    list_per_page = 50
    # All fields, in the order of the model.
    fields = [field.name for field in KKM._meta.fields if not field.primary_key]
    inlines = [SectionInline]
    actions: Sequence[str] | None = None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Somebody was faster with the serial number: now the form itself finds it taken.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_queryset(self, request):
        registers = cast("KKMQuerySet", super().get_queryset(request))
        return registers.with_state(timezone.now())

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def get_readonly_fields(self, request, obj=None):
        if obj is None or not obj.operations.exists():
            return []
        return ["serial_number", "taxpayer"]

    def registers_of(self, obj):
        return [obj]

    def history_of(self, obj):
        if not obj.operations.exists():
            return ""
        return _("Кассу, в журнале которой есть операции, не удаляют: их хранят не менее пяти лет.")

    def has_delete_permission(self, request, obj=None):
        return obj is not None and super().has_delete_permission(request, obj)

    @admin.display(description=_("РНМ"), ordering="registration_number")
    def registration_number(self, kkm):
        """The РНМ of the present registration."""
        return kkm.registration_number

    @admin.display(description=_("Активный"))
    def active(self, kkm):
        """Whether it is on the record."""
        return yes_or_dash(kkm.registration_number is not None)

    @admin.display(description=_("Заблокирован"))
    def blocked(self, kkm):
        """Why it is in `State.BLOCKED`; a dash when it is not."""
        reasons = kkm.blocking_reasons
        if not reasons:
            return NOTHING
        return format_html("{}: {}", _("да"), "; ".join(reasons))

    @admin.display(description=_("Журнал"))
    def alarms(self, kkm):
        """`State.BROKEN` in the words of the cabinet; a dash when it is not."""
        if not kkm.broken:
            return NOTHING
        return State.BROKEN.label
