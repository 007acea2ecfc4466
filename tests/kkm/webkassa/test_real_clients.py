"""What clients in the field send and read: numbers of common languages, contradictions, retries."""

import json

import pytest

from tests.kkm.webkassa.test_check import sale

pytestmark = pytest.mark.django_db
LOAF = {"PositionName": "Хлеб", "Count": 1, "Price": 500, "TaxType": 0}
VAT = {"TaxType": 100, "TaxPercent": 16}
CASH = [{"PaymentType": 0, "Sum": 500}]


def text_of(integration, asked, path="Check"):
    (error,) = integration.call(path, **asked)["Errors"]
    assert error["Code"] == 9
    return error["Text"]


def test_the_answer_to_a_ticket_says_what_clients_read(integration, serial, kkm):
    asked = sale(serial, ExternalCheckNumber="till-1", Positions=[LOAF], Payments=CASH)
    first = integration.data("Check", **asked)
    again = integration.call("Check", **asked)
    for told in (first, again["Data"]):
        assert told["Total"] == "500.0"
        assert told["OperationType"] == 2
        assert told["ExternalCheckNumber"] == "till-1"
        assert told["CashboxUniqueNumber"] == serial
        assert told["CashboxRegistrationNumber"] == str(kkm.open_registration)
    assert again["Errors"][0]["Code"] == 14


@pytest.mark.parametrize(
    ("written", "answered"),
    [("9.100000000000364", "9.1"), ("499.99999999999994", "500.0"), ("600", "600.0")],
)
def test_noise_of_binary_fractions_is_rounded(integration, serial, written, answered):
    body = json.dumps(
        {
            "Token": integration.token,
            "CashboxUniqueNumber": serial,
            "OperationType": 0,
            "Sum": "?",
        }
    ).replace('"?"', written)
    assert f'"Sum":{answered},' in integration.raw("MoneyOperation", body).content.decode()


@pytest.mark.parametrize("written", ["9.101", "9.1002", "0.001"])
def test_a_third_decimal_is_no_noise(integration, serial, written):
    text = text_of(
        integration,
        {"CashboxUniqueNumber": serial, "OperationType": 0, "Sum": written},
        "MoneyOperation",
    )
    assert text.startswith("Sum: ")


def test_sums_of_13_digits_are_answered_exactly(integration, serial):
    body = {
        "Token": integration.token,
        "CashboxUniqueNumber": serial,
        "OperationType": 0,
        "Sum": "999999999999.99",
    }
    answer = integration.raw("MoneyOperation", json.dumps(body)).content.decode()
    assert '"Sum":999999999999.99,' in answer
    assert json.loads(answer)["Data"]["Sum"] == 999999999999.99


@pytest.mark.parametrize(
    "tax", [{"TaxType": 100}, {"TaxType": 0, "TaxPercent": 16}], ids=["no rate", "no type"]
)
def test_contradictions_about_vat_are_refused_by_name(integration, serial, tax):
    asked = sale(serial, Positions=[LOAF, {**LOAF, **tax}])
    if "TaxPercent" not in tax:
        del asked["Positions"][1]["TaxType"]
        asked["Positions"][1]["TaxType"] = 100
    assert text_of(integration, asked).startswith("Positions[1].TaxPercent: ")


def test_a_position_that_is_cancelled_is_refused_and_never_sold(integration, serial, kkm):
    asked = sale(serial, Positions=[LOAF, {**LOAF, "IsStorno": True}])
    assert text_of(integration, asked).startswith("Positions[1].IsStorno: ")
    assert not kkm.operations.tickets().exists()
    integration.data("Check", **sale(serial, Positions=[{**LOAF, "IsStorno": False}]))


def test_a_money_operation_of_nothing_answers_the_drawer_and_writes_nothing(
    integration, serial, kkm
):
    asked = {"CashboxUniqueNumber": serial, "OperationType": 0}
    integration.data("MoneyOperation", Sum=700, **asked)
    before = kkm.operations.count()
    told = integration.data("MoneyOperation", Sum=0, **asked)
    assert (told["Sum"], told["ShiftNumber"]) == ("700.0", 1)
    assert kkm.operations.count() == before


