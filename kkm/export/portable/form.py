"""The files of an export. This docstring is their specification, version 2.

    operations.jsonl   an operation a line, by number: the fields of
                       `kkm.domain.operation.Operation` by name, JSON without spaces,
                       payments and balance by name, lines a list of the fields in
                       `LINE`; `z` is the frozen Z's text or ""
    z.jsonl            a frozen Z a line: the very text that its closing seals
    heads.jsonl        a signed head a line: number, text (`kkm.domain.head`), key, signature
                       (Ed25519 in base64)
    operations.csv, positions.csv, z.csv   the same for the eye: `kkm.export.portable.tables`
    keys/<id>.pem      public keys; the id is the first 16 hexadecimal digits of the SHA-256 of the
                       raw key
    verify.py, kkm/    the check
    manifest.json      `kkm.export.portable.manifest`: what is there, the SHA-256 of each file,
                       where the journal begins and ends
    manifest.sig       the signature of manifest.json's bytes: key, signature

Sums are whole tiyn, quantities thousandths, rates thousandths of a percent, times whole seconds
since 1970-01-01 UTC. Each line has one form only, so that who checks writes it anew and compares
bytes.

Version 1 differs in the three tables: a text that looks like a number or a date stands there as it
is. Its exports are checked too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kkm.domain.kinds import PaymentType
from kkm.domain.operation import FIELDS, Operation

FORMAT_1, FORMAT = "alsep-export-1", "alsep-export-2"
FORMATS = (FORMAT_1, FORMAT)  # all that the check can read; an export is made in the last one
OPERATIONS, ZS, HEADS = "operations.jsonl", "z.jsonl", "heads.jsonl"
OPERATIONS_CSV, POSITIONS_CSV, ZS_CSV = "operations.csv", "positions.csv", "z.csv"
MANIFEST, SIGNATURE, README, VERIFY, KEYS = (
    "manifest.json",
    "manifest.sig",
    "ПРОЧТИ.txt",
    "verify.py",
    "keys/",
)
REQUIRED = frozenset({OPERATIONS, ZS, HEADS, OPERATIONS_CSV, POSITIONS_CSV, ZS_CSV, README, VERIFY})

PAYMENTS = tuple(payment.name.lower() for payment in PaymentType)
LINE = (
    "role",
    "section",
    "name",
    "quantity",
    "price",
    "goods",
    "discount",
    "markup",
    "rate",
    "vat",
    "details",
)
_TYPES = (
    int,
    int,
    int,
    int,
    int,
    bool,
    str,
    str,
    str,
    str,
    int,
    tuple,
    int,
    tuple,
    str,
    str,
    tuple,
    str,
)
_LINE_TYPES = (int, str, str, int, int, int, int, int, int, int, str)
_LINE_TYPES_WITHOUT_VAT = (*_LINE_TYPES[:8], type(None), *_LINE_TYPES[9:])
_RATE, _MOST = LINE.index("rate"), 2**63  # whole numbers of a database

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Signed(NamedTuple):
    """A text and who signed it: a line of heads.jsonl. The head of the manifest is one too."""

    number: int
    text: str
    key: str
    signature: str


def encode(value: object) -> bytes:
    """JSON as every line has it; the writer of an export may use a faster one of the same bytes."""
    return _encoder.encode(value).encode()


def plain(operation: Operation) -> dict:
    """An operation by names."""
    named = operation._asdict()
    named["payments"] = dict(zip(PAYMENTS, operation.payments, strict=True))
    named["balance"] = dict(zip(FIELDS, operation.balance, strict=True))
    named["lines"] = [dict(zip(LINE, line, strict=True)) for line in operation.lines]
    return named


def operation_line(operation: Operation, encoded: Callable[[object], bytes] = encode) -> bytes:
    """A line of operations.jsonl."""
    return encoded(plain(operation)) + b"\n"


def read_operation(line: bytes) -> Operation:
    """The inverse of `operation_line`. ValueError for whatever it does not write so."""
    operation = operation_of(_json(line))
    if operation_line(operation) != line:
        raise ValueError("not the one form of an operation")
    return operation


def operation_of(named: Mapping) -> Operation:
    """The inverse of `plain`, as far as the types go.

    ValueError for other types and for numbers that no database has.
    """
    try:
        nested = {name: tuple(named[name].values()) for name in ("payments", "balance")}
        nested["lines"] = tuple(tuple(line.values()) for line in named["lines"])
        operation = Operation(**{**named, **nested})
    except (TypeError, AttributeError, KeyError) as error:
        raise ValueError("not an operation") from error
    if not _is_typed(operation):
        raise ValueError("not an operation: a value of another type")
    return operation


def signed_line(signed: Signed, encoded: Callable[[object], bytes] = encode) -> bytes:
    """A line of heads.jsonl."""
    return encoded(signed._asdict()) + b"\n"


def read_signed(line: bytes) -> Signed:
    """The inverse of `signed_line`. ValueError for whatever it does not write so."""
    try:
        signed = Signed(**_json(line))
    except TypeError as error:
        raise ValueError("not a signed head") from error
    if tuple(map(type, signed)) != (int, str, str, str) or signed_line(signed) != line:
        raise ValueError("not the one form of a signed head")
    return signed


def signature_line(key: str, signature: str) -> bytes:
    """manifest.sig."""
    return encode({"key": key, "signature": signature}) + b"\n"


def read_signature(line: bytes) -> tuple[str, str]:
    """The inverse of `signature_line`: key and signature.

    ValueError for whatever it does not write so.
    """
    named = _json(line)
    key, signature = (
        (named.get(name) for name in ("key", "signature")) if isinstance(named, dict) else ("", "")
    )
    if (
        not isinstance(key, str)
        or not isinstance(signature, str)
        or signature_line(key, signature) != line
    ):
        raise ValueError("not the one form of a signature")
    return key, signature


def _json(line: bytes) -> object:
    try:
        return json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _is_typed(operation: Operation) -> bool:
    if tuple(map(type, operation)) != _TYPES:
        return False
    whole = [
        *operation[:5],
        operation.amount,
        operation.change,
        *operation.payments,
        *operation.balance,
    ]
    for line in operation.lines:
        types = tuple(map(type, line))
        if types not in (_LINE_TYPES, _LINE_TYPES_WITHOUT_VAT) or (line[_RATE] or 0) < 0:
            return False
        whole += [value for value in line if type(value) is int]
    return set(map(type, whole)) == {int} and min(whole) >= -_MOST and max(whole) < _MOST
