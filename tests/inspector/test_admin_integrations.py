"""Staff let registers talk to us: keys shown once, cashiers with drawn passwords, tokens that
can be revoked.
"""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from inspector.models import AccessEntry
from kkm.models import ApiKey, Cashier, LateOffline, Token
from tests.factories import CashierFactory, KKMFactory
from tests.inspector.factories import InspectorFactory

pytestmark = pytest.mark.django_db
KEY, PASSWORD = (
    re.compile(r"<code>([\w-]{43})</code>"),
    re.compile(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){2})</code>"),
)


@pytest.fixture
def reader(client):
    """Staff who may look at everything and change nothing."""
    user = InspectorFactory(username="reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return user


@pytest.fixture
def key():
    """An integrator's key."""
    return ApiKey.issue("1С-Рарус", at=timezone.now())[0]


def url(model, page, *args):
    return reverse(f"admin:kkm_{model._meta.model_name}_{page}", args=args)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def revoke(client, model, *rows):
    return client.post(
        url(model, "changelist"),
        {"action": "revoke", "_selected_action": [row.pk for row in rows]},
        follow=True,
    )


def save(client, cashier, **more):
    """The form of a cashier, saved; the page that follows."""
    asked = {
        "taxpayer": cashier.taxpayer_id,
        "code": cashier.code,
        "name": cashier.name,
        "login": cashier.login,
        "kkms": [],
        **more,
    }
    return client.post(url(Cashier, "change", cashier.pk), asked, follow=True)


def token(cashier, key):
    Token.issue(cashier, key, at=timezone.now())
    return cashier.tokens.latest("pk")


# -- keys ------------------------------------------------------------------------------------------


def test_a_new_key_is_shown_once_and_kept_as_a_hash(client, staff):
    page = text(client.post(url(ApiKey, "add"), {"name": "1С-Рарус"}, follow=True))
    (secret,) = KEY.findall(page)
    key = ApiKey.objects.get()
    assert (key.name, key.hint) == ("1С-Рарус", secret[:8])
    assert secret not in str(key.__dict__)
    assert secret not in text(client.get(url(ApiKey, "changelist")))
    assert secret not in text(client.get(url(ApiKey, "change", key.pk)))
    assert LogEntry.objects.get().object_id == str(key.pk)


def test_a_key_is_neither_edited_nor_deleted(client, staff, key):
    assert 'name="name"' not in text(client.get(url(ApiKey, "change", key.pk)))
    assert client.post(url(ApiKey, "change", key.pk), {"name": "другой"}).status_code == 403
    said = text(client.post(url(ApiKey, "delete", key.pk), {"post": "yes"}, follow=True))
    assert "Выданное не удаляют, а отзывают" in said
    assert "delete_selected" not in text(client.get(url(ApiKey, "changelist")))
    key.refresh_from_db()
    assert key.name == "1С-Рарус"


def test_a_revoked_key_keeps_the_date_and_who_revoked_it(client, staff, key):
    assert "Отозвано: 1." in text(revoke(client, ApiKey, key))
    key.refresh_from_db()
    first = key.revoked_at
    assert first is not None
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.get_change_message()) == (
        staff,
        str(key.pk),
        "Изменено отозван.",
    )
    assert "Отозвано: 0." in text(revoke(client, ApiKey, key))
    key.refresh_from_db()
    assert key.revoked_at == first


def test_who_may_only_look_makes_and_revokes_nothing(client, reader, key):
    text(client.get(url(ApiKey, "changelist")))
    assert client.post(url(ApiKey, "add"), {"name": "чужой"}).status_code == 403
    revoke(client, ApiKey, key)
    assert ApiKey.objects.get().revoked_at is None


def test_keys_are_found_by_their_state(client, staff, key):
    gone = ApiKey.issue("Старая касса", at=timezone.now())[0]
    ApiKey.objects.filter(pk=gone.pk).update(revoked_at=timezone.now())
    assert [
        one.pk
        for one in client.get(url(ApiKey, "changelist"), {"revoked": "0"}).context["cl"].result_list
    ] == [key.pk]
    assert [
        one.pk
        for one in client.get(url(ApiKey, "changelist"), {"revoked": "1"}).context["cl"].result_list
    ] == [gone.pk]


# -- cashiers --------------------------------------------------------------------------------------


def test_a_cashier_who_gets_a_login_gets_a_password_that_is_told_once(client, staff):
    cashier = CashierFactory()
    (password,) = PASSWORD.findall(text(save(client, cashier, login="kassir@bereke.kz")))
    cashier.refresh_from_db()
    assert cashier.login == "kassir@bereke.kz"
    assert cashier.check_password(password)
    assert password not in cashier.password
    assert not PASSWORD.findall(text(client.get(url(Cashier, "change", cashier.pk))))


def test_a_new_cashier_may_come_with_a_login_or_without(client, staff):
    taxpayer = KKMFactory().taxpayer
    asked = {"taxpayer": taxpayer.pk, "code": 1, "name": "Ким В.О.", "kkms": []}
    assert not PASSWORD.findall(text(client.post(url(Cashier, "add"), asked, follow=True)))
    page = text(client.post(url(Cashier, "add"), asked | {"code": 2, "login": "kim"}, follow=True))
    (password,) = PASSWORD.findall(page)
    assert [one.check_password(password) for one in taxpayer.cashiers.order_by("code")] == [
        False,
        True,
    ]


