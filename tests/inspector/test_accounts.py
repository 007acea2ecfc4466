"""Coming in, going out, the password; and the pages that everybody sees."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inspector.address import client_address, throttled_address
from inspector.models import AccessEntry, User
from inspector.views import account
from kkm.domain.money import Money
from tests.inspector.factories import PASSWORD, InspectorFactory, StaffFactory

Action = AccessEntry.Action
NEW = "Alatau-qyr-2027"

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspector():
    return InspectorFactory(username="serikov")


def login(client, username="serikov", password=PASSWORD, **more):
    return client.post(
        "/login/", {"username": username, "password": password, **more.pop("data", {})}, **more
    )


def logged(action):
    return AccessEntry.objects.filter(action=action)


# -- the home page ---------------------------------------------------------------------------------


def test_the_home_page_leads_a_stranger_to_the_login(client):
    page = client.get("/").content.decode()
    assert "Alsep Kassa Online" in page
    assert page.count('href="/login/"') == 2  # top right, and the hero


def test_the_home_page_leads_an_inspector_to_the_cabinet(client, inspector):
    client.force_login(inspector)
    page = client.get("/").content.decode()
    assert "Открыть кабинет" in page
    assert 'href="/login/"' not in page


def test_the_sample_on_the_home_page_adds_up(client):
    slip = re.search(
        r'<figure class="slip".*?</figure>', client.get("/").content.decode(), re.S
    ).group()
    sales, cash, card, mobile, purchases, returns, revenue = map(
        Money.parse, re.findall(r"<dd>([\d .]+)</dd>", slip)
    )
    assert cash + card + mobile == sales
    assert sales - purchases - returns == revenue


def test_the_language_changes_by_a_form(client):
    response = client.post("/language/", {"language": "kk", "next": "/"})
    assert response.url == "/"
    assert '<html lang="kk">' in client.get("/").content.decode()


# -- coming in -------------------------------------------------------------------------------------


def test_an_inspector_comes_in_and_it_is_logged_with_the_address(client, inspector):
    response = login(client, REMOTE_ADDR="10.1.2.3")
    assert response.url == reverse("cabinet")
    entry = logged(Action.LOGIN).get()
    assert (entry.user, entry.address) == (inspector, "10.1.2.3")


def test_letter_case_of_the_login_does_not_matter(client, inspector):
    assert login(client, "SeriKov").url == reverse("cabinet")


def test_an_account_with_capital_letters_is_found_too(client):
    StaffFactory(username="Ospanova")
    assert login(client, "ospanova").url == reverse("admin:index")


def test_a_wrong_password_and_an_unknown_account_are_told_the_same(client, inspector):
    known = login(client, password="wrong").context["form"].non_field_errors()
    unknown = login(client, "nobody", password="wrong").context["form"].non_field_errors()
    assert (
        known
        == unknown
        == ["Неверный логин или пароль. Проверьте раскладку клавиатуры и клавишу Caps Lock."]
    )
    assert not logged(Action.LOGIN).exists()


def test_an_account_that_is_switched_off_does_not_come_in(client):
    InspectorFactory(username="former", is_active=False)
    response = login(client, "former")
    assert (
        response.context["form"].non_field_errors()
        == login(client, "nobody").context["form"].non_field_errors()
    )
    assert "_auth_user_id" not in client.session


def test_switching_an_account_off_ends_its_session(client, inspector):
    login(client)
    inspector.is_active = False
    inspector.save()
    assert client.get("/password/").url == "/login/?next=/password/"


def test_next_leads_to_our_pages_only(client, inspector):
    assert login(client, data={"next": "/password/"}).url == "/password/"
    client.logout()
    assert login(client, data={"next": "https://example.org/"}).url == reverse("cabinet")
    client.logout()
    assert login(client, data={"next": "//example.org/"}).url == reverse("cabinet")


def test_who_is_in_is_not_asked_again(client, inspector):
    login(client)
    assert client.get("/login/").url == reverse("cabinet")


def test_the_way_out_is_a_post_and_is_logged(client, inspector):
    login(client)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").url == "/"
    assert logged(Action.LOGOUT).get().user == inspector
    assert "_auth_user_id" not in client.session


# -- the throttle ----------------------------------------------------------------------------------


def fail(client, times, username="serikov", **more):
    for _time in range(times):
        response = login(client, username, "wrong", **more)
    return response


def test_the_fifth_failure_locks_and_says_so(client, inspector):
    assert fail(client, 4).status_code == 200
    response = fail(client, 1)
    assert response.status_code == 429
    assert "Слишком много неудачных попыток" in response.content.decode()
    assert "через 30 минут" in response.content.decode()


def test_the_right_password_does_not_open_a_locked_account(client, inspector):
    fail(client, 5)
    assert login(client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_an_unknown_account_is_locked_in_the_same_words(client, inspector):
    pages = [fail(client, 5, name).content.decode() for name in ("serikov", "nobody")]
    known, unknown = (re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages)
    assert known == unknown


@pytest.mark.parametrize("account", ["serikov", "nobody"])
def test_letter_case_does_not_bypass_the_throttle(client, inspector, account):
    for name in (account, account.title(), account.upper(), account.swapcase()):
        login(client, name, "wrong")
    assert login(client, account.capitalize(), "wrong").status_code == 429
    assert login(client, account).status_code == 429


def test_a_forged_forwarding_header_does_not_bypass_the_throttle(client, inspector):
    for host in range(4):
        login(client, password="wrong", headers={"x-forwarded-for": f"10.0.0.{host}"})
    assert (
        login(client, password="wrong", headers={"x-forwarded-for": "10.0.0.99"}).status_code == 429
    )


def test_another_address_is_not_locked_out_with_the_guesser(client, inspector):
    fail(client, 5, REMOTE_ADDR="10.0.0.1")
    assert login(client, REMOTE_ADDR="10.0.0.2").url == reverse("cabinet")


def test_after_half_an_hour_the_account_opens_again(client, inspector):
    fail(client, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=29))
    assert login(client).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert login(client).url == reverse("cabinet")


def test_the_login_of_the_admin_is_the_same_throttled_one(client):
    StaffFactory(username="admin")
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/login/?next=%2Fadmin%2F"
    response = client.post("/admin/login/", {"username": "admin", "password": PASSWORD})
    assert response.url.startswith("/login/")
    assert "_auth_user_id" not in client.session


def test_one_home_of_ipv6_is_one_guesser_and_the_log_keeps_the_whole_address(client, inspector):
    for host in range(1, 6):
        response = login(client, password="wrong", REMOTE_ADDR=f"2001:db8:1:2::{host:x}")
    assert response.status_code == 429
    assert login(client, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert login(client, REMOTE_ADDR="2001:db8:1:3::1").url == reverse("cabinet")
    assert logged(Action.LOGIN).get().address == "2001:db8:1:3::1"


def test_the_throttle_counts_an_ipv4_address_whole_even_inside_ipv6(rf):
    counted = [
        throttled_address(rf.get("/", REMOTE_ADDR=address))
        for address in ("10.0.0.1", "::ffff:10.0.0.2", "2001:db8::5", "")
    ]
    assert counted == ["10.0.0.1", "10.0.0.2", "2001:db8::", None]


def test_failures_stay_on_record_after_the_right_password(client, inspector):
    fail(client, 3, REMOTE_ADDR="10.0.0.7")
    assert login(client, REMOTE_ADDR="10.0.0.7").url == reverse("cabinet")
    assert not AccessAttempt.objects.exists()
    assert (
        list(AccessFailureLog.objects.values_list("username", "ip_address"))
        == [("serikov", "10.0.0.7")] * 3
    )


def test_a_login_longer_than_any_is_refused_in_the_same_words_and_not_stored(client, inspector):
    response = login(client, "ы" * 5000)
    assert (
        response.context["form"].non_field_errors()
        == login(client, password="wrong").context["form"].non_field_errors()
    )
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["serikov"]


def test_a_zone_of_an_address_is_left_out_and_a_forged_one_not_believed(rf, settings):
    settings.TRUSTED_PROXIES = 1
    forged = rf.get(
        "/", headers={"x-forwarded-for": "fe80::1%" + "x" * 200}, REMOTE_ADDR="fe80::2%eth0"
    )
    assert client_address(forged) == "fe80::2"


def test_an_address_is_counted_from_the_right_of_the_header(rf, settings):
    request = rf.get(
        "/", headers={"x-forwarded-for": "6.6.6.6, 10.0.0.7, 10.0.0.8"}, REMOTE_ADDR="127.0.0.1"
    )
    seen = {}
    for settings.TRUSTED_PROXIES in (0, 1, 2, 4):
        seen[settings.TRUSTED_PROXIES] = client_address(request)
    assert seen == {0: "127.0.0.1", 1: "10.0.0.8", 2: "10.0.0.7", 4: "127.0.0.1"}


def test_what_is_not_an_address_is_not_taken_for_one(rf, settings):
    settings.TRUSTED_PROXIES = 1
    assert (
        client_address(rf.get("/", headers={"x-forwarded-for": "unknown"}, REMOTE_ADDR="127.0.0.1"))
        == "127.0.0.1"
    )


# -- the password ----------------------------------------------------------------------------------


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(
        "/password/", {"old_password": old, "new_password1": new, "new_password2": again or new}
    )


@pytest.fixture
def novice(client):
    user = InspectorFactory(username="novice", must_change_password=True)
    login(client, "novice")
    return user


def test_with_a_one_time_password_the_cabinet_shows_the_password_page(client, novice):
    assert client.get(reverse("cabinet")).url == "/password/"
    assert "одноразовым паролем" in client.get("/password/").content.decode()


def test_a_new_password_opens_the_cabinet_and_is_logged(client, novice):
    assert change(client).url == reverse("cabinet")
    novice.refresh_from_db()
    assert not novice.must_change_password
    assert novice.check_password(NEW)
    assert client.get(reverse("cabinet")).status_code != 302, "the session goes on"
    assert logged(Action.PASSWORD).get().user == novice


def test_a_password_is_changed_together_with_its_line_or_not_at_all(client, novice, monkeypatch):
    monkeypatch.setattr(account, "log", refuse_to_log)
    with pytest.raises(RuntimeError):
        change(client)
    novice.refresh_from_db()
    assert novice.must_change_password
    assert novice.check_password(PASSWORD)


def refuse_to_log(*args):
    raise RuntimeError("the access log cannot be written")


def test_the_password_change_ends_other_sessions(client, inspector):
    other = Client()
    login(other)
    login(client)
    change(client)
    assert other.get("/password/").url == "/login/?next=/password/"


def test_the_new_password_is_not_the_old_one(client, novice):
    errors = change(client, new=PASSWORD).context["form"].errors
    assert errors["new_password1"] == ["Новый пароль совпадает со старым: придумайте другой."]
    novice.refresh_from_db()
    assert novice.must_change_password


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"old": "wrong"}, "old_password"),
        ({"new": "short1"}, "new_password2"),
        ({"new": "123456789012"}, "new_password2"),
        ({"again": "Alatau-qyr-2028"}, "new_password2"),
    ],
)
def test_a_bad_password_is_refused_at_its_field(client, novice, data, field):
    assert list(change(client, **data).context["form"].errors) == [field]
    novice.refresh_from_db()
    assert novice.check_password(PASSWORD)


def test_a_stranger_is_asked_to_come_in_first(client):
    assert client.get("/password/").url == "/login/?next=/password/"


def test_staff_with_a_one_time_password_change_it_before_the_admin(client):
    client.force_login(StaffFactory(must_change_password=True))
    for page in ("/admin/", "/admin/kkm/kkm/", "/admin/inspector/user/add/"):
        assert client.get(page, follow=True).redirect_chain[-1][0] == "/password/"


def test_the_password_page_of_the_admin_is_ours(client):
    client.force_login(StaffFactory())
    assert client.get("/admin/password_change/").url == "/password/"


def test_an_inspector_has_no_business_in_the_admin(client, inspector):
    client.force_login(inspector)
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert "Доступ закрыт" in response.content.decode()


# -- pages for what went wrong, and what a browser may do ------------------------------------------


def test_an_unknown_page_is_told_in_the_frame(client):
    response = client.get("/нет-такой/")
    assert response.status_code == 404
    assert "Страница не найдена" in response.content.decode()


def test_a_stale_form_is_told_in_the_frame(inspector):
    response = login(Client(enforce_csrf_checks=True))
    assert response.status_code == 403
    assert "Форма устарела" in response.content.decode()


def test_the_page_of_our_own_failure_needs_nothing():
    assert "Ошибка на нашей стороне" in get_template("500.html").render()


@pytest.mark.parametrize("page", ["/", "/login/", "/admin/", "/admin/kkm/kkm/", "/нет-такой/"])
def test_a_browser_is_told_to_run_and_load_only_what_is_ours(client, page):
    if page.startswith("/admin/"):
        client.force_login(StaffFactory())
    policy = client.get(page).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy.split("; ")
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/login/", "/нет-такой/", "/language/"])
@pytest.mark.parametrize("flaw", ["charset", "fields"])
def test_a_body_that_cannot_be_read_is_told_so_with_all_headers(address, flaw):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["csrftoken"] = "a" * 32
    kind = "application/x-www-form-urlencoded" + ("; charset=utf-7" if flaw == "charset" else "")
    response = client.post(
        address, data="a=1&" * (3000 if flaw == "fields" else 1), content_type=kind
    )
    assert response.status_code == (404 if address == "/нет-такой/" else 400)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert (
        "Страница не найдена" if response.status_code == 404 else "Неверный запрос"
    ) in response.content.decode()


def test_a_failure_of_ours_answers_in_words_whatever_the_body(client, monkeypatch):
    monkeypatch.setattr("alsep.health.examine", lambda: 1 / 0)
    client.raise_request_exception = False
    client.cookies["csrftoken"] = "a" * 32
    response = client.generic(
        "GET", "/healthz", "a=1", content_type="application/x-www-form-urlencoded; charset=utf-7"
    )
    assert response.status_code == 500
    assert "Ошибка на нашей стороне" in response.content.decode()
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize(("page", "status"), [("/login/", 301), ("/static/icons.svg", 200)])
def test_the_redirect_to_tls_and_static_files_carry_the_policy_too(settings, page, status):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.SECURE_SSL_REDIRECT = status == 301
    response = Client().get(page)
    assert response.status_code == status
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_two_accounts_of_one_login_are_refused_in_words(inspector):
    with pytest.raises(ValidationError, match="Такой логин уже есть"):
        User(username="SERIKOV", full_name="С", password=PASSWORD).full_clean()


def test_two_accounts_of_one_login_are_refused_by_the_database(inspector):
    with pytest.raises(IntegrityError):
        InspectorFactory(username="Serikov")


def test_a_name_that_paper_would_show_backwards_is_refused():
    with pytest.raises(ValidationError, match="непечатаемый знак"):
        User(username="a", full_name="\u202eСериков", password=PASSWORD).full_clean()


def screens():
    root = Path(settings.BASE_DIR) / "templates"
    return sorted(root.rglob("*.html"))


@pytest.mark.parametrize("path", screens(), ids=lambda path: path.name)
def test_templates_have_nothing_inline_and_no_other_host(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)
