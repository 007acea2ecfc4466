"""The switches of the language and of the theme, and the pages that tell of an error."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from alsep import views
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory, InspectorFactory

pytestmark = pytest.mark.django_db
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LOST = "Введённое не сохранилось"
LOST_IN_KAZAKH = "Енгізілгендер сақталмады"


def switch_of(page: str, action: str) -> dict[str, str]:
    """What the switch with the address `action` would send."""
    form = re.search(rf'<form[^>]*action="{action}">(.*?)</form>', page, re.DOTALL)[1]
    fields = re.findall(r'<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form)
    button = re.search(r'<button[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form)
    return {name: unescape(value) for name, value in [*fields, button.groups()]}


@pytest.fixture
def strict():
    """A browser whose forms need their token."""
    return Client(enforce_csrf_checks=True)


def typed(client: Client) -> dict[str, str]:
    form = client.get("/verify/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', form)[1]
    return {
        "csrfmiddlewaretoken": token,
        "register": "600700000101",
        "z_number": "7",
        "day": "2026-11-26",
        "revenue": "1 234.50",
    }


@pytest.mark.parametrize("action", ["/language/", "/theme/"])
def test_an_answer_on_typed_figures_is_shown_once_more(strict, action):
    answer = strict.post("/verify/", typed(strict))
    sent = switch_of(answer.content.decode(), action)
    again = strict.post(action, sent, follow=True)
    assert again.redirect_chain == [("/verify/", 307)]
    assert again.request["REQUEST_METHOD"] == "POST"
    shown = again.content.decode()
    assert 'value="1 234.50"' in shown
    assert 'class="lines"' in shown
    assert LOST not in shown and LOST_IN_KAZAKH not in shown
    if action == "/language/":
        assert '<html lang="kk"' in shown


def test_only_a_question_is_repeated(client):
    sent = {"language": "kk", "next": "/cabinet/", "repeat": "1"}
    response = client.post("/language/", sent)
    assert (response.status_code, response.url) == (302, "/cabinet/")
    response = client.post("/theme/", {**sent, "next": "/nowhere/"})
    assert (response.status_code, response.url) == (302, "/nowhere/")


def test_a_refused_act_is_opened_anew_and_says_so(client):
    kkm = ControlFactory(inspector=InspectorFactory(), kkm=KKMFactory()).kkm
    client.force_login(kkm.controls.get().inspector)
    address = reverse("activate", args=[kkm.serial_number])
    refused = client.post(address, {"registration_number": "1"}).content.decode()
    shown = client.post("/theme/", switch_of(refused, "/theme/"), follow=True)
    assert shown.redirect_chain == [(address, 302)]
    assert LOST in shown.content.decode()
    shown = client.post("/language/", switch_of(refused, "/language/"), follow=True)
    assert shown.redirect_chain == [(address, 302)]
    assert LOST_IN_KAZAKH in shown.content.decode()
    again = client.get(address).content.decode()
    assert LOST_IN_KAZAKH not in again
    assert "answered" not in switch_of(again, "/language/")


@pytest.mark.parametrize("path", ["/logout/", "/theme/", "/language/"])
def test_a_button_opened_as_a_page_says_what_to_do(client, path):
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 405 and response["Allow"]
    page = response.content.decode()
    assert "Действие не выполнено" in page
    assert switch_of(page, "/language/")["next"] == path
    assert client.get(path, headers={"Accept": "application/json"}).content == b""
    assert client.get(path).content == b""


def test_what_may_only_be_looked_at_says_so_too(client):
    for path in ("/keys/", "/consumer", "/verify/nothing-like-it", "/favicon.ico"):
        response = client.post(path, headers=BROWSER)
        assert response.status_code == 405
        assert "Действие не выполнено" in response.content.decode()


@pytest.mark.parametrize("name", ["bad_request", "own_failure"])
def test_pages_of_failures_have_the_switches_and_read_neither_body_nor_database(
    rf, name, django_assert_num_queries
):
    request = rf.post("/cabinet/?q=1", HTTP_COOKIE="theme=dark", data="{", content_type="x/y")
    del request._stream
    show = getattr(views, name)
    with django_assert_num_queries(0):
        page = (show(request, ValueError()) if name == "bad_request" else show(request)).content
    sent = switch_of(page.decode(), "/language/")
    assert sent["next"] == "/cabinet/?q=1"
    assert 'data-theme="dark"' in page.decode()
