"""heads.jsonl: the signed heads of an export against its operations."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from kkm.domain.anchor import Anchor, stated
from kkm.domain.finding import Finding, Rule
from kkm.domain.head import Head
from kkm.domain.operation import CASH, Operation
from kkm.export.portable.export_format import HEADS, ExportedHead, read_head
from kkm.export.portable.folder_or_zip import Source, read_lines
from kkm.export.portable.outcome import Outcome

_NON_RESETTABLE = slice(4)  # the first fields of a balance
_COMPARED = ("z_number", "totals", "cash", "occurred")  # of a head; its anchor compares the seal


class ExportedHeads:
    """The heads as anchors, a line at a time; each is kept until its operation has been read."""

    def __init__(self, source: Source, outcome: Outcome) -> None:
        self._source = source
        self._outcome = outcome
        self._waiting: deque[ExportedHead] = deque()

    def __iter__(self) -> Iterator[Anchor]:
        if HEADS not in self._source.names:
            return
        last = None
        for place, line in enumerate(read_lines(self._source, HEADS), 1):
            self._outcome.counts["heads"] += 1
            try:
                head = read_head(line)
            except ValueError:
                self._outcome.add_fault(
                    f"{HEADS}, строка {place}: это не подписанная контрольная точка журнала"
                )
                continue
            if last is not None and head.number <= last:
                self._outcome.add_fault(f"{HEADS}, строка {place}: не на своём месте")
                continue
            last = head.number
            self._waiting.append(head)
            yield self.anchor(head)

    def anchor(self, head: ExportedHead) -> Anchor:
        """What a signed head says of its operation."""
        serial_number = self._outcome.manifest.serial_number
        seal, fault = stated(head.text, serial_number, head.number)
        signature_fault = self._outcome.key_ring.fault(head.text, head.key, head.signature)
        return Anchor(head.number, seal, Rule.SIGNATURE, head.key, signature_fault or fault)

    def differences(self, operation: Operation, last_closed: int) -> Iterator[Finding]:
        """Where the head of an operation differs from it, apart from the seal."""
        while self._waiting and self._waiting[0].number <= operation.number:
            yield from head_differences(self._waiting.popleft(), operation, last_closed)


def head_differences(
    exported: ExportedHead, operation: Operation, last_closed: int
) -> Iterator[Finding]:
    """Where totals, cash, time and the last closed shift of a head differ from its operation.

    Nothing for a head of another operation, and for one that cannot be read: its anchor says so.
    """
    try:
        head = Head.parse(exported.text)
    except ValueError:
        return
    if exported.number != operation.number:
        return
    expected = head_after(head.serial, operation, last_closed)
    for name in _COMPARED:
        signed = getattr(head, name)
        found = getattr(expected, name)
        if signed != found:
            right = f"{name} {signed}"
            yield Finding(operation.number, Rule.SIGNATURE, right, str(found), exported.key)


def head_after(serial_number: str, operation: Operation, last_closed: int) -> Head:
    """The head after an operation; `last_closed` is the number of the last closed shift."""
    sales, purchases, sale_returns, purchase_returns = operation.balance[_NON_RESETTABLE]
    return Head(
        serial=serial_number,
        number=operation.number,
        seal=operation.seal,
        z_number=last_closed,
        totals=(sales, purchases, sale_returns, purchase_returns),
        cash=operation.balance[CASH],
        occurred=operation.occurred,
    )
