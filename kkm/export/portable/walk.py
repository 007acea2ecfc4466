"""One pass along an exported journal, in constant memory: it against itself, signed heads and
tables against it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from kkm.domain import seal as seals
from kkm.domain.anchor import Anchor, Anchors, stated
from kkm.domain.checker import Checker, Finding, Rule
from kkm.domain.head import Head
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import CASH, Operation, sealed_fields
from kkm.export.portable import cells, form
from kkm.export.portable.manifest import Before
from kkm.export.portable.outcome import Outcome
from kkm.export.portable.sources import Source, lines
from kkm.export.portable.tables import HEADERS, Table, operation_row, position_rows, z_row

EVERY = 5000  # operations between two words of progress
_NO_END = 2**63  # every operation of an export has its signature by the time it is exported
_COUNTED = {
    "operations": form.OPERATIONS,
    "positions": form.OPERATIONS,
    "zs": form.ZS,
    "heads": form.HEADS,
}


class Walk:
    """Reads operations.jsonl once, everything else beside it; tells an outcome what it meets."""

    def __init__(self, source: Source, outcome: Outcome) -> None:
        self._source, self._outcome, manifest = source, outcome, outcome.manifest
        self._serial = manifest.serial_number
        self._checker = Checker(self._serial, start=manifest.start)
        self._heads = Heads(source, outcome)
        self._anchors = Anchors(self._heads, signed_to=_NO_END)
        self._copies = Copies(source, outcome)
        self._closed = manifest.before.last_shift if manifest.before else 0
        self._last: Operation | None = None

    def go(self, progress: Callable[[int], None]) -> None:
        """From the first operation to the last.

        `progress` is told now and then how many have been read.
        """
        self._begin()
        for place, line in enumerate(lines(self._source, form.OPERATIONS), 1):
            try:
                self._meet(form.read_operation(line))
            except ValueError as error:
                self._outcome.fault(f"{form.OPERATIONS}, строка {place}: это не операция ({error})")
            if place % EVERY == 0:
                progress(place)
        self._end()

    def _begin(self) -> None:
        manifest = self._outcome.manifest
        if manifest.before:
            self._outcome.find(self._of_start(manifest.before))
        if manifest.first != manifest.start.number + 1:
            self._outcome.fault(
                f"{form.MANIFEST}: операции начинаются с № {manifest.first}, а до неё — № "
                f"{manifest.start.number}"
            )

    def _of_start(self, before: Before) -> Iterator[Finding]:
        """The closing that the journal goes on from: it must fit its seal and its signed head."""
        closing = before.operation
        expected = seals.seal(sealed_fields(closing, before.previous_seal, self._serial))
        if expected != closing.seal:
            yield Finding(closing.number, Rule.SEAL, expected, closing.seal)
        if closing.kind != OperationKind.CLOSE_SHIFT or closing.shift != before.last_shift:
            yield Finding(closing.number, Rule.SHIFT, closing.shift, before.last_shift)
        anchors = Anchors(
            [self._heads.anchor(before.head)] if before.head else [], signed_to=closing.number
        )
        yield from anchors.meet(closing)
        yield from anchors.rest()
        if before.head:
            yield from differences(before.head, closing, before.last_shift)

    def _meet(self, operation: Operation) -> None:
        self._checker.feed(operation)
        self._outcome.find(self._checker.findings)
        self._checker.findings.clear()
        if operation.kind == OperationKind.CLOSE_SHIFT:
            self._closed = operation.shift
        self._outcome.find(self._anchors.meet(operation))
        self._outcome.find(self._heads.differences(operation, self._closed))
        self._copies.compare(operation)
        self._last = operation

    def _end(self) -> None:
        self._outcome.find(self._anchors.rest())
        self._copies.end()
        manifest, counts = self._outcome.manifest, self._outcome.counts
        for name, file in _COUNTED.items():
            if counts[name] != manifest.counts[name]:
                self._outcome.fault(
                    f"{form.MANIFEST}: {name} — {manifest.counts[name]}, а в {file} их "
                    f"{counts[name]}"
                )
        last = self._last.number if self._last else manifest.start.number
        if last != manifest.last:
            self._outcome.fault(
                f"{form.MANIFEST}: последняя операция — № {manifest.last}, а в {form.OPERATIONS} — "
                f"№ {last}"
            )
        if not self._last or manifest.head[:2] != (
            last,
            head_of(self._serial, self._last, self._closed).text,
        ):
            self._outcome.fault(
                f"{form.MANIFEST}, head: подписанная вершина журнала не сходится с последней "
                f"операцией"
            )


class Heads:
    """The anchors of heads.jsonl, a line at a time; each head is kept until its operation comes."""

    def __init__(self, source: Source, outcome: Outcome) -> None:
        self._source, self._outcome = source, outcome
        self._waiting: deque[form.Signed] = deque()

    def __iter__(self) -> Iterator[Anchor]:
        last = None
        for place, line in enumerate(
            lines(self._source, form.HEADS) if form.HEADS in self._source.names else (), 1
        ):
            self._outcome.counts["heads"] += 1
            try:
                signed = form.read_signed(line)
            except ValueError:
                self._outcome.fault(
                    f"{form.HEADS}, строка {place}: это не подписанная вершина журнала"
                )
                continue
            if last is not None and signed.number <= last:
                self._outcome.fault(f"{form.HEADS}, строка {place}: не на своём месте")
                continue
            last = signed.number
            self._waiting.append(signed)
            yield self.anchor(signed)

    def anchor(self, signed: form.Signed) -> Anchor:
        """What a signed head says of its operation."""
        seal, fault = stated(signed.text, self._outcome.manifest.serial_number, signed.number)
        fault = self._outcome.ring.fault(signed.text, signed.key, signed.signature) or fault
        return Anchor(signed.number, seal, Rule.SIGNATURE, signed.key, fault)

    def differences(self, operation: Operation, closed: int) -> Iterator[Finding]:
        """What the head of an operation says besides the seal, if it is not so."""
        while self._waiting and self._waiting[0].number <= operation.number:
            yield from differences(self._waiting.popleft(), operation, closed)


def differences(signed: form.Signed, operation: Operation, closed: int) -> Iterator[Finding]:
    """Totals, cash, time and the last closed shift of a head that is of this operation, where
    they are others.
    """
    try:
        head = Head.parse(signed.text)
    except ValueError:
        return  # its anchor says so
    if signed.number != operation.number:
        return
    expected = head_of(head.serial, operation, closed)
    for name in ("z_number", "totals", "cash", "occurred"):
        if (said := getattr(head, name)) != (found := getattr(expected, name)):
            yield Finding(
                operation.number, Rule.SIGNATURE, f"{name} {said}", str(found), signed.key
            )


class Copies:
    """The files that say the same as operations.jsonl in their own way, each read beside it."""

    def __init__(self, source: Source, outcome: Outcome) -> None:
        self._outcome, self._table = outcome, Table()
        self._text = cells.TEXTS[outcome.manifest.format]
        names = (form.ZS, form.OPERATIONS_CSV, form.POSITIONS_CSV, form.ZS_CSV)
        self._files = {name: source.open(name) for name in names if name in source.names}
        for name in HEADERS:
            self._expect(name, self._table.header(name), "в первой строке не названия столбцов")

    def compare(self, operation: Operation) -> None:
        """What each of them must say next."""
        counts, other = (
            self._outcome.counts,
            f"об операции № {operation.number} сказано не то, что в {form.OPERATIONS}",
        )
        counts["operations"] += 1
        counts["positions"] += len(operation.lines)
        row = operation_row(operation, self._text)
        self._expect(form.OPERATIONS_CSV, self._table.rows([row]), other)
        if operation.lines:
            rows = position_rows(operation, self._text)
            self._expect(form.POSITIONS_CSV, self._table.rows(rows), other)
        if operation.z:
            counts["zs"] += 1
            self._expect(form.ZS, operation.z.encode() + b"\n", other)
            row = z_row(operation.z, self._text)
            self._expect(form.ZS_CSV, self._table.rows([row]), other)

    def end(self) -> None:
        """Nothing more must follow."""
        for name, file in self._files.items():
            if file.read(1):
                self._outcome.fault(f"{name}: в конце есть то, чего нет в {form.OPERATIONS}")
            file.close()

    def _expect(self, name: str, content: bytes, otherwise: str) -> None:
        """At the first difference a file is laid aside: what follows is shifted."""
        file = self._files.get(name)
        if file and file.read(len(content)) != content:
            self._outcome.fault(f"{name}: {otherwise}")
            self._files.pop(name).close()


def head_of(serial_number: str, operation: Operation, closed: int) -> Head:
    """The head that an operation leaves behind; `closed` is the number of the last closed shift."""
    balance = operation.balance
    return Head(
        serial_number,
        operation.number,
        operation.seal,
        closed,
        balance[:4],
        balance[CASH],
        operation.occurred,
    )
