"""How often a call asks the database: `check` as rarely as can be, every reading call as often
for a hundred items as for one.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kkm.models import KKM, Cashier
from tests.factories import KKMFactory
from tests.kkm.webkassa.conftest import LOGIN, make_cashier
from tests.kkm.webkassa.day import CASH, PARCEL, SALE, SWEETS, Day, a_rich_day, the_next_morning

pytestmark = pytest.mark.django_db

PERIOD = {"StartDate": "2026-01-01", "EndDate": "2098-12-31"}
OF_A_SHIFT = ("ZReport/ByShiftNumber", "Reports/ControlTape", "Check/History")
OF_A_REGISTER = {
    "XReport": {},
    "ZReport/History": {"Take": 100},
    "Cashbox/ShiftHistory": {"Take": 100},
    "Reports/ReportByShiftsAndSections": PERIOD,
    "Cashboxes": {},
    "Employee/List": {},
}
TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def statements(day: Day, path: str, **fields: object) -> list[str]:
    """What a call asks the database, without the limits of transactions."""
    day.ask(path, **fields)  # what is remembered once is there now
    with CaptureQueriesContext(connection) as asked:
        day.ask(path, **fields)
    return [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(TRANSACTION)]


def test_a_ticket_takes_two_questions_and_what_the_door_does(integration, kkm):
    day = a_rich_day(integration, kkm)
    ticket = {
        "OperationType": SALE,
        "Positions": [PARCEL, SWEETS],
        "Payments": [{"Sum": 9_030, "PaymentType": CASH}],
    }
    caller, register, _state, operation, positions = statements(day, "Check", **ticket)
    if connection.vendor == "postgresql":
        assert "FROM alsep_caller(" in caller
        assert "FROM alsep_register(" in register
    else:
        assert "kkm_token" in caller
        assert "kkm_kkm" in register
    assert operation.startswith("INSERT INTO kkm_fiscaloperation")
    assert positions.startswith("INSERT INTO kkm_position")


@pytest.mark.parametrize("path", OF_A_SHIFT)
def test_a_long_shift_takes_as_many_questions_as_a_short_one(integration, kkm, path):
    day = a_rich_day(integration, kkm)
    day.ask("ZReport")
    day.sell(SALE, [PARCEL], {CASH: 30})
    day.ask("ZReport")
    assert (
        len(statements(day, path, ShiftNumber=1)) == len(statements(day, path, ShiftNumber=2)) > 2
    )


@pytest.mark.parametrize("path", OF_A_REGISTER)
def test_a_longer_list_takes_as_many_questions(integration, kkm, path):
    day = a_rich_day(integration, kkm)
    the_next_morning(day)
    few = statements(day, path, **OF_A_REGISTER[path])
    for code in (101, 102, 103):
        make_cashier(kkm, login=f"{code}@bereke.kz", code=code).kkms.add(
            KKMFactory(taxpayer=kkm.taxpayer)
        )
        for _ in range(3):
            day.sell(SALE, [PARCEL, SWEETS], {CASH: 9_030})
        day.ask("ZReport")
    Cashier.objects.get(login=LOGIN).kkms.set(KKM.objects.all())
    day.sell(SALE, [PARCEL, SWEETS] * 5, {CASH: 45_150})
    assert len(statements(day, path, **OF_A_REGISTER[path])) == len(few) > 1


def test_a_ticket_of_many_lines_takes_as_many_questions(integration, kkm):
    day = a_rich_day(integration, kkm)
    day.sell(SALE, [PARCEL], {CASH: 30}, ExternalCheckNumber="short")
    short, long = (kkm.operations.get(external_number=number) for number in ("short", "112233"))
    for path, asked in (
        ("Check/HistoryByNumber", "fiscal_sign"),
        ("Ticket/PrintFormat", "external_number"),
    ):
        field = "Number" if asked == "fiscal_sign" else "ExternalCheckNumber"
        few, many = (statements(day, path, **{field: getattr(one, asked)}) for one in (short, long))
        assert len(few) == len(many) == 5, path
