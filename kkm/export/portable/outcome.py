"""What a check of an export has found so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kkm.domain.checker import Finding
from kkm.export.portable.manifest import COUNTS, Manifest
from kkm.export.portable.signatures import Ring

KEPT = 1000  # findings and faults, each: when all is wrong, the first ones say it


@dataclass
class Outcome:
    """`findings` are about operations, `faults` about files; `wrong` counts both, `first` is the
    finding with the lowest number.
    """

    manifest: Manifest
    ring: Ring
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    findings: list[Finding] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    wrong: int = 0
    first: Finding | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    def find(self, findings: Iterable[Finding]) -> None:
        """What is wrong at operations."""
        for finding in findings:
            self.wrong += 1
            if len(self.findings) < KEPT:
                self.findings.append(finding)
            if self.first is None or finding.number < self.first.number:
                self.first = finding

    def fault(self, sentence: str) -> None:
        """What is wrong with a file."""
        self.wrong += 1
        if len(self.faults) < KEPT:
            self.faults.append(sentence)
