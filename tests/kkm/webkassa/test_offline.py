"""Tickets made without a connection: with their own time, in order, up to 72 hours later (order No.

626, items 106, 107).
"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kkm.models import KKM, ApiKey, FiscalOperation, LateOffline
from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD, Integration, make_cashier
from tests.stories import activate, sell

HOUR = timedelta(hours=1)
BREAD = {"PositionName": "Хлеб", "Count": 1, "Price": 500, "TaxPercent": 16, "TaxType": 100}


@pytest.fixture
def now() -> datetime:
    """By the real clock, which the API goes by."""
    return timezone.localtime().replace(microsecond=0)


@pytest.fixture
def caller(client, kkm, now) -> Integration:
    """Logged in; its register has been on the record for a hundred hours, without an operation
    since.
    """
    ApiKey.issue("1С-Рарус", at=now, secret=KEY)
    make_cashier(kkm)
    activate(kkm, at=now - 100 * HOUR)
    integration = Integration(client)
    integration.token = integration.data("v4/Authorize", Login=LOGIN, Password=PASSWORD)["Token"]
    return integration


def sale(kkm, made: datetime | None = None, **more) -> dict:
    """A ticket, with its own time if it has one."""
    asked = {
        "CashboxUniqueNumber": kkm.serial_number,
        "OperationType": 2,
        "Positions": [BREAD],
        "Payments": [{"Sum": 500, "PaymentType": 0}],
    }
    return {**asked, **({"DateTime": f"{made:%d.%m.%Y %H:%M:%S}"} if made else {}), **more}


def is_late(kkm) -> bool:
    return KKM.objects.with_state(timezone.now()).get(pk=kkm.pk).late


def test_a_ticket_with_its_own_time_is_offline_and_happened_then(caller, kkm, now):
    data = caller.data("v4/check", **sale(kkm, now - 2 * HOUR))
    operation = kkm.last_operation
    assert (data["OfflineMode"], data["DateTime"]) == (True, f"{now - 2 * HOUR:%d.%m.%Y %H:%M:%S}")
    assert (operation.offline, operation.occurred_at) == (True, now - 2 * HOUR)
    assert timedelta(0) <= operation.received_at - now < HOUR
    assert operation.is_delayed
    assert kkm.open_shift.opened_at == now - 2 * HOUR


def test_a_ticket_without_a_time_is_made_now_and_on_line(caller, kkm, now):
    assert caller.data("v4/check", **sale(kkm))["OfflineMode"] is False
    operation = kkm.last_operation
    assert (operation.offline, operation.is_delayed) == (False, False)
    assert operation.occurred_at >= now


def test_a_placement_may_be_late_too(caller, kkm, now):
    asked = {
        "CashboxUniqueNumber": kkm.serial_number,
        "OperationType": 0,
        "Sum": 700,
        "DateTime": f"{now - HOUR:%d.%m.%Y %H:%M:%S}",
    }
    assert caller.data("v4/MoneyOperation", **asked)["OfflineMode"] is True
    assert (kkm.last_operation.offline, kkm.last_operation.occurred_at) == (True, now - HOUR)


def test_just_within_72_hours_is_taken(caller, kkm, now):
    caller.data("v4/check", **sale(kkm, now - 72 * HOUR + timedelta(minutes=1)))
    assert kkm.operations.tickets().count() == 1
    assert not LateOffline.objects.exists()


@pytest.mark.parametrize("call", ["v4/check", "v4/MoneyOperation"])
def test_later_than_72_hours_is_code_18_and_the_register_shows_it(caller, kkm, now, call):
    made, before = now - 72 * HOUR - timedelta(seconds=1), FiscalOperation.objects.count()
    asked = (
        sale(kkm, made)
        if call == "v4/check"
        else {**sale(kkm, made), "OperationType": 1, "Sum": 100}
    )
    told = caller.call(call, **asked)
    assert [error["Code"] for error in told["Errors"]] == [18]
    assert "72 часов" in told["Errors"][0]["Text"]
    assert FiscalOperation.objects.count() == before
    late = LateOffline.objects.get()
    assert (late.kkm, late.occurred_at) == (kkm, made)
    assert timedelta(0) <= late.refused_at - now < HOUR
    assert is_late(kkm)


def test_what_comes_after_it_in_time_is_taken_and_the_register_is_heard_of_again(caller, kkm, now):
    assert caller.code("v4/check", **sale(kkm, now - 80 * HOUR)) == 18
    LateOffline.objects.update(refused_at=now - timedelta(seconds=2))
    caller.data("v4/check", **sale(kkm, now - HOUR))
    assert not is_late(kkm)


def test_a_register_that_was_heard_of_before_its_late_ticket_shows_it(caller, kkm, now):
    sell(kkm, at=now - 90 * HOUR)
    assert caller.code("v4/check", **sale(kkm, now - 80 * HOUR)) == 18
    assert is_late(kkm)


def test_late_tickets_are_sent_in_their_order(caller, kkm, now):
    for minutes in (30, 20, 20, 10):
        caller.data("v4/check", **sale(kkm, now - timedelta(minutes=minutes)))
    told = caller.call("v4/check", **sale(kkm, now - timedelta(minutes=15)))
    (error,) = told["Errors"]
    assert error["Code"] == 9
    assert error["Text"].startswith("DateTime: ")
    assert "раньше последней операции" in error["Text"]
    assert kkm.operations.tickets().count() == 4
    assert not LateOffline.objects.exists()


def test_a_time_that_has_not_come_is_refused_at_its_field(caller, kkm, now):
    told = caller.call("v4/check", **sale(kkm, now + HOUR))
    (error,) = told["Errors"]
    assert error["Code"] == 9
    assert error["Text"].startswith("DateTime: ")
    assert not kkm.operations.tickets().exists()


def test_a_shift_that_was_opened_offline_is_over_24_hours_after_its_first_ticket(caller, kkm, now):
    caller.data("v4/check", **sale(kkm, now - 30 * HOUR))
    assert caller.code("v4/check", **sale(kkm)) == 11
    caller.data("v4/check", **sale(kkm, now - 7 * HOUR))
    caller.data("v4/ZReport", CashboxUniqueNumber=kkm.serial_number)
    caller.data("v4/check", **sale(kkm))
    assert [shift.number for shift in kkm.shifts.all()] == [1, 2]


def test_a_ticket_that_comes_again_answers_the_first_one(caller, kkm, now):
    asked = sale(kkm, now - HOUR, ExternalCheckNumber="K-1")
    first = caller.data("v4/check", **asked)
    caller.data("v4/check", **sale(kkm, now - timedelta(minutes=5), ExternalCheckNumber="K-2"))
    again = caller.call("v4/check", **asked)
    assert again["Data"] == first
    assert [error["Code"] for error in again["Errors"]] == [14]
