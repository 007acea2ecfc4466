"""The app of inspectors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectorConfig(AppConfig):
    """Inspectors, their rights, and the cabinet."""

    name = "inspector"
    verbose_name = _("Инспекторы и доступ")
