"""`manage.py verify_access`: whether the access log can be believed.

Exit code 0: all is well, 1: a finding, 2: it could not be checked.
"""

import json
import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector.accesses import (
    Head,
    HeadsAreForged,
    HeadsAreMissing,
    Reading,
    Stranger,
    heads_file,
    known_heads,
    read_back,
    remember_heads,
    strangers,
)
from kkm.errors import KeyUnavailable

FINDING, UNCHECKED = 1, 2


class Command(BaseCommand):
    """Check the access log of every user; when all is whole, remember outside the database where
    each ends.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """How to tell."""
        parser.description = _(
            "Проверить журнал доступа каждого пользователя. Код выхода: 0 — всё сошлось, 1 — есть "
            "нарушения."
        )
        parser.add_argument(
            "--first",
            action="store_true",
            help=_("первое чтение: файла с концами журналов ещё нет"),
        )
        parser.add_argument(
            "--json", action="store_true", help=_("ответ — один объект JSON на стандартном выводе")
        )

    def handle(self, **options: object) -> None:
        """Each user's first bad line is named. What was remembered stays until all is whole."""
        try:
            known = _known_heads(first=options["first"])
            readings = dict(read_back(known, now=timezone.now()))
            broken = [reading for reading in readings.values() if reading.flaw]
            if not broken:
                remember_heads({pk: reading.head for pk, reading in readings.items()})
            foreign = list(strangers())
        except HeadsAreForged as error:
            sentence = _("Файл {file} изменён или повреждён: его подпись неверна.").format(
                file=heads_file()
            )
            raise CommandError(sentence, returncode=UNCHECKED) from error
        except KeyUnavailable as error:
            raise CommandError(error.why, returncode=UNCHECKED) from error
        except OSError as error:
            raise CommandError(str(error), returncode=UNCHECKED) from error
        told = (
            _as_json(readings, foreign)
            if options["json"]
            else "\n".join(_lines(readings, broken, foreign))
        )
        self.stdout.write(told)
        if broken or foreign:
            sys.exit(FINDING)


def _known_heads(*, first: bool) -> dict[str, Head]:
    """None at the first reading, and at no other: a file that was taken away would be taken for
    one that never was.
    """
    if first and heads_file().exists():
        told = _("Чтение не первое: файл {file} есть. Запустите команду без --first.")
        raise CommandError(told.format(file=heads_file()), returncode=UNCHECKED)
    try:
        return {} if first else known_heads()
    except HeadsAreMissing as error:
        told = _(
            "Файла {file} нет: с чем сверять концы журналов, неизвестно. Если журнал читается "
            "впервые, запустите команду с --first."
        )
        raise CommandError(told.format(file=heads_file()), returncode=UNCHECKED) from error


def _lines(
    readings: dict[str, Reading], broken: list[Reading], foreign: list[Stranger]
) -> list[str]:
    lines = [
        _("{user}: ЖУРНАЛ ДОСТУПА ИЗМЕНЁН. Первая неверная запись — № {number}: {flaw}.").format(
            user=reading.user, number=reading.first_bad, flaw=reading.flaw.label
        )
        for reading in broken
    ]
    lines += [stranger.sentence for stranger in foreign]
    count = sum(reading.head.number for reading in readings.values())
    return lines or [
        _("Журнал доступа цел: пользователей {users}, записей {count}.").format(
            users=len(readings), count=count
        )
    ]


def _as_json(readings: dict[str, Reading], foreign: list[Stranger]) -> str:
    """An object for each user; then one for each row that the cabinet has not written, with
    `row` beside.
    """
    told = [
        {
            "user": reading.user,
            "holds": reading.flaw is None,
            "lines": reading.head.number,
            "seal": reading.head.seal,
            "first_bad": reading.first_bad,
            "flaw": reading.flaw and reading.flaw.value,
            "sentence": reading.flaw and str(reading.flaw.label),
        }
        for reading in readings.values()
    ]
    told += [
        {
            "user": stranger.user,
            "holds": False,
            "row": stranger.what,
            "flaw": "foreign",
            "sentence": stranger.sentence,
        }
        for stranger in foreign
    ]
    return json.dumps(told, ensure_ascii=False, indent=2)
