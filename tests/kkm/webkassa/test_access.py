"""Who may call: keys, tokens, cashiers, their registers; and that guessing is stopped."""

import json
from datetime import timedelta
from typing import ClassVar

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from kkm.models import ApiKey, Cashier, FiscalOperation, Token
from kkm.webkassa.call_table import CALLS
from kkm.webkassa.manual.call_descriptions import CALL_DESCRIPTIONS
from kkm.webkassa.manual.openapi import example
from tests.factories import KKMFactory
from tests.inspector.factories import PASSWORD as OF_CABINET
from tests.inspector.factories import InspectorFactory
from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD, Integration, make_cashier

pytestmark = pytest.mark.django_db

ADDRESS, ANOTHER = "10.1.2.3", "10.9.9.9"


def from_address(integration, address, key=KEY):
    return Integration(Client(REMOTE_ADDR=address), key)


def enter(integration, login=LOGIN, password=PASSWORD):
    return integration.call("Authorize", Login=login, Password=password)


def refusal(told):
    (error,) = told["Errors"]
    return error["Code"], error["Text"]


# -- strangers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.path)
@pytest.mark.parametrize(
    "headers",
    [{}, {"x-api-key": ""}, {"x-api-key": "somebody's"}, {"x-api-key": "\xff"}],
    ids=["no", "empty", "unknown", "odd"],
)
def test_a_stranger_gets_code_3_and_leaves_nothing(client, call, headers):
    response = client.post(
        call.address, example(call, "request"), content_type="application/json", headers=headers
    )
    assert response.status_code == 200
    assert [error["Code"] for error in response.json()["Errors"]] == [3]
    assert not FiscalOperation.objects.exists()


@pytest.mark.parametrize(
    "call", [call for call in CALLS if call.path != "Authorize"], ids=lambda call: call.path
)
@pytest.mark.parametrize(
    "token",
    [{}, {"Token": None}, {"Token": ""}, {"Token": []}],
    ids=["no", "null", "empty", "list"],
)
def test_who_has_a_key_and_no_token_gets_code_3(integration, call, token):
    asked = json.loads(example(call, "request"))
    del asked["Token"]
    response = integration.raw(call.path, json.dumps(asked | token))
    assert [error["Code"] for error in response.json()["Errors"]] == [3]


def test_a_token_that_nobody_gave_is_code_2(integration):
    integration.token = "f" * 32
    assert integration.code("Cashboxes") == 2


@pytest.mark.parametrize("header", ["x-api-key", "X-API-KEY", "X-Api-Key"])
def test_the_name_of_the_header_is_read_whatever_its_case(integration, client, header):
    body = json.dumps({"Login": LOGIN, "Password": PASSWORD})
    told = client.post(
        "/api/Authorize", body, content_type="application/json", headers={header: KEY}
    ).json()
    assert len(told["Data"]["Token"]) == 32


def test_a_revoked_key_lets_nobody_in_and_its_tokens_die_with_it(integration):
    ApiKey.objects.update(revoked_at=timezone.now())
    assert integration.code("Cashboxes") == 3
    assert integration.code("Authorize", Login=LOGIN, Password=PASSWORD) == 3


def test_a_token_serves_the_integrator_who_got_it(integration):
    ApiKey.issue("Другой", at=timezone.now(), secret="another integrator's key")
    thief = Integration(integration.client, "another integrator's key")
    thief.token = integration.token
    assert thief.code("Cashboxes") == 2
    assert "List" in integration.data("Cashboxes")


# -- tokens ----------------------------------------------------------------------------------------


def test_a_token_lives_for_24_hours(integration):
    token = Token.objects.get()
    assert token.expires_at - token.issued_at == timedelta(hours=24)
    Token.objects.update(issued_at=token.issued_at - timedelta(hours=24), expires_at=timezone.now())
    assert integration.code("Cashboxes") == 2


def test_a_revoked_token_is_refused_as_an_expired_one(integration):
    Token.objects.update(revoked_at=timezone.now())
    assert integration.code("Cashboxes") == 2


def test_a_token_is_kept_as_a_hash(integration):
    assert integration.token not in str(list(Token.objects.values()))


def test_a_cashier_who_was_dismissed_neither_stays_nor_comes_in(integration):
    Cashier.objects.update(dismissed_at=timezone.now())
    assert integration.code("Cashboxes") == 2
    assert refusal(enter(integration)) == (1, "Неверный логин или пароль.")


# -- registers -------------------------------------------------------------------------------------


def test_a_register_of_another_cashier_is_closed_and_one_that_is_not_there_is_not_found(
    integration,
):
    stranger = KKMFactory()
    assert integration.code("XReport", CashboxUniqueNumber=stranger.serial_number) == 5
    assert integration.code("XReport", CashboxUniqueNumber="SWK00000000") == 6


def test_a_register_is_found_whatever_the_case_of_its_number(integration, serial):
    assert integration.code("XReport", CashboxUniqueNumber=serial.lower()) == 13