def test_saving_a_cashier_leaves_his_password_and_his_tokens(client, staff, key):
    cashier = CashierFactory(login="kassir")
    password, given = cashier.issue_password(at=timezone.now()), token(cashier, key)
    assert not PASSWORD.findall(text(save(client, cashier, name="Ахметова А.К., старшая")))
    cashier.refresh_from_db()
    assert (cashier.name, cashier.check_password(password)) == ("Ахметова А.К., старшая", True)
    assert list(Token.objects.valid(timezone.now())) == [given]


def test_a_new_password_ends_the_old_one_and_every_token(client, staff, key):
    cashier = CashierFactory(login="kassir")
    before = cashier.issue_password(at=timezone.now())
    token(cashier, key)
    (password,) = PASSWORD.findall(text(save(client, cashier, new_password="on")))
    cashier.refresh_from_db()
    assert (cashier.check_password(before), cashier.check_password(password)) == (False, True)
    assert not Token.objects.valid(timezone.now()).exists()
    assert "Выдать новый пароль API" in LogEntry.objects.get().get_change_message()


def test_a_new_password_takes_a_lockout_off(client, staff):
    secret, cashier = ApiKey.issue("1С-Рарус", at=timezone.now())[1], CashierFactory(login="Kassir")

    def enter(password):
        asked = {"Login": "kassir", "Password": password}
        return client.post(
            "/api/v4/Authorize",
            asked,
            content_type="application/json",
            headers={"x-api-key": secret},
        ).json()

    before = cashier.issue_password(at=timezone.now())
    for _time in range(5):
        enter("не тот")
    assert "Повторите через 30 минут." in enter(before)["Errors"][0]["Text"]
    (password,) = PASSWORD.findall(text(save(client, cashier, new_password="on")))
    assert enter(password)["Data"]["Token"]


@pytest.mark.parametrize("change", [{"dismissed": "on"}, {"login": ""}])
def test_who_is_dismissed_or_loses_his_login_is_shut_out_at_once(client, staff, key, change):
    cashier = CashierFactory(login="kassir")
    password = cashier.issue_password(at=timezone.now())
    token(cashier, key)
    save(client, cashier, **change)
    cashier.refresh_from_db()
    assert not cashier.check_password(password)
    assert cashier.tokens.get().revoked_at is not None
    assert (cashier.dismissed_at is not None) == ("dismissed" in change)


def test_who_comes_back_gets_a_new_password(client, staff):
    cashier = CashierFactory(login="kassir", dismissed_at=timezone.now() - timedelta(days=3))
    assert (
        "checked"
        in re.search(
            r'<input[^>]*name="dismissed"[^>]*>',
            text(client.get(url(Cashier, "change", cashier.pk))),
        ).group()
    )
    (password,) = PASSWORD.findall(text(save(client, cashier)))
    cashier.refresh_from_db()
    assert (cashier.dismissed_at, cashier.check_password(password)) == (None, True)


def test_the_day_of_dismissal_stays_when_the_dismissed_is_saved_again(client, staff):
    left = timezone.now() - timedelta(days=3)
    cashier = CashierFactory(login="kassir", dismissed_at=left)
    save(client, cashier, dismissed="on", name="Ахметова А.К.")
    cashier.refresh_from_db()
    assert cashier.dismissed_at == left


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"new_password": "on", "login": ""}, "login", "Чтобы выдать пароль, впишите логин."),
        ({"new_password": "on", "dismissed": "on"}, "new_password", "Уволенному пароль не выдают."),
    ],
)
def test_a_password_for_nobody_is_refused_in_a_sentence(client, staff, change, field, sentence):
    response = save(client, CashierFactory(login="kassir"), **change)
    assert response.context["adminform"].form.errors == {field: [sentence]}


def test_a_login_of_another_cashier_is_refused_whatever_the_case_and_an_inspectors_is_not(
    client, staff
):
    CashierFactory(login="Kassir")
    InspectorFactory(username="serikov")
    cashier = CashierFactory()
    assert "Такой логин кассира уже есть." in text(save(client, cashier, login="kASSIR"))
    save(client, cashier, login="serikov")
    cashier.refresh_from_db()
    assert cashier.login == "serikov"


def test_the_dismissed_are_found(client, staff):
    here, gone = CashierFactory(), CashierFactory(dismissed_at=timezone.now())
    for value, found in (("0", here), ("1", gone)):
        assert list(
            client.get(url(Cashier, "changelist"), {"dismissed": value}).context["cl"].result_list
        ) == [found]


# -- tokens, late tickets --------------------------------------------------------------------------


def test_a_token_can_be_revoked_and_is_not_made_by_hand(client, staff, key):
    cashier = CashierFactory(login="kassir")
    first, second = token(cashier, key), token(cashier, key)
    assert client.get(url(Token, "add")).status_code == 403
    assert first.digest not in text(client.get(url(Token, "changelist")))
    revoke(client, Token, first)
    assert list(Token.objects.valid(timezone.now())) == [second]


def test_late_tickets_are_looked_at_and_the_look_is_in_the_access_log(
    client, staff, active_kkm, now
):
    late = LateOffline.objects.create(
        kkm=active_kkm, occurred_at=now - timedelta(hours=80), refused_at=now
    )
    assert active_kkm.serial_number in text(
        client.get(url(LateOffline, "changelist"), {"q": active_kkm.serial_number[-4:]})
    )
    text(client.get(url(LateOffline, "change", late.pk)))
    assert [
        client.get(url(LateOffline, "add")).status_code,
        client.post(url(LateOffline, "delete", late.pk)).status_code,
    ] == [403, 403]
    assert (
        AccessEntry.objects.filter(user=staff, kkm=active_kkm, subject__contains="72 часов").count()
        == 1
    )
