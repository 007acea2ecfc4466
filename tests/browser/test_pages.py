"""What every page has, asked without a browser: one heading, a title, forms that speak the language
of the page, and an answer to a form that was sent empty.
"""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from inspector.models import User
from tests.browser.cast import Cast
from tests.browser.test_axe import PARTS, world

__all__ = ["world"]  # a fixture

UNSEEN = {"hidden", "submit", "button", "reset"}
WHAT_TO_ENTER = {"ru": ("Введите ", "Выберите "), "kk": (" енгізіңіз", " таңдаңыз")}


class Markup(HTMLParser):
    """Headings, title, forms whose fields a user sees, and the text of each element with an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings = 0
        self.title = ""
        self.forms: list[dict] = []
        self.fields: list[dict] = []
        self.texts: dict[str, str] = {}
        self._form: dict | None = None
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "h1":
            self.headings += 1
        elif tag == "form":
            self._form = found
        elif tag in ("input", "select", "textarea") and found.get("type") not in UNSEEN:
            self.fields.append(found)
            if self._form is not None and self._form not in self.forms:
                self.forms.append(self._form)
        if tag not in ("input", "img", "link", "meta", "br", "hr"):
            self._open.append((tag, found.get("id") or ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._open and self._open[-1][0] == "title":
            self.title += data
        for _tag, name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data


def browser_of(username: str | None, language: str = "ru") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    if username:
        client.force_login(User.objects.get(username=username))
    return client


def faults(address: str, page: Markup) -> Iterator[str]:
    """Of one page, in words."""
    if page.headings != 1:
        yield f"{address}: {page.headings} headings"
    if not page.title.split("·")[0].strip():
        yield f"{address}: no title"
    for form in page.forms:
        if "novalidate" not in form and "/admin/" not in address:
            yield f"{address}: the browser judges the form {form}"


def test_every_page_has_one_heading_a_title_and_forms_in_its_language(world):
    found = []
    for username, part in PARTS.items():
        client = browser_of(username)
        for address in part(world):
            response = client.get(address, headers={"accept": "text/html"})
            found += faults(address, Markup(response.content.decode()))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "405", "500", "503"])
def test_a_page_of_a_failure_has_one_heading(status):
    page = Markup(render_to_string(f"{status}.html"))
    assert page.headings == 1
    assert page.title


def _empty(cast: Cast) -> Iterator[tuple[str | None, str, str, list[str]]]:
    """Who sends nothing, where, how, and the fields that must be filled."""
    busy, new, blocked = (
        f"/cabinet/kkm/{kkm.serial_number}/" for kkm in (cast.busy, cast.new, cast.blocked)
    )
    passwords = ["old_password", "new_password1", "new_password2"]
    yield None, "/login/", "post", ["username", "password"]
    yield None, "/verify/", "post", ["register", "z_number", "day"]
    yield None, "/consumer", "get", ["i", "f", "s", "t"]
    yield "serikov", "/password/", "post", passwords
    yield "serikov", "/cabinet/filters/", "post", ["name"]
    yield "serikov", f"{new}activate/", "post", ["registration_number"]
    yield "serikov", f"{busy}block/", "post", ["reason"]
    yield "serikov", f"{blocked}unblock/", "post", ["reason"]
    yield "serikov", f"{blocked}deregister/", "post", ["reason"]
    yield "serikov", f"{busy}reports/", "get", ["type"]


def asks_for_something(sentence: str, language: str) -> bool:
    """Whether the sentence says what to enter. Kazakh has the verb at the end of its clause."""
    if language == "ru":
        return sentence.startswith(WHAT_TO_ENTER["ru"])
    return any(verb in sentence for verb in WHAT_TO_ENTER["kk"])


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_form_that_is_sent_empty_says_at_each_field_what_to_enter(cast, language):
    for username, address, method, names in _empty(cast):
        client = browser_of(username, language)
        response = getattr(client, method)(address, dict.fromkeys(names, ""))
        page = Markup(response.content.decode())
        wrong = {one.get("name"): one for one in page.fields if "aria-invalid" in one}
        assert sorted(wrong) == sorted(names), address
        for field in wrong.values():
            described = [page.texts[name] for name in field["aria-describedby"].split()]
            told = [" ".join(text.split()) for text in described]
            assert any(asks_for_something(text, language) for text in told), (address, told)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_an_empty_form_of_the_admin_says_what_to_enter(world, language):
    client = browser_of("ospanova", language)
    request = HttpRequest()
    request.user = User.objects.get(username="ospanova")
    tried = 0
    for pages in admin.site._registry.values():
        if not pages.has_add_permission(request):
            continue
        address = reverse(f"admin:{pages.opts.app_label}_{pages.opts.model_name}_add")
        errors = client.post(address, {"x": ""}).context["adminform"].errors
        for name, sentences in errors.items():
            if name != "__all__":
                tried += 1
                assert asks_for_something(str(sentences[0]), language), (address, name, sentences)
    assert tried > 10


def test_a_wrong_number_of_a_shift_is_told_and_kept(cast):
    address = f"/cabinet/kkm/{cast.busy.serial_number}/operations/"
    for typed in ("первая", "0", "-3"):
        html = browser_of("serikov").get(address, {"shift": typed}).content.decode()
        assert "Введите номер смены: целое число от 1." in html
        assert f'value="{typed}"' in html
