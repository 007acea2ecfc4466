"""The check of the check notices everything that the check must notice, and says when the check
does not.
"""

import pytest

from kkm.audit.sample_journal import sample_journal
from kkm.audit.self_test import missed_tamperings
from kkm.audit.tamperings import tamperings
from kkm.domain.checker import Checker
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation


def test_nothing_passes_the_check_unnoticed():
    assert missed_tamperings() == []


def test_the_journal_in_memory_has_everything_that_can_happen():
    rows = sample_journal()
    assert {row.kind for row in rows} == set(OperationKind)
    assert len({row.shift for row in rows}) == 3
    assert any(row.offline for row in rows)
    assert {line[0] for row in rows for line in row.lines} == {0, 1, 2}


def test_every_field_of_an_operation_is_tampered_with():
    names = " ".join(tampering.name for tampering in tamperings(sample_journal()))
    for field in Operation._fields:
        assert field in ("lines", "z") or f"{field} of 5" in names
    for way in (
        "column 10 of line 1",
        "line 1 removed",
        "lines reordered",
        "Z of",
        "removed",
        "inserted",
        "swapped",
        "doubled",
        "moved",
        "tail",
        "rewritten",
    ):
        assert way in names


class WithoutSeals(Checker):
    """A check that has lost something."""

    def _check_seal(self, operation):
        """Takes every seal for true."""


class WithoutNumbers(Checker):
    def _check_number(self, operation):
        """Takes every number for true."""


class WithoutZs(Checker):
    def _check_z(self, operation, shift):
        """Takes every Z for true."""


class Accusing(Checker):
    def _check_balance(self, operation):
        self._find(operation, "balance", 0, 1)


@pytest.mark.parametrize(
    ("check", "missed"),
    [
        (WithoutSeals, "actor_name of 5"),
        (WithoutSeals, "column 2 of line 1 of 3"),
        (WithoutZs, "Z of 22: totals documents, resealed"),
        (Accusing, "clean"),
    ],
)
def test_a_check_that_has_lost_something_is_found_out(check, missed):
    assert missed in missed_tamperings(check)


def test_a_check_that_does_not_count_is_still_caught_by_the_seals():
    assert missed_tamperings(WithoutNumbers) == []
