"""What is known of a journal from elsewhere, and whether the journal still says so: it finds a
cut tail and a journal written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kkm.domain.finding import SIGNATURE, Finding, Rule
from kkm.domain.head import Head
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation

# Faults of an anchor: why it cannot be believed.
UNKNOWN_KEY = "unknown key"
BAD_SIGNATURE = "bad signature"
OTHER_HEAD = "head of another operation"
# The same of what else remembers a seal: an earlier check, a head noted as seen.
CHANGED_AUDIT = "changed audit"
MISSING_AUDIT = "missing audit"
UNKNOWN_AUDIT = "audit of an unknown key"
FOREIGN_MEMORY = "foreign memory"  # a head noted as seen: its signature does not fit
UNKNOWN_MEMORY = "memory of an unknown key"  # the same: its key is not here

# After operations of these kinds the head of the journal is signed.
SIGNED = frozenset(
    [
        int(OperationKind.CLOSE_SHIFT),
        int(OperationKind.ACTIVATION),
        int(OperationKind.DEREGISTRATION),
        int(OperationKind.REQUISITES),
    ]
)


class Anchor(NamedTuple):
    """Operation `number` had this seal: `source` says who says so, `rule` what is broken if it is
    no longer so.

    `fault`: why the anchor itself cannot be believed; then it is a finding wherever the journal
    stands.
    """

    number: int
    seal: str
    rule: Rule
    source: str
    fault: str = ""


def stated(text: str, serial_number: str, number: int) -> tuple[str, str]:
    """The seal that a signed head states of an operation, and what is wrong with the head apart
    from its signature ("": nothing).
    """
    try:
        head = Head.parse(text)
    except ValueError:
        return "", OTHER_HEAD
    if (head.serial, head.number) != (serial_number, number):
        return head.seal, OTHER_HEAD
    return head.seal, ""


class Anchors:
    """Goes along a journal with anchors sorted by number, in constant memory. Up to operation
    `signed_to` none may lack a signature.

    Others may write while an audit reads. The order of its reading matters:

    1. Find `signed_to`: every operation up to it has been committed with its signature.
    2. Make this object: the reading of the anchors begins here.
    3. Read the journal. It has every operation that an anchor names.
    """

    def __init__(self, anchors: Iterable[Anchor], *, signed_to: int = 0) -> None:
        self._anchors = iter(anchors)
        self._signed_to = signed_to
        self._next = next(self._anchors, None)

    def meet(self, operation: Operation) -> Sequence[Finding]:
        """What contradicts the next operation, or should have stood between it and the one
        before.
        """
        is_anchored = self._next is not None and self._next.number <= operation.number
        if is_anchored or operation.kind in SIGNED:
            return self._contradictions(operation)
        return ()

    def _contradictions(self, operation: Operation) -> list[Finding]:
        found: list[Finding] = []
        is_signed = operation.kind not in SIGNED or operation.number > self._signed_to
        for anchor in self._up_to(operation.number):
            seal = ""
            if anchor.number == operation.number:
                seal = operation.seal
                is_signed |= anchor.rule is Rule.SIGNATURE
            found += _contradiction(anchor, seal)
        if not is_signed:
            found.append(Finding(operation.number, Rule.SIGNATURE, SIGNATURE, ""))
        return found

    def rest(self) -> Iterator[Finding]:
        """What speaks of operations after the end of the journal."""
        for anchor in self._up_to(None):
            yield from _contradiction(anchor, "")

    def _up_to(self, number: int | None) -> Iterator[Anchor]:
        """The next anchors, those of operation `number` included; None: all that are left."""
        while self._next and (number is None or self._next.number <= number):
            anchor = self._next
            self._next = next(self._anchors, None)
            if self._next and self._next.number < anchor.number:
                raise ValueError("anchors must be sorted by number")
            yield anchor


def _contradiction(anchor: Anchor, seal: str) -> Iterator[Finding]:
    if anchor.fault:
        yield Finding(anchor.number, Rule.SIGNATURE, SIGNATURE, anchor.fault, anchor.source)
    elif anchor.seal != seal:
        yield Finding(anchor.number, anchor.rule, anchor.seal, seal, anchor.source)
