"""`manage.py verify_access`: whether the access log can be believed.

Exit code 0: all is well, 1: a finding, 2: it could not be checked.
"""

import sys
from json import dumps

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector.access_audit import (
    HeadsAreForged,
    HeadsAreMissing,
    LogHead,
    Reading,
    UnsignedRow,
    heads_file,
    known_heads,
    read_back,
    remember_heads,
    unsigned_rows,
)
from kkm.errors import KeyUnavailable

FINDING, UNCHECKED = 1, 2


class Command(BaseCommand):
    """Check the access log of every user.

    If all is whole, the end of each log is remembered outside the database.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether this is the first check, and the form of the answer."""
        parser.description = _(
            "Проверить журнал доступа каждого пользователя. Код выхода: 0 — всё сошлось, 1 — есть "
            "нарушения."
        )
        parser.add_argument(
            "--first",
            action="store_true",
            help=_("первая проверка: файла с последними записями журналов ещё нет"),
        )
        parser.add_argument(
            "--json", action="store_true", help=_("ответ — один объект JSON на стандартном выводе")
        )

    def handle(self, *, first: bool, json: bool, **_options: object) -> None:
        """Check the logs and print the first bad line of each. Exit codes: see the module."""
        try:
            readings, foreign = _check(first=first)
        except HeadsAreForged as error:
            text = _("Файл {file} изменён или повреждён: его подпись неверна.")
            raise CommandError(text.format(file=heads_file()), returncode=UNCHECKED) from error
        except KeyUnavailable as error:
            raise CommandError(error.why, returncode=UNCHECKED) from error
        except OSError as error:
            raise CommandError(str(error), returncode=UNCHECKED) from error
        if json:
            self.stdout.write(_as_json(readings, foreign))
        else:
            self.stdout.write("\n".join(_lines(readings, foreign)))
        if foreign or any(reading.flaw for reading in readings):
            sys.exit(FINDING)


def _check(*, first: bool) -> tuple[list[Reading], list[UnsignedRow]]:
    """The log of each user, and the rows that the cabinet has not written.

    If no log has a flaw, the ends of the logs are remembered; else those of the last check stay.
    """
    readings = dict(read_back(_known_heads(first=first), now=timezone.now()))
    if not any(reading.flaw for reading in readings.values()):
        remember_heads({pk: reading.head for pk, reading in readings.items()})
    return list(readings.values()), list(unsigned_rows())


def _known_heads(*, first: bool) -> dict[str, LogHead]:
    """The remembered ends of the logs; empty at the first check.

    CommandError at a later check if the file is missing: somebody may have removed it. For the
    same reason `first` is refused if the file is there.
    """
    if first and heads_file().exists():
        text = _("Проверка не первая: файл {file} есть. Запустите команду без --first.")
        raise CommandError(text.format(file=heads_file()), returncode=UNCHECKED)
    if first:
        return {}
    try:
        return known_heads()
    except HeadsAreMissing as error:
        text = _(
            "Файла {file} нет: последние записи журналов не с чем сверить. Если проверка "
            "первая, запустите команду с --first."
        )
        raise CommandError(text.format(file=heads_file()), returncode=UNCHECKED) from error


def _lines(readings: list[Reading], foreign: list[UnsignedRow]) -> list[str]:
    """A sentence for each finding. Without findings, one that says how much was checked."""
    lines = []
    text = _("{user}: ЖУРНАЛ ДОСТУПА ИЗМЕНЁН. Первая неверная запись — № {number}: {flaw}.")
    for reading in readings:
        if reading.flaw:
            number, flaw = reading.first_bad, reading.flaw.label
            lines.append(text.format(user=reading.user, number=number, flaw=flaw))
    lines += [row.sentence for row in foreign]
    if lines:
        return lines
    count = sum(reading.head.number for reading in readings)
    text = _("Журнал доступа цел: пользователей {users}, записей {count}.")
    return [text.format(users=len(readings), count=count)]


def _as_json(readings: list[Reading], foreign: list[UnsignedRow]) -> str:
    """An object for each user, then one for each row that the cabinet has not written."""
    objects = [*map(_plain_reading, readings), *map(_plain_row, foreign)]
    return dumps(objects, ensure_ascii=False, indent=2)


def _plain_reading(reading: Reading) -> dict[str, object]:
    flaw = sentence = None
    if reading.flaw:
        flaw = reading.flaw.value
        sentence = str(reading.flaw.label)
    return {
        "user": reading.user,
        "holds": reading.flaw is None,
        "lines": reading.head.number,
        "seal": reading.head.seal,
        "first_bad": reading.first_bad,
        "flaw": flaw,
        "sentence": sentence,
    }


def _plain_row(row: UnsignedRow) -> dict[str, object]:
    return {
        "user": row.user,
        "holds": False,
        "row": row.kind,
        "flaw": "foreign",
        "sentence": row.sentence,
    }
