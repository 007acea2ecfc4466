"""The sums of consecutive shifts are those of their Z's."""

import random

import pytest

from kkm.models.span import Figures
from kkm.reading.shift_totals import total_of_shifts
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.kkm import journals

pytestmark = pytest.mark.django_db


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
