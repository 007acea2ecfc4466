"""`manage.py signing_key [--rotate]`: the key that signs the heads of journals."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kkm import signing


class Command(BaseCommand):
    """Make the first key, or the next one. What earlier keys signed stays verifiable."""

    # One of the system checks requires the key.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to make the next key."""
        parser.description = _(
            "Ключ, которым подписываются вершины журналов: создать, если его ещё нет."
        )
        parser.add_argument(
            "--rotate",
            action="store_true",
            help=_("создать новый; от прежнего остаётся открытый ключ"),
        )

    def handle(self, *, rotate: bool, **_options: object) -> None:
        """Make a key and print the id of the one that signs from now on."""
        key = signing.rotate() if rotate else signing.create()
        text = _("Подписывает ключ {key}, он лежит в {place}.")
        self.stdout.write(text.format(key=key, place=settings.SIGNING_KEYS))
