"""The ZIP of an export, as a stream: of a journal of any length only a stretch is in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import orjson
from django.conf import settings
from zipstream import ZIP_DEFLATED, ZipStream

from kkm import fast_json, signing
from kkm.domain.heading import Requisites, Unreadable
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation
from kkm.export.plan import Plan
from kkm.export.portable import csv_tables, export_format
from kkm.export.portable.exported_heads import head_after
from kkm.export.portable.manifest import COUNTS, FileSum, Manifest
from kkm.local_time import local_iso
from kkm.reading.frozen import frozen_before, present

# What the check runs, besides its own room: what `kkm.export.portable` imports, and what that
# imports.
DOMAIN = (
    "anchor",
    "balance",
    "canonical_json",
    "checker",
    "finding",
    "head",
    "heading",
    "kinds",
    "limits",
    "moments",
    "money",
    "operation",
    "printable",
    "seal",
    "shift_check",
    "ticket",
    "totals",
    "vat",
)
PASSES = 3  # over the operations: the journal itself, and its two tables
_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_BLOCK = 64 * 1024  # bytes

Rows = Callable[[Operation], Iterable[csv_tables.Row]]


def _ignore(_written: int) -> None:
    """Report no progress."""


class Archive:
    """One export.

    `progress` is called with how many operations have been written since it was called last,
    `total` of them in all.
    """

    def __init__(
        self, plan: Plan, *, now: datetime, progress: Callable[[int], None] = _ignore
    ) -> None:
        signing.current()  # raises KeyUnavailable before anything is sent
        self.plan = plan
        self.total = PASSES * (plan.last - plan.first + 1)
        self._now = now
        self._progress = progress
        self._sums: dict[str, FileSum] = {}
        self._counts = dict.fromkeys(COUNTS, 0)
        self._last: Operation | None = None
        self._last_closed = plan.before.last_shift if plan.before else 0

    def stream(self) -> Iterator[bytes]:
        """The bytes of the ZIP."""
        packed = ZipStream(compress_type=ZIP_DEFLATED)
        with TemporaryFile() as zs:
            for name, content in self._files(zs):
                packed.add(_blocks(self._summed(name, content)), f"{self.plan.name}/{name}")
                yield from packed.all_files()
        yield from packed.footer()

    def _files(self, zs: BinaryIO) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Names and contents. A later file may depend on what was counted in an earlier one.

        `zs`: a temporary file for the Z-reports of the operations.
        """
        yield export_format.README, [readme(self.plan).encode()]
        yield export_format.VERIFY, [(_HERE / "verify.py").read_bytes()]
        for path in code():
            yield path.relative_to(_ROOT).as_posix(), [path.read_bytes()]
        yield export_format.OPERATIONS, self._operations(zs)
        yield export_format.ZS, _z_lines(zs)
        yield export_format.HEADS, self._heads()
        operations_csv = self._table(export_format.OPERATIONS_CSV, _operation_rows)
        yield export_format.OPERATIONS_CSV, operations_csv
        positions_csv = self._table(export_format.POSITIONS_CSV, csv_tables.position_rows)
        yield export_format.POSITIONS_CSV, positions_csv
        yield export_format.ZS_CSV, _z_table(zs)
        yield from self._proofs()

    def _proofs(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """The keys, the manifest with the signed head, and its signature.

        All are made at one moment with one key.
        """
        if self._last is None:
            raise RuntimeError("the operations are written before their proofs")
        serial_number = self.plan.kkm.serial_number
        head = head_after(serial_number, self._last, self._last_closed)
        key, signature = signing.sign(head.text)
        signed = export_format.ExportedHead(head.number, head.text, key, signature)
        for key_id, pem in signing.public_keys().items():
            yield f"{export_format.KEYS}{key_id}.pem", [pem.encode()]
        manifest = self._manifest(signed).text
        yield export_format.MANIFEST, [manifest.encode()]
        key, signature = signing.sign(manifest)
        yield export_format.SIGNATURE, [export_format.signature_line(key, signature)]

    def _manifest(self, head: export_format.ExportedHead) -> Manifest:
        plan = self.plan
        return Manifest(
            made_at=local_iso(self._now),
            kkm=_requisites(plan),
            period=(plan.period.first.isoformat(), plan.period.last.isoformat()),
            first=plan.first,
            last=plan.last,
            before=plan.before,
            counts=self._counts,
            head=head,
            files=self._sums,
        )

    def _operations(self, zs: BinaryIO) -> Iterator[bytes]:
        for operation in self._read():
            self._last = operation
            if operation.kind == OperationKind.CLOSE_SHIFT:
                self._last_closed = operation.shift
            self._counts["operations"] += 1
            self._counts["positions"] += len(operation.lines)
            if operation.z:
                self._counts["zs"] += 1
                zs.write(fast_json.encode(operation.z) + b"\n")
            yield export_format.operation_line(operation, fast_json.encode)

    def _heads(self) -> Iterator[bytes]:
        for head in self.plan.heads():
            self._counts["heads"] += 1
            yield export_format.head_line(head, fast_json.encode)

    def _table(self, name: str, rows: Rows) -> Iterator[bytes]:
        table = csv_tables.Table()
        yield table.header(name)
        for operation in self._read():
            yield table.rows(rows(operation))

    def _read(self) -> Iterator[Operation]:
        for stretch in self.plan.stretches():
            yield from stretch
            self._progress(len(stretch))

    def _summed(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        """The same content; its sum is noted for the manifest."""
        digest = hashlib.sha256()
        size = 0
        for piece in content:
            digest.update(piece)
            size += len(piece)
            yield piece
        self._sums[name] = FileSum(size, digest.hexdigest())


def _operation_rows(operation: Operation) -> Iterable[csv_tables.Row]:
    return [csv_tables.operation_row(operation)]


def _z_texts(zs: BinaryIO) -> Iterator[str]:
    zs.seek(0)
    return map(orjson.loads, zs)


def _z_lines(zs: BinaryIO) -> Iterator[bytes]:
    for text in _z_texts(zs):
        yield text.encode() + b"\n"


def _z_table(zs: BinaryIO) -> Iterator[bytes]:
    table = csv_tables.Table()
    yield table.header(export_format.ZS_CSV)
    for text in _z_texts(zs):
        yield table.rows([csv_tables.z_row(text)])


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are long enough to be compressed well."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= _BLOCK:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def code() -> list[Path]:
    """The modules that the check runs, as they stand here."""
    packages = (_ROOT / "kkm", _ROOT / "kkm/domain", _HERE)
    return [
        *(package / "__init__.py" for package in packages),
        *(_ROOT / f"kkm/domain/{name}.py" for name in DOMAIN),
        *sorted((_HERE / "portable").glob("*.py")),
    ]


def readme(plan: Plan) -> str:
    """ПРОЧТИ.txt."""
    template = (_HERE / "readme.txt").read_text(encoding="utf-8")
    text = template.format(
        serial=plan.kkm.serial_number,
        period=plan.period,
        first=plan.first,
        last=plan.last,
        address=f"{settings.CABINET_URL.rstrip('/')}/keys/",
    )
    return text.replace("\n", "\r\n")


def _requisites(plan: Plan) -> dict[str, str]:
    kkm = plan.kkm
    registrations = kkm.registrations.filter(first_number__lte=plan.last)
    registrations = registrations.exclude(last_number__lt=plan.first).order_by("first_number")
    numbers = registrations.values_list("registration_number", flat=True)
    requisites = _in_force(plan)
    return {
        "serial_number": kkm.serial_number,
        "registration_numbers": ", ".join(numbers),
        "taxpayer": requisites.taxpayer,
        "taxpayer_number": requisites.taxpayer_number,
        "trade_name": requisites.trade_name,
        "address": requisites.address,
        "model": kkm.model.name,
        "made_in": str(kkm.made_in),
        "ofd": requisites.ofd,
        "identity_number": requisites.identity_number,
    }


def _in_force(plan: Plan) -> Requisites:
    """What the journal had frozen by the last operation of the export.

    What the rows of the register say, if the journal froze nothing or cannot be read any more: an
    export must be possible then too, because its check finds what is wrong.
    """
    try:
        frozen = frozen_before(plan.kkm.pk, plan.last + 1)
    except Unreadable:
        frozen = None
    return frozen or present(plan.kkm)
