"""`manage.py verify_journal`: whether the journals can be believed.

Exit code 0: all is well, 1: a finding, 2: it could not be checked.
"""

import sys
import time
from collections.abc import Iterator
from json import dumps
from typing import NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from inspector.seen_heads import remembered_heads
from kkm.arguments import serial_number
from kkm.audit.audit import Verdict, full_audit
from kkm.audit.history import keep
from kkm.audit.registers_to_check import to_be_checked
from kkm.audit.self_test import missed_tamperings
from kkm.domain.finding import Finding
from kkm.errors import KeyUnavailable
from kkm.models import KKM, FiscalOperation
from kkm.reading.finding_sentences import law, sentence

BY = "verify_journal"
# Findings of one register that are printed; --json has them all.
SHOWN = 50
FINDING, UNCHECKED = 1, 2


class Checked(NamedTuple):
    """A register, what its check found, and how long the check took."""

    kkm: KKM
    verdict: Verdict
    milliseconds: int


class Command(BaseCommand):
    """Check journals. Each check is kept in the history of its register."""

    self_test = staticmethod(missed_tamperings)

    def add_arguments(self, parser: CommandParser) -> None:
        """Which registers, and the form of the answer."""
        parser.description = _(
            "Проверить журналы касс от первой операции до последней. Код выхода: 0 — всё сошлось, "
            "1 — есть нарушения."
        )
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--kkm",
            action="append",
            type=serial_number,
            metavar="ЗНМ",
            help=_("проверить эту кассу; можно указать несколько раз"),
        )
        which.add_argument(
            "--all",
            action="store_true",
            help=_("проверить все кассы, о работе которых есть хотя бы одна запись"),
        )
        parser.add_argument(
            "--json", action="store_true", help=_("ответ — один объект JSON на стандартном выводе")
        )

    def handle(
        self,
        *,
        kkm: list[str] | None,
        json: bool,
        verbosity: int,
        **_options: object,
    ) -> None:
        """Check the registers. Exit codes are those of the module's docstring.

        The check is tried on a journal of its own first. If it misses a manipulation there,
        nothing is checked.
        """
        # With DEBUG Django keeps the text of every statement.
        settings.DEBUG = False
        self._try_the_check()
        quiet = json or verbosity == 0
        try:
            checks = list(self._checks(_registers(kkm), quiet=quiet))
        except KeyUnavailable as error:
            # A check that cannot be signed is not kept.
            raise CommandError(error.why, returncode=UNCHECKED) from error
        if json:
            self.stdout.write(_as_json(checks))
        if not all(checked.verdict.holds for checked in checks):
            sys.exit(FINDING)

    def _try_the_check(self) -> None:
        """CommandError if the check misses a manipulation that it must notice."""
        missed = self.self_test()
        if missed:
            names = "; ".join(missed[:10])
            text = _("Результату проверки нельзя доверять, она не обнаружила подделок: {names}.")
            raise CommandError(text.format(names=names), returncode=UNCHECKED)

    def _checks(self, registers: list[KKM], *, quiet: bool) -> Iterator[Checked]:
        """Check the registers one by one, with a progress bar unless it is `quiet`."""
        with tqdm(
            total=_operations(registers),
            unit=_(" оп."),
            unit_scale=True,
            disable=quiet,
            file=sys.stderr,
        ) as bar:
            for register in registers:
                checked = _checked(register, bar)
                if not quiet:
                    self._print(checked, bar)
                yield checked

    def _print(self, checked: Checked, bar: tqdm) -> None:
        for line in _lines(checked.kkm, checked.verdict):
            bar.clear()
            self.stdout.write(line)


def _checked(kkm: KKM, bar: tqdm) -> Checked:
    """Check a register, move the progress bar, and keep the check in the history."""
    before = bar.n

    def move(read: int) -> None:
        bar.update(before + read - bar.n)

    start = time.monotonic()
    verdict = full_audit(kkm, anchors=remembered_heads(kkm), progress=move)
    milliseconds = round(1000 * (time.monotonic() - start))
    move(verdict.operations)
    keep(kkm, verdict, at=timezone.now(), by=BY, milliseconds=milliseconds)
    return Checked(kkm, verdict, milliseconds)


def _registers(serials: list[str] | None) -> list[KKM]:
    """The named registers in the order of their names, or all that are to be checked."""
    if serials is None:
        return list(to_be_checked().order_by("serial_number"))
    known = {}
    for kkm in KKM.objects.filter(serial_number__in=serials):
        known[kkm.serial_number] = kkm
    registers = []
    for serial in dict.fromkeys(serials):
        if serial not in known:
            text = _("Кассы {serial} нет в базе.").format(serial=serial)
            raise CommandError(text, returncode=UNCHECKED)
        registers.append(known[serial])
    return registers


def _operations(registers: list[KKM]) -> int:
    """How many operations the registers have: the numbers of their last ones, added up.

    They are found by an index. To count the operations would read every one of them.
    """
    operations = FiscalOperation.objects.filter(kkm=OuterRef("pk"))
    last = operations.order_by("-number").values("number")[:1]
    keys = [register.pk for register in registers]
    found = KKM.objects.filter(pk__in=keys).annotate(head=Subquery(last))
    total = found.aggregate(total=Sum("head"))["total"]
    return total or 0


def _lines(kkm: KKM, verdict: Verdict) -> Iterator[str]:
    """The verdict: the first bad operation, then each finding with the rule that it breaks."""
    operations = verdict.operations
    if verdict.holds:
        text = _("{kkm}: журнал цел, операций: {operations}.")
        yield text.format(kkm=kkm, operations=operations)
        return
    count = len(verdict.findings)
    text = _("{kkm}: ЦЕЛОСТНОСТЬ НАРУШЕНА, операций: {operations}, нарушений: {count}.")
    yield text.format(kkm=kkm, operations=operations, count=count)
    first = verdict.findings[0].number
    yield "  " + _("Первая неверная операция — № {number}.").format(number=first)
    for finding in verdict.findings[:SHOWN]:
        yield f"  № {finding.number}: {sentence(finding)} [{law(finding.rule)}]"
    if count > SHOWN:
        yield "  " + _("… и ещё {count}; все — с ключом --json.").format(count=count - SHOWN)


def _as_json(checks: list[Checked]) -> str:
    """An object for each register."""
    return dumps(list(map(_plain, checks)), ensure_ascii=False, indent=2)


def _plain(checked: Checked) -> dict[str, object]:
    verdict = checked.verdict
    first_bad = None
    if verdict.findings:
        first_bad = verdict.findings[0].number
    return {
        "kkm": checked.kkm.serial_number,
        "holds": verdict.holds,
        "operations": verdict.operations,
        "seal": verdict.seal,
        "milliseconds": checked.milliseconds,
        "first_bad": first_bad,
        "findings": list(map(_plain_finding, verdict.findings)),
    }


def _plain_finding(finding: Finding) -> dict[str, object]:
    return {
        **finding.stored,
        "law": law(finding.rule),
        "sentence": sentence(finding),
    }
