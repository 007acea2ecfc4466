"""The register API through pgbouncer in transaction mode: each transaction may come to another
connection of the server, and so may each statement outside of one.
"""

import json
from itertools import chain

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from kkm.audit.audit import full_audit
from kkm.models import ApiKey, SignedHead
from tests.factories import KKMFactory
from tests.kkm.test_concurrency import at_once, check_laws
from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD, Integration, make_cashier
from tests.pooled import PROGRAM, configuration, pgbouncer
from tests.statements import run
from tests.stories import activate

SERVERS, CLIENTS, TURNS = 2, 6, 3
BREAD = {"PositionName": "Хлеб", "Count": 1, "Price": 310}
READINGS = {
    "XReport": {},
    "Cashbox/state": {},
    "Check/History": {"ShiftNumber": 1},
    "Reports/ControlTape": {"ShiftNumber": 1},
}

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")


@pytest.fixture
def registers(transactional_db):
    """Three registers of one cashier, on the record."""
    ApiKey.issue("пул", at=timezone.now(), secret=KEY)
    kkms = KKMFactory.create_batch(3)
    make_cashier(kkms[0]).kkms.set(kkms)
    for kkm in kkms:
        activate(kkm, at=timezone.now().replace(microsecond=0))
    return kkms


@pytest.fixture
def pool(registers, tmp_path, monkeypatch):
    """From now on this process comes to the database through the pool."""
    with pgbouncer(connection.settings_dict, tmp_path, SERVERS) as port:
        connection.close()
        with monkeypatch.context() as moved:
            moved.setitem(connection.settings_dict, "HOST", "127.0.0.1")
            moved.setitem(connection.settings_dict, "PORT", port)
            yield
            connection.close()


def caller() -> Integration:
    """A cashier who has just logged in."""
    integration = Integration(Client())
    integration.token = integration.data("v4/Authorize", Login=LOGIN, Password=PASSWORD)["Token"]
    return integration


def client(number: int, kkms: list, served_by: set):
    """Sells at one register after another and reads what it is told of them; the numbers of its
    tickets.
    """

    def sell() -> list[str]:
        integration, told = caller(), []
        for turn in range(TURNS):
            kkm = kkms[(number + turn) % len(kkms)]
            external_number = f"{number}-{turn}"
            ticket = {
                "OperationType": 2,
                "Positions": [BREAD],
                "Payments": [{"PaymentType": 0, "Sum": 310}],
                "ExternalCheckNumber": external_number,
            }
            serial = {"CashboxUniqueNumber": kkm.serial_number}
            for path, fields in {"Check": ticket, **READINGS}.items():
                integration.data(f"v4/{path}", **serial, **fields)
                served_by.update(run("SELECT pg_backend_pid()"))
            told.append(external_number)
        return told

    return sell


def test_clients_sell_and_read_on_fewer_connections_than_they_are(pool, registers):
    served_by: set = set()
    told = at_once(*(client(number, registers, served_by) for number in range(CLIENTS)))
    assert len(served_by) == SERVERS
    written = []
    for kkm in registers:
        check_laws(kkm)
        assert full_audit(kkm).findings == ()
        written += kkm.operations.tickets().values_list("external_number", flat=True)
    assert sorted(written) == sorted(chain(*told))


def test_answers_are_those_without_the_pool(registers, tmp_path, request):
    integration = caller()
    client(1, registers[:1], set())()
    serial = {"CashboxUniqueNumber": registers[0].serial_number}
    integration.data("v4/ZReport", **serial)
    asked = READINGS | {"ZReport/History": {"Take": 5}, "Cashboxes": {}}
    del asked["XReport"]  # it tells when it was made

    def answers() -> str:
        return json.dumps(
            [integration.call(f"v4/{path}", **serial, **more) for path, more in asked.items()]
        )

    directly = answers()
    request.getfixturevalue("pool")
    assert answers() == directly


def test_a_session_has_its_settings_without_options_of_its_own(pool):
    shown = [run(f"SHOW {name}") for name in ("jit", "timezone", "default_transaction_isolation")]
    assert shown == [[("off",)], [("UTC",)], [("read committed",)]]


@pytest.fixture
def other(pool):
    """Another client of the pool, in a transaction since it has asked something."""
    client = connection.copy()
    client.set_autocommit(False)
    yield client
    client.close()


def test_rows_come_in_chunks_while_another_has_the_connection(other, registers):
    heads = SignedHead.objects.order_by("pk").iterator(chunk_size=1)
    first = next(heads)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert [first, *heads] == list(SignedHead.objects.order_by("pk"))
    assert len(registers) > 1


def test_the_page_recommends_the_transaction_mode():
    assert configuration()["pgbouncer"]["pool_mode"] == "transaction"
