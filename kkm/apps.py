"""The app of registers."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from kkm import signing


class KKMConfig(AppConfig):
    """Registers, shifts and fiscal operations."""

    name = "kkm"
    verbose_name = _("Кассы и фискальные операции")

    def ready(self) -> None:
        """A deployment is checked for its signing key."""
        checks.register(signing.check, checks.Tags.security, deploy=True)
