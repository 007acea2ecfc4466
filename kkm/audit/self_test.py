"""The self-test of the check: does it find every known way of tampering with a journal?

A small journal in memory is tampered with in each of these ways, and every time the check must
find something; in the journal as it was it must find nothing. A check that has lost one of its
parts, by a wrong change of its code or on purpose, would call tampered journals whole. So a check
whose self-test fails must not be believed: `manage.py verify_journal` runs the self-test first,
and checks no register if it fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from kkm.audit.sample_journal import SERIAL_NUMBER, sample_journal
from kkm.audit.tamperings import Tampering, tamperings
from kkm.domain.anchor import Anchor, Anchors
from kkm.domain.checker import Checker
from kkm.domain.finding import Rule

CLEAN = "clean"
_SOURCE = "self-test"


def missed_tamperings(check: type[Checker] = Checker) -> list[str]:
    """Names of the tamperings that the check does not find; empty if the check can be believed.

    `CLEAN` is among them if the check finds something in the journal as it was.
    """
    journal = sample_journal()
    last = journal[-1]
    missed = []
    if is_found(Tampering(CLEAN, journal, (last.number, last.seal)), check):
        missed.append(CLEAN)
    for tampering in tamperings(journal):
        if not is_found(tampering, check):
            missed.append(tampering.name)
    return missed


def is_found(tampering: Tampering, check: type[Checker] = Checker) -> bool:
    """Whether the check finds anything in a journal that was tampered with."""
    checker = check(SERIAL_NUMBER)
    anchors = Anchors(_known(tampering))
    for operation in tampering.journal:
        checker.feed(operation)
        contradictions = anchors.meet(operation)
        if checker.findings or contradictions:
            return True
    return bool(list(anchors.rest()))


def _known(tampering: Tampering) -> Iterator[Anchor]:
    if tampering.remembered:
        number, seal = tampering.remembered
        yield Anchor(number, seal, Rule.MEMORY, _SOURCE)
