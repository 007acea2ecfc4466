"""Every answer has the keys of the vendor's samples in their order, their types and their
nesting, and is as declared.
"""

import jsonschema
import pytest
from django.conf import settings
from pydantic import TypeAdapter

from kkm.webkassa.call_table import CALL_OF_PATH, CALLS
from tests.kkm.webkassa.conftest import LOGIN, PASSWORD
from tests.kkm.webkassa.day import CASH, PARCEL, SALE, a_rich_day, the_next_morning
from tests.kkm.webkassa.shape import SHAPES, declared, filled, read, shape, written

pytestmark = pytest.mark.django_db

FILES = {
    "Authorize": "authorize",
    "Cashboxes": "cashboxes",
    "Employee/List": "employee-list",
    "Check": "check",
    "MoneyOperation": "money-operation",
    "XReport": "x-report",
    "ZReport": "z-report",
    "ZReport/History": "z-report-history",
    "ZReport/ByShiftNumber": "z-report-by-shift-number",
    "Cashbox/ShiftHistory": "shift-history",
    "Reports/ControlTape": "control-tape",
    "Reports/ReportByShiftsAndSections": "report-by-shifts-and-sections",
    "Check/History": "check-history",
    "Check/HistoryByNumber": "check-history-by-number",
    "Ticket/PrintFormat": "ticket-print-format",
    "ShiftClose": "shift-close",
    "XReport/extended": "x-report-extended",
    "ZReport/extended": "z-report-extended",
    "Ticket/GetTicketByExternalCheckNumber": "ticket-by-external-check-number",
    "Cashbox/state": "cashbox-state",
    "cashbox/client-info": "client-info",
    "cashboxes/availableForReadHistory": "available-for-read-history",
    "Shift/ExternalHistory": "shift-external-history",
    "Ticket/ExternalHistory": "ticket-external-history",
    "organization/main-info": "main-info",
    "employee/employees-and-cashboxes": "employees-and-cashboxes",
    "references/RefUnits": "ref-units",
}
DOCUMENTED = 15  # calls of which there is a sample
ALWAYS_REFUSED = {"Cashbox/ChangeToken"}
# What clients in the field read though the sample does not have it, and what says nothing true.
ADDED = {
    "check": (
        "Total",
        "OperationType",
        "ExternalCheckNumber",
        "CashboxUniqueNumber",
        "CashboxRegistrationNumber",
    )
}
LEFT_OUT = {"x-report": ("CloseOn",)}  # the shift is open
SAMPLES = (
    settings.BASE_DIR.parent / "shared/webkassa-v4/examples"
)  # the vendor's own, where they lie beside the tree


@pytest.fixture
def answers(integration, kkm) -> dict[str, dict]:
    """The envelope of every call on a rich day."""
    day = a_rich_day(integration, kkm)
    the_next_morning(day)
    day.told["Authorize"] = integration.call("Authorize", Login=LOGIN, Password=PASSWORD)
    ticket = kkm.operations.get(external_number="112233")
    for path, fields in {
        "Cashboxes": {},
        "Employee/List": {},
        "ZReport/History": {},
        "ZReport/ByShiftNumber": {"ShiftNumber": 1},
        "Cashbox/ShiftHistory": {},
        "Reports/ControlTape": {"ShiftNumber": 1},
        "Reports/ReportByShiftsAndSections": {
            "StartDate": "2026-01-01",
            "EndDate": "31.12.2098 23:59:59",
        },
        "Check/History": {"ShiftNumber": 1},
        "Check/HistoryByNumber": {"Number": int(ticket.fiscal_sign)},
        "Ticket/PrintFormat": {"ExternalCheckNumber": "112233"},
        "Ticket/GetTicketByExternalCheckNumber": {
            "ExternalCheckNumber": "112233",
            "ShiftNumber": 1,
        },
        "Cashbox/state": {},
        "cashbox/client-info": {},
        "cashboxes/availableForReadHistory": {},
        "Shift/ExternalHistory": {"FromDate": "01.01.2026", "ToDate": "31.12.2098"},
        "Ticket/ExternalHistory": {"ShiftNumber": 1},
        "organization/main-info": {},
        "employee/employees-and-cashboxes": {},
        "references/RefUnits": {},
        "XReport/extended": {},
    }.items():
        day.tell(path, **fields)
    day.tell("ZReport/extended")
    day.sell(SALE, [PARCEL], {CASH: 30})
    day.tell("ShiftClose")
    return day.told


def schema_of(path: str) -> dict:
    """What the answer to a call is declared to be."""
    return TypeAdapter(CALL_OF_PATH[path.lower()].answer_type).json_schema()


def test_every_call_of_the_table_has_its_shape():
    assert {call.path for call in CALLS} == set(FILES) | ALWAYS_REFUSED
    assert {path.stem for path in SHAPES.glob("*.json")} == set(FILES.values())


@pytest.mark.parametrize("path", list(FILES)[:DOCUMENTED])
def test_an_answer_is_declared_key_by_key_in_the_order_of_its_shape(path):
    schema = schema_of(path)
    told = declared(schema, schema.get("$defs", {}))
    for key in LEFT_OUT.get(FILES[path], ()):
        told.pop(key)
    assert written({"Data": told}) == written(read(SHAPES / f"{FILES[path]}.json"))


def test_every_answer_has_the_shape_and_fits_its_schema(answers):
    assert set(answers) == set(FILES)
    for path, envelope in answers.items():
        assert written(shape(envelope)) == written(read(SHAPES / f"{FILES[path]}.json")), path
        jsonschema.validate(envelope["Data"], schema_of(path))


def test_two_shapes_differ_by_the_order_of_their_keys_alone():
    assert written(shape({"a": 1, "b": [{"c": ""}]})) != written(shape({"b": [{"c": ""}], "a": 1}))
    assert written(shape([{"a": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}])) == written(
        shape([{"a": 0, "b": 0, "c": 0}])
    )
    with pytest.raises(ValueError, match="number and text"):
        shape([{"a": 1}, {"a": "1"}])


if SAMPLES.is_dir():

    @pytest.mark.parametrize("name", list(FILES.values())[:DOCUMENTED])
    def test_our_shape_is_that_of_the_vendors_sample(name):
        ours, theirs = read(SHAPES / f"{name}.json"), read(SAMPLES / f"{name}.response.json")
        for key in ADDED.get(name, ()):
            ours["Data"].pop(key)
        for key in LEFT_OUT.get(name, ()):
            theirs["Data"].pop(key)
        assert written(filled(theirs, ours)) == written(ours)
