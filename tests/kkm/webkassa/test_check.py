"""Tickets by the API: what is taken, what it comes to, what is refused and how the refusal names
its field.
"""

import json

import pytest

from kkm.models import FiscalOperation

pytestmark = pytest.mark.django_db

BREAD = {
    "PositionName": "Хлеб",
    "Count": 1,
    "Price": 500,
    "TaxPercent": 16,
    "Tax": 68.97,
    "TaxType": 100,
    "UnitCode": 796,
}
CARD = {"Sum": 500, "PaymentType": 1}


def sale(serial, **more):
    return {
        "CashboxUniqueNumber": serial,
        "OperationType": 2,
        "Positions": [BREAD],
        "Payments": [CARD],
        **more,
    }


def test_a_sale_is_registered_and_opens_the_shift(integration, serial, kkm):
    data = integration.data("v4/check", **sale(serial))
    operation = kkm.last_operation
    assert data["CheckNumber"] == operation.fiscal_sign
    assert (data["CheckOrderNumber"], data["ShiftNumber"]) == (1, 1)
    assert operation.vat.plain == "68.97"
    assert operation.actor == "[64] Ахметова А.К."


def test_a_repeat_answers_the_first_ticket_and_says_so(integration, serial, kkm):
    asked = sale(serial, ExternalCheckNumber="e2c99643-11nb")
    first = integration.call("v4/check", **asked)
    again = integration.call("v4/check", **asked)
    assert again["Data"] == first["Data"]
    assert [error["Code"] for error in again["Errors"]] == [14]
    assert kkm.operations.tickets().count() == 1


def test_the_same_number_with_another_content_is_refused(integration, serial, kkm):
    integration.data("v4/check", **sale(serial, ExternalCheckNumber="A-1"))
    assert (
        integration.code(
            "v4/check",
            **sale(
                serial, ExternalCheckNumber="A-1", Positions=[{**BREAD, "PositionName": "Батон"}]
            ),
        )
        == 14
    )
    assert kkm.operations.tickets().count() == 1


@pytest.mark.parametrize("path", ["v4/check", "v4/Check", "Check", "check", "V4/CHECK/"])
def test_a_call_is_found_with_and_without_the_version_whatever_the_case(integration, serial, path):
    assert "CheckNumber" in integration.data(path, **sale(serial))


def test_fields_are_found_whatever_their_case(integration, serial):
    asked = {name[0].lower() + name[1:]: value for name, value in sale(serial).items()}
    assert "CheckNumber" in integration.data("check", **asked)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"OperationType": 7}, "OperationType"),
        ({"Positions": []}, "Positions"),
        ({"Positions": None}, "Positions"),
        ({"Positions": [{**BREAD, "Price": 1.005}]}, "Positions[0].Price"),
        ({"Positions": [{**BREAD, "Price": -1}]}, "Positions[0].Price"),
        ({"Positions": [{**BREAD, "Price": 10**12}]}, "Positions[0].Price"),
        ({"Positions": [{**BREAD, "Count": 0}]}, "Positions[0].Count"),
        ({"Positions": [BREAD, {**BREAD, "PositionName": " "}]}, "Positions[1].PositionName"),
        ({"Positions": [{**BREAD, "Discount": 500.5}]}, "Positions[0].Discount"),
        ({"Positions": [{**BREAD, "Tax": 67.96}]}, "Positions[0].Tax"),
        ({"Positions": [{**BREAD, "TaxPercent": 12, "Tax": 53.57}]}, "Positions[0].TaxPercent"),
        ({"Payments": [{"Sum": 499, "PaymentType": 1}]}, "Payments"),
        ({"Payments": [{"Sum": 600, "PaymentType": 1}]}, "Change"),
        ({"Payments": [{"Sum": 600, "PaymentType": 1}], "Change": 100}, "Change"),
        ({"Payments": [{"Sum": "пятьсот", "PaymentType": 1}]}, "Payments[0].Sum"),
        ({"Payments": {"Sum": 500}}, "Payments"),
        ({"CustomerXin": "98765432101"}, "CustomerXin"),
        ({"ExternalCheckNumber": "x" * 51}, "ExternalCheckNumber"),
        ({"DateTime": "вчера"}, "DateTime"),
        ({"TicketModifiers": [{"Sum": 1, "Type": 3}]}, "TicketModifiers[0].Type"),
        ({"TicketModifiers": [{"Sum": 501, "Type": 1}]}, "TicketModifiers"),
        ({"RoundType": 9}, "RoundType"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(integration, serial, kkm, change, field):
    before = FiscalOperation.objects.count()
    told = integration.call("v4/check", **sale(serial, **change))
    assert "Data" not in told
    assert told["Errors"][0]["Code"] == 9
    assert told["Errors"][0]["Text"].startswith(f"{field}: "), told
    assert FiscalOperation.objects.count() == before


def test_modifiers_change_and_rounding_come_to_the_samples_sum(integration, serial, kkm):
    data = json.loads("""{"Positions": [
      {"Count": 1, "Price": 500, "TaxPercent": 16, "Tax": 76.97, "TaxType": 100, "PositionName": "Marlboro", "Discount": 71, "Markup": 129},
      {"Count": 10, "Price": 2000, "TaxPercent": 0, "Tax": 0, "TaxType": 0, "PositionName": "Конфеты", "Discount": 1000}],
      "TicketModifiers": [{"Sum": 958, "Text": "Скидка по карте", "Type": 1, "TaxType": 100, "TaxPercent": 16, "Tax": 132.14},
                          {"Sum": 485, "Text": "Наценка", "Type": 2, "TaxType": 100, "TaxPercent": 16, "Tax": 66.9}],
      "Payments": [{"Sum": 18235, "PaymentType": 1}, {"Sum": 1000, "PaymentType": 0}], "Change": 150}""")
    integration.data("v4/check", CashboxUniqueNumber=serial, OperationType=2, **data)
    operation = kkm.last_operation
    assert (operation.amount.plain, operation.card.plain, operation.cash.plain) == (
        "19085.00",
        "18235.00",
        "850.00",
    )
    assert operation.change.plain == "150.00"


@pytest.mark.parametrize(
    ("round_type", "total", "positions"),
    [
        (0, "33.30", ["33.30"]),
        (1, "33.00", ["33.00"]),
        (2, "33.00", ["33.00"]),
        (3, "33.00", ["33.30"]),
    ],
)
def test_a_total_is_rounded_as_the_round_type_says(
    integration, serial, kkm, round_type, total, positions
):
    asked = {
        "Positions": [{"PositionName": "Сыр", "Count": 0.333, "Price": 100}],
        "Payments": [{"Sum": total, "PaymentType": 0}],
    }
    integration.data(
        "v4/check", CashboxUniqueNumber=serial, OperationType=2, RoundType=round_type, **asked
    )
    operation = kkm.last_operation
    assert operation.amount.plain == total
    assert [line.total.plain for line in operation.positions.filter(role=0)] == positions
