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

UNKNOWN_KEY, BAD_SIGNATURE, OTHER_HEAD = (
    "unknown key",
    "bad signature",
    "head of another operation",
)  # faults of an anchor
SIGNED = frozenset(
    map(
        int,
        (
            OperationKind.CLOSE_SHIFT,
            OperationKind.ACTIVATION,
            OperationKind.DEREGISTRATION,
            OperationKind.REQUISITES,
        ),
    )
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
    return head.seal, "" if (head.serial, head.number) == (serial_number, number) else OTHER_HEAD


class Anchors:
    """Goes along a journal with anchors sorted by number, in constant memory. Up to operation
    `signed_to` none may lack a signature.

    Who audits while others write asks for `signed_to`, then begins to read the anchors, which
    happens here, then the journal: so no operation up to `signed_to` has a signature still to come,
    and no anchor is newer than the journal.
    """

    def __init__(self, anchors: Iterable[Anchor], *, signed_to: int = 0) -> None:
        self._anchors, self._signed_to = iter(anchors), signed_to
        self._next = next(self._anchors, None)

    def meet(self, operation: Operation) -> Sequence[Finding]:
        """What contradicts the next operation, or should have stood between it and the one
        before.
        """
        if operation.kind not in SIGNED and (
            self._next is None or operation.number < self._next.number
        ):
            return ()
        return self._met(operation)

    def _met(self, operation: Operation) -> list[Finding]:
        found: list[Finding] = []
        signed = operation.kind not in SIGNED or operation.number > self._signed_to
        while self._next and self._next.number <= operation.number:
            anchor = self._take()
            here = anchor.number == operation.number
            signed |= here and anchor.rule is Rule.SIGNATURE
            found += _contradiction(anchor, operation.seal if here else "")
        if not signed:
            found.append(Finding(operation.number, Rule.SIGNATURE, SIGNATURE, ""))
        return found

    def rest(self) -> Iterator[Finding]:
        """What speaks of operations after the end of the journal."""
        while self._next:
            yield from _contradiction(self._take(), "")

    def _take(self) -> Anchor:
        taken, self._next = self._next, next(self._anchors, None)
        if self._next and self._next.number < taken.number:
            raise ValueError("anchors must be sorted by number")
        return taken


def _contradiction(anchor: Anchor, seal: str) -> Iterator[Finding]:
    if anchor.fault:
        yield Finding(anchor.number, Rule.SIGNATURE, SIGNATURE, anchor.fault, anchor.source)
    elif anchor.seal != seal:
        yield Finding(anchor.number, anchor.rule, anchor.seal, seal, anchor.source)
