"""The sums of consecutive shifts are those of their Z's."""

import random
from datetime import timedelta

import pytest

from kkm.models.span import Figures
from kkm.reading.shift_totals import total_of_shifts
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.kkm import journals
from tests.kkm.tampering import remove, taken_back, unlocked
from tests.stories import activate, close, sell

pytestmark = pytest.mark.django_db


def test_without_one_of_the_two_operations_there_is_no_total(now):
    kkm = KKMFactory()
    activate(kkm, at=now)
    closings = []
    for hour in (1, 3, 5):
        sell(kkm, at=now + timedelta(hours=hour))
        closings.append(close(kkm, at=now + timedelta(hours=hour + 1)))
    later = kkm.shifts.filter(number__gte=2)
    assert total_of_shifts(kkm, later).tickets == 2
    with unlocked():
        for closing in (closings[0], closings[2]):
            with taken_back():
                remove(None, closing)
                assert total_of_shifts(kkm, later) is None


@pytest.mark.parametrize("round_", range(breadth(5, 30)))
def test_whatever_shifts_are_chosen_the_total_is_the_sum_of_their_zs(round_):
    dice = random.Random(f"626 totals {round_}")
    kkm = KKMFactory()
    journals.write(kkm, dice)
    numbers = list(kkm.shifts.closed().values_list("number", flat=True))
    if not numbers:
        assert total_of_shifts(kkm, kkm.shifts.closed()) is None
        return
    first = dice.choice(numbers)
    last = dice.choice([number for number in numbers if number >= first])
    chosen = kkm.shifts.closed().filter(number__range=(first, last)).order_by("number")
    figures = [shift.figures for shift in chosen]
    expected = [sum(column[1:], column[0]) for column in zip(*figures, strict=True)]
    total = total_of_shifts(kkm, chosen)
    assert total == Figures(*expected[:-1], figures[-1].cash)
