"""The command line of the check: what it says, and how it ends: 0 all is well, 1 something is
wrong, 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from kkm.domain.printable import printable
from kkm.export.portable import signatures
from kkm.export.portable.checking import check
from kkm.export.portable.manifest import Manifest
from kkm.export.portable.outcome import Outcome
from kkm.export.portable.sources import Unreadable, opened
from kkm.export.portable.words import law, sentence

WELL, WRONG, UNCHECKED = 0, 1, 2
SHOWN = 50  # findings and faults on the screen; --json has the first thousand
_RULE = "-" * 72


def main(arguments: Sequence[str], here: Path) -> int:
    """Check the export at the path that is given, `here` without one. Returns the exit code."""
    asked = _asked(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of Windows may lack a letter
            stream.reconfigure(errors="backslashreplace")
    try:
        with opened(asked.path or here) as source:
            outcome = check(source, trusted=asked.key, progress=_progress)
    except Unreadable as error:
        told = {"verdict": "unchecked", "reason": str(error)}
        _say(
            json.dumps(told, ensure_ascii=False)
            if asked.json
            else printable(f"ПРОВЕРИТЬ НЕЛЬЗЯ: {error}.")
        )
        return UNCHECKED
    _progress(0)
    if asked.json:
        _say(json.dumps(_plain(outcome), ensure_ascii=False, indent=1))
    for line in () if asked.json else _lines(outcome):
        _say(printable(line))  # a name could write over the verdict
    return WELL if outcome.holds else WRONG


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description=(
            "Проверка выгрузки журнала кассы. Код выхода: 0 — всё сошлось, 1 — есть нарушения, 2 — "
            "проверить нельзя."
        ),
    )
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        help="ZIP или распакованная папка; без него — папка, в которой лежит verify.py",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="ID",
        help="верить только этому ключу; можно повторять",
    )
    parser.add_argument("--json", action="store_true", help="ответ — объект JSON")
    return parser.parse_args(arguments)


def _progress(read: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(
            f"\rПроверено операций: {read:,}".replace(",", " ") if read else "\r" + " " * 50 + "\r"
        )
        sys.stderr.flush()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _lines(outcome: Outcome) -> Iterator[str]:
    """As people read it: what was checked, the verdict, what is wrong, and whose signature it
    is.
    """
    yield from _about(outcome.manifest)
    counts = outcome.counts
    yield (
        f"Проверено: операций — {counts['operations']}, позиций — {counts['positions']}, Z-отчётов "
        f"— {counts['zs']}."
    )
    yield _RULE
    if outcome.holds:
        yield "НАРУШЕНИЙ НЕТ: всё, что можно пересчитать, пересчитано и сошлось."
    else:
        yield f"ЕСТЬ НАРУШЕНИЯ: {outcome.wrong}."
        if outcome.first:
            yield f"Первая неверная операция — № {outcome.first.number}."
        yield from (f"  {line}" for line in _wrong(outcome))
    yield _RULE
    yield from _about_signatures(outcome)


def _about(manifest: Manifest) -> Iterator[str]:
    requisites = manifest.kkm
    yield f"Касса {requisites['serial_number']}, РНМ {requisites['registration_numbers'] or '—'}"
    yield f"{requisites['taxpayer']}, ИИН/БИН {requisites['taxpayer_number']}"
    first, last = (".".join(reversed(day.split("-"))) for day in manifest.period)
    yield (
        f"Период {first} — {last}, операции № {manifest.first} — {manifest.last}, выгружено "
        f"{manifest.made_at}"
    )
    if manifest.before:
        yield (
            f"Начало — после Z-отчёта смены № {manifest.before.last_shift}; что было до него, "
            f"выгрузка не говорит."
        )


def _wrong(outcome: Outcome) -> Iterator[str]:
    told = [*map(sentence, outcome.findings), *outcome.faults]
    yield from told[:SHOWN]
    if outcome.wrong > SHOWN:
        yield f"… и ещё {outcome.wrong - SHOWN}"


def _about_signatures(outcome: Outcome) -> Iterator[str]:
    ring, key = outcome.ring, outcome.manifest.head.key
    if ring.by:
        yield f"Подписи проверены ({ring.by})."
    else:
        yield (
            "ПОДПИСИ НЕ ПРОВЕРЕНЫ: нет ни библиотеки cryptography, ни OpenSSL. Без подписей "
            "журнал, написанный заново, не отличить."
        )
    yield f"Выгрузку подписал ключ {key}"
    if key in ring.keys:
        yield f"  SHA-256 ключа: {signatures.fingerprint(ring.keys[key])}"
    yield (
        "Этот ключ должен быть на странице /keys/ сервиса: откройте её сами, не по ссылке из "
        "выгрузки."
    )


def _plain(outcome: Outcome) -> dict:
    key = outcome.manifest.head.key
    findings = [
        {**asdict(finding), "law": law(finding.rule), "sentence": sentence(finding)}
        for finding in outcome.findings
    ]
    raw = outcome.ring.keys.get(key)
    return {
        "verdict": "holds" if outcome.holds else "wrong",
        "kkm": outcome.manifest.serial_number,
        "range": [outcome.manifest.first, outcome.manifest.last],
        "counts": outcome.counts,
        "wrong": outcome.wrong,
        "first_bad": outcome.first.number if outcome.first else None,
        "findings": findings,
        "faults": outcome.faults,
        "signatures": {
            "checked_by": outcome.ring.by,
            "key": key,
            "sha256": signatures.fingerprint(raw) if raw else "",
        },
    }
