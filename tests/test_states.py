"""One meaning of each state of a register: the table, the page of a register, the register API and
the admin agree about every register of the demo world.
"""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from inspector.models import User
from kkm.audit import history
from kkm.audit.audit import Verdict
from kkm.demo import accounts, reference
from kkm.domain.finding import Finding
from kkm.models import KKM, ApiKey, Cashier, LateOffline
from kkm.models.state import State
from tests.test_demo import EVENING, write

pytestmark = pytest.mark.django_db

CREATED, ACTIVE, BLOCKED, INTEGRITY_VIOLATED, DEREGISTERED = 0, 1, 2, 4, 5
ON, OFF, OPEN = State.ON_RECORD, State.OFF_RECORD, State.SHIFT_OPEN
# The states of every register of the demo world, by the state that its place is written in, and
# what `CurrentStatus` says of them.
STATES = {
    reference.State.OPEN: ({ON, OPEN}, ACTIVE),
    reference.State.CLOSED: ({ON}, ACTIVE),
    reference.State.OVERDUE: ({ON, OPEN, State.OVERDUE, State.BLOCKED}, BLOCKED),
    reference.State.BLOCKED: ({ON, State.BLOCKED}, BLOCKED),
    reference.State.DEREGISTERED: ({OFF}, DEREGISTERED),
    reference.State.NEVER: ({OFF}, CREATED),
    reference.State.AGAIN: ({ON}, ACTIVE),
    reference.State.IDLE: ({ON}, ACTIVE),
    reference.State.NIGHT: ({ON, OPEN}, ACTIVE),
}
# What the demo world has not: by the number of the place, its states after `_refuse` and `_doubt`.
LATE, BROKEN, LATE_AND_BROKEN, DEREGISTERED_AND_BROKEN = 2, 14, 13, 7
MORE_STATES = {
    LATE: ({ON, State.LATE, State.BLOCKED}, BLOCKED),
    BROKEN: ({ON, State.BROKEN}, INTEGRITY_VIOLATED),
    LATE_AND_BROKEN: ({ON, OPEN, State.LATE, State.BLOCKED, State.BROKEN}, BLOCKED),
    DEREGISTERED_AND_BROKEN: ({OFF, State.BROKEN}, DEREGISTERED),
}
PASSWORD = "A-cashier-of-all-2026"


def _refuse(kkm: KKM) -> None:
    """A ticket of 80 hours ago is refused now."""
    made = EVENING - timedelta(hours=80)
    LateOffline.objects.create(kkm=kkm, occurred_at=made, refused_at=EVENING)


def _doubt(kkm: KKM) -> None:
    """An audit finds a wrong seal."""
    finding = Finding(number=1, rule="seal", expected="1", found="2")
    verdict = Verdict(operations=9, seal="", findings=(finding,))
    history.keep(kkm, verdict, at=EVENING, by="", milliseconds=1)


