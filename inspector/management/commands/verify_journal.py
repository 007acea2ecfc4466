"""`manage.py verify_journal`: whether the journals can be believed.

Exit code 0: all is well, 1: a finding, 2: it could not be checked.
"""

import math
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from json import dumps

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from inspector.check_processes import Checked, check, check_all, cores
from kkm.arguments import positive, serial_number
from kkm.audit.registers_to_check import to_be_checked
from kkm.audit.self_test import missed_tamperings
from kkm.domain.finding import Finding
from kkm.errors import KeyUnavailable
from kkm.local_time import clock
from kkm.models import KKM, Audit
from kkm.reading.finding_sentences import law, sentence

# Findings of one register that are printed; --json has them all.
SHOWN = 50
FINDING, UNCHECKED = 1, 2
HOUR = 60 * 60


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
        _add_how(parser)
        parser.add_argument(
            "--json", action="store_true", help=_("ответ — один объект JSON на стандартном выводе")
        )

    def handle(
        self,
        *,
        kkm: list[str] | None,
        since: bool,
        skip_checked: int | None,
        jobs: int,
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
        self._quiet = json or verbosity == 0
        registers = _registers(kkm)
        skipped: list[Audit] = []
        if skip_checked:
            registers, skipped = _without_checked(registers, skip_checked)
            self._say_skipped(skipped, skip_checked)
        checking = self._checks(registers, since=since, jobs=jobs)
        try:
            with closing(checking):
                checks = list(checking)
        except KeyUnavailable as error:
            # A check that cannot be signed is not kept.
            raise CommandError(error.why, returncode=UNCHECKED) from error
        if json:
            self.stdout.write(_as_json(registers, checks))
        verdicts = [checked.verdict.holds for checked in checks]
        verdicts += [audit.holds for audit in skipped]
        if not all(verdicts):
            sys.exit(FINDING)

    def _try_the_check(self) -> None:
        """CommandError if the check misses a manipulation that it must notice."""
        missed = self.self_test()
        if missed:
            names = "; ".join(missed[:10])
            text = _("Результату проверки нельзя доверять, она не обнаружила подделок: {names}.")
            raise CommandError(text.format(names=names), returncode=UNCHECKED)

    def _say_skipped(self, skipped: Sequence[Audit], hours: int) -> None:
        """How many are not checked again, and which of them have findings."""
        if self._quiet:
            return
        text = _("Не проверяются снова: {count}, проверены за последние {hours} ч.")
        self.stdout.write(text.format(count=len(skipped), hours=hours))
        for audit in skipped:
            if not audit.holds:
                text = _("{kkm}: ЦЕЛОСТНОСТЬ НАРУШЕНА по проверке {at}.")
                self.stdout.write(text.format(kkm=audit.kkm, at=clock(audit.at)))

    def _checks(
        self,
        registers: Sequence[KKM],
        *,
        since: bool,
        jobs: int,
    ) -> Generator[Checked]:
        """Check the registers, with a progress bar over them unless it is `quiet`.

        Interrupted, it says how to go on.
        """
        begun = time.monotonic()
        done = 0
        with _bar(registers, quiet=self._quiet) as bar:
            try:
                for kkm, checked in _results(registers, bar, since=since, jobs=jobs):
                    if not self._quiet:
                        self._print(kkm, checked, bar)
                    done += 1
                    yield checked
            except KeyboardInterrupt:
                hours = math.ceil((time.monotonic() - begun) / HOUR)
                self._say_how_to_go_on(done, len(registers), hours)
                raise

    def _print(self, kkm: KKM, checked: Checked, bar: tqdm) -> None:
        for line in _lines(kkm, checked):
            bar.clear()
            self.stdout.write(line)

    def _say_how_to_go_on(self, done: int, count: int, hours: int) -> None:
        text = _(
            "Проверка прервана: {done} из {count}. Что проверено, сохранено. Продолжить: тот же "
            "вызов с ключом --skip-checked {hours}."
        )
        self.stderr.write(text.format(done=done, count=count, hours=hours))


def _add_how(parser: CommandParser) -> None:
    """How much of the journals is read, and by how many processes."""
    parser.add_argument(
        "--since",
        action="store_true",
        help=_(
            "читать только то, что записано после последней подписанной проверки без "
            "нарушений; где её нет — весь журнал"
        ),
    )
    parser.add_argument(
        "--skip-checked",
        type=positive,
        metavar=_("ЧАСЫ"),
        help=_("пропустить кассы, которые проверены за последние часы: продолжить прерванное"),
    )
    parser.add_argument(
        "--jobs",
        type=positive,
        default=cores(),
        metavar="N",
        help=_("сколько журналов проверять одновременно (по умолчанию — сколько ядер)"),
    )


def _bar(registers: Sequence[KKM], *, quiet: bool) -> tqdm:
    """A bar over the registers; of one register over its operations."""
    total, unit = len(registers), _(" касс")
    if total == 1:
        last = registers[0].last_operation
        total, unit = 0, _(" оп.")
        if last is not None:
            total = last.number
    return tqdm(
        total=total,
        unit=unit,
        unit_scale=True,
        disable=quiet,
        file=sys.stderr,
    )


def _results(
    registers: Sequence[KKM],
    bar: tqdm,
    *,
    since: bool,
    jobs: int,
) -> Iterator[tuple[KKM, Checked]]:
    """Each register with its check, in one process or in several.

    Within a transaction other processes would not see what it has written: then in one.
    """
    jobs = min(jobs, len(registers))
    if jobs > 1 and not connection.in_atomic_block:
        keys = [register.pk for register in registers]
        checks = check_all(keys, since=since, jobs=jobs)
        with closing(checks):
            for register, checked in zip(registers, checks, strict=True):
                bar.update()
                yield register, checked
        return
    for register in registers:
        yield register, _checked(register, bar, since=since, alone=len(registers) == 1)


def _checked(kkm: KKM, bar: tqdm, *, since: bool, alone: bool) -> Checked:
    """Check a register in this process, and move the bar: of an only one by its operations."""
    if not alone:
        checked = check(kkm, since=since)
        bar.update()
        return checked

    def move(read: int) -> None:
        bar.update(read - bar.n)

    checked = check(kkm, since=since, progress=move)
    move(checked.verdict.operations)
    return checked


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


def _without_checked(registers: Sequence[KKM], hours: int) -> tuple[list[KKM], list[Audit]]:
    """The registers that were not checked in the last hours, and the last checks of the others.

    A check counts if its signature fits. It was either whole or one of `--since`.
    """
    recent = timezone.now() - timedelta(hours=hours)
    audits = {}
    for audit in Audit.objects.latest_of_each(registers).filter(at__gte=recent):
        if audit.signature_fits:
            audits[audit.kkm_id] = audit
    left = [register for register in registers if register.pk not in audits]
    return left, list(audits.values())


def _lines(kkm: KKM, checked: Checked) -> Iterator[str]:
    """The verdict: the first bad operation, then each finding with the rule that it breaks.

    Of a check that did not read the whole journal also what it did not read.
    """
    verdict = checked.verdict
    operations = verdict.operations
    if verdict.holds:
        text = _("{kkm}: журнал цел, операций: {operations}.")
        yield text.format(kkm=kkm, operations=operations) + _not_read(checked)
        return
    count = len(verdict.findings)
    text = _("{kkm}: ЦЕЛОСТНОСТЬ НАРУШЕНА, операций: {operations}, нарушений: {count}.")
    yield text.format(kkm=kkm, operations=operations, count=count) + _not_read(checked)
    first = verdict.findings[0].number
    yield "  " + _("Первая неверная операция — № {number}.").format(number=first)
    for finding in verdict.findings[:SHOWN]:
        yield f"  № {finding.number}: {sentence(finding)} [{law(finding.rule)}]"
    if count > SHOWN:
        yield "  " + _("… и ещё {count}; все — с ключом --json.").format(count=count - SHOWN)


def _not_read(checked: Checked) -> str:
    """What `--since` has left to an earlier check; empty if the journal was read whole."""
    if not checked.earlier:
        return ""
    text = _(" Прочитано с № {first}; прежние операции читала проверка № {earlier}.")
    return text.format(first=checked.first, earlier=checked.earlier)


def _as_json(registers: Sequence[KKM], checks: Sequence[Checked]) -> str:
    """An object for each register."""
    rows = list(map(_plain, registers, checks))
    return dumps(rows, ensure_ascii=False, indent=2)


def _plain(kkm: KKM, checked: Checked) -> dict[str, object]:
    verdict = checked.verdict
    first_bad = None
    if verdict.findings:
        first_bad = verdict.findings[0].number
    return {
        "kkm": kkm.serial_number,
        "holds": verdict.holds,
        "operations": verdict.operations,
        "first_read": checked.first,
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