@pytest.mark.parametrize("stated", [68.97, 69.9, 67.98])
def test_vat_that_is_counted_otherwise_is_ours_in_the_journal(integration, serial, kkm, stated):
    position = {**LOAF, **VAT, "Tax": stated}
    integration.data("Check", **sale(serial, Positions=[position]))
    assert kkm.last_operation.vat.plain == "68.97"


@pytest.mark.parametrize(
    ("position", "stated"),
    [
        # 100 pieces of 0.37: VAT of a piece is 0.05, of all together 5.10.
        ({"Count": 100, "Price": 0.37}, 5.00),
        # Before its own discount of 20 %.
        ({"Count": 1, "Price": 1000, "Discount": 200}, 137.93),
    ],
)
def test_vat_by_piece_and_before_the_discount_is_accepted(integration, serial, position, stated):
    sold = {**LOAF, **VAT, **position, "Tax": stated}
    cost = position["Count"] * position["Price"] - position.get("Discount", 0)
    asked = sale(serial, Positions=[sold], Payments=[{"PaymentType": 0, "Sum": cost}], RoundType=0)
    integration.data("Check", **asked)


def test_vat_that_is_wrong_is_refused(integration, serial):
    asked = sale(serial, Positions=[{**LOAF, **VAT, "Tax": 80}])
    assert text_of(integration, asked) == "Positions[0].Tax: НДС 80.00, а по расчёту 68.97."


def test_a_long_number_of_an_order_is_kept(integration, serial, kkm):
    integration.data("Check", **sale(serial, ExternalOrderNumber="9" * 200))
    assert kkm.last_operation.facts["order"] == "9" * 200


def test_a_buyers_number_with_a_wrong_control_digit_is_kept_and_marked(integration, serial, kkm):
    asked = sale(serial, CustomerXin="150740001358")
    printed = integration.data("Check", **asked)["TicketPrintFormat"]
    assert kkm.last_operation.facts["buyer"] == "150740001358"
    assert any("150740001358 (?)" in line["Value"] for line in printed)


def test_control_characters_in_a_name_become_a_space(integration, serial, kkm):
    name = "\ufeffХлеб\t«Бородинский»\r\nнарезной"
    integration.data("Check", **sale(serial, Positions=[{**LOAF, "PositionName": name}]))
    assert kkm.last_operation.positions.get().name == "Хлеб «Бородинский» нарезной"


def test_an_open_shift_has_no_closing(integration, serial):
    integration.data("Check", **sale(serial))
    assert "CloseOn" not in integration.data("XReport", CashboxUniqueNumber=serial)
    assert "CloseOn" in integration.data("ZReport", CashboxUniqueNumber=serial)


def test_a_rate_that_is_not_in_force_is_named_by_its_line(integration, serial):
    sold = [LOAF, {**LOAF, "TaxType": 100, "TaxPercent": 7}]
    paid = [{"PaymentType": 0, "Sum": 1000}]
    text = text_of(integration, sale(serial, Positions=sold, Payments=paid))
    assert text.startswith("Positions[1].TaxPercent: Ставка НДС 7.00%")
    modifiers = [
        {"Type": 1, "Sum": 0},
        {"Type": 1, "Sum": 1, "TaxType": 100, "TaxPercent": 7},
    ]
    more = {**LOAF, "TaxType": 100, "TaxPercent": 16}
    paid = [{"PaymentType": 0, "Sum": 999}]
    asked = sale(serial, Positions=[LOAF, more], TicketModifiers=modifiers, Payments=paid)
    assert text_of(integration, asked).startswith("TicketModifiers[1].TaxPercent: ")


def test_more_than_may_be_taken_is_capped(integration, serial):
    told = integration.data("ZReport/History", CashboxUniqueNumber=serial, Take=5000)
    assert told["Take"] == 100


