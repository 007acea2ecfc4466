"""Pictures of every page that links lead to, in each language, theme and width."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from demo_server import ADMINISTRATOR, INSPECTOR, REGISTER, log_in
from playwright.sync_api import Browser, BrowserContext, Page

LANGUAGES = ("ru", "kk")
THEMES = ("light", "dark")
WIDTHS = (1366, 390)  # px
HIGH = 768
VARIANTS = [
    (language, theme, width) for width in WIDTHS for language in LANGUAGES for theme in THEMES
]
# Pages of who has not logged in.
OUTSIDE = ("/", "/login/", "/verify/", "/verify/nothing", "/consumer", "/keys/", "/nowhere/")
# Users, and where the way through their pages begins.
INSIDE = {
    INSPECTOR: ("/", "/cabinet/", f"/cabinet/kkm/{REGISTER}/check/"),
    ADMINISTRATOR: ("/admin/", "/admin/password_change/"),
}
# Papers, data, static files and the ways out are no pages.
SKIPPED = re.compile(
    r"\.(pdf|zip|svg|json|csv|xlsx|ico)$"
    r"|^/(logout|static|healthz|admin/logout|admin/jsi18n)"
)
# What addresses of one kind of page differ in: a register, a number, a paper.
DIFFERENT = re.compile(r"(?<=/verify/)[^/]+|(?<=/)[A-Z]{3}\d+(?=/)|\d[\w.-]*", re.IGNORECASE)
# The page of a register is taken of each, because each stands in another state.
OF_A_REGISTER = re.compile(r"^/cabinet/kkm/\w+/$")
QUESTIONS_OF_OTHER_PAGES = ("type", "state")
LONGEST_NAME = 80
# A link of a drawing has no text in `href`.
LINKS = """() => [...document.querySelectorAll('a[href]')]
    .map(link => new URL(link.getAttribute('href'), location).href)"""


def save_every_page(browser: Browser, address: str, folder: Path) -> None:
    """Save all pictures in a folder, a folder for each variant, and index.html beside them."""
    insiders = [found_pages(browser, address, user) for user in INSIDE]
    outside = {f"outside {name_of(found)}": found for found in OUTSIDE}
    for variant in VARIANTS:
        place = folder / name_of_variant(variant)
        place.mkdir(parents=True, exist_ok=True)
        save_pages(context_of(browser, address, variant), outside, place)
        for login, pages in insiders:
            save_pages(context_of(browser, address, variant, login), pages, place)
    (folder / "index.html").write_text(index_of(folder), encoding="utf-8")


def context_of(
    browser: Browser, address: str, variant: tuple[str, str, int], login: dict | None = None
) -> BrowserContext:
    """A profile of the browser with a language, a theme and a width."""
    language, theme, width = variant
    context = browser.new_context(
        base_url=address,
        locale=f"{language}-KZ",
        timezone_id="Asia/Almaty",
        color_scheme=theme,
        viewport={"width": width, "height": HIGH},
        storage_state=login,
    )
    cookie = {"name": "django_language", "value": language, "url": address}
    context.add_cookies([cookie])
    return context


def found_pages(
    browser: Browser, address: str, user: tuple[str, str, str]
) -> tuple[dict, dict[str, str]]:
    """The login of a user, and {name: address} of the pages that links lead him to."""
    context = context_of(browser, address, VARIANTS[0])
    page = context.new_page()
    log_in(page, user)
    if user is INSPECTOR:
        page.goto(f"/cabinet/kkm/{REGISTER}/check/")
        page.locator("form button.btn-primary").first.click()
    pages = {name_of(found): found for found in addresses_of_links(page, address, INSIDE[user])}
    if user is ADMINISTRATOR:
        pages = {name: found for name, found in pages.items() if found.startswith("/admin/")}
    login = context.storage_state()
    context.close()
    return login, pages


def addresses_of_links(page: Page, address: str, first: tuple[str, ...]) -> Iterator[str]:
    """Addresses that links lead to from the first ones, one of each name, breadth first."""
    waiting = list(first)
    known = {name_of(found) for found in waiting}
    while waiting:
        found = waiting.pop(0)
        answer = page.goto(found)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield found
        for link in page.evaluate(LINKS):
            path = link.removeprefix(address).partition("#")[0]
            is_ours = link.startswith(address) and not SKIPPED.search(urlsplit(path).path)
            if is_ours and name_of(path) not in known:
                known.add(name_of(path))
                waiting.append(path)


def name_of(address: str) -> str:
    """The name of a page's picture. Addresses that differ in a register, a number or a question
    have one name, but for the questions that make another page.
    """
    parts = urlsplit(address)
    is_of_a_register = OF_A_REGISTER.match(parts.path)
    path = parts.path if is_of_a_register else DIFFERENT.sub("1", parts.path)
    asked = [
        f"{name}={value}"
        for name, value in parse_qsl(parts.query)
        if name in QUESTIONS_OF_OTHER_PAGES
    ]
    words = " ".join([*path.lower().strip("/").split("/"), *sorted(asked)])
    return re.sub(r"[^\w= -]", "", words)[:LONGEST_NAME].strip() or "home"


def save_pages(context: BrowserContext, pages: dict[str, str], place: Path) -> None:
    """Save a picture of each page, its whole height."""
    page = context.new_page()
    for name, address in pages.items():
        page.goto(address)
        page.evaluate("() => document.fonts.ready")
        page.screenshot(path=place / f"{name}.png", full_page=True)
    context.close()


def name_of_variant(variant: tuple[str, str, int]) -> str:
    return "-".join(map(str, variant))


def index_of(folder: Path) -> str:
    """A page that shows the pictures of each page side by side."""
    variants = [name_of_variant(variant) for variant in VARIANTS]
    names = sorted({picture.name for picture in folder.glob("*/*.png")})
    rows = []
    for name in names:
        rows.append(f"<h2>{escape(name.removesuffix('.png'))}</h2>")
        for variant in variants:
            source = escape(f"{variant}/{name}")
            rows.append(
                f'<a href="{source}"><img src="{source}" alt="{source}" loading="lazy"></a>'
            )
    style = "<style>img { height: 420px; margin: 4px; border: 1px solid gray }</style>"
    return "\n".join(['<!doctype html><meta charset="utf-8">', style, *rows])
