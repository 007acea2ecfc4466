"""The worked example by HTTP: shift 143, ticket by ticket, on top of the 142 shifts before it,
comes to the same Z to the tiyn.
"""

import json

import pytest
from django.utils import timezone

from kkm.domain.kinds import PLACEMENTS, TICKETS, OperationKind, PaymentType, PositionRole
from kkm.domain.money import ZERO, Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.ticket import Modifier, Position
from kkm.local_time import local_iso
from kkm.models import KKM, ApiKey, Cashier, FiscalOperation, Shift, SignedHead, ZReport
from kkm.models import Position as StoredPosition
from kkm.webkassa.shift_report import KINDS
from tests.kkm.tampering import unlocked
from tests.kkm.webkassa.conftest import KEY, PASSWORD, Integration
from tests.worked_example import read, shift_143, worked_example  # noqa: F401
from tests.worked_example.tape import Row

K = OperationKind
OPERATIONS = {
    "OPERATION_SELL": "Sell",
    "OPERATION_BUY": "Buy",
    "OPERATION_SELL_RETURN": "ReturnSell",
    "OPERATION_BUY_RETURN": "ReturnBuy",
}
PLACED = {K.DEPOSIT: 0, K.WITHDRAWAL: 1}


@pytest.fixture
def before(worked_example) -> tuple[KKM, Snapshot]:  # noqa: F811
    """The register as it was when shift 142 had been closed, and the Z that shift 143 came to."""
    kkm, z = worked_example.kkm, worked_example.shift(143).z.snapshot
    last = worked_example.shift(142).last_number
    with unlocked():
        ZReport.objects.filter(operation__number__gt=last).delete()
        StoredPosition.objects.filter(operation__number__gt=last).delete()
        FiscalOperation.objects.filter(number__gt=last).delete()
        SignedHead.objects.filter(number__gt=last).delete()
        Shift.objects.filter(number=143).delete()
    return kkm, z


@pytest.fixture
def callers(before, client) -> dict[str, Integration]:
    """Both cashiers at their tills, by code."""
    ApiKey.issue("1С-Рарус", at=timezone.now(), secret=KEY)
    return {str(cashier.code): _logged_in(client, cashier) for cashier in before[0].cashiers.all()}


def _logged_in(client, cashier: Cashier) -> Integration:
    cashier.login = f"kassir-{cashier.code}@bereke.kz"
    cashier.set_password(PASSWORD)
    cashier.save()
    caller = Integration(client)
    caller.token = caller.data("Authorize", Login=cashier.login, Password=PASSWORD)["Token"]
    return caller


def position(one: Position) -> dict:
    """As an integration sends it, with the VAT that it has counted."""
    told = {
        "PositionName": one.name,
        "Count": f"{one.quantity / 1000:g}",
        "Price": one.price.plain,
        "Discount": one.discount.plain,
    }
    return {**told, "SectionCode": one.section, **tax(one)}


def modifier(one: Modifier) -> dict:
    kind = 1 if one.role == PositionRole.DISCOUNT else 2
    return {"Type": kind, "Sum": one.amount.plain, "Text": one.name, **tax(one)}


