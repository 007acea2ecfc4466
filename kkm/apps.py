"""The app of registers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KKMConfig(AppConfig):
    """Registers, shifts and fiscal operations."""

    name = "kkm"
    verbose_name = _("Кассы и фискальные операции")
