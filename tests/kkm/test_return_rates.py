"""A return carries the VAT rate of its sale (Tax Code 2026, art.

464): it is judged by the day of the sale that its basis names.
"""

from datetime import UTC, datetime, timedelta

import pytest

from kkm import errors
from kkm.audit.audit import full_audit
from kkm.domain.kinds import OperationKind
from kkm.models import VatRate
from tests.stories import activate, close, deposit, record, sell, ticket

pytestmark = pytest.mark.django_db
K = OperationKind
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NEW_YEAR = datetime(2025, 12, 31, 19, tzinfo=UTC)  # 01.01.2026 00:00 in Almaty
RETURNS = pytest.mark.parametrize("kind", [K.SALE_RETURN, K.PURCHASE_RETURN])


@pytest.fixture
def old_kkm(kkm):
    """On the record since 2025, with cash in the drawer; its first shift is closed."""
    activate(kkm, at=NEW_YEAR - 30 * DAY)
    deposit(kkm, 100_000, at=NEW_YEAR - 30 * DAY)
    close(kkm, at=NEW_YEAR - 29 * DAY)
    return kkm


def basis(at, **more) -> dict:
    return {"basis": {"number": "17", "at": at.isoformat(), "total": 100_000, **more}}


def give_back(kkm, *, at, rate, kind=K.SALE_RETURN, **more):
    return record(kkm, ticket(at=at, kind=kind, rate=rate, **more))


@RETURNS
def test_what_was_sold_at_12_percent_in_december_is_returned_at_12_in_january(old_kkm, kind):
    sold_at = NEW_YEAR - 10 * DAY
    returned = give_back(
        old_kkm, at=NEW_YEAR + 3 * DAY, rate=12_000, kind=kind, details=basis(sold_at)
    )
    close(old_kkm, at=NEW_YEAR + 3 * DAY + HOUR)
    assert returned.positions.get().rate == 12_000
    assert full_audit(old_kkm).findings == ()


@RETURNS
@pytest.mark.parametrize(
    ("sold_at", "rate", "taken"),
    [
        (NEW_YEAR - SECOND, 12_000, True),
        (NEW_YEAR - SECOND, 16_000, False),
        (NEW_YEAR, 12_000, False),
        (NEW_YEAR, 16_000, True),
        (NEW_YEAR - SECOND, 0, True),
        (NEW_YEAR - SECOND, None, True),
        (NEW_YEAR - SECOND, 7_000, False),
    ],
)
def test_the_day_of_the_sale_in_almaty_decides(old_kkm, kind, sold_at, rate, taken):
    asked = {"at": NEW_YEAR + DAY, "rate": rate, "kind": kind, "details": basis(sold_at)}
    if taken:
        assert give_back(old_kkm, **asked).positions.get().rate == rate
        return
    with pytest.raises(errors.UnknownVatRate):
        give_back(old_kkm, **asked)


def test_the_refusal_names_the_day_of_the_sale(old_kkm):
    with pytest.raises(errors.UnknownVatRate) as caught:
        give_back(old_kkm, at=NEW_YEAR + DAY, rate=16_000, details=basis(NEW_YEAR - SECOND))
    assert str(caught.value) == "Ставка НДС 16.00% не действует 31.12.2025."


@RETURNS
@pytest.mark.parametrize("details", [{}, {"basis": {"number": "17", "total": 100_000}}])
def test_without_a_time_of_the_sale_any_rate_once_in_force_passes(old_kkm, kind, details):
    at = NEW_YEAR + DAY
    for rate in (12_000, 16_000, 5_000, 0, None):
        one = give_back(old_kkm, at=at, rate=rate, kind=kind, details=details)
        assert one.positions.get().rate == rate
    with pytest.raises(errors.UnknownVatRate, match=r"7\.00% не действует 02\.01\.2026"):
        give_back(old_kkm, at=at, rate=7_000, kind=kind, details=details)


