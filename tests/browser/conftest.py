"""A real Chromium, and a watch over what it complains of."""

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from django.db import connections
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from inspector.models import User
from tests.breadth import THOROUGH
from tests.browser.cast import Cast, gather

NAMES = ("chromium", "google-chrome", "chromium-browser")
ABSENT = "No Chromium found. Install it: `apt-get install chromium`, or name another in the environment variable CHROMIUM."
BECOMES_A_DOWNLOAD = "net::ERR_ABORTED"  # also: the page was left before it was whole
OWN = (
    "data:",
    "chrome-extension:",
    "chrome:",
)  # pictures inside a page; Chromium's own viewer of PDFs
DESK = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items):
    """All tests here are the browser's."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium():
    """One Chromium for all tests here.

    Playwright keeps an event loop running in this thread, which is why Django must be calmed.
    """
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(ABSENT)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
        # beside the loop Django keeps connections of its own; without it nobody would find them
        # again
        connections.close_all()


@pytest.fixture
def context(chromium, live_server) -> BrowserContext:
    """A fresh profile at a desk in Almaty."""
    yield from profile(chromium, live_server.url)


@pytest.fixture
def page(context) -> Page:
    """A tab."""
    return context.new_page()


@pytest.fixture
def complaints(context, live_server) -> list[str]:
    """What went wrong in the browser, in words; empty if nothing did."""
    return watch(context, live_server.url)


@pytest.fixture
def cast(transactional_db) -> Cast:
    """An inspector and his registers, one in each state."""
    return gather()


def view_of(address: str) -> str | None:
    """The name of the view that answers; None where there is no page."""
    try:
        return resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return None


def few_of_each_kind(addresses: Iterable[str], most: int = 3) -> Iterator[str]:
    """The addresses in a thorough run; else of the pages of one view the first few."""
    seen: Counter[str | None] = Counter()
    for address in addresses:
        view = view_of(address)
        seen[view] += 1
        if THOROUGH or seen[view] <= most:
            yield address


def profile(chromium: Browser, address: str, **more: object):
    """A context that is closed after the test, before the database is emptied."""
    context = chromium.new_context(
        **{
            "base_url": address,
            "locale": "ru-RU",
            "timezone_id": "Asia/Almaty",
            "viewport": DESK,
            **more,
        }
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def watch(context: BrowserContext, address: str) -> list[str]:
    """Collect console messages, errors of scripts, requests that failed, and requests to other
    hosts.
    """
    told: list[str] = []

    def note(wrong: bool, *words: object) -> None:
        if wrong:
            told.append(" ".join(map(str, words)))

    def listen(message: ConsoleMessage) -> None:
        url = message.location["url"]
        note(
            message.type in ("error", "warning") and not url.startswith(OWN),
            "console:",
            message.text,
            url,
        )

    context.on("console", listen)
    context.on("weberror", lambda error: note(True, "script:", error.error))
    context.on("response", lambda answer: note(answer.status >= 400, answer.status, answer.url))
    context.on(
        "request",
        lambda request: note(
            not request.url.startswith((address, *OWN)), "another host:", request.url
        ),
    )
    context.on(
        "requestfailed",
        lambda request: note(
            request.failure != BECOMES_A_DOWNLOAD, "failed:", request.failure, request.url
        ),
    )
    return told


def come_in(context: BrowserContext, user: User, address: str) -> None:
    """Past the login page, for tests that are not about it."""
    client = Client()
    client.force_login(user)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )
