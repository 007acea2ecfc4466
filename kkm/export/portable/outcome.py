"""What a check of an export has found so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kkm.domain.finding import Finding
from kkm.export.portable.manifest import COUNTS, Manifest
from kkm.export.portable.signatures import KeyRing

KEPT = 1000  # findings that are kept, and as many faults; `wrong_count` counts them all


def _no_counts() -> dict[str, int]:
    return dict.fromkeys(COUNTS, 0)


@dataclass
class Outcome:
    """`findings` are about operations, `faults` about files.

    `wrong_count` counts both. `first` is the finding with the lowest number.
    """

    manifest: Manifest
    key_ring: KeyRing
    counts: dict[str, int] = field(default_factory=_no_counts)
    findings: list[Finding] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    wrong_count: int = 0
    first: Finding | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong_count

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Note what is wrong at operations."""
        for finding in findings:
            self.wrong_count += 1
            if len(self.findings) < KEPT:
                self.findings.append(finding)
            if self.first is None or finding.number < self.first.number:
                self.first = finding

    def add_fault(self, sentence: str) -> None:
        """Note what is wrong with a file."""
        self.wrong_count += 1
        if len(self.faults) < KEPT:
            self.faults.append(sentence)
