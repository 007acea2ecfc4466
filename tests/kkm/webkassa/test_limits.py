"""No value of any field breaks anything: what cannot be taken is refused by the name of its
field, and nothing is written.
"""

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkm.models import FiscalOperation
from kkm.webkassa.manual.openapi import example
from tests.breadth import breadth, part_of
from tests.kkm.webkassa.described import CALLS, judge, operation
from tests.kkm.webkassa.hostile import HOSTILE, Raw, changed, places, requests, spelt, written
from tests.kkm.webkassa.mending import mended
from tests.kkm.webkassa.test_check import BREAD, sale

pytestmark = pytest.mark.django_db

by_path = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.path)
LIMIT = 10**12


@pytest.fixture
def valid(integration, serial):
    """The example of a call as this integration would send it; there is a ticket in the first
    shift already.
    """
    integration.data(
        "check", **sale(serial, ExternalCheckNumber="e2c99643-82fb-4622-9131-c8a93795d1ec")
    )
    own = {"Token": integration.token, "CashboxUniqueNumber": serial, "ShiftNumber": 1}

    def asked(call) -> dict:
        fields = json.loads(example(call, "request"))
        return fields | {name: value for name, value in own.items() if name in fields}

    return asked


def judged(integration, call, asked):
    """The answer, which must be one that the description knows."""
    response = integration.raw(call.path, written(asked))
    assert response.status_code == 200, response.content
    told = response.json()
    judge(call.path, "answer").validate(told)
    return told


def first_error(told):
    return told["Errors"][0]["Code"], told["Errors"][0]["Text"]


# -- every field -----------------------------------------------------------------------------------


@by_path
def test_no_value_in_any_place_is_answered_otherwise_than_described(integration, valid, call):
    asked = valid(call)
    for place, value in part_of(product(places(asked), HOSTILE), 3):
        judged(integration, call, changed(asked, place, value))


@by_path
@pytest.mark.parametrize(
    "value", [Raw("{}"), Raw("true"), Raw("NaN"), Raw('[{"a": 1}]'), Raw("-Infinity")], ids=repr
)
def test_a_value_of_a_wrong_type_is_refused_by_the_name_of_its_field(
    integration, valid, call, value
):
    asked, before = valid(call), FiscalOperation.objects.count()
    for place in places(asked):
        code, text = first_error(judged(integration, call, changed(asked, place, value)))
        assert code == (3 if place == ("Token",) else 9)
        assert text.startswith(spelt(place))
    assert FiscalOperation.objects.count() == before


