"""What staff seed."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import EmptyResultSet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kkm.admin.keeping import Kept
from kkm.admin.requisites import ThroughTheDoor
from kkm.models import KKM, OFD, KKMModel, Section, Taxpayer, VatRate
from kkm.models.state import State


class Understood(ChangeList):
    """A list whose question is tried as a statement first: a year that no calendar has is a
    wrong question, not our failure.
    """

    def get_queryset(self, request, exclude_parameters=None):
        queryset = super().get_queryset(request, exclude_parameters)
        try:
            queryset.query.sql_with_params()
        except EmptyResultSet:
            pass
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error
        return queryset


class Titled:
    """Titles of pages that need no cases: «Кассы», «Касса», «Новая запись: касса»."""

    def get_changelist(self, request, **kwargs):
        return Understood

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        name = self.opts.verbose_name
        title = capfirst(name) if object_id else _("Новая запись: %(name)s") % {"name": name}
        return super().changeform_view(
            request, object_id, form_url, {"title": title, **(extra_context or {})}
        )


@admin.register(Taxpayer)
class TaxpayerAdmin(Titled, ThroughTheDoor, Kept):
    """Taxpayers. What changes here goes into the journals of all their registers."""

    def registers_of(self, obj):
        found = KKM.objects.select_related("ofd").filter(taxpayer=obj).order_by("pk")
        registers = list(found)
        for kkm in registers:
            kkm.taxpayer = obj
        return registers

    list_display = ["name", "taxpayer_number", "vat_series", "vat_number"]
    search_fields = ["name", "taxpayer_number"]


@admin.register(KKMModel)
class KKMModelAdmin(Titled, Kept):
    """Models of register."""

    list_display = ["name", "maker", "icon"]
    list_filter = ["icon"]
    search_fields = ["name", "maker"]


@admin.register(OFD)
class OFDAdmin(Titled, ThroughTheDoor, Kept):
    """Operators of fiscal data.

    What changes here goes into the journals of all registers that work with them.
    """

    def registers_of(self, obj):
        found = KKM.objects.select_related("taxpayer").filter(ofd=obj).order_by("pk")
        registers = list(found)
        for kkm in registers:
            kkm.ofd = obj
        return registers

    list_display = ["code", "name", "host"]
    list_display_links = ["name"]
    search_fields = ["name", "host"]


@admin.register(VatRate)
class VatRateAdmin(Titled, Kept):
    """VAT rates. One that has been in force ends by its date and is not deleted."""

    list_display = ["__str__", "name", "valid_from", "valid_to"]
    list_filter = ["rate"]

    def history_of(self, obj):
        if obj.valid_from > timezone.localdate():
            return ""
        return _(
            "Ставку, которая уже действовала, не удаляют: впишите, до какого дня она действует."
        )

    def has_delete_permission(self, request, obj=None):
        return obj is not None and super().has_delete_permission(request, obj)


class SectionInline(admin.TabularInline):
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
class KKMAdmin(Titled, ThroughTheDoor, Kept):
    """Registers. With the first operation the serial number is sealed and the taxpayer stays:
    tickets name him; other requisites change through the journal. What has a journal is not
    deleted.
    """

    list_display = ["serial_number", "model", "taxpayer", "registration_number", "not_blocked"]
    list_filter = [StateFilter, "model", "ofd", "made_in"]
    list_select_related = ["model", "taxpayer"]
    search_fields = ["serial_number"]  # `KKMQuerySet.search` looks into more
    search_help_text = _("ЗНМ, РНМ, налогоплательщик, ИИН/БИН, адрес")
    autocomplete_fields = ["model", "taxpayer", "ofd"]
    list_per_page = 50
    fields = [
        "serial_number",
        "model",
        "made_in",
        "taxpayer",
        "trade_name",
        "address",
        "address_kk",
        "ofd",
        "identity_number",
        "comment",
    ]
    inlines = [SectionInline]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_state(timezone.now())

    def get_search_results(self, request, queryset, search_term):
        return (queryset.search(search_term) if search_term.strip() else queryset), False

    def get_readonly_fields(self, request, obj=None):
        return ["serial_number", "taxpayer"] if obj and obj.operations.exists() else []

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

    @admin.display(description=_("Не заблокирована"), boolean=True)
    def not_blocked(self, kkm):
        """Whether it is not in `State.BLOCKED`."""
        return not kkm.blocked