@pytest.fixture(scope="module")
def registers(django_db_setup, django_db_blocker):
    """The demo world, and in it registers that are late and broken, by serial number."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(EVENING, tick=False),
        transaction.atomic(),
    ):
        written = write(EVENING)
        for number in (LATE, LATE_AND_BROKEN):
            _refuse(written[number - 1])
        for number in (BROKEN, LATE_AND_BROKEN, DEREGISTERED_AND_BROKEN):
            _doubt(written[number - 1])
        User.objects.create_superuser("states", password=PASSWORD, full_name="Сериков Н.Б.")
        yield {kkm.serial_number: kkm for kkm in written}
        transaction.set_rollback(True)


@pytest.fixture
def browser(registers):
    """The browser of a superuser, who sees every register in the cabinet and in the admin."""
    with time_machine.travel(EVENING, tick=False):
        client = Client()
        client.force_login(User.objects.get(username="states"))
        yield client


def _expected() -> dict[str, tuple[set[State], int]]:
    """States and `CurrentStatus` of each register, by its serial number."""
    found = {}
    for place in reference.places(14):
        found[place.serial_number] = MORE_STATES.get(place.index, STATES[place.state])
    return found


def _in_state(state: State) -> list[str]:
    return [serial for serial, (states, _status) in _expected().items() if state in states]


def test_every_state_is_met(registers):
    assert all(_in_state(state) for state in State)
    assert set(_expected()) == set(registers)


@pytest.mark.parametrize("state", State)
def test_the_table_finds_and_counts_them(browser, state):
    context = browser.get("/cabinet/", {"state": state, "sort": "serial"}).context
    assert [kkm.serial_number for kkm in context["page"]] == _in_state(state)
    counts = {value: count for value, _name, count in context["states"]}
    assert counts[state] == len(_in_state(state))


@pytest.mark.parametrize("state", State)
def test_the_admin_finds_them(browser, state):
    found = browser.get("/admin/kkm/kkm/", {"state": state}).context["cl"].result_list
    assert [kkm.serial_number for kkm in found] == _in_state(state)


def test_the_rows_of_the_table_and_of_the_admin_say_which_are_blocked(browser):
    blocked = _in_state(State.BLOCKED)
    rows = browser.get("/cabinet/", {"sort": "serial"}).context["page"]
    assert [kkm.serial_number for kkm in rows if kkm.blocking_reasons] == blocked
    shown = browser.get("/admin/kkm/kkm/").context["cl"]
    column = shown.model_admin.blocked
    said = {kkm.serial_number: str(column(kkm)) for kkm in shown.result_list}
    assert [serial for serial, words in said.items() if words != "—"] == blocked
    for kkm in rows:
        assert all(reason in said[kkm.serial_number] for reason in kkm.blocking_reasons)


def test_the_page_of_each_register_says_its_states(browser):
    for serial, (states, _status) in _expected().items():
        response = browser.get(f"/cabinet/kkm/{serial}/")
        page, kkm = _words(response), response.context["kkm"]
        assert (kkm.registration_number is not None) == (ON in states)
        assert (kkm.shift_number is not None) == (OPEN in states)
        assert ("Касса заблокирована" in page) == kkm.blocked_by_operation
        assert ("Блокировка заблокирована" in page) == (State.BLOCKED in states)
        assert ("Блокировка не заблокирована" in page) == (State.BLOCKED not in states)
        assert ("смена открыта более 24 часов" in page) == (State.OVERDUE in states)
        assert ("автономный режим более 72 часов" in page) == (State.LATE in states)
        assert ("Целостность журнала нарушена" in page) == (State.BROKEN in states)


def _words(response) -> str:
    """The text of a page, without tags."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def _call(path: str, **fields: object) -> dict:
    headers = {"x-api-key": accounts.KEY}
    body = json.dumps(fields)
    response = Client().post(f"/api/{path}", body, content_type="application/json", headers=headers)
    return response.json()["Data"]


@pytest.fixture
def cashier(registers):
    """The token of a cashier who may use every register."""
    with time_machine.travel(EVENING, tick=False):
        ApiKey.issue("states", at=EVENING, secret=accounts.KEY)
        taxpayer = registers["ALS70000001"].taxpayer
        cashier = Cashier(taxpayer=taxpayer, code=900, name="Ким В.О.", login="states")
        cashier.set_password(PASSWORD)
        cashier.save()
        cashier.kkms.set(registers.values())
        yield _call("v4/Authorize", Login="states", Password=PASSWORD)["Token"]


def test_the_register_api_says_their_status(cashier):
    listed = _call("v4/Cashboxes", Token=cashier)["List"]
    expected = {serial: status for serial, (_states, status) in _expected().items()}
    assert {one["UniqueNumber"]: one["CurrentStatus"] for one in listed} == expected
    for serial, status in expected.items():
        asked = {"Token": cashier, "CashboxUniqueNumber": serial}
        assert _call("v4/Cashbox/state", **asked)["CurrentStatus"] == status
        assert _call("v4/cashbox/client-info", **asked)["CashboxStatus"] == status
