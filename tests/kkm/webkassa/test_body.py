"""What is no call at all is told in JSON too, with HTTP's own statuses; what is no JSON object
is code 9.
"""

import gzip
import io
import json

import pytest
from django.test import Client

from alsep.views import own_failure

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


class Broken(io.RawIOBase):
    """A connection that is cut while the body is read."""

    def read(self, size=-1):
        raise ConnectionResetError


def only_error(response):
    (error,) = response.json()["Errors"]
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return error["Code"], error["Text"]


def sent(client, body, **environ):
    """A body with a type and whatever else the server says of it."""
    content_type = environ.pop("content_type", "application/json")
    return client.generic(
        "POST", "/api/v4/XReport", body, content_type, CONTENT_TYPE=content_type, **environ
    )


def in_chunks(client, body, **environ):
    """A body of unknown length, as gunicorn hands it over."""
    whole = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, **environ}
    return sent(client, b"", HTTP_TRANSFER_ENCODING="chunked", **whole)


# -- addresses and methods -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/API/",
        "/api-history",
        "/api/v4",
        "/api/v4/",
        "/api/v5/Check",
        "/api/Nothing",
        "/api/a%0Ab",
        "/api/%FF",
        "/api/v4/a/b/c",
    ],
)
def test_an_unknown_address_is_404_and_never_a_redirect(client, path, method):
    response = client.generic(method, path, b"{}", "application/json")
    assert response.status_code == 404
    code, sentence = only_error(response)
    assert code == -1
    assert sentence.startswith("Такого вызова нет")


def test_what_only_begins_like_the_api_is_not_the_api(client):
    response = client.get("/apiary")
    assert response.status_code == 404
    assert response["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "SELL"])
def test_another_method_is_405_and_says_which_is_allowed(client, method):
    response = client.generic(method, "/api/v4/Check", b"{}", "application/json")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert only_error(response) == (-1, "Вызовы принимаются методом POST.")


def test_head_is_405_without_a_body(client):
    response = client.head("/api/v4/Check")
    assert (response.status_code, response["Allow"], response.content) == (405, "POST", b"")


def test_no_cookie_and_no_token_of_a_form_is_asked_for(integration):
    strict = Client(enforce_csrf_checks=True, headers={"x-api-key": integration.key})
    body = json.dumps({"Token": integration.token})
    assert "Data" in strict.post("/api/v4/Cashboxes", body, content_type="application/json").json()


def test_answers_are_never_kept_by_a_cache(client):
    assert (
        "no-store"
        in client.post("/api/v4/Check", "{}", content_type="application/json")["Cache-Control"]
    )


def test_a_host_that_is_not_ours_is_refused_in_json(client):
    response = client.post(
        "/api/v4/Check", "{}", content_type="application/json", headers={"host": "evil.example"}
    )
    assert response.status_code == 400
    assert only_error(response)[0] == -1


@pytest.mark.parametrize("path", ["/api/v4/Check", "/api", "/API-History/v4/Check"])
def test_our_own_failure_is_told_in_json(rf, path):
    response = own_failure(rf.post(path))
    assert response.status_code == 500
    assert json.loads(response.content)["Errors"][0]["Code"] == -1


@pytest.mark.parametrize("path", ["/cabinet/", "/api/docs/", "/"])
def test_our_own_failure_on_a_page_is_a_page(rf, path):
    assert own_failure(rf.get(path))["Content-Type"] == "text/html; charset=utf-8"


# -- types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "text/json",
        "application/json-patch+json",
    ],
)
def test_json_is_taken_under_its_names(integration, kind):
    response = integration.raw(
        "Cashboxes", json.dumps({"Token": integration.token}), content_type=kind
    )
    assert "Data" in response.json()


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
        "application/jsonp",
    ],
)
def test_another_type_is_415(client, kind):
    response = sent(client, b'{"Token": "x"}', content_type=kind)
    assert response.status_code == 415
    assert only_error(response) == (-1, "Нужен заголовок Content-Type: application/json.")


@pytest.mark.parametrize(
    "charset", ["windows-1251", "utf-16", "latin-1", "no-such-charset", "rot13", ""]
)
def test_another_charset_is_415(client, charset):
    response = sent(client, b"{}", content_type=f"application/json; charset={charset}")
    assert response.status_code == 415
    assert only_error(response) == (-1, "Тело запроса нужно в кодировке UTF-8.")


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, identity"])
def test_a_compressed_body_is_415(client, coding):
    response = sent(client, gzip.compress(b"{}"), HTTP_CONTENT_ENCODING=coding)
    assert response.status_code == 415
    assert only_error(response)[1].startswith("Тело запроса сжато")


# -- sizes -----------------------------------------------------------------------------------------


def test_a_megabyte_is_read_and_one_byte_more_is_413(client):
    whole = b'{"Token": ""}'.ljust(MEGABYTE)
    assert sent(client, whole).status_code == 200
    response = sent(client, whole + b" ")
    assert response.status_code == 413
    assert only_error(response) == (-1, "Тело запроса больше 1 МБ.")


def test_a_length_that_promises_too_much_is_413_before_anything_is_read(client):
    response = sent(client, b"", CONTENT_LENGTH=str(10**12), **{"wsgi.input": Broken()})
    assert response.status_code == 413


