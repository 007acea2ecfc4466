"""`manage.py signing_key [--rotate]`: the key that signs the heads of journals."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kkm import signing


class Command(BaseCommand):
    """Make the first key, or the next one; what earlier keys signed stays verifiable."""

    requires_system_checks = []  # one of them asks for the key

    def add_arguments(self, parser: CommandParser) -> None:
        """First or next."""
        parser.description = _(
            "Ключ, которым подписываются вершины журналов: создать, если его ещё нет."
        )
        parser.add_argument(
            "--rotate",
            action="store_true",
            help=_("создать новый; от прежнего остаётся открытый ключ"),
        )

    def handle(self, *, rotate: bool, **_options: object) -> None:
        """Print the id of the key that signs from now on."""
        key = signing.rotate() if rotate else signing.create()
        self.stdout.write(
            _("Подписывает ключ {key}, он лежит в {place}.").format(
                key=key, place=settings.SIGNING_KEYS
            )
        )
