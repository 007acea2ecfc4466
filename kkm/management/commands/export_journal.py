"""`manage.py export_journal --kkm ЗНМ --output FILE`: export a journal as a ZIP.

The ZIP is the same as that of «Выгрузить для проверки» in the cabinet.
"""

import os
import sys
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from kkm.arguments import serial_number
from kkm.domain.period import Period
from kkm.errors import KeyUnavailable
from kkm.export.archive import Archive
from kkm.export.plan import NothingToExport, Plan, plan
from kkm.models import KKM

# A day before the first operation of any register.
EARLIEST = date(1990, 1, 1)


class Command(BaseCommand):
    """Export a journal. The file is written as a whole or not at all."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The register, the days and the file."""
        parser.description = _(
            "Выгрузить журнал кассы в ZIP, который проверяется без этой системы: python3 verify.py."
        )
        parser.add_argument(
            "--kkm", required=True, type=serial_number, metavar="ЗНМ", help=_("касса")
        )
        parser.add_argument(
            "--from",
            dest="first",
            type=_day,
            metavar="ГГГГ-ММ-ДД",
            help=_("первый день; без него — с первой операции"),
        )
        parser.add_argument(
            "--to",
            dest="last",
            type=_day,
            metavar="ГГГГ-ММ-ДД",
            help=_("последний день; без него — по сегодня"),
        )
        parser.add_argument(
            "--output", required=True, type=Path, metavar="FILE", help=_("куда: файл или папка")
        )

    def handle(
        self,
        *,
        kkm: str,
        first: date | None,
        last: date | None,
        output: Path,
        verbosity: int,
        **_options: object,
    ) -> None:
        """Write the file. After an error the exit code is 1, and no file is left behind."""
        # With DEBUG Django keeps the text of every statement.
        settings.DEBUG = False
        planned = _planned(kkm, first, last)
        if output.is_dir():
            output = output / f"{planned.name}.zip"
        try:
            _write(planned, output, quiet=verbosity == 0)
        except KeyUnavailable as error:
            raise CommandError(error.why) from error
        except OSError as error:
            reason = error.strerror or error
            text = _("Файл {file} не записан: {reason}.")
            raise CommandError(text.format(file=output, reason=reason)) from error
        text = _("Операции № {first} — {last} выгружены в {file}.")
        self.stdout.write(text.format(first=planned.first, last=planned.last, file=output))


def _planned(serial: str, first: date | None, last: date | None) -> Plan:
    """The plan of an export.

    CommandError if there is no such register or period, or no operation in it.
    """
    registers = KKM.objects.select_related("model", "taxpayer", "ofd")
    register = registers.filter(serial_number=serial).first()
    if register is None:
        raise CommandError(_("Кассы {serial} нет в базе.").format(serial=serial))
    today = timezone.localdate()
    try:
        return plan(register, _period(first, last, today), today=today)
    except ValueError as error:
        raise CommandError(_("Конец периода раньше начала.")) from error
    except NothingToExport as refusal:
        raise CommandError(str(refusal)) from refusal


def _period(first: date | None, last: date | None, today: date) -> Period | None:
    """The asked days; None if neither the first nor the last day is given.

    ValueError if the last day is before the first.
    """
    if first and last:
        return Period(first, last)
    if first:
        return Period(first, max(first, today))
    if last:
        return Period(min(EARLIEST, last), last)
    return None


def _write(planned: Plan, output: Path, *, quiet: bool) -> None:
    """Write under a temporary name, and rename the file when it is complete."""
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        with (
            part.open("wb") as file,
            tqdm(unit=_(" оп."), unit_scale=True, disable=quiet, file=sys.stderr) as bar,
        ):
            archive = Archive(planned, now=timezone.now(), progress=bar.update)
            bar.total = archive.total
            for piece in archive.stream():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("нужна дата вида 2026-03-31")) from error
