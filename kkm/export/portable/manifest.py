"""manifest.json: what an export says of itself.

    format    "alsep-export-2"; of exports that were made before it, "alsep-export-1"
    made_at   when, ISO 8601
    kkm       the register's requisites, texts
    period    the days that were asked for: from, to
    range     the first and the last operation that are here. The first one is operation 1, or
              follows the closing of a shift
    start     null, or what the journal was before the first: that closing in full, the seal before
              it, its signed head (or null), the number of the last shift, and whether the register
              was on the record and blocked
    counts    operations, positions, zs, heads
    head      the signed head of the last operation, made at export
    files     bytes and SHA-256 of every other file but manifest.sig

It is written last, and signed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kkm.domain.checker import NOTHING_BEFORE, Start
from kkm.domain.operation import Operation
from kkm.export.portable.form import FORMAT, FORMATS, Signed, operation_of, plain

REQUISITES = (
    *(
        "serial_number",
        "registration_numbers",
        "taxpayer",
        "taxpayer_number",
        "trade_name",
        "address",
    ),
    *("model", "made_in", "ofd", "identity_number"),
)
COUNTS = ("operations", "positions", "zs", "heads")
_SIGNED = {"number": int, "text": str, "key": str, "signature": str}
_START = {
    "operation": dict,
    "previous_seal": str,
    "head": (_SIGNED, None),
    "last_shift": int,
    "active": bool,
    "blocked": bool,
}
_SHAPE = {
    "format": str,
    "made_at": str,
    "kkm": dict.fromkeys(REQUISITES, str),
    "period": {"from": str, "to": str},
    "range": {"first": int, "last": int},
    "start": (_START, None),
    "counts": dict.fromkeys(COUNTS, int),
    "head": _SIGNED,
    "files": dict,
}
_SUM = {"bytes": int, "sha256": str}


class Before(NamedTuple):
    """What stood before the first operation: the closing of a shift, and the register's state
    then.
    """

    operation: Operation
    previous_seal: str
    head: Signed | None
    last_shift: int
    active: bool
    blocked: bool

    @property
    def start(self) -> Start:
        """Where the check begins."""
        closing = self.operation
        left = (closing.number, closing.seal, closing.occurred, closing.balance)
        return Start(*left, self.last_shift, self.active, self.blocked)


class Sum(NamedTuple):
    """How long a file is, and its SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The same as values."""

    made_at: str
    kkm: Mapping[str, str]
    period: tuple[str, str]
    first: int
    last: int
    before: Before | None
    counts: Mapping[str, int]
    head: Signed
    files: Mapping[str, Sum]
    format: str = FORMAT

    @property
    def serial_number(self) -> str:
        """The register's ЗНМ."""
        return self.kkm["serial_number"]

    @property
    def start(self) -> Start:
        """Where the check begins."""
        return self.before.start if self.before else NOTHING_BEFORE

    @property
    def text(self) -> str:
        """What is written and signed."""
        before = self.before and {
            **self.before._asdict(),
            "operation": plain(self.before.operation),
            "head": self.before.head and self.before.head._asdict(),
        }
        parts = {
            "format": self.format,
            "made_at": self.made_at,
            "kkm": dict(self.kkm),
            "period": dict(zip(("from", "to"), self.period, strict=True)),
            "range": {"first": self.first, "last": self.last},
            "start": before,
            "counts": dict(self.counts),
            "head": self.head._asdict(),
            "files": {name: told._asdict() for name, told in self.files.items()},
        }
        return json.dumps(parts, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """The inverse of `text`. ValueError for whatever it does not write so."""
        parts = _parts(text)
        if parts["format"] not in FORMATS:
            known = ", ".join(FORMATS)
            raise ValueError(
                f"manifest.json: формат {parts['format'][:40]!r}, а эта программа проверяет {known}"
            )
        manifest = cls(
            made_at=parts["made_at"],
            kkm=parts["kkm"],
            period=tuple(parts["period"].values()),
            first=parts["range"]["first"],
            last=parts["range"]["last"],
            before=_before(parts["start"]),
            counts=parts["counts"],
            head=Signed(**parts["head"]),
            files={name: Sum(**told) for name, told in parts["files"].items()},
            format=parts["format"],
        )
        if manifest.text != text:
            raise ValueError("manifest.json записан не так, как его пишет выгрузка")
        return manifest


def _parts(text: str) -> dict:
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("manifest.json — не JSON") from error
    if not _fits(parts, _SHAPE) or not all(_fits(told, _SUM) for told in parts["files"].values()):
        raise ValueError("manifest.json — не описание выгрузки")
    return parts


def _fits(value: object, shape: object) -> bool:
    if isinstance(shape, tuple):
        return any(_fits(value, one) for one in shape)
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(_fits(value[name], shape[name]) for name in shape)
        )
    return value is None if shape is None else type(value) is shape


def _before(start: dict | None) -> Before | None:
    if start is None:
        return None
    told = {
        "operation": operation_of(start["operation"]),
        "head": start["head"] and Signed(**start["head"]),
    }
    return Before(**{**start, **told})
