"""The ZIP of an export, as a stream: however long a journal is, no more of it than a stretch is
ever held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import orjson
from django.conf import settings
from zipstream import ZIP_DEFLATED, ZipStream

from kkm import signing
from kkm.domain.heading import Requisites, Unreadable
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation
from kkm.export.plan import Plan
from kkm.export.portable import form, tables
from kkm.export.portable.manifest import COUNTS, Manifest, Sum
from kkm.export.portable.walk import head_of
from kkm.local_time import local_iso
from kkm.models import KKM
from kkm.reading.frozen import frozen_before, present

# What the check runs, besides its own room: what `kkm.export.portable` imports, and what that
# imports.
DOMAIN = (
    "anchor",
    "balance",
    "checker",
    "head",
    "heading",
    "kinds",
    "limits",
    "moments",
    "money",
    "operation",
    "printable",
    "seal",
    "ticket",
    "totals",
    "vat",
)
PASSES = 3  # over the operations: the journal itself, and its two tables
_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_BLOCK = 64 * 1024


class Archive:
    """One export. `progress` is told how many operations have been written since it was told
    last, `total` of them in all.
    """

    def __init__(
        self, plan: Plan, *, now: datetime, progress: Callable[[int], None] = lambda written: None
    ) -> None:
        signing.current()  # without a key nothing is begun
        self.plan, self._now, self._progress = plan, now, progress
        self.total = PASSES * (plan.last - plan.first + 1)
        self._sums: dict[str, Sum] = {}
        self._counts = dict.fromkeys(COUNTS, 0)
        self._last: Operation | None = None
        self._closed = plan.before.last_shift if plan.before else 0

    def stream(self) -> Iterator[bytes]:
        """The bytes of the ZIP."""
        packed = ZipStream(compress_type=ZIP_DEFLATED)
        with TemporaryFile() as zs:
            for name, content in self._files(zs):
                packed.add(_blocks(self._summed(name, content)), f"{self.plan.name}/{name}")
                yield from packed.all_files()
        yield from packed.footer()

    def _files(self, zs: BinaryIO) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Names and contents; what comes later may tell of what came before.

        `zs` keeps the Z's that the operations have.
        """
        table = tables.Table()
        yield form.README, [readme(self.plan).encode()]
        yield form.VERIFY, [(_HERE / "verify.py").read_bytes()]
        for path in code():
            yield path.relative_to(_ROOT).as_posix(), [path.read_bytes()]
        yield form.OPERATIONS, self._operations(zs)
        yield form.ZS, (text.encode() + b"\n" for text in _again(zs))
        yield form.HEADS, self._heads()
        yield (
            form.OPERATIONS_CSV,
            self._table(table, form.OPERATIONS_CSV, lambda one: [tables.operation_row(one)]),
        )
        yield form.POSITIONS_CSV, self._table(table, form.POSITIONS_CSV, tables.position_rows)
        yield (
            form.ZS_CSV,
            chain(
                [table.header(form.ZS_CSV)],
                (table.rows([tables.z_row(text)]) for text in _again(zs)),
            ),
        )
        yield from self._proofs()

    def _proofs(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """The signed head, the keys, the manifest and its signature: at one moment, with one
        key.
        """
        head = head_of(self.plan.kkm.serial_number, self._last, self._closed)
        signed = form.Signed(head.number, head.text, *signing.sign(head.text))
        for key, pem in signing.public_keys().items():
            yield f"{form.KEYS}{key}.pem", [pem.encode()]
        manifest = self._manifest(signed).text
        yield form.MANIFEST, [manifest.encode()]
        yield form.SIGNATURE, [form.signature_line(*signing.sign(manifest))]

    def _manifest(self, head: form.Signed) -> Manifest:
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
        for one in self._read():
            self._last = one
            self._closed = one.shift if one.kind == OperationKind.CLOSE_SHIFT else self._closed
            self._counts["operations"] += 1
            self._counts["positions"] += len(one.lines)
            if one.z:
                self._counts["zs"] += 1
                zs.write(encode(one.z) + b"\n")
            yield form.operation_line(one, encode)

    def _heads(self) -> Iterator[bytes]:
        for head in self.plan.heads():
            self._counts["heads"] += 1
            yield form.signed_line(head, encode)

    def _table(
        self, table: tables.Table, name: str, rows: Callable[[Operation], Iterable[tables.Row]]
    ) -> Iterator[bytes]:
        yield table.header(name)
        for one in self._read():
            yield table.rows(rows(one))

    def _read(self) -> Iterator[Operation]:
        for stretch in self.plan.stretches():
            yield from stretch
            self._progress(len(stretch))

    def _summed(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        for piece in content:
            digest.update(piece)
            size += len(piece)
            yield piece
        self._sums[name] = Sum(size, digest.hexdigest())


def _again(texts: BinaryIO) -> Iterator[str]:
    texts.seek(0)
    return map(orjson.loads, texts)


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same in pieces that are worth compressing."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= _BLOCK:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def encode(value: object) -> bytes:
    """The bytes of `form.encode`, written ten times faster.

    What orjson has no form for, json has.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return form.encode(value)


def code() -> list[Path]:
    """The modules that the check runs, as they stand here."""
    packages = (_ROOT / "kkm", _ROOT / "kkm/domain", _HERE)
    portable = sorted((_HERE / "portable").glob("*.py"))
    return [
        *(package / "__init__.py" for package in packages),
        *(_ROOT / f"kkm/domain/{name}.py" for name in DOMAIN),
        *portable,
    ]


def readme(plan: Plan) -> str:
    """ПРОЧТИ.txt."""
    facts = {
        "serial": plan.kkm.serial_number,
        "period": plan.period,
        "first": plan.first,
        "last": plan.last,
    }
    template = (_HERE / "readme.txt").read_text(encoding="utf-8")
    return template.format(**facts, address=f"{settings.CABINET_URL.rstrip('/')}/keys/").replace(
        "\n", "\r\n"
    )


def _requisites(plan: Plan) -> dict[str, str]:
    kkm: KKM = plan.kkm
    stays = (
        kkm.registrations.filter(first_number__lte=plan.last)
        .exclude(last_number__lt=plan.first)
        .order_by("first_number")
    )
    told = _in_force(plan)
    return {
        "serial_number": kkm.serial_number,
        "registration_numbers": ", ".join(stay.registration_number for stay in stays),
        "taxpayer": told.taxpayer,
        "taxpayer_number": told.taxpayer_number,
        "trade_name": told.trade_name,
        "address": told.address,
        "model": kkm.model.name,
        "made_in": str(kkm.made_in),
        "ofd": told.ofd,
        "identity_number": told.identity_number,
    }


def _in_force(plan: Plan) -> Requisites:
    """What the journal had frozen by the last operation that is taken along; of a journal that
    froze nothing, and of one that cannot be read any more, what the rows say: an export is made to
    find that out.
    """
    try:
        frozen = frozen_before(plan.kkm.pk, plan.last + 1)
    except Unreadable:
        frozen = None
    return frozen or present(plan.kkm)
