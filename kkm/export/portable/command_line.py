"""The command line of the check: what it prints, and its exit codes.

0: all is well, 1: something is wrong, 2: it could not be checked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kkm.domain.printable import printable
from kkm.export.portable import signatures
from kkm.export.portable.check_export import check_export
from kkm.export.portable.folder_or_zip import CannotBeChecked, open_export
from kkm.export.portable.manifest import Manifest
from kkm.export.portable.outcome import Outcome
from kkm.export.portable.russian_findings import law, sentence

WELL, WRONG, UNCHECKED = 0, 1, 2
SHOWN = 50  # findings and faults on the screen; --json has the first thousand
_SEPARATOR = "-" * 72
_BLANK = " " * 50  # as wide as the line of progress


def main(arguments: Sequence[str], here: Path) -> int:
    """Check the export at the path that is given, `here` without one. Returns the exit code."""
    options = _options(arguments)
    _let_consoles_lack_letters()
    try:
        with open_export(options.path or here) as source:
            outcome = check_export(source, trusted=options.key, progress=_show_progress)
    except CannotBeChecked as error:
        _print_unchecked(error, as_json=options.json)
        return UNCHECKED
    _show_progress(0)
    if options.json:
        _print(_json(outcome))
    else:
        for line in _lines(outcome):
            # A name in the export could have control characters that overwrite the verdict.
            _print(printable(line))
    if outcome.holds:
        return WELL
    return WRONG


def _options(arguments: Sequence[str]) -> argparse.Namespace:
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
        help="доверять только этому ключу; можно указать несколько раз",
    )
    parser.add_argument("--json", action="store_true", help="ответ — объект JSON")
    return parser.parse_args(arguments)


def _let_consoles_lack_letters() -> None:
    """A letter that a console of Windows does not have is printed as its number."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _show_progress(read: int) -> None:
    """How many operations have been read; 0 clears the line."""
    if not sys.stderr.isatty():
        return
    if read:
        grouped = f"{read:,}".replace(",", " ")
        sys.stderr.write(f"\rПроверено операций: {grouped}")
    else:
        sys.stderr.write(f"\r{_BLANK}\r")
    sys.stderr.flush()


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _print_unchecked(error: CannotBeChecked, *, as_json: bool) -> None:
    if as_json:
        answer = {"verdict": "unchecked", "reason": str(error)}
        _print(json.dumps(answer, ensure_ascii=False))
    else:
        _print(printable(f"ПРОВЕРИТЬ НЕЛЬЗЯ: {error}."))


# -- for people ------------------------------------------------------------------------------------


def _lines(outcome: Outcome) -> Iterator[str]:
    """What was checked, the verdict, what is wrong, and whose signature the export has."""
    yield from _about(outcome.manifest)
    counts = outcome.counts
    yield (
        f"Проверено: операций — {counts['operations']}, позиций — {counts['positions']}, Z-отчётов "
        f"— {counts['zs']}."
    )
    yield _SEPARATOR
    if outcome.holds:
        yield "НАРУШЕНИЙ НЕТ: все показатели пересчитаны, расхождений нет."
    else:
        yield from _about_wrong(outcome)
    yield _SEPARATOR
    yield from _about_signatures(outcome)


def _about(manifest: Manifest) -> Iterator[str]:
    requisites = manifest.kkm
    yield f"Касса {requisites['serial_number']}, РНМ {requisites['registration_numbers'] or '—'}"
    yield f"{requisites['taxpayer']}, ИИН/БИН {requisites['taxpayer_number']}"
    first, last = map(_russian_date, manifest.period)
    yield (
        f"Период {first} — {last}, операции № {manifest.first} — {manifest.last}, выгружено "
        f"{manifest.made_at}"
    )
    if manifest.before:
        yield (
            f"Начало — после Z-отчёта смены № {manifest.before.last_shift}; данных до него "
            "в выгрузке нет."
        )


def _russian_date(day: str) -> str:
    """2026-03-12 as 12.03.2026."""
    return ".".join(reversed(day.split("-")))


def _about_wrong(outcome: Outcome) -> Iterator[str]:
    yield f"ЕСТЬ НАРУШЕНИЯ: {outcome.wrong_count}."
    if outcome.first:
        yield f"Первая неверная операция — № {outcome.first.number}."
    for line in _wrong_lines(outcome):
        yield f"  {line}"


def _wrong_lines(outcome: Outcome) -> Iterator[str]:
    sentences = [*map(sentence, outcome.findings), *outcome.faults]
    yield from sentences[:SHOWN]
    if outcome.wrong_count > SHOWN:
        yield f"… и ещё {outcome.wrong_count - SHOWN}"


def _about_signatures(outcome: Outcome) -> Iterator[str]:
    if outcome.key_ring.tool:
        yield f"Подписи проверены ({outcome.key_ring.tool})."
    else:
        yield (
            "ПОДПИСИ НЕ ПРОВЕРЕНЫ: нет ни библиотеки cryptography, ни OpenSSL. Без подписей "
            "нельзя отличить журнал, записанный заново."
        )
    yield f"Выгрузку подписал ключ {outcome.manifest.head.key}"
    fingerprint = _fingerprint(outcome)
    if fingerprint:
        yield f"  SHA-256 ключа: {fingerprint}"
    yield (
        "Этот ключ должен быть на странице /keys/ сервиса: откройте её сами, не по ссылке из "
        "выгрузки."
    )


# -- for programs ----------------------------------------------------------------------------------


def _json(outcome: Outcome) -> str:
    first_bad = None
    if outcome.first:
        first_bad = outcome.first.number
    answer = {
        "verdict": "holds" if outcome.holds else "wrong",
        "kkm": outcome.manifest.serial_number,
        "range": [outcome.manifest.first, outcome.manifest.last],
        "counts": outcome.counts,
        "wrong": outcome.wrong_count,
        "first_bad": first_bad,
        "findings": list(_plain_findings(outcome)),
        "faults": outcome.faults,
        "signatures": {
            "checked_by": outcome.key_ring.tool,
            "key": outcome.manifest.head.key,
            "sha256": _fingerprint(outcome),
        },
    }
    return json.dumps(answer, ensure_ascii=False, indent=1)


def _plain_findings(outcome: Outcome) -> Iterator[dict]:
    for finding in outcome.findings:
        yield {**finding.stored, "law": law(finding.rule), "sentence": sentence(finding)}


def _fingerprint(outcome: Outcome) -> str:
    """Of the key that signed the export; "" if it is not among the trusted ones."""
    raw = outcome.key_ring.keys.get(outcome.manifest.head.key)
    if raw is None:
        return ""
    return signatures.fingerprint(raw)
