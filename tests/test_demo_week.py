"""A week of the demo world: registers in every state, days of trade that hold together."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kkm.demo import reference
from kkm.demo.world import registers
from kkm.domain import identities
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation, Position, Shift, ZReport
from tests.test_demo import DAYS, EVENING, state, write

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> dict[reference.State, KKM]:
    """A week of the demo world, only read here: a register of each state."""
    places = reference.places(14)
    with django_db_blocker.unblock(), transaction.atomic():
        yield {place.state: state(kkm) for place, kkm in zip(places, write(EVENING), strict=True)}
        transaction.set_rollback(True)


def test_there_is_a_register_in_every_state(world):
    S = reference.State
    assert set(world) == set(S)
    assert (world[S.OPEN].shift_number, world[S.OPEN].overdue) == (DAYS, False)
    assert timezone.localdate(world[S.OPEN].shift_opened_at) == date(2026, 11, 22)
    assert (bool(world[S.CLOSED].registration_number), world[S.CLOSED].shift_number) == (True, None)
    assert world[S.OVERDUE].overdue
    assert (world[S.BLOCKED].blocked, world[S.BLOCKED].blocking.facts["reason"]) == (
        True,
        "по требованию органов государственных доходов",
    )
    assert (
        world[S.DEREGISTERED].registration_number,
        world[S.DEREGISTERED].registrations.count(),
    ) == (None, 1)
    assert not world[S.NEVER].operations.exists()
    assert [one.registration_number for one in world[S.AGAIN].registrations.all()] == [
        "601700000009",
        "602700000009",
    ]
    assert world[S.AGAIN].registration_number == "602700000009"
    assert (bool(world[S.IDLE].registration_number), world[S.IDLE].shifts.count()) == (True, 0)


def test_a_night_shift_crosses_midnight(world):
    night = world[reference.State.NIGHT].shifts.closed()
    assert night.count() == DAYS - 1
    assert all(
        timezone.localdate(one.closed_at) - timezone.localdate(one.opened_at) == timedelta(days=1)
        for one in night
    )


def test_a_deregistered_register_says_why_and_its_shift_was_closed_with_it(world):
    act = world[reference.State.DEREGISTERED].operations.acts().last()
    assert act.facts == {
        "reason": "исключение модели из государственного реестра",
        "comment": "Заявление № 1184",
    }
    closing = act.kkm.operations.get(number=act.number - 1)
    assert (closing.kind, closing.occurred_at) == (OperationKind.CLOSE_SHIFT, act.occurred_at)


def test_nothing_happens_in_the_future_and_trade_goes_on_to_this_day(world):
    assert FiscalOperation.objects.latest("occurred_at").occurred_at > EVENING - timedelta(hours=1)
    assert not FiscalOperation.objects.filter(received_at__gt=EVENING).exists()


def test_the_days_are_believable(world):
    totals = Totals.sum(z.snapshot.totals for z in ZReport.objects.all())
    per_shift = totals.count("tickets", OperationKind.SALE) / Shift.objects.closed().count()
    assert 20 <= per_shift <= 60
    assert all(
        totals.count("tickets", kind)
        for kind in (OperationKind.SALE_RETURN, OperationKind.PURCHASE)
    )
    assert all(
        totals.count("placements", kind)
        for kind in (OperationKind.DEPOSIT, OperationKind.WITHDRAWAL)
    )
    sales = totals.over("payments", OperationKind.SALE)
    assert {
        str(int(kind)) for kind in (PaymentType.CASH, PaymentType.CARD, PaymentType.MOBILE)
    } <= set(sales)
    assert sum(sales.values()) > totals.count("tickets", OperationKind.SALE)  # mixed payments
    assert totals.total("change")
    assert totals.rates == [16_000, 10_000, 5_000, None]
    assert all(
        totals.count(measure, OperationKind.SALE) for measure in ("discounts", "markups", "offline")
    )
    assert Position.objects.filter(quantity__gt=1000).exclude(quantity__endswith="000").exists()


def test_a_return_names_the_ticket_that_it_returns(world):
    returned = FiscalOperation.objects.filter(kind=OperationKind.SALE_RETURN).first()
    basis = returned.facts["basis"]
    sold = FiscalOperation.objects.get(kkm=returned.kkm, fiscal_sign=basis["number"])
    assert (basis["total"], basis["offline"]) == (sold.amount.tiyn, sold.offline)
    assert datetime.fromisoformat(basis["at"]) == sold.occurred_at


def test_every_z_holds_its_identities_and_begins_where_the_last_one_ended(world):
    for kkm in registers():
        snapshots = [
            z.snapshot for z in ZReport.objects.filter(shift__kkm=kkm).order_by("shift__number")
        ]
        if snapshots:
            found = identities.of_period(snapshots, Totals.sum(one.totals for one in snapshots))
            found += [one for each in snapshots for one in identities.of_snapshot(each)]
            assert [one for one in found if not one.holds] == []
    assert ZReport.objects.count() > 50
