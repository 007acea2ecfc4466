"""A report as data: what its page says, for programs. This docstring is the specification of the
form, version 1.

One JSON object, written by RFC 8785 (no spaces, only escapes that must be, names in the order of
their UTF-16 code units). There is no number with a fraction in it: sums are whole tiyn, in an
object of their own, {"tiyn": 104500}, counts are integers, all else is text.

    format        "alsep-report-1"
    language      of the texts: "ru", "kk"
    kind          "z", "x", "period", "cashiers", "shift", "sections", "act"
    title, subtitle, taxpayer, address, made_by      as printed, but nothing in them is replaced by
                                                     «·»
    made_at       UTC to the second: "2026-03-12T16:04:38Z"
    frozen        true: a stored Z, it says the same for ever
    requisites, facts, ending    rows in the order of the page
    blocks        {"title", "rows"}, or a table: {"title", "columns": [text, …], "lines": [[value,
                  …], …]}
    row           {"label"}, and what it has of "lead" (a count before the label), "count" (one
                  after it), "value" (text, count or sum); a label alone heads the rows under it
    identities    {"name", "text", "left", "right", "holds"}, with "kind" (its code, domain.md 2)
                  and "rate" where it is of one
    alarms        sentences: where the journal says otherwise than the frozen Z
    head          {"serial_number", "number", "seal", "fingerprint"}: the last operation that
                  counts, its control value as printed
    statement     the array of `kkm.domain.statement`: written by itself in the same way it is what
                  the token is signed over
    token         what the QR of the paper carries (`kkm.domain.token`); "" where there was no key
                  to sign with
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import get_language

from kkm.domain.identities import Identity
from kkm.domain.moments import utc
from kkm.domain.money import Money
from kkm.domain.seal import fingerprint
from kkm.domain.statement import Statement
from kkm.errors import KeyUnavailable
from reports.paper.qr import token_of
from reports.parts.labels import IDENTITY
from reports.report import Block, Report, Row, Tally, Value

FORMAT = "alsep-report-1"
_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True
).encode  # our names are ASCII


def report_json(report: Report) -> str:
    """The report in the form above, in the language of the thread."""
    parts = {
        name: _encode(part) for name, part in (_page(report) | _proof(report.statement)).items()
    }
    parts["statement"] = report.statement.text
    return "{" + ",".join(f'"{name}":{parts[name]}' for name in sorted(parts)) + "}"


def file_name(report: Report) -> str:
    """Of the JSON inside a paper: «ALS00001734-z-2034.json», ASCII."""
    return f"{report.statement.serial}-{report.kind}-{report.statement.number}.json"


def _page(report: Report) -> dict:
    texts = {
        name: getattr(report, name)
        for name in ("kind", "title", "subtitle", "taxpayer", "address", "made_by", "frozen")
    }
    return texts | {
        "format": FORMAT,
        "language": get_language(),
        "made_at": _utc(report.made_at),
        "requisites": _rows(report.requisites),
        "facts": _rows(report.facts),
        "blocks": [_block(block) for block in report.blocks],
        "ending": _rows(report.ending),
        "identities": [_identity(identity) for identity in report.identities],
        "alarms": list(report.alarms),
    }


def _proof(statement: Statement) -> dict:
    head = {"serial_number": statement.serial, "number": statement.number, "seal": statement.seal}
    return {"head": head | {"fingerprint": fingerprint(statement.seal)}, "token": _token(statement)}


def _token(statement: Statement) -> str:
    try:
        return token_of(statement).text
    except KeyUnavailable:
        return ""


def _block(block: Block) -> dict:
    if block.table is None:
        return {"title": block.title, "rows": _rows(block.rows)}
    lines = [[_value(cell) for cell in line] for line in block.table.lines]
    return {
        "title": block.title,
        "columns": [column.title for column in block.table.columns],
        "lines": lines,
    }


def _rows(rows: Iterable[Row | Tally]) -> list[dict]:
    return [_row(row) for row in rows]


def _row(row: Row | Tally) -> dict:
    known = {"lead": getattr(row, "lead", None), "count": row.count, "value": row.value}
    return {"label": row.label} | {
        name: _value(value) for name, value in known.items() if value is not None
    }


def _identity(identity: Identity) -> dict:
    subject = {
        name: int(code)
        for name in ("kind", "rate")
        if (code := getattr(identity, name)) is not None
    }
    sides = {
        "left": _value(identity.left),
        "right": _value(identity.right),
        "holds": identity.holds,
    }
    return {"name": identity.name, "text": str(IDENTITY[identity.name]), **subject, **sides}


def _value(value: Value) -> dict[str, int] | int | str:
    if isinstance(value, Money):
        return {"tiyn": value.tiyn}
    return int(value) if isinstance(value, int) else str(value)


def _utc(at: datetime) -> str:
    return f"{utc(at):%Y-%m-%dT%H:%M:%SZ}"
