"""A check that begins after a closed shift finds what a check from operation 1 finds there."""

import pytest

from kkm.audit.sample_journal import SERIAL_NUMBER, sample_journal
from kkm.audit.tamperings import tamperings
from kkm.domain.checker import NOTHING_BEFORE, Checker, Start
from kkm.domain.heading import frozen_in
from kkm.domain.kinds import FREEZING, OperationKind
from kkm.domain.operation import START
from tests.breadth import part_of

WHOLE = sample_journal()
CLOSINGS = [row.number for row in WHOLE if row.kind == OperationKind.CLOSE_SHIFT]


def start_after(closing_number: int, **changes: object) -> Start:
    """What the closing of that number left behind in the sample journal: on the record, not
    blocked.
    """
    closing = WHOLE[closing_number - 1]
    left = {
        "number": closing_number,
        "seal": closing.seal,
        "occurred": closing.occurred,
        "balance": closing.balance,
    }
    acts = [row for row in WHOLE[:closing_number] if row.kind in FREEZING]
    state = {"active": True, "requisites": frozen_in(acts[-1].details)}
    return Start(**{**left, "last_shift": closing.shift, **state, **changes})


def found(rows, start):
    checker = Checker(SERIAL_NUMBER, start=start)
    for row in rows:
        checker.feed(row)
    return checker.findings


def test_nothing_stands_before_operation_one():
    assert Start() == NOTHING_BEFORE
    assert (NOTHING_BEFORE.number, NOTHING_BEFORE.seal, NOTHING_BEFORE.balance) == (0, "", START)
    assert found(WHOLE, NOTHING_BEFORE) == []


@pytest.mark.parametrize("number", CLOSINGS)
def test_what_follows_a_closing_is_clean_when_the_whole_is(number):
    assert found(WHOLE[number:], start_after(number)) == []


@pytest.mark.parametrize("number", CLOSINGS)
def test_whatever_is_done_to_what_follows_is_found_as_from_the_beginning(number):
    after = [
        tampering
        for tampering in tamperings(WHOLE)
        if list(tampering.journal[:number]) == WHOLE[:number]
    ]
    assert len(after) > 20
    for tampering in part_of(after, 4):
        whole, part = (
            found(tampering.journal, NOTHING_BEFORE),
            found(tampering.journal[number:], start_after(number)),
        )
        assert part == whole, tampering.name


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 3},
        {"seal": "0" * 64},
        {"occurred": 2**40},
        {"balance": START},
        {"last_shift": 7},
        {"active": False},
        {"blocked_by_operation": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_start_contradicts_what_follows(changes):
    number = CLOSINGS[0]
    assert found(WHOLE[number:], start_after(number, **changes)) != []


def test_a_z_nested_too_deep_is_no_z():
    closing = WHOLE[CLOSINGS[0] - 1]
    rows = [*WHOLE[: CLOSINGS[0] - 1], closing._replace(z="[" * 100_000)]
    assert [finding.rule for finding in found(rows, NOTHING_BEFORE)] == ["seal", "z"]
