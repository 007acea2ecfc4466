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
from typing import Any, NamedTuple

from kkm.domain.checker import NOTHING_BEFORE, Start
from kkm.domain.operation import Operation
from kkm.export.portable.export_format import (
    FORMAT,
    FORMATS,
    ExportedHead,
    operation_by_names,
    read_operation_by_names,
)

REQUISITES = (
    "serial_number",
    "registration_numbers",
    "taxpayer",
    "taxpayer_number",
    "trade_name",
    "address",
    "model",
    "made_in",
    "ofd",
    "identity_number",
)
COUNTS = ("operations", "positions", "zs", "heads")

# The shape of the file: a type, an object of these names, or a tuple of two possible shapes.
_HEAD = {"number": int, "text": str, "key": str, "signature": str}
_START = {
    "operation": dict,
    "previous_seal": str,
    "head": (_HEAD, None),
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
    "head": _HEAD,
    "files": dict,
}
_FILE_SUM = {"bytes": int, "sha256": str}


class Before(NamedTuple):
    """What stood before the first operation: the closing of a shift, and the register's state."""

    operation: Operation
    previous_seal: str
    head: ExportedHead | None
    last_shift: int
    active: bool
    blocked: bool

    @property
    def start(self) -> Start:
        """Where the check begins."""
        closing = self.operation
        return Start(
            number=closing.number,
            seal=closing.seal,
            occurred=closing.occurred,
            balance=closing.balance,
            last_shift=self.last_shift,
            active=self.active,
            blocked_by_operation=self.blocked,
        )


class FileSum(NamedTuple):
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
    head: ExportedHead
    files: Mapping[str, FileSum]
    format: str = FORMAT

    @property
    def serial_number(self) -> str:
        """The register's ЗНМ."""
        return self.kkm["serial_number"]

    @property
    def start(self) -> Start:
        """Where the check begins."""
        if self.before is None:
            return NOTHING_BEFORE
        return self.before.start

    @property
    def text(self) -> str:
        """What is written and signed."""
        first_day, last_day = self.period
        files = {}
        for name, file_sum in self.files.items():
            files[name] = file_sum._asdict()
        parts = {
            "format": self.format,
            "made_at": self.made_at,
            "kkm": dict(self.kkm),
            "period": {"from": first_day, "to": last_day},
            "range": {"first": self.first, "last": self.last},
            "start": _before_by_names(self.before),
            "counts": dict(self.counts),
            "head": self.head._asdict(),
            "files": files,
        }
        return json.dumps(parts, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """The inverse of `text`. ValueError for whatever it does not write so."""
        parts = _read_parts(text)
        found = parts["format"]
        if found not in FORMATS:
            known = ", ".join(FORMATS)
            raise ValueError(
                f"manifest.json: формат {found[:40]!r}, а эта программа проверяет {known}"
            )
        files = {}
        for name, file_sum in parts["files"].items():
            files[name] = FileSum(**file_sum)
        manifest = cls(
            made_at=parts["made_at"],
            kkm=parts["kkm"],
            period=(parts["period"]["from"], parts["period"]["to"]),
            first=parts["range"]["first"],
            last=parts["range"]["last"],
            before=_read_before(parts["start"]),
            counts=parts["counts"],
            head=ExportedHead(**parts["head"]),
            files=files,
            format=found,
        )
        if manifest.text != text:
            raise ValueError("manifest.json записан не так, как его пишет выгрузка")
        return manifest


def _before_by_names(before: Before | None) -> dict | None:
    if before is None:
        return None
    named = before._asdict()
    named["operation"] = operation_by_names(before.operation)
    if before.head:
        named["head"] = before.head._asdict()
    return named


def _read_before(named: dict | None) -> Before | None:
    if named is None:
        return None
    operation = read_operation_by_names(named["operation"])
    head = None
    if named["head"]:
        head = ExportedHead(**named["head"])
    return Before(**{**named, "operation": operation, "head": head})


def _read_parts(text: str) -> dict:
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("manifest.json — не JSON") from error
    if not _fits(parts, _SHAPE):
        raise ValueError("manifest.json — не описание выгрузки")
    for file_sum in parts["files"].values():
        if not _fits(file_sum, _FILE_SUM):
            raise ValueError("manifest.json — не описание выгрузки")
    return parts


def _fits(value: object, shape: Any) -> bool:
    if shape is None:
        return value is None
    if isinstance(shape, tuple):
        return any(_fits(value, possible) for possible in shape)
    if isinstance(shape, dict):
        if not isinstance(value, dict) or value.keys() != shape.keys():
            return False
        return all(_fits(value[name], shape[name]) for name in shape)
    return type(value) is shape
