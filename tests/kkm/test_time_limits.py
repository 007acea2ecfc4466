"""Limits of 24 and 72 hours are counted in hours that passed, not on the clock on the wall.

On 29.02.2024 at midnight Almaty put its clocks back from UTC+6 to UTC+5.
"""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from kkm import journal
from kkm.audit.audit import full_audit
from kkm.errors import OfflineTooLong, ShiftTooLong
from kkm.importing.json_lines import parse_line
from kkm.importing.line_fields import BadLine
from kkm.importing.operation_line import read_operation
from kkm.models import ApiKey
from reports.ticket.layout import ticket_rows
from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD, Integration, make_cashier
from tests.reports.asking import report_of, roll_texts
from tests.stories import activate, close, sell

pytestmark = pytest.mark.django_db
FEBRUARY = datetime(2024, 2, 27, 4, tzinfo=UTC)
LATER = datetime(2024, 3, 20, tzinfo=UTC)


@pytest.fixture
def kkm(kkm):
    activate(kkm, at=FEBRUARY)
    return kkm


def line(kkm, at, **more):
    values = {
        "type": "ticket",
        "kind": "sale",
        "kkm": kkm.serial_number,
        "external_number": f"n-{at}",
        "at": at,
        "positions": [{"name": "Хлеб", "quantity": 1, "price": 310}],
        "payments": {"cash": 310},
        **more,
    }
    return read_operation(parse_line(json.dumps(values, ensure_ascii=False).encode()), now=LATER)


def import_lines(kkm, *lines):
    entries = [line.entry for line in lines]
    received = [line.received_at for line in lines]
    return journal.record_many(kkm=kkm, entries=entries, received_at=received)


@pytest.mark.parametrize("in_batches_of", [1, 2])
def test_a_shift_of_24_hours_is_too_long_though_the_clock_shows_23(kkm, in_batches_of):
    first = line(kkm, "29.02.2024 10:00:00")
    second = line(kkm, "01.03.2024 09:00:00")
    with pytest.raises(ShiftTooLong):
        if in_batches_of == 1:
            import_lines(kkm, first)
            import_lines(kkm, second)
        else:
            import_lines(kkm, first, second)
    assert full_audit(kkm).holds


def test_a_second_less_is_not_too_long(kkm):
    import_lines(kkm, line(kkm, "29.02.2024 10:00:00"), line(kkm, "01.03.2024 08:59:59"))
    assert full_audit(kkm).holds


def test_a_ticket_that_came_after_73_hours_came_too_late_though_the_clock_shows_72(kkm):
    late = line(kkm, "28.02.2024 12:00:00", offline=True, received_at="02.03.2024 12:00:00")
    with pytest.raises(OfflineTooLong):
        import_lines(kkm, late)
    just = line(kkm, "28.02.2024 12:00:00", offline=True, received_at="02.03.2024 11:00:00")
    import_lines(kkm, just)
    assert full_audit(kkm).holds


def test_the_import_asks_for_the_offset_of_an_hour_that_happened_twice(kkm):
    with pytest.raises(BadLine, match="было дважды") as refused:
        line(kkm, "29.02.2024 23:30:00")
    assert refused.value.field == "at"
    entry = line(kkm, "29.02.2024 23:30:00 +05:00").entry
    assert entry.at == datetime(2024, 2, 29, 18, 30, tzinfo=UTC)


def by_api(kkm, now, **fields):
    make_cashier(kkm)
    ApiKey.issue("law", at=now, secret=KEY)
    with time_machine.travel(now, tick=False):
        caller = Integration(Client())
        caller.token = caller.data("v4/Authorize", Login=LOGIN, Password=PASSWORD)["Token"]
        return caller.call(
            "v4/Check",
            CashboxUniqueNumber=kkm.serial_number,
            OperationType=2,
            Positions=[{"PositionName": "Хлеб", "Count": 1, "Price": 310, "TaxType": 0}],
            Payments=[{"PaymentType": 0, "Sum": 310}],
            **fields,
        )


def test_the_api_counts_24_hours_too(kkm):
    sell(kkm, at=datetime(2024, 2, 29, 4, tzinfo=UTC), rate=None)
    told = by_api(kkm, datetime(2024, 3, 1, 4, tzinfo=UTC))
    assert told["Errors"][0]["Code"] == 11


def test_the_api_counts_72_hours_too(kkm):
    told = by_api(kkm, datetime(2024, 3, 2, 7, tzinfo=UTC), DateTime="28.02.2024 12:00:00")
    assert told["Errors"][0]["Code"] == 18


def test_the_api_asks_for_the_offset_of_an_hour_that_happened_twice(kkm):
    now = datetime(2024, 3, 1, 4, tzinfo=UTC)
    told = by_api(kkm, now, DateTime="29.02.2024 23:30:00")
    assert told["Errors"][0]["Code"] == 9
    assert "DateTime" in told["Errors"][0]["Text"]
    assert "смещение" in told["Errors"][0]["Text"]


def test_the_api_takes_a_time_without_seconds_and_one_with_thousandths(kkm):
    now = datetime(2024, 2, 28, 4, tzinfo=UTC)
    told = by_api(kkm, now, DateTime="28.02.2024 09:44")
    assert told["Data"]["DateTime"] == "28.02.2024 09:44:00"


def test_papers_print_the_offset_in_that_hour_and_only_there(kkm):
    sale = sell(kkm, at=datetime(2024, 2, 29, 17, 30, tzinfo=UTC), rate=None)
    close(kkm, at=datetime(2024, 2, 29, 18, 30, tzinfo=UTC))
    printed = "\n".join(str(row.value) for row in ticket_rows(sale) if hasattr(row, "value"))
    assert "29.02.2024 23:30:00 +06:00" in printed
    report = report_of(kkm, "z", datetime(2024, 2, 29).date())
    paper = "\n".join(roll_texts(report))
    assert "29.02.2024 23:30:00 +06:00" in paper
    assert "29.02.2024 23:30:00 +05:00" in paper
    later = sell(kkm, at=datetime(2024, 2, 29, 19, 30, tzinfo=UTC), rate=None)
    said = "\n".join(str(row.value) for row in ticket_rows(later) if hasattr(row, "value"))
    assert "01.03.2024 00:30:00" in said
    assert "+05:00" not in said
