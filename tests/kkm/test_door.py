"""The door: what it writes and what it refuses."""

from datetime import timedelta

import pytest

from kkm.errors import NotActive
from kkm.models import FiscalOperation
from kkm.models.fold import fold
from tests.stories import close, sell

pytestmark = pytest.mark.django_db


def test_the_first_sale_opens_a_shift_and_the_z_closes_it(active_kkm, now):
    sale = sell(active_kkm, 1500, at=now)
    z = close(active_kkm, at=now + timedelta(hours=8)).z
    assert (sale.shift.number, z.shift.number, z.shift.closed_at) == (1, 1, now + timedelta(hours=8))
    assert z.snapshot.totals == fold(z.shift.operations.all())
    assert str(z.snapshot.closing.cash) == "1 500.00"


def test_a_register_off_the_record_refuses_a_sale_and_nothing_is_written(kkm, now):
    with pytest.raises(NotActive, match="не состоит на учёте"):
        sell(kkm, at=now)
    assert not FiscalOperation.objects.exists()
