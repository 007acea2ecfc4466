"""One pass along an exported journal in constant memory.

The operations are checked against each other, then the signed heads and the other files against
the operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kkm.domain import seal as seals
from kkm.domain.anchor import Anchor, Anchors
from kkm.domain.checker import Checker
from kkm.domain.finding import Finding, Rule
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation, sealed_fields
from kkm.export.portable.derived_files import DerivedFiles
from kkm.export.portable.export_format import HEADS, MANIFEST, OPERATIONS, ZS, read_operation
from kkm.export.portable.exported_heads import ExportedHeads, head_after, head_differences
from kkm.export.portable.folder_or_zip import Source, read_lines
from kkm.export.portable.manifest import Before
from kkm.export.portable.outcome import Outcome

PROGRESS_EVERY = 5000  # operations between two reports of progress
_NO_END = 2**63  # every operation of an export has its signature by the time it is exported
_COUNTED_IN = {
    "operations": OPERATIONS,
    "positions": OPERATIONS,
    "zs": ZS,
    "heads": HEADS,
}


class JournalPass:
    """Reads operations.jsonl once and everything else beside it; the outcome takes what is wrong.

    `_last_closed` is the number of the last closed shift.
    """

    def __init__(self, source: Source, outcome: Outcome) -> None:
        manifest = outcome.manifest
        self._source = source
        self._outcome = outcome
        self._manifest = manifest
        self._checker = Checker(manifest.serial_number, start=manifest.start)
        self._heads = ExportedHeads(source, outcome)
        self._anchors = Anchors(self._heads, signed_to=_NO_END)
        self._derived = DerivedFiles(source, outcome)
        self._last_closed = manifest.start.last_shift
        self._last: Operation | None = None

    def run(self, progress: Callable[[int], None]) -> None:
        """Check from the first operation to the last.

        `progress` is called now and then with how many have been read.
        """
        self._check_start()
        for place, line in enumerate(read_lines(self._source, OPERATIONS), 1):
            try:
                self._check_operation(read_operation(line))
            except ValueError as error:
                self._outcome.add_fault(f"{OPERATIONS}, строка {place}: это не операция ({error})")
            if place % PROGRESS_EVERY == 0:
                progress(place)
        self._check_end()

    def _check_start(self) -> None:
        first, before = self._manifest.first, self._manifest.start.number
        if self._manifest.before:
            self._outcome.add_findings(self._start_findings(self._manifest.before))
        if first != before + 1:
            self._outcome.add_fault(
                f"{MANIFEST}: операции начинаются с № {first}, а до неё — № {before}"
            )

    def _start_findings(self, before: Before) -> Iterator[Finding]:
        """The closing that the journal goes on from must fit its seal and its signed head."""
        closing = before.operation
        fields = sealed_fields(closing, before.previous_seal, self._manifest.serial_number)
        expected = seals.seal(fields)
        if expected != closing.seal:
            yield Finding(closing.number, Rule.SEAL, expected, closing.seal)
        if closing.kind != OperationKind.CLOSE_SHIFT or closing.shift != before.last_shift:
            yield Finding(closing.number, Rule.SHIFT, closing.shift, before.last_shift)
        known: list[Anchor] = []
        if before.head:
            known.append(self._heads.anchor(before.head))
        anchors = Anchors(known, signed_to=closing.number)
        yield from anchors.meet(closing)
        yield from anchors.rest()
        if before.head:
            yield from head_differences(before.head, closing, before.last_shift)

    def _check_operation(self, operation: Operation) -> None:
        self._checker.feed(operation)
        self._outcome.add_findings(self._checker.findings)
        self._checker.findings.clear()
        if operation.kind == OperationKind.CLOSE_SHIFT:
            self._last_closed = operation.shift
        self._outcome.add_findings(self._anchors.meet(operation))
        self._outcome.add_findings(self._heads.differences(operation, self._last_closed))
        self._derived.compare(operation)
        self._last = operation

    def _check_end(self) -> None:
        self._outcome.add_findings(self._anchors.rest())
        self._derived.end()
        for fault in self._end_faults():
            self._outcome.add_fault(fault)

    def _end_faults(self) -> Iterator[str]:
        """What the manifest says of the journal otherwise than was found."""
        manifest = self._manifest
        for name, file in _COUNTED_IN.items():
            stated, found = manifest.counts[name], self._outcome.counts[name]
            if stated != found:
                yield f"{MANIFEST}: {name} — {stated}, а в {file} их {found}"
        last = manifest.start.number
        if self._last:
            last = self._last.number
        if last != manifest.last:
            yield (
                f"{MANIFEST}: последняя операция — № {manifest.last}, а в {OPERATIONS} — № {last}"
            )
        if not self._has_head_of_last_operation():
            yield (
                f"{MANIFEST}, head: подписанная контрольная точка журнала не сходится с последней "
                "операцией"
            )

    def _has_head_of_last_operation(self) -> bool:
        if self._last is None:
            return False
        expected = head_after(self._manifest.serial_number, self._last, self._last_closed)
        head = self._manifest.head
        return head.number == self._last.number and head.text == expected.text
