"""The reading of a journal between two numbers."""

from datetime import timedelta

import pytest

from kkm.audit.journal_stream import operations
from tests.stories import close, deposit, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(active_kkm, now):
    """1 on the record, 2 a deposit, 3 and 4 sales, 5 the Z, 6 a sale."""
    deposit(active_kkm, 500, at=now)
    sell(active_kkm, 700, at=now)
    sell(active_kkm, 900, at=now)
    close(active_kkm, at=now)
    sell(active_kkm, 100, at=now + timedelta(hours=1))
    return active_kkm


EVERY = [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("bounds", "numbers"),
    [
        ((), EVERY),
        ((1, 6), EVERY),
        ((4,), [4, 5, 6]),
        ((2, 4), [2, 3, 4]),
        ((5, 5), [5]),
        ((7,), []),
        ((3, 2), []),
    ],
)
def test_both_ends_are_read(worked, bounds, numbers):
    assert [one.number for one in operations(worked, *bounds)] == numbers


def test_a_part_is_what_the_whole_says_there(worked):
    whole = list(operations(worked))
    assert [
        list(operations(worked, first, last)) for first in range(1, 7) for last in range(first, 7)
    ] == [whole[first - 1 : last] for first in range(1, 7) for last in range(first, 7)]
    assert [len(one.lines) for one in whole] == [0, 0, 1, 1, 0, 1]
    assert [bool(one.z) for one in whole] == [False, False, False, False, True, False]


def test_a_register_without_a_journal_has_nothing_to_read(kkm):
    assert list(operations(kkm)) == []
    assert list(operations(kkm, 1, 10)) == []
