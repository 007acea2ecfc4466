"""Pages of what registers refer to: taxpayers, models, operators of fiscal data, VAT rates."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kkm.admin.requisite_changes import RequisitesAdmin
from kkm.admin.titled import TitledAdmin
from kkm.admin.undeletable import UndeletableAdmin
from kkm.domain.vat import rate_name
from kkm.models import OFD, KKMModel, Taxpayer, VatRate


@admin.register(Taxpayer)
class TaxpayerAdmin(TitledAdmin, RequisitesAdmin, UndeletableAdmin):
    """Taxpayers. A changed requisite is written into the journals of all their registers."""

    field_of_register = "taxpayer"
    list_display = ["name", "taxpayer_number", "vat_series", "vat_number"]
    search_fields = ["name", "taxpayer_number"]


@admin.register(KKMModel)
class KKMModelAdmin(TitledAdmin, UndeletableAdmin):
    """Models of register."""

    list_display = ["name", "maker", "icon"]
    list_filter = ["icon"]
    search_fields = ["name", "maker"]


@admin.register(OFD)
class OFDAdmin(TitledAdmin, RequisitesAdmin, UndeletableAdmin):
    """Operators of fiscal data. A changed requisite is written into the journals of all registers
    that work with them.
    """

    field_of_register = "ofd"
    list_display = ["code", "name", "host"]
    list_display_links = ["name"]
    search_fields = ["name", "host"]


class RateFilter(admin.SimpleListFilter):
    """The rates that there are, each once. Django's own filter would say 16000 for 16 %."""

    title = _("ставка")
    parameter_name = "rate"

    def lookups(self, request, model_admin):
        rates = VatRate.objects.order_by("rate").values_list("rate", flat=True)
        names = []
        for rate in rates.distinct():
            names.append((str(rate), rate_name(rate)))
        return names

    def queryset(self, request, queryset):
        known = [value for value, _name in self.lookup_choices]
        if self.value() not in known:
            return queryset
        return queryset.filter(rate=self.value())


@admin.register(VatRate)
class VatRateAdmin(TitledAdmin, UndeletableAdmin):
    """VAT rates. A rate that has been in force is not deleted: it gets a last day."""

    list_display = ["__str__", "name", "valid_from", "valid_to"]
    list_filter = [RateFilter]

    def history_of(self, obj):
        if obj.valid_from > timezone.localdate():
            return ""
        return _(
            "Ставку, которая уже действовала, не удаляют: впишите, до какого дня она действует."
        )

    def has_delete_permission(self, request, obj=None):
        return obj is not None and super().has_delete_permission(request, obj)
