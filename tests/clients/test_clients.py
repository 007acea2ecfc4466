"""Each client works a whole day; the journal that it leaves passes the audit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kkm.audit.audit import full_audit
from kkm.models import ApiKey
from tests.clients.dart_typed import TypedTerminal
from tests.clients.delphi_opos import OposDriver
from tests.clients.node_iikofront import NodeAdapter
from tests.clients.onec import OneC
from tests.clients.php_history import HistoryReader
from tests.factories import KKMFactory
from tests.kkm.webkassa.conftest import KEY, make_cashier
from tests.stories import activate

pytestmark = pytest.mark.django_db


@pytest.fixture
def kkm(db):
    """A register on the record since yesterday, open to one cashier."""
    register = KKMFactory()
    now = timezone.now()
    ApiKey.issue("clients", at=now - timedelta(days=1), secret=KEY)
    make_cashier(register)
    activate(register, at=now - timedelta(days=1))
    yield register
    verdict = full_audit(register)
    assert verdict.findings == ()


def test_node(kkm):
    adapter = NodeAdapter(kkm.serial_number)
    assert adapter.monitor() == (1, None)
    assert 796 in adapter.units()
    # 3 × 0.1 is 0.30000000000000004 in JavaScript, 1.1 × 3 is 3.3000000000000003.
    first = adapter.sale("node-1", 0.1, 3)
    assert first["Total"] == 0.3
    second = adapter.sale("node-2", 1.1, 3)
    assert second["Total"] == 3.3
    assert adapter.recover("node-2") == second
    returned = adapter.sale_return("node-3", second, 1.1)
    assert returned["Total"] == 1.1
    assert "CloseOn" not in adapter.report("/api/v4/XReport")
    assert "CloseOn" in adapter.report("/api/v4/ZReport")
    names = {line.name for line in kkm.operations.get(external_number="node-1").positions.all()}
    assert names == {"Кофе латте"}


def test_delphi(kkm):
    driver = OposDriver(kkm.serial_number)
    assert driver.deposit("10000.00") == 10_000.0
    assert driver.cash_in_drawer() == 10_000.0
    sold = driver.receipt("opos-1")
    assert sold["Total"] == 4500.0
    assert driver.cash_in_drawer() == 11_500.0
    basis = {
        "CheckNumber": sold["CheckNumber"],
        "DateTime": sold["DateTime"],
        "RegistrationNumber": sold["CashboxRegistrationNumber"],
        "Total": "4500.00",
        "IsOffline": False,
    }
    driver.receipt("opos-2", kind="3", basis=basis)
    state = driver.state()
    assert state["CurrentState"]["XReport"]["SumInCashbox"] == 10_000.0
    assert driver.old_state()["RegistrationNumber"] == str(kkm.open_registration)
    extended = driver.send("xreport/extended")
    assert [section["Code"] for section in extended["Sections"]] == [1]
    assert driver.send("zreport/extended")["SumInCashbox"] == 10_000.0
    assert driver.state()["CurrentState"]["ShiftClosed"]
    assert {"Code": 166, "NameRu": "кг", "NameKz": "кг", "NameEn": "kg"} in driver.units()


def test_php(kkm):
    seller = TypedTerminal(kkm.serial_number)
    for total in (100, 200, 300):
        seller.sale(total)
    reader = HistoryReader(token="of last week")
    tickets = reader.tickets("01.01.2026 00:00:00", "31.12.2098 23:59:59")
    assert [ticket["Total"] for ticket in tickets] == [100.0, 200.0, 300.0]
    assert {ticket["OperationType"] for ticket in tickets} == {2}


def test_dart(kkm):
    terminal = TypedTerminal(kkm.serial_number)
    assert terminal.sale(1500)["Total"] == 1500.0
    assert terminal.report("XReport")["Sell"]["Taken"] == 1500.0
    assert terminal.report("ZReport")["Sell"]["Count"] == 1
    assert terminal.send("Reports/ControlTape", ShiftNumber=1)[0]["Sum"] == 1500.0


def test_1c(kkm):
    program = OneC(kkm.serial_number)
    yesterday = timezone.localtime() - timedelta(hours=3)
    sold = program.offline_sale("1c-1", f"{yesterday:%d.%m.%Y %H:%M}", 100)
    assert sold["OfflineMode"] is True
    line = kkm.operations.get(external_number="1c-1").positions.get()
    assert (line.name, line.vat.plain) == ("Булочка сдобная", "5.10")
    day = f"{yesterday:%d.%m.%Y}"
    (shift,) = program.sections(day, day)["ShiftsInformation"]
    assert shift["SectionsTotal"]["Sell"] == {"Quantity": 1, "Sum": 37.0}
    closed = program.close("z of today")
    program.offline_sale("1c-2", f"{timezone.localtime():%d.%m.%Y %H:%M:%S}.000", 1)
    assert program.close("z of today") == closed
    assert kkm.shifts.open().count() == 1
