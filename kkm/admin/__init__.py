"""The admin of what is true: staff seed registers, and look at the journal."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kkm.admin import facts, integrations, proof, seed

__all__ = ["facts", "integrations", "proof", "seed"]

admin.site.site_title = "Alsep"
admin.site.site_header = admin.site.index_title = _("Alsep — администрирование")
