"""`manage.py export_journal --kkm ЗНМ --output FILE`: the same ZIP as «Выгрузить для проверки» in the cabinet."""

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

from kkm.domain.period import Period
from kkm.errors import KeyUnavailable
from kkm.export.archive import Archive
from kkm.export.plan import NothingToExport, Plan, plan
from kkm.models import KKM

EARLIEST = date(1990, 1, 1)  # before any register


class Command(BaseCommand):
    """Export a journal; the file is there whole or not at all."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Which register, which days, where to."""
        parser.description = _(
            "Выгрузить журнал кассы в ZIP, который проверяется без этой системы: python3 verify.py."
        )
        parser.add_argument("--kkm", required=True, metavar="ЗНМ", help=_("касса"))
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
        """A wrong question ends with exit code 1 and leaves nothing behind."""
        settings.DEBUG = False  # or Django keeps the text of every statement, for nothing
        planned = _planned(kkm, first, last)
        output = output / f"{planned.name}.zip" if output.is_dir() else output
        try:
            _write(planned, output, quiet=verbosity == 0)
        except KeyUnavailable as error:
            raise CommandError(error.why) from error
        except OSError as error:
            raise CommandError(
                _("Файл {file} не записан: {reason}.").format(
                    file=output, reason=error.strerror or error
                )
            ) from error
        facts = {"first": planned.first, "last": planned.last, "file": output}
        self.stdout.write(_("Операции № {first} — {last} выгружены в {file}.").format(**facts))


def _planned(serial: str, first: date | None, last: date | None) -> Plan:
    register = (
        KKM.objects.select_related("model", "taxpayer", "ofd").filter(serial_number=serial).first()
    )
    if register is None:
        raise CommandError(_("Кассы {serial} нет в базе.").format(serial=serial))
    today = timezone.localdate()
    try:
        period = (
            Period(first or min(EARLIEST, last), last or max(first, today))
            if first or last
            else None
        )
        return plan(register, period, today=today)
    except ValueError as error:
        raise CommandError(_("Период кончается раньше, чем начинается.")) from error
    except NothingToExport as refusal:
        raise CommandError(str(refusal)) from refusal


def _write(planned: Plan, output: Path, *, quiet: bool) -> None:
    """Under another name until it is whole."""
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
