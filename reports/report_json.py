"""A report as data: what its page says, for programs. This docstring is the specification of the
form, version 1.

One JSON object, written by RFC 8785 (no spaces, only escapes that must be, names in the order of
their UTF-16 code units). There is no number with a fraction in it: sums are whole tiyn, in an
object of their own, {"tiyn": 104500}, counts are integers, all else is text.

    format        "alsep-report-1"
    language      of the texts: "ru", "kk"
    kind          its name in `reports.kinds`
    title, subtitle, taxpayer, address, made_by      as printed, but nothing in them is replaced by
                                                     «·»
    made_at       UTC to the second: "2026-03-12T16:04:38Z"
    frozen        true: a stored Z, it says the same for ever
    requisites, facts, ending    rows in the order of the page
    blocks        {"title", "rows"}, or a table: {"title", "columns": [text, …], "lines": [[value,
                  …], …]}, and where the lines are added up "total": [value, …]
    row           {"label"}, and what it has of "lead" (a count before the label), "count" (one
                  after it), "value" (text, count or sum); a label alone heads the rows under it
    identities    {"name", "text", "left", "right", "holds"}, with "kind" (its code, domain.md 2)
                  and "rate" where it is of one
    alarms        sentences: where the journal says otherwise than the frozen Z
    head          {"serial_number", "number", "seal", "fingerprint"}: the last operation that
                  counts, its control value as printed
    statement     the array of `kkm.domain.statement`: written by itself in the same way it is what
                  the token is signed over; null where the kind of report has no token
    token         what the QR of the paper carries (`kkm.domain.token`); "" where there was no key
                  to sign with, or the kind of report has none
    record        of the protocol of a check alone: {"findings", "key", "signature"}. `signature`
                  (base64) was made by the key of this id over `statement`, which for a protocol is
                  the array of `kkm.domain.audit_record`, when the check was kept; `findings` is the
                  text whose SHA-256 stands there. `head` has how many operations were read, and the
                  seal of the last one
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import get_language

from kkm.domain.canonical_json import encode_sorted
from kkm.domain.identities import Identity
from kkm.domain.moments import utc
from kkm.domain.money import Money
from kkm.domain.seal import fingerprint
from kkm.domain.statement import Claimed
from kkm.errors import KeyUnavailable
from reports.paper.qr import token_of
from reports.parts.labels import IDENTITY
from reports.report import Block, Report, Row, Table, Tally, Value

FORMAT = "alsep-report-1"


def report_json(report: Report) -> str:
    """The report in the form above, in the language of the thread."""
    values = _page(report) | _proof(report)
    encoded = {name: encode_sorted(value) for name, value in values.items()}
    # A statement is signed as it is written by itself: its text goes in unchanged.
    encoded["statement"] = "null"
    if report.statement:
        encoded["statement"] = report.statement.text
    members = [f'"{name}":{encoded[name]}' for name in sorted(encoded)]
    return "{" + ",".join(members) + "}"


def file_name(report: Report) -> str:
    """Of the JSON inside a paper: «ALS00001734-z-2034.json», ASCII."""
    return f"{report.serial}-{report.kind}-{report.number}.json"


def _page(report: Report) -> dict[str, object]:
    return {
        "format": FORMAT,
        "language": get_language(),
        "kind": report.kind,
        "title": report.title,
        "subtitle": report.subtitle,
        "taxpayer": report.taxpayer,
        "address": report.address,
        "made_by": report.made_by,
        "made_at": _utc(report.made_at),
        "frozen": report.frozen,
        "requisites": _rows(report.requisites),
        "facts": _rows(report.facts),
        "blocks": list(map(_block, report.blocks)),
        "ending": _rows(report.ending),
        "identities": list(map(_identity, report.identities)),
        "alarms": list(report.alarms),
    }


def _proof(report: Report) -> dict[str, object]:
    head = {
        "serial_number": report.serial,
        "number": report.number,
        "seal": report.seal,
        "fingerprint": fingerprint(report.seal),
    }
    proof: dict[str, object] = {"head": head, "token": _token(report.statement)}
    if report.record:
        proof["record"] = report.record._asdict()
    return proof


def _token(statement: Claimed | None) -> str:
    if statement is None:
        return ""
    try:
        return token_of(statement).text
    except KeyUnavailable:
        return ""


def _block(block: Block) -> dict[str, object]:
    if block.table is None:
        return {"title": block.title, "rows": _rows(block.rows)}
    return {"title": block.title} | _table(block.table)


def _table(table: Table) -> dict[str, object]:
    found: dict[str, object] = {
        "columns": [column.title for column in table.columns],
        "lines": [list(map(_value, line)) for line in table.lines],
    }
    if table.total:
        found["total"] = list(map(_value, table.total))
    return found


def _rows(rows: Iterable[Row | Tally]) -> list[dict[str, object]]:
    return list(map(_row, rows))


def _row(row: Row | Tally) -> dict[str, object]:
    found: dict[str, object] = {"label": row.label}
    if isinstance(row, Row) and row.lead is not None:
        found["lead"] = _value(row.lead)
    if row.count is not None:
        found["count"] = _value(row.count)
    if row.value is not None:
        found["value"] = _value(row.value)
    return found


def _identity(identity: Identity) -> dict[str, object]:
    found: dict[str, object] = {
        "name": identity.name,
        "text": str(IDENTITY[identity.name]),
        "left": _value(identity.left),
        "right": _value(identity.right),
        "holds": identity.holds,
    }
    if identity.kind is not None:
        found["kind"] = int(identity.kind)
    if identity.rate is not None:
        found["rate"] = int(identity.rate)
    return found


def _value(value: Value) -> dict[str, int] | int | str:
    if isinstance(value, Money):
        return {"tiyn": value.tiyn}
    if isinstance(value, int):
        return int(value)
    return str(value)


def _utc(at: datetime) -> str:
    return f"{utc(at):%Y-%m-%dT%H:%M:%SZ}"
