"""`manage.py signing_key [--rotate]`: the key that signs the heads of journals."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kkm import signing
from kkm.errors import KeyUnavailable


class Command(BaseCommand):
    """Make the first key, or the next one. What earlier keys signed stays verifiable."""

    # One of the system checks requires the key.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to make the next key."""
        parser.description = _(
            "Ключ, которым подписываются контрольные точки журналов: создать, если его ещё нет."
        )
        parser.add_argument(
            "--rotate",
            action="store_true",
            help=_("создать новый; от прежнего остаётся открытый ключ"),
        )

    def handle(self, *, rotate: bool, **_options: object) -> None:
        """Print the id of the key that signs from now on."""
        try:
            key = signing.rotate() if rotate else signing.create()
        except KeyUnavailable as error:
            raise CommandError(error.why) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Подписывает ключ {key}, он лежит в {place}.").format(
                key=key, place=settings.SIGNING_KEYS
            )
        )