@pytest.mark.parametrize("nothing", [{}, {"CheckNumber": None}, {"CheckNumber": "", "Total": 0}])
def test_an_empty_basis_on_a_sale_is_nothing(integration, serial, nothing):
    integration.data("Check", **sale(serial, ReturnBasisDetails=nothing))


# -- Idempotency-Key ----------------------------------------------------------------------------


def keyed(integration, path, key, **fields):
    body = json.dumps({"Token": integration.token, **fields})
    return integration.raw(path, body, **{"Idempotency-Key": key}).json()


@pytest.mark.parametrize("key", ["8e03978e-40d5-43dd-bc93-6894a57f9324", '"in quotes"'])
def test_a_z_that_is_asked_for_again_closes_no_other_shift(integration, serial, kkm, key):
    integration.data("Check", **sale(serial))
    first = keyed(integration, "ZReport", key, CashboxUniqueNumber=serial)
    integration.data("Check", **sale(serial))
    again = keyed(integration, "ZReport", key, CashboxUniqueNumber=serial)
    assert first == again
    assert kkm.shifts.open().count() == 1
    other = keyed(integration, "ZReport", "another", CashboxUniqueNumber=serial)
    assert other["Data"]["ShiftNumber"] == 2


def test_a_ticket_and_a_deposit_that_are_sent_again_are_written_once(integration, serial, kkm):
    deposit = {"CashboxUniqueNumber": serial, "OperationType": 0, "Sum": 100}
    for path, fields in (("Check", sale(serial)), ("MoneyOperation", deposit)):
        before = kkm.operations.count()
        fields.pop("ExternalCheckNumber", None)
        first = keyed(integration, path, f"key of {path}", **fields)
        again = keyed(integration, path, f"key of {path}", **fields)
        assert first == again
        assert kkm.operations.count() == before + 1


def test_a_key_with_another_content_is_refused(integration, serial):
    deposit = {"CashboxUniqueNumber": serial, "OperationType": 0}
    keyed(integration, "MoneyOperation", "key", Sum=100, **deposit)
    told = keyed(integration, "MoneyOperation", "key", Sum=200, **deposit)
    assert told["Errors"][0]["Code"] == 14
    told = keyed(integration, "ZReport", "key", CashboxUniqueNumber=serial)
    assert told["Errors"][0]["Code"] == 14


def test_a_key_that_is_too_long_is_refused(integration, serial):
    told = keyed(integration, "ZReport", "k" * 51, CashboxUniqueNumber=serial)
    assert "Idempotency-Key" in told["Errors"][0]["Text"]


# -- sections -----------------------------------------------------------------------------------


def test_sections_come_to_what_the_vendor_documents(integration, serial):
    """3 × 19 500 + 11 × 500 + 6 × (558 + 19 000) = 181 348."""
    section = {"SectionCode": "1", "TaxType": 0, "PositionName": "Товар"}

    def sell(positions, total, **more):
        payments = [{"PaymentType": 0, "Sum": total}]
        integration.data("Check", **sale(serial, Positions=positions, Payments=payments, **more))

    dear = {**section, "Count": 10, "Price": 2000, "Discount": 1000, "Markup": 0}
    cheap = {**section, "Count": 1, "Price": 500}
    for _ticket in range(3):
        sell([{**dear, "Discount": 500}], 19_500)
    for _ticket in range(11):
        sell([cheap], 500)
    for _ticket in range(6):
        marked_up = {**section, "Count": 1, "Price": 500, "Markup": 58}
        discount = [{"Type": 1, "Sum": 150}]
        sell([marked_up, dear], 558 + 19_000 - 150, TicketModifiers=discount)
    days = {"StartDate": "01.01.2020", "EndDate": "31.12.2098"}
    told = integration.data("Reports/ReportByShiftsAndSections", CashboxUniqueNumber=serial, **days)
    sections = told["ShiftsInformation"][0]["Sections"]
    assert [one["Sell"] for one in sections] == [{"Quantity": 26, "Sum": "181348.0"}]