@RETURNS
def test_without_a_basis_a_rate_that_is_not_yet_in_force_is_refused(old_kkm, kind):
    with pytest.raises(errors.UnknownVatRate):
        give_back(old_kkm, at=NEW_YEAR - SECOND, rate=16_000, kind=kind)


@pytest.mark.parametrize("kind", [K.SALE, K.PURCHASE])
def test_a_basis_on_a_sale_changes_nothing(old_kkm, kind):
    with pytest.raises(errors.UnknownVatRate):
        give_back(old_kkm, at=NEW_YEAR + DAY, rate=12_000, kind=kind, details=basis(NEW_YEAR - DAY))


def test_a_shift_over_the_midnight_of_the_change_sells_and_returns_at_both_rates(old_kkm):
    evening = NEW_YEAR - HOUR
    sold = sell(old_kkm, at=evening, rate=12_000)
    sell(old_kkm, at=NEW_YEAR + SECOND, rate=16_000)
    give_back(old_kkm, at=NEW_YEAR + HOUR, rate=12_000, details=basis(sold.occurred_at))
    give_back(old_kkm, at=NEW_YEAR + HOUR, rate=16_000, details=basis(NEW_YEAR + SECOND))
    z = close(old_kkm, at=NEW_YEAR + 2 * HOUR).z
    totals = z.snapshot.totals
    assert totals.over("turnover", K.SALE_RETURN) == {"12000": 100_000, "16000": 100_000}
    assert full_audit(old_kkm).findings == ()


@RETURNS
def test_the_next_announced_change_is_judged_in_the_same_way(old_kkm, kind):
    """Medicines: 5 % until 2026, 10 % from 2027 (they are in the table already)."""
    change = datetime(2026, 12, 31, 19, tzinfo=UTC)
    details = basis(change - SECOND)
    one = give_back(old_kkm, at=change + DAY, rate=5_000, kind=kind, details=details)
    assert one.positions.get().rate == 5_000
    with pytest.raises(errors.UnknownVatRate):
        give_back(old_kkm, at=change + DAY, rate=5_000, kind=kind, details=basis(change))


def test_a_change_that_is_only_announced_today_is_judged_by_its_dates(old_kkm):
    start = NEW_YEAR + 40 * DAY
    day = (start + HOUR).date() + DAY
    VatRate.objects.create(rate=18_000, valid_from=day)
    before = datetime.combine(day, datetime.min.time(), tzinfo=UTC) - 6 * HOUR
    with pytest.raises(errors.UnknownVatRate):
        give_back(old_kkm, at=before, rate=18_000)
    after = before + HOUR + SECOND
    assert give_back(old_kkm, at=after, rate=18_000).positions.get().rate == 18_000


@RETURNS
def test_a_basis_that_is_later_than_the_return_is_refused(old_kkm, kind):
    at = NEW_YEAR + DAY
    with pytest.raises(errors.BasisInFuture) as caught:
        give_back(old_kkm, at=at, rate=16_000, kind=kind, details=basis(at + SECOND))
    assert str(caught.value) == "Чек-основание от 02.01.2026 00:00:01 позже самого возврата."
    assert give_back(old_kkm, at=at, rate=16_000, kind=kind, details=basis(at)).number


def test_times_of_a_basis_are_compared_as_moments_not_as_clocks(old_kkm):
    at = NEW_YEAR + DAY
    almost = {"basis": {"number": "17", "at": "2026-01-02T02:00:00+07:00", "total": 1}}
    assert give_back(old_kkm, at=at, rate=16_000, details=almost).number
    with pytest.raises(errors.BasisInFuture):
        late = {"basis": {"number": "17", "at": "2026-01-01T23:00:00+03:00", "total": 1}}
        give_back(old_kkm, at=at, rate=16_000, details=late)


def test_a_basis_without_a_zone_cannot_be_built():
    with pytest.raises(ValueError, match="a time without a zone"):
        ticket(at=NEW_YEAR, kind=K.SALE_RETURN, details={"basis": {"at": "2025-12-01T10:00:00"}})
