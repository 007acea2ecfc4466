"""The check of a register: its journal, the tables beside it, its requisites, earlier audits.

Nothing is written here. `kkm.audit.history` keeps what was found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from operator import attrgetter

from django.db.models import Max

from kkm import fast_json
from kkm.audit.anchors import earlier_audits, signed_heads
from kkm.audit.journal_stream import operations
from kkm.audit.milestones import Milestones
from kkm.audit.requisites_rows import requisites_findings
from kkm.audit.shifts_and_registrations import table_findings
from kkm.domain.anchor import Anchor, Anchors
from kkm.domain.checker import NOTHING_BEFORE, Checker, Start
from kkm.domain.finding import Finding
from kkm.models import KKM

PROGRESS_EVERY = 5000  # operations between two reports of progress

by_number = attrgetter("number")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit found.

    `operations`: how many there are up to the last one that it read. `seal`: that of the last one.
    `findings`: what is wrong, in the order of numbers.
    """

    operations: int
    seal: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


AuditSteps = Generator[int, None, Verdict]


def _ignore(_read: int) -> None:
    """Report no progress."""


def full_audit(
    kkm: KKM,
    *,
    anchors: Iterable[Anchor] = (),
    progress: Callable[[int], None] = _ignore,
    start: Start = NOTHING_BEFORE,
) -> Verdict:
    """Check everything that can be checked of a register.

    `anchors` are known besides its signed heads and its earlier audits: a list, or a stream
    sorted by number. `progress` is called now and then with how many operations have been read.
    With a `start` (`kkm.audit.later`) only the operations after it are read.
    """
    return run_to_end(full_audit_steps(kkm, anchors=anchors, start=start), progress)


def full_audit_steps(
    kkm: KKM,
    *,
    anchors: Iterable[Anchor] = (),
    start: Start = NOTHING_BEFORE,
) -> AuditSteps:
    """`full_audit` step by step.

    Yields how many operations have been read, returns the verdict.
    """
    milestones = Milestones()
    milestones.begin_after(kkm, start.number)
    anchors = merged(earlier_audits(kkm), anchors)
    verdict = yield from journal_audit_steps(
        kkm,
        anchors=anchors,
        milestones=milestones,
        start=start,
    )
    findings = [
        *verdict.findings,
        *table_findings(kkm, milestones),
        *requisites_findings(kkm, milestones),
    ]
    findings.sort(key=by_number)
    return replace(verdict, findings=tuple(findings))


def journal_audit_steps(
    kkm: KKM,
    *,
    anchors: Iterable[Anchor] = (),
    milestones: Milestones | None = None,
    start: Start = NOTHING_BEFORE,
) -> AuditSteps:
    """The check of the journal alone: against itself, its signed heads and the `anchors`.

    Yields how many operations there are up to the one that was read, returns the verdict.
    `milestones` are gathered on the way.
    """
    if milestones is None:
        milestones = Milestones()
    checker = Checker(kkm.serial_number, fast_seal, start)
    last = kkm.operations.aggregate(number=Max("number"))["number"]
    heads = signed_heads(kkm, after=start.number)
    around = _not_before(start, merged(heads, anchors))
    known = Anchors(around, signed_to=last or 0)
    read = start.number
    first = start.number + 1
    for read, operation in enumerate(operations(kkm, first), first):
        checker.feed(operation)
        if contradictions := known.meet(operation):
            checker.findings += contradictions
        milestones.meet(operation)
        if read % PROGRESS_EVERY == 0:
            yield read
    findings = [*checker.findings, *known.rest()]
    findings.sort(key=by_number)
    return Verdict(read, checker.seal, tuple(findings))


def _not_before(start: Start, anchors: Iterable[Anchor]) -> Iterator[Anchor]:
    """Anchors of what is read, and those that cannot be believed, wherever they are."""
    for anchor in anchors:
        if anchor.number > start.number or anchor.fault:
            yield anchor


def run_to_end(steps: AuditSteps, progress: Callable[[int], None] = _ignore) -> Verdict:
    """Take the steps of an audit to their end, and call `progress` at each."""
    while True:
        try:
            progress(next(steps))
        except StopIteration as end:
            return end.value


def merged(anchors: Iterable[Anchor], others: Iterable[Anchor]) -> Iterable[Anchor]:
    """Two series of anchors in one stream, by number.

    The first is sorted by number. The other is a list in any order, or a sorted stream.
    """
    if isinstance(others, Sequence):
        others = sorted(others, key=by_number)
    return merge(anchors, others, key=by_number)


def fast_seal(fields: list) -> str:
    """The same as `kkm.domain.seal.seal`, ten times faster."""
    return hashlib.sha256(fast_json.encode(fields)).hexdigest()
