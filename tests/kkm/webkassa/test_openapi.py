"""The description of the API: a valid OpenAPI document of every call, with examples that are
true, and a page of it for people.
"""

import json
import re
from pathlib import Path

import pytest
from django.utils import translation
from openapi_spec_validator import OpenAPIV31SpecValidator

from kkm.webkassa.http import codes
from kkm.webkassa.manual.call_descriptions import CALL_DESCRIPTIONS
from kkm.webkassa.manual.code_descriptions import CODE_DESCRIPTIONS
from kkm.webkassa.manual.field_descriptions import DESCRIPTIONS_IN_SCHEMA, FIELD_DESCRIPTIONS
from kkm.webkassa.manual.openapi import EXAMPLES, document, example
from tests.kkm.webkassa.conftest import LOGIN, PASSWORD
from tests.kkm.webkassa.described import CALLS, judge, operation

pytestmark = pytest.mark.django_db

by_path = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.path)
SCHEMAS = document("ru")["components"]["schemas"]


def is_valid(path, answer):
    return judge(path, "answer").is_valid(answer)


# -- the document ----------------------------------------------------------------------------------


def test_it_is_a_valid_document_of_openapi_3_1(client):
    told = client.get("/api/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []


def test_it_has_every_call_of_the_table_and_no_other():
    assert set(document("ru")["paths"]) == {call.address for call in CALLS}
    assert len(CALLS) == 28


def test_the_readme_names_every_call_of_the_table_and_no_other():
    readme = Path("README.md").read_text(encoding="utf-8")
    section = readme.partition("## What the register API serves")[2].partition("## ")[0]
    rows = "".join(line for line in section.splitlines() if line.startswith("|"))
    served = {re.sub(r"^/api[a-z-]*/v4/", "", call.address) for call in CALLS}
    assert set(re.findall(r"`([^`]+)`", rows)) == served


def test_the_sections_stand_at_an_address_of_their_own():
    elsewhere = {path for path in document("ru")["paths"] if not path.startswith("/api/v4/")}
    assert elsewhere == {
        "/api-history/v4/Reports/ReportByShiftsAndSections",
        "/api-history/v4/Ticket/GetTicketByExternalCheckNumber",
        "/api-portal/v4/cashbox/client-info",
        "/api-portal/v4/organization/main-info",
        "/api-portal/v4/employee/employees-and-cashboxes",
    }


@by_path
def test_an_address_of_the_document_answers(integration, call):
    told = integration.client.post(
        call.address, "{}", content_type="application/json", headers={"x-api-key": integration.key}
    ).json()
    assert is_valid(call.path, told)
    assert "Errors" in told


def test_every_field_is_described_once_and_nothing_is_described_that_is_not_there():
    fields = {
        (name, field) for name, schema in SCHEMAS.items() for field in schema["properties"]
    } - {
        ("Refusal", "Code"),
        ("Refusal", "Text"),
    }
    own = {tuple(key.split(".")) for key in DESCRIPTIONS_IN_SCHEMA}
    assert own <= fields
    assert set(FIELD_DESCRIPTIONS) == {field for _name, field in fields - own}
    assert all(
        told["description"].strip()
        for schema in SCHEMAS.values()
        for told in schema["properties"].values()
    )


def test_every_code_of_a_refusal_is_described():
    known = {
        value for name, value in vars(codes).items() if name.isupper() and isinstance(value, int)
    }
    assert set(CODE_DESCRIPTIONS) == known
    assert SCHEMAS["Refusal"]["properties"]["Code"]["enum"] == list(CODE_DESCRIPTIONS)


def test_what_must_be_sent_is_what_the_declaration_asks_for():
    assert SCHEMAS["CheckRequest"]["required"] == [
        "Token",
        "CashboxUniqueNumber",
        "OperationType",
        "Positions",
    ]
    assert SCHEMAS["PositionRequest"]["required"] == ["PositionName", "Count", "Price"]
    assert SCHEMAS["AuthorizeRequest"]["required"] == ["Login", "Password"]


def test_limits_stand_in_it():
    check = SCHEMAS["CheckRequest"]["properties"]
    assert (check["Positions"]["minItems"], check["Positions"]["maxItems"]) == (1, 1000)
    assert check["OperationType"]["enum"] == [0, 1, 2, 3]
    assert {"maxLength": 50, "type": "string"} in check["ExternalCheckNumber"]["anyOf"][0]["anyOf"]


def test_what_may_be_left_out_may_be_null_and_what_must_be_there_may_not():
    valid = json.loads(example(next(call for call in CALLS if call.path == "Check"), "request"))
    request = judge("Check", "request")
    assert request.is_valid(
        {
            **valid,
            "Change": None,
            "ExternalCheckNumber": None,
            "RoundType": None,
            "ReturnBasisDetails": None,
        }
    )
    assert not request.is_valid({**valid, "Positions": None})


def test_an_answer_has_data_or_errors_and_both_only_for_a_repeat():
    data = json.loads(example(next(call for call in CALLS if call.path == "Check"), "answer"))[
        "Data"
    ]
    of = {code: [{"Code": code, "Text": "…"}] for code in (9, 14)}
    assert is_valid("Check", {"Data": data})
    assert is_valid("Check", {"Errors": of[9]})
    assert is_valid("Check", {"Data": data, "Errors": of[14]})
    assert not is_valid("Check", {"Data": data, "Errors": of[9]})
    assert not is_valid("Check", {"Data": data, "Errors": of[14] + of[9]})
    assert not is_valid("Check", {"Data": data, "Errors": []})
    assert not is_valid("Check", {"Data": None, "Errors": of[9]})
    assert not is_valid("Check", {})
    assert not is_valid("Check", {"Errors": [{"Code": 99, "Text": "…"}]})
    assert not is_valid("Check", {"Data": {**data, "More": 1}})


def test_a_call_that_is_not_idempotent_never_answers_both():
    data = json.loads(example(next(call for call in CALLS if call.path == "XReport"), "answer"))[
        "Data"
    ]
    assert is_valid("XReport", {"Data": data})
    assert not is_valid("XReport", {"Data": data, "Errors": [{"Code": 14, "Text": "…"}]})


def test_the_key_is_asked_for_everywhere():
    told = document("ru")
    assert told["security"] == [{"ApiKey": []}]
    assert told["components"]["securitySchemes"]["ApiKey"]["name"] == "x-api-key"
    assert not any("security" in item["post"] for item in told["paths"].values())


# -- examples --------------------------------------------------------------------------------------


def test_there_are_two_examples_of_each_call_and_no_other_files():
    names = {call.path.replace("/", "") for call in CALLS}
    assert {path.name for path in EXAMPLES.iterdir()} == {
        f"{name}.{part}.json" for name in names for part in ("request", "answer")
    }


@by_path
def test_an_example_of_a_request_is_read_by_its_declaration(call):
    asked = json.loads(example(call, "request"), parse_float=str, parse_int=str)
    assert set(call.request_type.model_validate(asked).model_dump(by_alias=True)) >= set(asked)
    judge(call.path, "request").validate(json.loads(example(call, "request")))


@by_path
def test_an_example_of_an_answer_is_as_described(call):
    judge(call.path, "answer").validate(json.loads(example(call, "answer")))


def test_the_examples_sent_one_after_another_are_carried_out(integration, serial):
    own = {"Token": integration.token, "CashboxUniqueNumber": serial, "ShiftNumber": 1}
    for path in (
        "MoneyOperation",
        "Check",
        "XReport",
        "Ticket/PrintFormat",
        "Check/History",
        "Reports/ControlTape",
        "ZReport",
    ):
        call = next(call for call in CALLS if call.path == path)
        asked = json.loads(example(call, "request"))
        told = integration.raw(
            path, json.dumps(asked | {name: value for name, value in own.items() if name in asked})
        ).json()
        assert set(told) == {"Data"}, told
        judge(path, "answer").validate(told)


def test_the_example_of_the_login_is_a_login(integration):
    call = next(call for call in CALLS if call.path == "Authorize")
    assert json.loads(example(call, "request")) == {"Login": LOGIN, "Password": PASSWORD}


# -- the page --------------------------------------------------------------------------------------


@pytest.fixture
def page(client):
    return client.get("/api/docs/").content.decode()


def test_the_page_tells_how_to_begin(page):
    begin = page[page.index('id="begin"') : page.index('id="rules"')]
    assert [
        begin.index(f"call {name}") for name in ("Authorize", "Check", "XReport", "ZReport")
    ] == sorted(
        begin.index(f"call {name}") for name in ("Authorize", "Check", "XReport", "ZReport")
    )
    assert "URL=http://testserver" in begin


@by_path
def test_each_call_has_its_chapter_its_fields_and_its_place_in_the_contents(page, call):
    anchor = operation(call)["operationId"]
    chapter = page[page.index(f'<section class="sheet" id="{anchor}"') :].partition("</section>")[0]
    assert f'<li><a href="#{anchor}">{CALL_DESCRIPTIONS[call.path].name}</a></li>' in page
    assert call.address in chapter
    assert "<code>Token</code>" in chapter
    assert chapter.count('<pre class="docs-code"') == 2


def test_a_field_says_its_name_its_type_whether_it_must_be_there_and_what_it_is(page):
    rows = re.findall(r"<tr>.*?</tr>", page, re.S)
    row = next(row for row in rows if "Positions[].Price" in row)
    assert (
        re.sub(r"<[^>]+>|\s+", " ", row).split()
        == "Positions[].Price тенге обязательно Цена за единицу, тенге".split()
    )


def test_fields_that_are_the_same_are_listed_once(page):
    chapter = page[page.index('id="XReport"') : page.index('id="ZReport"')]
    assert "<code>Sell.VAT</code>" in chapter
    assert "<code>Buy.VAT</code>" not in chapter
    assert "Поля — как у Sell" in chapter


def test_every_code_is_in_the_table_of_the_page(page):
    table = page[page.index('id="codes"') :].partition("</table>")[0]
    assert [int(code) for code in re.findall(r'class="figure amount">(-?\d+)<', table)] == list(
        CODE_DESCRIPTIONS
    )


def test_every_anchor_leads_somewhere(page):
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


def test_nothing_comes_from_another_host(page):
    assert {
        src for src in re.findall(r'(?:src|href)="([^"]+)"', page) if not src.startswith(("/", "#"))
    } == set()
    assert "<style" not in page
    assert " style=" not in page


def test_the_page_and_the_document_speak_the_language_that_is_asked_for(client):
    response = client.get("/api/openapi.json", headers={"accept-language": "kk"})
    assert response["Content-Language"] == "kk"
    assert (
        '<html lang="kk">'
        in client.get("/api/docs/", headers={"accept-language": "kk"}).content.decode()
    )
    with translation.override("kk"):
        assert document("kk") is document("kk")
        assert document("kk") is not document("ru")


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/docs/"])
def test_descriptions_are_read_by_everybody_and_by_get_only(client, path):
    assert client.get(path).status_code == client.head(path).status_code == 200
    response = client.post(path, "{}", content_type="application/json")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["Errors"][0]["Code"] == -1


def test_without_the_last_slash_the_page_is_found_too(client):
    assert client.get("/api/docs").url == "/api/docs/"
