"""The session has ended, the page is still open: whatever htmx loads leads to the login and back,
and no list turns empty.

`ELEMENTS` names every element that htmx serves. One that is not in it fails here until it has its
own way to be used.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from inspector.models import User
from tests.browser.conftest import come_in
from tests.inspector.factories import PASSWORD

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LOADS = re.compile(r'\bhx-(?:get|post|put|patch|delete|boost)="[^"]*"')
ROOT = "/cabinet/kkm/ALS40000101/"


class Element(NamedTuple):
    """An element of htmx: the page that it is on, how it is used, and what the page shows when
    it has come back.
    """

    page: str
    use: Callable[[Page], None]
    shows: str


def search(page: Page) -> None:
    page.get_by_role("searchbox").fill("ALS40000101")


def filter_operations(page: Page) -> None:
    page.get_by_label("Режим").select_option("Автономно")


def edit_the_comment(page: Page) -> None:
    page.get_by_role("link", name="изменить").click()


def choose_a_day(page: Page) -> None:
    page.locator(".month-days a").first.click()


ELEMENTS = {
    ("reports/screen.html", 'hx-boost="true"'): Element(
        f"{ROOT}reports/?type=z", choose_a_day, "article.report"
    ),
    ("cabinet/table/search.html", "hx-get=\"{% url 'cabinet' %}\""): Element(
        "/cabinet/?sort=model", search, "table.registers"
    ),
    (
        "cabinet/operations.html",
        "hx-get=\"{% url 'operations' kkm.serial_number %}\"",
    ): Element(f"{ROOT}operations/?shift=4", filter_operations, "table.tape"),
    ("cabinet/register.html", "hx-get=\"{% url 'comment' kkm.serial_number %}\""): Element(
        ROOT, edit_the_comment, "#comment p"
    ),
}


def found_in_templates() -> list[tuple[str, str]]:
    """(template, attribute) of every element that htmx serves."""
    return [
        (path.relative_to(TEMPLATES).as_posix(), attribute)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for attribute in LOADS.findall(path.read_text(encoding="utf-8"))
    ]


@pytest.fixture
def inside(context, cast, live_server):
    """The inspector has come in."""
    come_in(context, cast.inspector, live_server.url)
    return cast


def test_every_element_of_htmx_is_tried_here():
    assert sorted(found_in_templates()) == sorted(ELEMENTS)


def test_after_the_session_each_element_of_htmx_leads_to_the_login_and_back(
    page, inside, complaints
):
    for element in ELEMENTS.values():
        page.goto(element.page)
        Session.objects.all().delete()
        element.use(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Вход в кабинет")
        come_back(page, inside.inspector.username)
        expect(page).to_have_url(element.page)
        expect(page.locator(element.shows)).to_be_visible()
        assert complaints == []


def come_back(page: Page, username: str) -> None:
    """By the login that the page has become."""
    page.get_by_label("Логин").fill(username)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()


def test_with_a_password_that_is_not_his_own_each_element_of_htmx_leads_to_the_new_one(
    page, inside
):
    inspector = User.objects.filter(pk=inside.inspector.pk)
    for element in ELEMENTS.values():
        inspector.update(must_change_password=False)
        page.goto(element.page)
        inspector.update(must_change_password=True)
        element.use(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Смена пароля")
        expect(page).to_have_url("/password/")


def test_the_way_back_in_the_browser_after_the_session_leads_to_the_login(page, inside):
    page.goto("/cabinet/")
    search(page)
    expect(page).to_have_url(re.compile("q=ALS40000101"))
    search_again = page.get_by_role("searchbox")
    search_again.fill("ALS40000102")
    expect(page).to_have_url(re.compile("q=ALS40000102"))
    Session.objects.all().delete()
    page.go_back()
    expect(page).to_have_url("/login/?next=/cabinet/%3Fq%3DALS40000101")
    come_back(page, inside.inspector.username)
    expect(page).to_have_url(re.compile("q=ALS40000101"))
