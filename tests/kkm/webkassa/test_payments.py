"""Several payments of one kind in a ticket, as by two cards, are added up."""

import pytest

from tests.kkm.webkassa.test_check import BREAD, sale
from tests.kkm.webkassa.test_taxes import refusal

pytestmark = pytest.mark.django_db
LIMIT = 10**12


def test_two_cards_are_one_sum_by_card(integration, serial, kkm):
    cards = [{"Sum": 200, "PaymentType": 1}, {"Sum": "300.00", "PaymentType": 1}]
    data = integration.data("v4/check", **sale(serial, Payments=cards))
    assert kkm.last_operation.card.plain == "500.00"
    lines = [line["Value"] for line in data["TicketPrintFormat"] if "карта" in line["Value"]]
    assert [line.rpartition(" ")[2] for line in lines] == ["500.00"]
    told = integration.data("v4/XReport", CashboxUniqueNumber=serial)
    assert [
        (float(one["Sum"]), one["Type"]) for one in told["Sell"]["PaymentsByTypesApiModel"]
    ] == [(500, 1)]


def test_cash_in_two_parts_gives_change_out_of_both(integration, serial, kkm):
    parts = [{"Sum": 300, "PaymentType": 0}, {"Sum": 300, "PaymentType": 0}]
    integration.data("v4/check", **sale(serial, Payments=parts))
    last = kkm.last_operation
    assert (last.cash.plain, last.change.plain) == ("500.00", "100.00")


def test_a_repeat_that_parts_a_payment_otherwise_is_the_same_ticket(integration, serial, kkm):
    cards = [{"Sum": 200, "PaymentType": 1}, {"Sum": 300, "PaymentType": 1}]
    integration.data("v4/check", **sale(serial, ExternalCheckNumber="A-1"))
    told = integration.call("v4/check", **sale(serial, ExternalCheckNumber="A-1", Payments=cards))
    assert [error["Code"] for error in told["Errors"]] == [14]
    assert "Data" in told


@pytest.mark.parametrize("way", [0, 1])
def test_parts_that_come_to_more_than_a_sum_can_be_name_the_one_too_many(
    integration, serial, kkm, way
):
    parts = [{"Sum": LIMIT - 1, "PaymentType": way}] * 2
    text = refusal(integration, sale(serial, Payments=parts, Positions=[BREAD]))
    assert text == "Payments[1].Sum: сумма оплат не меньше 10¹² тенге."
