"""What a browser itself has to say about the pages: its console, the network, the keyboard, life
without JavaScript.
"""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Locator, Page, expect

from tests.breadth import breadth
from tests.browser.cast import Cast
from tests.browser.conftest import come_in, profile, watch
from tests.inspector.factories import PASSWORD

PAGES = breadth(25, 40)
ALIKE = 3  # so many pages of one kind are enough
# A link of a drawing has no text in `href`.
LINKS = """() => [...document.querySelectorAll('a[href]')]
    .map(link => new URL(link.getAttribute('href'), location).href)"""
FLAWS = """() => [
    ['no language', document.documentElement.lang !== 'ru'],
    ['no title', !document.title.trim()],
    ['no first heading', !document.querySelector('h1')],
    ['a picture without words', [...document.images].some(image => !image.alt)],
    ['a broken picture', [...document.images].some(image => image.complete && !image.naturalWidth)],
    ['an id used twice', new Set([...document.querySelectorAll('[id]')].map(it => it.id)).size < document.querySelectorAll('[id]').length],
    ['a field without a label', [...document.querySelectorAll('input:not([type=hidden], [type=submit]), select, textarea')]
        .some(field => !field.labels.length && !field.closest('.visually-hidden'))],
    ['a link or a button without words', [...document.querySelectorAll('a, button')].some(it => !it.textContent.trim() && !it.ariaLabel && ![...it.querySelectorAll('img')].some(image => image.alt))],
].filter(([name, there]) => there).map(([name]) => name)"""


def crawl(page: Page, address: str) -> list[tuple[str, list[str]]]:
    """Up to `PAGES` that links lead to from the table, not more than three of a kind: (address,
    its flaws).
    """
    found, queue, kinds = [], [f"{address}/cabinet/"], Counter()
    while queue and len(found) < PAGES:
        url = queue.pop(0)
        answer = page.goto(url)
        found.append(
            (url, page.evaluate(FLAWS) + [f"status {answer.status}"] * (answer.status != 200))
        )
        queue += [
            link
            for link in _worth(page, address, kinds)
            if link not in queue and link not in [seen for seen, _ in found]
        ]
    return found


def _worth(page: Page, address: str, kinds: Counter) -> list[str]:
    """Links of a page that lead somewhere new and to a page: papers, exports and the list of
    keys are none.
    """
    links = []
    for link in dict.fromkeys(url.partition("#")[0] for url in page.evaluate(LINKS)):
        path = urlsplit(link).path
        if (
            link.startswith(address)
            and not path.endswith((".pdf", ".zip", ".json", "/keys/"))
            and kinds[resolve(path).view_name] < ALIKE
        ):
            kinds[resolve(path).view_name] += 1
            links.append(link)
    return links


@pytest.fixture
def inside(context, cast, live_server) -> Cast:
    """The inspector has come in."""
    come_in(context, cast.inspector, live_server.url)
    return cast


def test_no_page_that_links_lead_to_has_a_fault(page, inside, complaints, live_server):
    crawled = crawl(page, live_server.url)
    assert len(crawled) > 20
    assert {url: flaws for url, flaws in crawled if flaws} == {}
    assert complaints == []


def test_the_public_pages_have_no_fault(page, cast, complaints, live_server):
    for address in ("/", "/login/"):
        assert page.goto(address).status == 200
        assert page.evaluate(FLAWS) == []
    assert complaints == []


def test_a_register_of_somebody_else_is_not_found(page, inside):
    assert page.goto(f"/cabinet/kkm/{inside.foreign.serial_number}/").status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Страница не найдена")


def test_the_keyboard_skips_to_the_content_and_comes_in(page, cast):
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="К содержанию")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["height"] > 10
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main").get_by_role("link", name="Войти в кабинет")).to_be_focused()
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="Вход", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Логин"))
    page.keyboard.type(cast.inspector.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/cabinet/")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; it must not be far."""
    target.wait_for()
    for _press in range(10):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def test_the_search_finds_while_one_types(page, inside, complaints):
    page.goto("/cabinet/")
    page.get_by_label("Поиск").press_sequentially("ALS40000103")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(inside.overdue.serial_number)
    expect(page).to_have_url(re.compile(r"q=ALS40000103"))
    assert complaints == []


def test_a_remark_is_written_in_place(page, inside, complaints):
    page.goto(f"/cabinet/kkm/{inside.new.serial_number}/")
    page.get_by_role("link", name="написать").click()
    page.get_by_label("Комментарий").fill("Проверить паспорт")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#comment")).to_contain_text("Проверить паспорт")
    assert complaints == []


@pytest.fixture
def plain_page(chromium, live_server):
    """A browser that runs no scripts."""
    for context in profile(chromium, live_server.url, java_script_enabled=False):
        told = watch(context, live_server.url)
        yield context.new_page()
        assert told == []


def test_it_works_without_javascript(plain_page, cast):
    page = plain_page
    page.goto("/login/")
    page.get_by_label("Логин").fill(cast.inspector.username)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.get_by_label("Поиск").fill(cast.busy.serial_number)
    page.get_by_role("button", name="Найти").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Отчёты").click()
    page.get_by_label("Тип отчёта").select_option("x")
    page.get_by_label("Дата").fill("")
    page.get_by_role("button", name="Просмотреть").click()
    expect(page.get_by_role("heading", name="X-отчёт")).to_be_visible()
    expect(page.locator(".report")).to_contain_text("8 620.00")
    page.get_by_role("link", name=cast.busy.serial_number).click()
    page.get_by_role("link", name="изменить").click()
    page.get_by_label("Комментарий").fill("Проверено")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#comment")).to_contain_text("Проверено")