@pytest.mark.parametrize(("length", "answered"), [("2", 3), ("3", 9), ("0", 9), ("", 9), ("-1", 9)])
def test_no_more_is_read_than_the_length_says(client, length, answered):
    response = sent(
        client, b"", CONTENT_LENGTH=length, **{"wsgi.input": io.BytesIO(b'{}, "Token": "x"}')}
    )
    assert response.status_code == 200
    assert response.json()["Errors"][0]["Code"] == answered


def test_a_body_that_is_shorter_than_its_length_is_400(client):
    response = sent(
        client, b"", CONTENT_LENGTH="20", **{"wsgi.input": io.BytesIO(b'{"Token": "x"}')}
    )
    assert response.status_code == 400
    assert only_error(response) == (-1, "Запрос оборвался.")


@pytest.mark.parametrize("length", ["many", "1e3", "12, 12"])
def test_a_length_that_is_no_number_is_400(client, length):
    assert (
        sent(client, b"", CONTENT_LENGTH=length, **{"wsgi.input": io.BytesIO(b"{}")}).status_code
        == 400
    )


def test_a_body_of_unknown_length_is_read(integration):
    response = in_chunks(
        integration.client,
        json.dumps({"Token": integration.token}).encode(),
        HTTP_X_API_KEY=integration.key,
    )
    assert [error["Text"] for error in response.json()["Errors"]] == [
        "CashboxUniqueNumber: обязательное поле."
    ]


def test_a_body_of_unknown_length_over_a_megabyte_is_413(client):
    assert in_chunks(client, b"{}".ljust(MEGABYTE)).status_code == 200
    assert in_chunks(client, b"{}".ljust(MEGABYTE + 1)).status_code == 413


def test_a_server_that_cannot_read_to_the_end_asks_for_the_length(client):
    assert in_chunks(client, b"{}", **{"wsgi.input_terminated": False}).status_code == 411


@pytest.mark.parametrize(
    "headers",
    [
        {"CONTENT_LENGTH": "20"},
        {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True},
    ],
    ids=["whole", "chunked"],
)
def test_a_body_that_breaks_off_is_400(client, headers):
    response = sent(client, b"", **{"wsgi.input": Broken(), **headers})
    assert response.status_code == 400
    assert only_error(response) == (-1, "Запрос оборвался.")


# -- json ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Тело запроса не читается как JSON с символа 1."),
        (b"\xef\xbb\xbf", "Тело запроса не читается как JSON с символа 1."),
        (b'{"Token": }', "Тело запроса не читается как JSON с символа 11."),
        (b'{"Token": "x"', "Тело запроса не читается как JSON с символа 14."),
        (b'{"Token": "x"} {}', "Тело запроса не читается как JSON с символа 16."),
        (b"{'Token': 1}", "Тело запроса не читается как JSON с символа 2."),
        (b'{"Token": "a\nb"}', "Тело запроса не читается как JSON с символа 13."),
        (b'{"Token": "\xff"}', "Тело запроса — не UTF-8, байт 12."),
        ('{"Token": "х"}'.encode("utf-16"), "Тело запроса — не UTF-8, байт 1."),
        (b"[" * MEGABYTE, "В теле запроса слишком много вложенных скобок."),
        (b'{"a":' * 100_000, "В теле запроса слишком много вложенных скобок."),
        (b"[]", "Тело запроса — один объект JSON в фигурных скобках."),
        (b"null", "Тело запроса — один объект JSON в фигурных скобках."),
        (b'"Token"', "Тело запроса — один объект JSON в фигурных скобках."),
        (b"9" * 10_000, "Тело запроса — один объект JSON в фигурных скобках."),
        (b"NaN", "Тело запроса — один объект JSON в фигурных скобках."),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_object_is_code_9(client, body, sentence):
    assert only_error(sent(client, body)) == (9, sentence)


def test_a_mark_of_the_byte_order_is_passed_over(integration):
    response = integration.raw(
        "Cashboxes", b"\xef\xbb\xbf" + json.dumps({"Token": integration.token}).encode()
    )
    assert "Data" in response.json()


@pytest.mark.parametrize(
    "tokens",
    [
        '"Token": "x", "Token": "{}"',
        '"token": "x", "Token": "{}"',
        '"Token": "x", "TOKEN": "{}"',
        '"Token": "{}", "token": null',
    ],
)
def test_of_a_field_that_comes_twice_the_last_counts_and_null_is_none(integration, tokens):
    response = integration.raw("Cashboxes", "{" + tokens.replace("{}", integration.token) + "}")
    assert "Data" in response.json()


def test_the_first_of_two_fields_is_not_looked_at(integration):
    response = integration.raw("Cashboxes", f'{{"Token": "{integration.token}", "Token": "x"}}')
    assert only_error(response)[0] == 2


def test_fields_that_nobody_knows_may_be_anything(integration):
    deep = "[" * 200 + "]" * 200
    odd = f'"Token": "{integration.token}", "Vendor": NaN, "": {deep}, "\\ud800": "\\ud800", "Huge": 1e999, "Long": {"9" * 10_000}'
    assert "Data" in integration.raw("Cashboxes", "{" + odd + "}").json()
