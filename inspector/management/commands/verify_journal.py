"""`manage.py verify_journal`: whether the journals can be believed.

Exit code 0: all is well, 1: a finding, 2: it could not be checked.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from inspector.access import remembered
from kkm.arguments import serial_number
from kkm.audit import Verdict, canary
from kkm.audit.full import full_audit
from kkm.audit.history import keep
from kkm.audit.registers import to_be_checked
from kkm.audit.words import law, sentence
from kkm.errors import KeyUnavailable
from kkm.models import KKM, FiscalOperation

BY = "verify_journal"
SHOWN = 50  # findings of one register; --json has them all
FINDING, UNCHECKED = 1, 2


class Command(BaseCommand):
    """Check journals; each check is kept in the history of its register."""

    sings = staticmethod(canary.sings)

    def add_arguments(self, parser: CommandParser) -> None:
        """Which registers, and how to tell."""
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
            help=_("эту кассу; можно повторять"),
        )
        which.add_argument(
            "--all",
            action="store_true",
            help=_("все кассы, от работы которых остался хоть один след"),
        )
        parser.add_argument(
            "--json", action="store_true", help=_("ответ — один объект JSON на стандартном выводе")
        )

    def handle(self, *, kkm: list[str] | None, verbosity: int, **options: object) -> None:
        """The canary first: a check that does not notice what it must notice is not begun."""
        settings.DEBUG = False  # or Django keeps the text of every statement, for nothing
        silent = self.sings()
        if silent:
            names = "; ".join(silent[:10])
            raise CommandError(
                _("Проверке нельзя верить, она не заметила подделок: {names}.").format(names=names),
                returncode=UNCHECKED,
            )
        registers = _registers(kkm)
        try:
            verdicts = dict(self._verdicts(registers, quiet=options["json"] or not verbosity))
        except KeyUnavailable as error:
            raise CommandError(
                error.why, returncode=UNCHECKED
            ) from error  # a check that cannot be signed is not kept
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    [_plain(kkm, *told) for kkm, told in verdicts.items()],
                    ensure_ascii=False,
                    indent=2,
                )
            )
        if any(not verdict.holds for verdict, _milliseconds in verdicts.values()):
            sys.exit(FINDING)

    def _verdicts(
        self, registers: list[KKM], *, quiet: bool
    ) -> Iterator[tuple[KKM, tuple[Verdict, int]]]:
        total = sum(register.head or 0 for register in registers)
        with tqdm(
            total=total, unit=_(" оп."), unit_scale=True, disable=quiet, file=sys.stderr
        ) as bar:
            for register in registers:
                start, before = time.monotonic(), bar.n
                verdict = full_audit(
                    register,
                    anchors=remembered(register),
                    progress=lambda read, before=before: bar.update(before + read - bar.n),
                )
                milliseconds = round(1000 * (time.monotonic() - start))
                bar.update(before + verdict.operations - bar.n)
                keep(register, verdict, at=timezone.now(), by=BY, milliseconds=milliseconds)
                if not quiet:
                    self._tell(register, verdict, bar)
                yield register, (verdict, milliseconds)

    def _tell(self, kkm: KKM, verdict: Verdict, bar: tqdm) -> None:
        for line in _lines(kkm, verdict):
            bar.clear()
            self.stdout.write(line)


def _registers(serials: list[str] | None) -> list[KKM]:
    if serials is None:
        return list(_with_heads(to_be_checked()))
    named = KKM.objects.filter(serial_number__in=serials)
    known = {kkm.serial_number: kkm for kkm in _with_heads(named)}
    for serial in serials:
        if serial not in known:
            raise CommandError(
                _("Кассы {serial} нет в базе.").format(serial=serial), returncode=UNCHECKED
            )
    return [known[serial] for serial in dict.fromkeys(serials)]


def _with_heads(registers: QuerySet[KKM]) -> QuerySet[KKM]:
    """By looking at the end of each journal: counting all operations together would read every
    one of them.
    """
    last = (
        FiscalOperation.objects.filter(kkm=OuterRef("pk")).order_by("-number").values("number")[:1]
    )
    return registers.annotate(head=Subquery(last)).order_by("serial_number")


def _lines(kkm: KKM, verdict: Verdict) -> Iterator[str]:
    """The verdict as people read it: the first bad operation, what is wrong and which rule it
    breaks; then the rest.
    """
    if verdict.holds:
        yield _("{kkm}: журнал цел, операций: {operations}.").format(
            kkm=kkm, operations=verdict.operations
        )
        return
    count = len(verdict.findings)
    yield _("{kkm}: ЦЕЛОСТНОСТЬ НАРУШЕНА, операций: {operations}, нарушений: {count}.").format(
        kkm=kkm, operations=verdict.operations, count=count
    )
    yield "  " + _("Первая неверная операция — № {number}.").format(
        number=verdict.findings[0].number
    )
    for finding in verdict.findings[:SHOWN]:
        yield f"  № {finding.number}: {sentence(finding)} [{law(finding.rule)}]"
    if count > SHOWN:
        yield "  " + _("… и ещё {count}; все — с ключом --json.").format(count=count - SHOWN)


def _plain(kkm: KKM, verdict: Verdict, milliseconds: int) -> dict:
    findings = [
        {**asdict(finding), "law": law(finding.rule), "sentence": sentence(finding)}
        for finding in verdict.findings
    ]
    facts = {
        "kkm": kkm.serial_number,
        "holds": verdict.holds,
        "operations": verdict.operations,
        "seal": verdict.seal,
    }
    return {
        **facts,
        "milliseconds": milliseconds,
        "first_bad": findings[0]["number"] if findings else None,
        "findings": findings,
    }