# -- guessing --------------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_the_login_at_that_address_only(integration):
    guesser = from_address(integration, ADDRESS)
    wrong = [refusal(enter(guesser, password=f"guess {n}")) for n in range(5)]
    assert wrong == [(1, "Неверный логин или пароль.")] * 5
    code, sentence = refusal(enter(guesser))
    assert (code, sentence[:23]) == (1, "Слишком много неудачных")
    assert "Token" in enter(from_address(integration, ANOTHER))["Data"]


def test_a_lock_holds_whatever_the_case_of_the_login(integration):
    guesser = from_address(integration, ADDRESS)
    for login in (
        "kassir@bereke.kz",
        "KASSIR@bereke.kz",
        "Kassir@Bereke.kz",
        "kassir@BEREKE.KZ",
        "kassir@bereke.KZ",
    ):
        enter(guesser, login, "guess")
    assert "Errors" in enter(guesser)


def test_a_lock_of_one_login_leaves_another_free(integration, kkm):
    make_cashier(kkm, login="second@bereke.kz", code=65)
    guesser = from_address(integration, ADDRESS)
    for _ in range(5):
        enter(guesser, password="guess")
    assert "Data" in enter(guesser, "second@bereke.kz")


def test_a_lock_is_over_after_half_an_hour(integration):
    guesser = from_address(integration, ADDRESS)
    for _ in range(5):
        enter(guesser, password="guess")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert "Data" in enter(guesser)


def test_the_right_password_forgives_its_own_address_and_no_other(integration):
    guesser, till = from_address(integration, ADDRESS), from_address(integration, ANOTHER)
    for _ in range(4):
        enter(guesser, password="guess")
        enter(till, password="mistyped")
    assert "Data" in enter(till)
    assert "Data" in enter(till)
    enter(guesser, password="guess")
    assert refusal(enter(guesser))[1].startswith("Слишком много")


def test_a_locked_answer_is_json_of_status_200(integration):
    guesser = from_address(integration, ADDRESS)
    body = json.dumps({"Login": LOGIN, "Password": "guess"})
    told = [guesser.raw("Authorize", body) for _ in range(7)]
    assert {response.status_code for response in told} == {200}
    assert {response["Content-Type"] for response in told} == {"application/json; charset=utf-8"}


def test_a_lock_in_the_api_is_none_in_the_cabinet(integration):
    inspector = InspectorFactory(username=LOGIN)
    guesser = from_address(integration, ADDRESS)
    for _ in range(6):
        enter(guesser, password="guess")
    response = guesser.client.post(
        "/login/", {"username": inspector.username, "password": OF_CABINET}
    )
    assert response.status_code == 302


def test_who_has_no_key_cannot_lock_a_cashier_out(integration):
    guesser = from_address(integration, ADDRESS, key="none of ours")
    assert {refusal(enter(guesser, password="guess"))[0] for _ in range(6)} == {3}
    assert "Data" in enter(from_address(integration, ADDRESS))


class Counting(MD5PasswordHasher):
    """A hasher that remembers how often it worked."""

    algorithm = "counting"
    works: ClassVar[list[str]] = []

    def encode(self, password, salt):
        self.works.append(password)
        return super().encode(password, salt)


@pytest.mark.parametrize(
    "login", ["nobody@bereke.kz", "known@bereke.kz", "without@bereke.kz", "dismissed@bereke.kz"]
)
def test_a_wrong_login_and_a_wrong_password_cost_the_same_work(integration, kkm, settings, login):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    for code, known in enumerate(["known@bereke.kz", "without@bereke.kz", "dismissed@bereke.kz"]):
        make_cashier(kkm, login=known, code=code)
    Cashier.objects.filter(login="without@bereke.kz").update(password="")
    Cashier.objects.filter(login="dismissed@bereke.kz").update(dismissed_at=timezone.now())
    Counting.works.clear()
    assert refusal(enter(integration, login, "guess")) == (1, "Неверный логин или пароль.")
    assert len(Counting.works) == 1


# -- two kinds of people ---------------------------------------------------------------------------


def test_an_inspector_cannot_enter_the_api(integration):
    InspectorFactory(username="serikov")
    assert refusal(enter(integration, "serikov", OF_CABINET))[0] == 1


def test_a_cashier_cannot_enter_the_cabinet(integration, rf):
    assert authenticate(rf.post("/login/"), username=LOGIN, password=PASSWORD) is None
    client = Client()
    assert client.post("/login/", {"username": LOGIN, "password": PASSWORD}).status_code == 200
    assert client.get("/cabinet/").status_code == 302


def test_a_cookie_of_the_cabinet_is_no_key(client):
    client.force_login(InspectorFactory(), backend="django.contrib.auth.backends.ModelBackend")
    told = client.post("/api/Cashboxes", '{"Token": "x"}', content_type="application/json").json()
    assert refusal(told)[0] == 3


def test_the_table_has_every_call_of_the_description():
    assert list(CALL_DESCRIPTIONS) == [call.path for call in CALLS]