def tax(one: Position | Modifier) -> dict:
    if one.rate is None:
        return {"TaxType": 0, "TaxPercent": 0, "Tax": 0}
    return {"TaxType": 100, "TaxPercent": one.rate // 1000, "Tax": one.vat.plain}


def ticket(row: Row, kkm: KKM) -> dict:
    """What is handed over has the change in it."""
    facts = row.facts
    payments = {**facts["payments"]}
    if facts["change"]:
        payments[PaymentType.CASH] = payments.get(PaymentType.CASH, ZERO) + facts["change"]
    asked = {
        "OperationType": int(row.kind),
        "Positions": [position(one) for one in facts["positions"]],
        "TicketModifiers": [modifier(one) for one in facts["modifiers"]],
        "Payments": [
            {"PaymentType": int(way), "Sum": money.plain} for way, money in payments.items()
        ],
        "Change": facts["change"].plain,
        "RoundType": 0,
    }
    if row.offline:
        asked["DateTime"] = local_iso(timezone.now())
    if row.basis:
        asked["ReturnBasisDetails"] = basis(
            kkm.operations.filter(shift__number=142, kind=K.SALE).first()
        )
    return asked


def basis(sold: FiscalOperation) -> dict:
    told = {
        "CheckNumber": sold.fiscal_sign,
        "DateTime": local_iso(sold.occurred_at),
        "Total": sold.amount.plain,
        "IsOffline": False,
    }
    return {**told, "RegistrationNumber": "600700123456"}


def drive(kkm: KKM, callers: dict[str, Integration]) -> dict:
    """The whole shift; the Z as the call that closed it answers."""
    for line, row in enumerate(shift_143.rows(), 1):
        fields = {
            "CashboxUniqueNumber": kkm.serial_number,
            "ExternalCheckNumber": f"143-{line:03d}",
        }
        caller = callers[row.who[0]]
        if row.kind in TICKETS:
            caller.data("v4/check", **fields, **ticket(row, kkm))
        elif row.kind in PLACEMENTS:
            caller.data(
                "v4/MoneyOperation",
                **fields,
                OperationType=PLACED[row.kind],
                Sum=row.facts["amount"].plain,
            )
    return caller.data("v4/ZReport", CashboxUniqueNumber=kkm.serial_number)


def test_shift_143_comes_to_its_z(before, callers):
    kkm, expected = before
    told = drive(kkm, callers)
    z = kkm.shifts.get(number=143).z.snapshot
    assert (z.totals, z.opening, z.closing) == (expected.totals, expected.opening, expected.closing)
    assert (z.heading.cashier_code, z.heading.cashier_name) == ("2", "Ибраев Д.С.")
    agrees_with_the_paper(told, json.loads(read("z-report-shift-143.json")))


def agrees_with_the_paper(told: dict, paper: dict) -> None:
    """What the answer says, against the Z as an OFD receives it."""
    assert told["ShiftNumber"] == paper["shift_number"] == 143
    assert told["DocumentCount"] == 45
    for row in paper["ticket_operations"]:
        tickets = told[OPERATIONS[row["operation"]]]
        assert (tickets["TotalCount"], tickets["Count"]) == (
            row["tickets_total_count"],
            row["tickets_count"],
        )
        taken = Money.parse(row["tickets_sum"]) + Money.parse(row["change_sum"])
        sums = {
            "Taken": taken.plain,
            "Change": row["change_sum"],
            "Discount": row["discount_sum"],
            "Markup": row["markup_sum"],
        }
        assert {name: plain(tickets[name]) for name in sums} == sums
        assert [plain(one["Sum"]) for one in tickets["PaymentsByTypesApiModel"]] == [
            one["sum"] for one in row["payments"]
        ]
    vat = dict.fromkeys(KINDS, ZERO)
    for rate in paper["taxes"]:
        for row in rate["operations"]:
            vat[OPERATIONS[row["operation"]]] += Money.parse(row["sum"])
    assert {name: plain(told[name]["VAT"]) for name in KINDS} == {
        name: money.plain for name, money in vat.items()
    }
    for name, key in (
        ("StartNonNullable", "start_shift_non_nullable_sums"),
        ("EndNonNullable", "non_nullable_sums"),
    ):
        assert {one: plain(told[name][one]) for one in KINDS} == {
            OPERATIONS[row["operation"]]: row["sum"] for row in paper[key]
        }
    assert [plain(told[name]) for name in ("PutMoneySum", "TakeMoneySum")] == [
        row["operations_sum"] for row in paper["money_placements"]
    ]
    assert plain(told["SumInCashbox"]) == paper["cash_sum"] == "86900.00"


def plain(told: object) -> str:
    """A number of an answer with two decimals."""
    return Money.parse(str(told)).plain
