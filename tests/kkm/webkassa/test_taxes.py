"""VAT by the API: the rate of a return, discounts on the whole ticket."""

import pytest

from tests.kkm.webkassa.test_check import sale
from tests.stories import deposit

pytestmark = pytest.mark.django_db
STANDARD, OLD = {"TaxType": 100, "TaxPercent": 16}, {"TaxType": 100, "TaxPercent": 12}
LOAF = {"PositionName": "Хлеб", "Count": 1, "Price": 500}


def basis(at: str) -> dict:
    return {
        "CheckNumber": "143425020642",
        "DateTime": at,
        "RegistrationNumber": "032600010221",
        "Total": 5000,
        "IsOffline": False,
    }


def refusal(integration, asked) -> str:
    told = integration.call("v4/check", **asked)
    assert "Data" not in told, told
    (error,) = told["Errors"]
    assert error["Code"] == 9
    return error["Text"]


@pytest.fixture
def returns(serial, kkm, integration):
    """A return of one loaf at a rate; there is cash in the drawer."""

    def asked(rate: dict, **more: object) -> dict:
        loaf = {**LOAF, **rate}
        return sale(serial, OperationType=3, Positions=[loaf], **more)

    return asked


# -- the rate of a return --------------------------------------------------------------------------


def test_the_vendors_return_of_what_was_sold_in_2025_keeps_its_12_percent(
    integration, returns, kkm
):
    sold = basis("2025-09-05T06:22:21.567Z")
    integration.data("v4/check", **returns(OLD, ReturnBasisDetails=sold))
    assert kkm.last_operation.vat.plain == "53.57"


def test_a_purchase_return_does_so_too(integration, serial, kkm):
    deposit(kkm, 1000, at=kkm.last_operation.occurred_at)
    sold = basis("05.09.2025 10:00:00")
    asked = sale(serial, OperationType=1, Positions=[{**LOAF, **OLD}], ReturnBasisDetails=sold)
    integration.data("v4/check", **asked)
    assert kkm.last_operation.vat.plain == "53.57"


def test_without_a_basis_a_return_may_have_any_rate_that_was_ever_in_force(integration, returns):
    integration.data("v4/check", **returns(OLD))
    wrong = returns({"TaxType": 100, "TaxPercent": 7})
    assert refusal(integration, wrong).startswith("Positions[0].TaxPercent: Ставка НДС 7.00%")


@pytest.mark.parametrize(
    ("rate", "at", "day"),
    [
        (OLD, "01.01.2026 00:00:00", "01.01.2026"),
        (STANDARD, "31.12.2025 23:59:59", "31.12.2025"),
        (STANDARD, "2025-12-31T18:59:59Z", "31.12.2025"),
    ],
)
def test_a_rate_of_another_day_than_that_of_the_sale_is_refused(
    integration, returns, rate, at, day
):
    text = refusal(integration, returns(rate, ReturnBasisDetails=basis(at)))
    assert text.endswith(f"не действует {day}.")


def test_a_sale_is_judged_by_its_own_day_whatever_basis_it_names(integration, serial):
    asked = sale(serial, Positions=[{**LOAF, **OLD}])
    asked |= {"ReturnBasisDetails": basis("05.09.2025 10:00:00")}
    assert refusal(integration, asked).startswith("Positions[0].TaxPercent")


def test_a_basis_in_the_future_is_refused_by_its_field(integration, returns, kkm):
    before = kkm.operations.count()
    asked = returns(STANDARD, ReturnBasisDetails=basis("31.12.2099 10:00:00"))
    assert refusal(integration, asked) == (
        "ReturnBasisDetails.DateTime: Чек-основание от 31.12.2099 10:00:00 позже самого возврата."
    )
    assert kkm.operations.count() == before


# -- discounts on the whole ticket -----------------------------------------------------------------


def test_three_loaves_less_three_tenge_have_no_vat(integration, serial, kkm):
    loaves = [{**LOAF, **STANDARD, "Price": 1}] * 3
    whole = [{"Type": 1, "Sum": 3, **STANDARD, "Tax": "0.41"}]
    asked = sale(serial, Positions=loaves, TicketModifiers=whole, Payments=[])
    data = integration.data("v4/check", **asked)
    assert kkm.last_operation.vat.plain == "0.00"
    printed = " ".join(line["Value"] for line in data["TicketPrintFormat"])
    assert "0.41" not in printed
    told = integration.data("v4/XReport", CashboxUniqueNumber=serial)
    assert float(told["Sell"]["VAT"]) == 0


def test_a_discount_beyond_its_rate_names_the_modifier_by_its_place_in_the_request(
    integration, serial, kkm
):
    plain = [{**LOAF, "Price": 1000}]
    whole = [
        {"Type": 1, "Sum": 0, **STANDARD},
        {"Type": 1, "Sum": 100},
        {"Type": 1, "Sum": 500, **STANDARD},
    ]
    paid = [{"Sum": 400, "PaymentType": 1}]
    before = kkm.operations.count()
    asked = sale(serial, Positions=plain, TicketModifiers=whole, Payments=paid)
    assert refusal(integration, asked) == (
        "TicketModifiers[2].Sum: "
        "Скидка 500.00 со ставкой НДС 16.00% больше оборота чека по этой ставке."
    )
    assert kkm.operations.count() == before


def test_a_discount_without_a_rate_on_goods_with_vat_is_taken(integration, serial, kkm):
    goods = [{**LOAF, **STANDARD, "Price": 1000}]
    paid = [{"Sum": 600, "PaymentType": 1}]
    whole = [{"Type": 1, "Sum": 400}]
    asked = sale(serial, Positions=goods, TicketModifiers=whole, Payments=paid)
    integration.data("v4/check", **asked)
    assert kkm.last_operation.vat.plain == "137.93"
