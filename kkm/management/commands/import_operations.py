"""`manage.py import_operations FILE.jsonl`: operations from a file through the door.

The format is in `kkm.importing`.
"""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from kkm import errors, journal
from kkm.domain.ticket import Entry
from kkm.importing import BadLine, Line, lines, read, values_of
from kkm.models import KKM

FIELD_OF = {  # which field of a line a refusal of the door is about; its facts are filled in
    errors.BasisInFuture: "basis.at",
    errors.DiscountBeyondTurnover: "modifiers[{modifier}].amount",
    errors.ExternalNumberTaken: "external_number",
    errors.NotActive: "kkm",
    errors.Blocked: "kkm",
    errors.NotEnoughCash: "payments.cash",
    errors.UnknownVatRate: "{line}.rate",
    errors.NoOpenShift: "type",
}


def _field_of(refusal: errors.Refusal, entry: Entry) -> str:
    """The field of a line that a refusal of the door is about."""
    facts = dict(refusal.facts)
    if "line" in facts:
        place = facts["line"]
        positions = len(entry.positions)
        if place < positions:
            facts["line"] = f"positions[{place}]"
        else:
            facts["line"] = f"modifiers[{place - positions}]"
    return FIELD_OF.get(type(refusal), "at").format(**facts)


class StoppedAt(Exception):
    """A line that was not taken, by number; everything before it is kept."""

    def __init__(self, number: int, reason: BadLine) -> None:
        super().__init__(_("Строка {number}, {reason}").format(number=number, reason=reason))


class Importer:
    """Gathers consecutive lines of one register and takes them through the door together, as if
    they came one by one.
    """

    def __init__(self, *, now: datetime, only: str, batch: int) -> None:
        self.now, self.only, self.batch = now, only, batch
        self.new = self.there = self.others = 0
        self._waiting: list[tuple[int, Line]] = []
        self._kkms: dict[str, KKM] = {}

    def take(self, number: int, raw: bytes) -> None:
        """One line of the file."""
        if not raw.strip():
            return
        try:
            line = self._read(raw)
        except BadLine as reason:
            self.finish()
            raise StoppedAt(number, reason) from reason
        if line is None:
            self.others += 1
            return
        if self._waiting and (
            len(self._waiting) >= self.batch
            or self._waiting[0][1].serial_number != line.serial_number
        ):
            self.finish()
        self._waiting.append((number, line))

    def finish(self) -> None:
        """Record what waits; of a refused entry everything before it stays recorded."""
        waiting, self._waiting = self._waiting, []
        try:
            self._record(waiting)
        except errors.Refusal as refusal:
            self._record(waiting[: refusal.index])
            entry = waiting[refusal.index][1].entry
            field = _field_of(refusal, entry)
            reason = BadLine(field, str(refusal))
            raise StoppedAt(waiting[refusal.index][0], reason) from refusal

    def _read(self, raw: bytes) -> Line | None:
        """The operation of a line; None for a register that was not asked for."""
        values = values_of(raw)
        if self.only:
            values.setdefault("kkm", self.only)
            if values["kkm"] != self.only:
                return None
        line = read(values, now=self.now)
        if line.serial_number not in self._kkms:
            found = KKM.objects.filter(serial_number=line.serial_number).first()
            if not found:
                raise BadLine(
                    "kkm", _("кассы {serial} нет в базе.").format(serial=line.serial_number)
                )
            self._kkms[line.serial_number] = found
        return line

    def _record(self, waiting: list[tuple[int, Line]]) -> None:
        if not waiting:
            return
        entries = [line.entry for _number, line in waiting]
        times = [line.received_at for _number, line in waiting]
        recorded = journal.record_many(
            kkm=self._kkms[waiting[0][1].serial_number], entries=entries, received_at=times
        )
        there = sum(one.repeated for one in recorded)
        self.there += there
        self.new += len(recorded) - there


class Command(BaseCommand):
    """Import operations; safe to run again, and to go on after a correction."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how."""
        parser.description = _(
            "Записать операции из файла JSON Lines (формат — в README): повторный запуск ничего не удваивает."
        )
        parser.add_argument(
            "file",
            type=Path,
            metavar="FILE.jsonl",
            help=_("файл: одна операция — один объект JSON в строке, UTF-8"),
        )
        parser.add_argument(
            "--kkm",
            default="",
            metavar="ЗНМ",
            help=_("только операции этой кассы (она же — у строк без поля kkm)"),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("проверить всё и ничего не записать")
        )
        parser.add_argument(
            "--batch",
            type=_size,
            default=500,
            help=_("сколько строк одной кассы записывать одной транзакцией (500)"),
        )

    def handle(
        self, *, file: Path, kkm: str, dry_run: bool, batch: int, verbosity: int, **_options: object
    ) -> None:
        """Stop at the first bad line with exit code 1."""
        settings.DEBUG = False  # or Django keeps the text of every statement, for nothing
        importer = Importer(now=timezone.now(), only=kkm, batch=batch)
        try:
            with _taken_back(dry_run):
                self._import(importer, file, verbosity)
        except OSError as error:
            raise CommandError(
                _("Файл {file} не открывается: {reason}.").format(file=file, reason=error.strerror)
            ) from error
        except StoppedAt as stopped:
            raise CommandError(f"{stopped}\n{_summary(importer, dry_run)}") from stopped
        if not (importer.new or importer.there):
            raise CommandError(
                _("В файле {file} нет ни одной операции.").format(file=file) + _others(importer)
            )
        self.stdout.write(_summary(importer, dry_run))

    def _import(self, importer: Importer, file: Path, verbosity: int) -> None:
        size = file.stat().st_size
        with (
            file.open("rb") as opened,
            tqdm(
                total=size, unit="B", unit_scale=True, desc=file.name, disable=verbosity == 0
            ) as bar,
        ):
            for number, raw in enumerate(lines(opened), 1):
                importer.take(number, raw)
                bar.update(len(raw))
            importer.finish()


@contextmanager
def _taken_back(dry_run: bool) -> Iterator[None]:
    """A rehearsal is one transaction that is rolled back at the end; while it lasts, other
    writers of SQLite wait.
    """
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise ArgumentTypeError(_("от 1 до 10 000"))
    return int(text)


def _summary(importer: Importer, dry_run: bool) -> str:
    what = (
        _("Проверено, ничего не записано: новых — {new}, уже были — {there}.")
        if dry_run
        else _("Новых — {new}, уже были — {there}.")
    )
    return what.format(new=importer.new, there=importer.there) + _others(importer)


def _others(importer: Importer) -> str:
    return (
        _(" Строк других касс пропущено — {others}.").format(others=importer.others)
        if importer.others
        else ""
    )
