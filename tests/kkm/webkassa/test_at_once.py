"""The same Idempotency-Key sent by several clients at once."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.test import Client

from tests.kkm.webkassa.conftest import Integration
from tests.kkm.webkassa.test_check import sale
from tests.kkm.webkassa.test_real_clients import keyed


def test_the_same_z_asked_for_at_once_is_made_once(transactional_db, integration, serial, kkm):
    integration.data("Check", **sale(serial))

    def ask(_number):
        caller = Integration(Client())
        caller.token = integration.token
        try:
            return keyed(caller, "ZReport", "at once", CashboxUniqueNumber=serial)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert kkm.shifts.count() == 1
