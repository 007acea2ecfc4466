"""The whole check of a register: its journal, the tables that are kept beside it, its own
requisites, and the audits that were made before.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace

from kkm.audit import Verdict, auditing, concluded, merged
from kkm.audit.marks import Marks
from kkm.audit.past import known
from kkm.audit.spans import spans
from kkm.audit.whose import whose
from kkm.models import KKM


def full_audit(
    kkm: KKM, *, anchors: Iterable = (), progress: Callable[[int], None] = lambda read: None
) -> Verdict:
    """Everything that can be checked of a register; writes nothing.

    `progress` is told now and then how many operations were read.
    """
    return concluded(full_auditing(kkm, anchors=anchors), progress)


def full_auditing(kkm: KKM, *, anchors: Iterable = ()) -> Generator[int, None, Verdict]:
    """The same step by step: yields how many operations have been read, returns the verdict."""
    marks = Marks()
    verdict = yield from auditing(kkm, anchors=merged(known(kkm), anchors), marks=marks)
    beside = (*spans(kkm, marks), *whose(kkm, marks))
    findings = sorted((*verdict.findings, *beside), key=lambda finding: finding.number)
    return replace(verdict, findings=tuple(findings))