@by_path
def test_a_field_that_must_be_there_is_named_when_it_is_not(integration, valid, call):
    asked = valid(call)
    told = judged(integration, call, {})
    schema = judge(call.path, "request").schema
    must = schema["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["required"]
    assert [error["Text"] for error in told["Errors"]] == [
        f"{name}: обязательное поле." for name in must
    ]
    for name in must:
        without = {field: value for field, value in asked.items() if field != name}
        assert first_error(judged(integration, call, without))[1] == f"{name}: обязательное поле."


def test_many_wrong_fields_are_named_together_and_ten_at_most(integration, serial):
    told = integration.call(
        "check",
        **sale(serial, Positions=[{**BREAD, "Price": "дорого", "Count": -1}] * 20, RoundType=7),
    )
    assert [error["Code"] for error in told["Errors"]] == [9] * 10
    assert told["Errors"][1]["Text"].startswith("Positions[0].Price: «дорого»")


def test_a_sentence_does_not_repeat_what_cannot_be_printed(integration, serial):
    told = integration.call(
        "check", **sale(serial, Positions=[{**BREAD, "Price": "\u202e" + "\ud800" + "x" * 10_000}])
    )
    assert told["Errors"][0]["Text"].startswith("Positions[0].Price: «··" + "x" * 38 + "»")


# -- whole requests --------------------------------------------------------------------------------


@by_path
@settings(max_examples=breadth(10, 25))
@given(data=st.data())
def test_a_request_drawn_by_the_description_is_answered_as_described(
    integration, valid, call, data
):
    asked = data.draw(
        requests(operation(call)["requestBody"]["content"]["application/json"]["schema"])
    )
    own = {
        name: value
        for name, value in valid(call).items()
        if name in ("Token", "CashboxUniqueNumber")
    }
    judged(integration, call, asked)
    judged(integration, call, asked | own)


@settings(max_examples=breadth(15, 40))
@given(data=st.data())
def test_who_mends_what_the_refusals_name_gets_his_ticket(integration, valid, kkm, data):
    call = next(call for call in CALLS if call.path == "Check")
    asked = data.draw(
        requests(operation(call)["requestBody"]["content"]["application/json"]["schema"])
    )
    before, valid_one = kkm.operations.tickets().count(), valid(call)
    model = {
        name: valid_one[name]
        for name in ("Token", "CashboxUniqueNumber", "OperationType", "Positions")
    }
    for _attempt in range(20):
        told = judged(integration, call, asked)
        if "Data" in told:
            break
        assert kkm.operations.tickets().count() == before
        asked = mended(asked, told["Errors"], model)
    assert "Data" in told
    assert kkm.operations.tickets().count() == before + ("Errors" not in told)


@pytest.mark.parametrize(
    "mark",
    [
        "\x1d0104870249811936215abc\x1d93dGVz",
        "00000048743280aJu,KaLUE13YSs5",
        "0104870249811936\x1d",
    ],
)
def test_a_code_of_marking_keeps_its_separators(integration, serial, kkm, mark):
    integration.data(
        "check", **sale(serial, Positions=[{**BREAD, "Mark": f" {mark} ", "MarkList": [mark]}])
    )
    assert kkm.last_operation.positions.get().facts["marks"] == [mark, mark]


# -- how many and how much -------------------------------------------------------------------------


def of_many(serial, count, **more):
    return sale(
        serial,
        Positions=[{"PositionName": "Гвоздь", "Count": 1, "Price": 1}] * count,
        Payments=[{"Sum": count, "PaymentType": 0}],
        **more,
    )


def test_a_thousand_positions_are_taken_and_one_more_is_not(integration, serial, kkm):
    integration.data("check", **of_many(serial, 1000))
    assert kkm.last_operation.positions.count() == 1000
    told = integration.call("check", **of_many(serial, 1001))
    assert first_error(told) == (9, "Positions: не более 1000 строк.")


def test_discounts_and_markups_count_among_the_thousand(integration, serial, kkm):
    markup = {"TicketModifiers": [{"Type": 2, "Sum": 1}, {"Type": 1, "Sum": 1}]}
    integration.data("check", **of_many(serial, 998, **markup))
    told = integration.call("check", **of_many(serial, 999, **markup))
    assert first_error(told) == (
        9,
        "Positions: вместе со скидками и наценками на чек — не более 1000.",
    )


def dear(serial, price, total=None, **more):
    position = {"PositionName": "Завод", "Count": 1, "Price": price}
    return sale(
        serial, Positions=[position], Payments=[{"Sum": total or price, "PaymentType": 1}], **more
    )


@pytest.mark.parametrize("round_type", [0, 1, 2, 3])
def test_a_sum_just_below_the_limit_is_taken(integration, serial, kkm, round_type):
    integration.data("check", **dear(serial, "999999999999.00", RoundType=round_type))
    assert kkm.last_operation.amount.plain == "999999999999.00"


@pytest.mark.parametrize(
    ("round_type", "field"),
    [(1, "Positions[0].Price"), (2, "Positions[0].Price"), (3, "Positions")],
    ids=["all", "positions", "total"],
)
def test_a_sum_that_rounding_would_lift_to_the_limit_is_refused(
    integration, serial, kkm, round_type, field
):
    before = kkm.operations.count()
    told = integration.call("check", **dear(serial, "999999999999.50", RoundType=round_type))
    assert first_error(told)[0] == 9
    assert first_error(told)[1].startswith(f"{field}: сумма")
    assert kkm.operations.count() == before


def test_a_sum_that_is_not_rounded_may_come_as_near(integration, serial, kkm):
    integration.data("check", **dear(serial, "999999999999.99", RoundType=0))
    assert kkm.last_operation.amount.plain == "999999999999.99"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"Positions": [{**BREAD, "Count": 2, "Price": LIMIT - 1}]}, "Positions[0].Price"),
        ({"Positions": [{**BREAD, "Price": LIMIT - 1, "Markup": 1}]}, "Positions[0].Price"),
        (
            {
                "Positions": [
                    {
                        **BREAD,
                        "Price": LIMIT - 1,
                        "Markup": LIMIT - 1,
                        "Discount": LIMIT - 1,
                        "Tax": None,
                    }
                ]
            },
            "Payments",
        ),
        ({"Positions": [{**BREAD, "Price": LIMIT - 1, "Tax": None}] * 2}, "Positions"),
        ({"TicketModifiers": [{"Type": 2, "Sum": LIMIT - 1}]}, "Positions"),
        ({"Positions": [{**BREAD, "Count": LIMIT}]}, "Positions[0].Count"),
        ({"Payments": [{"Sum": LIMIT - 1, "PaymentType": way} for way in range(5)]}, "Change"),
        ({"Payments": [{"Sum": LIMIT - 1, "PaymentType": 1}], "Change": LIMIT}, "Change"),
    ],
)
def test_a_sum_over_the_limit_names_its_field(integration, serial, kkm, change, field):
    before = kkm.operations.count()
    code, text = first_error(integration.call("check", **sale(serial, **change)))
    assert (code, text.partition(":")[0]) == (9, field)
    assert kkm.operations.count() == before


@pytest.mark.parametrize(
    "digits", ["1e3", "1E+3", "1000.00", "1000", "10e2", "1000.0000000", '" 1000,00 "', '"1000"']
)
def test_a_sum_is_read_however_it_is_written(integration, serial, kkm, digits):
    asked = {
        "CashboxUniqueNumber": serial,
        "Token": integration.token,
        "OperationType": 0,
        "Sum": Raw(digits),
    }
    assert integration.raw("MoneyOperation", written(asked)).json()["Data"]["Sum"] == 1000


@pytest.mark.parametrize(
    "digits",
    [
        "1e-3",
        "0.001",
        "1000.0002",
        "-1",
        "1e13",
        "1e99",
        "1e-400",
        '"1.000,00"',
        '"тысяча"',
        '"0x10"',
        '"١٠"',
        '"1_000"',
        '"+5"',
    ],
)
def test_what_is_no_sum_is_refused(integration, serial, kkm, digits):
    asked = {
        "CashboxUniqueNumber": serial,
        "Token": integration.token,
        "OperationType": 0,
        "Sum": Raw(digits),
    }
    code, text = first_error(integration.raw("MoneyOperation", written(asked)).json())
    assert (code, text.partition(":")[0]) == (9, "Sum")
