"""`manage.py import_operations FILE.jsonl`: record the operations of a file through the door.

`kkm.importing` describes the format.
"""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from kkm import errors, journal
from kkm.arguments import serial_number
from kkm.domain.ticket import Document, Ticket
from kkm.importing.json_lines import parse_line, read_lines
from kkm.importing.line_fields import BadLine
from kkm.importing.operation_line import ImportedOperation, read_operation
from kkm.models import KKM

# The field of a line that a refusal of the door is about; the refusal's facts are filled in.
FIELD_OF = {
    errors.BasisInFuture: "basis.at",
    errors.DiscountBeyondTurnover: "modifiers[{modifier}].amount",
    errors.ExternalNumberTaken: "external_number",
    errors.NotActive: "kkm",
    errors.Blocked: "kkm",
    errors.NotEnoughCash: "payments.cash",
    errors.UnknownVatRate: "{line}.rate",
    errors.NoOpenShift: "type",
}


def _field_of(refusal: errors.Refusal, entry: Document) -> str:
    """The field of a line that a refusal of the door is about."""
    facts = dict(refusal.facts)
    place = facts.get("line")
    if isinstance(place, int) and isinstance(entry, Ticket):
        positions = len(entry.positions)
        if place < positions:
            facts["line"] = f"positions[{place}]"
        else:
            facts["line"] = f"modifiers[{place - positions}]"
    return FIELD_OF.get(type(refusal), "at").format(**facts)


class StoppedAt(Exception):
    """A line was not recorded. Everything before it is recorded."""

    def __init__(self, number: int, reason: BadLine) -> None:
        super().__init__(_("Строка {number}, {reason}").format(number=number, reason=reason))


class Waiting(NamedTuple):
    """A line of the file, with its number from 1, that is not yet recorded."""

    number: int
    line: ImportedOperation


class Importer:
    """Records the lines of a file in batches of one register.

    The result is the same as if the lines were recorded one by one. The importer counts `new`
    operations, those that were `there` before, and the lines of `others`, which are registers
    that were not asked for.
    """

    def __init__(self, *, now: datetime, only: str | None, batch: int) -> None:
        self.now = now
        self.only = only
        self.batch = batch
        self.new = 0
        self.there = 0
        self.others = 0
        self._waiting: list[Waiting] = []
        self._kkms: dict[str, KKM] = {}

    def add(self, number: int, raw: bytes) -> None:
        """Read a line of the file. StoppedAt if this line or an earlier one is refused."""
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
        if not self._fits(line):
            self.finish()
        self._waiting.append(Waiting(number, line))

    def finish(self) -> None:
        """Record the waiting lines. StoppedAt if the door refuses one of them."""
        waiting = self._waiting
        self._waiting = []
        try:
            self._record(waiting)
        except errors.Refusal as refusal:
            self._record(waiting[: refusal.index])
            field = _field_of(refusal, waiting[refusal.index].line.entry)
            reason = BadLine(field, str(refusal))
            raise StoppedAt(waiting[refusal.index].number, reason) from refusal

    def _fits(self, line: ImportedOperation) -> bool:
        """Whether a line belongs to the same batch as the waiting ones."""
        if not self._waiting:
            return True
        first = self._waiting[0].line
        is_full = len(self._waiting) >= self.batch
        return not is_full and first.serial_number == line.serial_number

    def _read(self, raw: bytes) -> ImportedOperation | None:
        """The operation of a line; None for a register that was not asked for."""
        values = parse_line(raw)
        if self.only:
            values.setdefault("kkm", self.only)
            if values["kkm"] != self.only:
                return None
        line = read_operation(values, now=self.now)
        self._find(line.serial_number)
        return line

    def _find(self, serial: str) -> None:
        """Keep the register of a serial number. BadLine if there is none."""
        if serial in self._kkms:
            return
        found = KKM.objects.filter(serial_number=serial).first()
        if found is None:
            raise BadLine("kkm", _("кассы {serial} нет в базе.").format(serial=serial))
        self._kkms[serial] = found

    def _record(self, waiting: list[Waiting]) -> None:
        if not waiting:
            return
        kkm = self._kkms[waiting[0].line.serial_number]
        entries: list[Document] = []
        times = []
        for _number, line in waiting:
            entries.append(line.entry)
            times.append(line.received_at)
        for recorded in journal.record_many(kkm=kkm, entries=entries, received_at=times):
            if recorded.repeated:
                self.there += 1
            else:
                self.new += 1


class Command(BaseCommand):
    """Import operations.

    It is safe to run the command again, for instance after a correction of the file.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the register and the options."""
        parser.description = _(
            "Записать операции из файла JSON Lines (формат — в docs/operations.md): "
            "повторный запуск ничего не удваивает."
        )
        parser.add_argument(
            "file",
            type=Path,
            metavar="FILE.jsonl",
            help=_("файл: одна операция — один объект JSON в строке, UTF-8"),
        )
        parser.add_argument(
            "--kkm",
            type=serial_number,
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
        self,
        *,
        file: Path,
        kkm: str | None,
        dry_run: bool,
        batch: int,
        verbosity: int,
        **_options: object,
    ) -> None:
        """Import the file. The first bad line stops the import with exit code 1."""
        # With DEBUG Django keeps the text of every statement.
        settings.DEBUG = False
        importer = Importer(now=timezone.now(), only=kkm, batch=batch)
        try:
            with _rolled_back(dry_run):
                self._import(importer, file, verbosity)
        except OSError as error:
            text = _("Файл {file} не открывается: {reason}.")
            raise CommandError(text.format(file=file, reason=error.strerror)) from error
        except StoppedAt as stopped:
            summary = _summary(importer, dry_run)
            raise CommandError(f"{stopped}\n{summary}") from stopped
        if not (importer.new or importer.there):
            text = _("В файле {file} нет ни одной операции.").format(file=file)
            raise CommandError(text + _others(importer))
        self.stdout.write(_summary(importer, dry_run))

    def _import(self, importer: Importer, file: Path, verbosity: int) -> None:
        size = file.stat().st_size
        quiet = verbosity == 0
        with (
            file.open("rb") as opened,
            tqdm(total=size, unit="B", unit_scale=True, desc=file.name, disable=quiet) as bar,
        ):
            for number, raw in enumerate(read_lines(opened), 1):
                importer.add(number, raw)
                bar.update(len(raw))
            importer.finish()


@contextmanager
def _rolled_back(dry_run: bool) -> Iterator[None]:
    """A dry run is one transaction that is rolled back at the end.

    While it lasts, other writers of SQLite wait.
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
    if dry_run:
        text = _("Проверено, ничего не записано: новых — {new}, уже были — {there}.")
    else:
        text = _("Новых — {new}, уже были — {there}.")
    return text.format(new=importer.new, there=importer.there) + _others(importer)


def _others(importer: Importer) -> str:
    if not importer.others:
        return ""
    return _(" Строк других касс пропущено — {others}.").format(others=importer.others)
