"""The app of reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Reports: no tables of its own, pure reading."""

    name = "reports"
    verbose_name = _("Отчёты")
