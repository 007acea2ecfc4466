"""The files of an export. This docstring is their specification, version 2.

    operations.jsonl   an operation a line, by number: the fields of
                       `kkm.domain.operation.Operation` by name, JSON without spaces,
                       payments and balance by name, lines a list of the fields in
                       `kkm.domain.operation.LINE_FIELDS`; `z` is the frozen Z's text or ""
    z.jsonl            a frozen Z a line: the very text that its closing seals
    heads.jsonl        a signed head a line: number, text (`kkm.domain.head`), key, signature
                       (Ed25519 in base64)
    operations.csv, positions.csv, z.csv
                       the same for people: `kkm.export.portable.csv_tables`
    keys/<id>.pem      public keys; the id is the first 16 hexadecimal digits of the SHA-256 of the
                       raw key
    verify.py, kkm/    the check
    manifest.json      `kkm.export.portable.manifest`: what is there, the SHA-256 of each file,
                       where the journal begins and ends
    manifest.sig       the signature of manifest.json's bytes: key, signature

Sums are whole tiyn, quantities thousandths, rates thousandths of a percent, times whole seconds
since 1970-01-01 UTC. Each line has one form only, so the check can write it anew and compare the
bytes.

Version 1 differs in the three tables: a text that looks like a number or a date stands there as it
is. Its exports are checked too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from kkm.domain import canonical_json
from kkm.domain.kinds import PaymentType
from kkm.domain.operation import FIELDS, LINE_FIELDS, Operation

FORMAT_1 = "alsep-export-1"
FORMAT = "alsep-export-2"
FORMATS = (FORMAT_1, FORMAT)  # all that the check can read; an export is made in the last one

OPERATIONS = "operations.jsonl"
ZS = "z.jsonl"
HEADS = "heads.jsonl"
OPERATIONS_CSV = "operations.csv"
POSITIONS_CSV = "positions.csv"
ZS_CSV = "z.csv"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
README = "ПРОЧТИ.txt"
VERIFY = "verify.py"
KEYS = "keys/"
REQUIRED = frozenset({OPERATIONS, ZS, HEADS, OPERATIONS_CSV, POSITIONS_CSV, ZS_CSV, README, VERIFY})

PAYMENTS = tuple(payment.name.lower() for payment in PaymentType)
_FIELD_TYPES = {
    "number": int,
    "kind": int,
    "shift": int,
    "occurred": int,
    "received": int,
    "offline": bool,
    "actor_code": str,
    "actor_name": str,
    "external_number": str,
    "fiscal_sign": str,
    "amount": int,
    "payments": tuple,
    "change": int,
    "balance": tuple,
    "details": str,
    "seal": str,
    "lines": tuple,
    "z": str,
}
_LINE_TYPES = dict.fromkeys(LINE_FIELDS, int) | dict.fromkeys(("section", "name", "details"), str)
_TYPES = [_FIELD_TYPES[name] for name in Operation._fields]
_TYPES_WITH_VAT = list(_LINE_TYPES.values())
_TYPES_WITHOUT_VAT = list({**_LINE_TYPES, "rate": type(None)}.values())
_RATE = LINE_FIELDS.index("rate")
_WHOLE_LIMIT = 2**63  # whole numbers of a database are below it


class ExportedHead(NamedTuple):
    """A signed head of the journal: a line of heads.jsonl.

    The manifest has one too. `number`: that of its operation.
    """

    number: int
    text: str
    key: str
    signature: str


def encode(value: object) -> bytes:
    """JSON as every line has it; the writer of an export may use a faster one of the same bytes."""
    return canonical_json.encode(value).encode()


def operation_by_names(operation: Operation) -> dict:
    """An operation as a line of operations.jsonl has it."""
    named = operation._asdict()
    named["payments"] = dict(zip(PAYMENTS, operation.payments, strict=True))
    named["balance"] = dict(zip(FIELDS, operation.balance, strict=True))
    named["lines"] = [dict(zip(LINE_FIELDS, line, strict=True)) for line in operation.lines]
    return named


def operation_line(operation: Operation, encoder: Callable[[object], bytes] = encode) -> bytes:
    """A line of operations.jsonl."""
    return encoder(operation_by_names(operation)) + b"\n"


def read_operation(line: bytes) -> Operation:
    """The inverse of `operation_line`. ValueError for whatever it does not write so."""
    operation = read_operation_by_names(_json(line))
    if operation_line(operation) != line:
        raise ValueError("not the one form of an operation")
    return operation


def read_operation_by_names(named: Mapping) -> Operation:
    """The inverse of `operation_by_names`, as far as the types go.

    ValueError for other types and for numbers that no database has.
    """
    try:
        nested = {
            "payments": tuple(named["payments"].values()),
            "balance": tuple(named["balance"].values()),
            "lines": tuple(tuple(line.values()) for line in named["lines"]),
        }
        operation = Operation(**{**named, **nested})
    except (TypeError, AttributeError, KeyError) as error:
        raise ValueError("not an operation") from error
    if not _is_typed(operation):
        raise ValueError("not an operation: a value of another type")
    return operation


def head_line(head: ExportedHead, encoder: Callable[[object], bytes] = encode) -> bytes:
    """A line of heads.jsonl."""
    return encoder(head._asdict()) + b"\n"


def read_head(line: bytes) -> ExportedHead:
    """The inverse of `head_line`. ValueError for whatever it does not write so."""
    try:
        head = ExportedHead(**_json(line))
    except TypeError as error:
        raise ValueError("not a signed head") from error
    if _types_of(head) != [int, str, str, str] or head_line(head) != line:
        raise ValueError("not the one form of a signed head")
    return head


def signature_line(key: str, signature: str) -> bytes:
    """manifest.sig."""
    return encode({"key": key, "signature": signature}) + b"\n"


def read_signature(line: bytes) -> tuple[str, str]:
    """The inverse of `signature_line`: key and signature.

    ValueError for whatever it does not write so.
    """
    named = _json(line)
    if not isinstance(named, dict):
        raise ValueError("not a signature")
    key = named.get("key")
    signature = named.get("signature")
    if not isinstance(key, str) or not isinstance(signature, str):
        raise ValueError("not a signature")
    if signature_line(key, signature) != line:
        raise ValueError("not the one form of a signature")
    return key, signature


def _json(line: bytes):
    try:
        return json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _is_typed(operation: Operation) -> bool:
    if _types_of(operation) != _TYPES:
        return False
    whole = [
        operation.number,
        operation.kind,
        operation.shift,
        operation.occurred,
        operation.received,
        operation.amount,
        operation.change,
        *operation.payments,
        *operation.balance,
    ]
    for line in operation.lines:
        types = _types_of(line)
        if types == _TYPES_WITH_VAT:
            rate = line[_RATE]
            if isinstance(rate, int) and rate < 0:
                return False
        elif types != _TYPES_WITHOUT_VAT:
            return False
        whole += [value for value in line if type(value) is int]
    return _are_whole(whole)


def _are_whole(values: list) -> bool:
    if set(map(type, values)) != {int}:
        return False
    return min(values) >= -_WHOLE_LIMIT and max(values) < _WHOLE_LIMIT


def _types_of(values: Iterable) -> list[type]:
    return list(map(type, values))
