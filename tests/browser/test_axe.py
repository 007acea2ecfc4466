"""Every page of the cabinet, the public part and the admin keeps the rules of WCAG 2.2, levels A
and AA, and those of best practice, as far as axe knows them; what has the focus has an outline, and
a field has a border that is seen.

A run of all languages, themes and widths takes minutes: AXE_WHOLE=1 makes it. Without it each page
is tried in one language and width, in turns, and in both themes; of pages of one kind, such as the
histories or lists of the admin, the first few are tried, more of them by `.ci/run` (THOROUGH=1).
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from inspector.models import User
from kkm.models import KKM, ApiKey, FiscalOperation, LateOffline, Token
from reports.ticket.layout import ticket_url
from tests.breadth import breadth
from tests.browser.cast import Cast
from tests.browser.conftest import DESK, come_in, profile, view_of
from tests.browser.test_widths import PHONE, addresses
from tests.factories import CashierFactory
from tests.inspector.factories import StaffFactory

# In turns. The two of a language are neighbours, so that a page that is tried in both widths is
# loaded once.
VARIANTS = (("ru", DESK), ("ru", PHONE), ("kk", DESK), ("kk", PHONE))
WHOLE = os.environ.get("AXE_WHOLE") == "1"
MOST_OF_A_KIND = breadth(2, len(VARIANTS))
# Pages of the admin of which those of other models differ only by their rows and fields.
ALIKE = ("_history", "_delete")
if not WHOLE:
    ALIKE += ("_changelist", "_change", "_add")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"type": "tag", "values": TAGS}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}

# What axe finds: a line for each element. Text in the colour of its ground is in doubt for axe,
# because it may be meant for readers of the source; here it is a fault.
AXE = """async runOnly => {
    const resultTypes = ['violations', 'incomplete'];
    const options = { runOnly, resultTypes, preload: false, iframes: false };
    const { violations, incomplete } = await axe.run(document, options);
    const isUnseen = node => node.any.some(check => check.data?.messageKey === 'equalRatio');
    const line = (id, node) => `${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`;
    const lines = (results, isFault) =>
        results.flatMap(({ id, nodes }) => nodes.filter(isFault).map(node => line(id, node)));
    return [...lines(violations, () => true), ...lines(incomplete, isUnseen)];
}"""
# What can have the focus and then has no outline of 2 px, and fields whose border differs from the
# ground around them by less than 3:1.
SEEN = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const channels = color => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const light = color => {
        const [red, green, blue] = channels(color).map(channel => linear(channel / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
        const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    const ground = box => {
        for (let here = box; here; here = here.parentElement) {
            const color = getComputedStyle(here).backgroundColor;
            if (channels(color)[3] === 255) return color;
        }
        return 'Canvas';
    };
    const isSeen = box => box.checkVisibility({ visibilityProperty: true })
        && !box.closest('.visually-hidden, [aria-hidden=true]') && box.tabIndex >= 0;
    // A field with search is a field inside a box; the box has the outline and the border.
    const searched = '.select2-selection--multiple';
    const hasOutline = box => {
        box.focus({ focusVisible: true, preventScroll: true });
        const { outlineStyle, outlineWidth } = getComputedStyle(box.closest(searched) || box);
        return document.activeElement !== box
            || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2);
    };
    const hasBorder = box => {
        const field = box.closest(searched) || box;
        const { borderBottomWidth, borderBottomColor } = getComputedStyle(field);
        return parseFloat(borderBottomWidth) >= 1
            && contrast(borderBottomColor, ground(field.parentElement)) >= 3;
    };
    const focused = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const fields = 'input:not([type=hidden], [type=submit], [type=button], [type=checkbox], [type=radio]), select, textarea, .select2-selection';
    const found = [];
    for (const [fault, selectors, isFine] of [
        ['no outline of the focus', focused, hasOutline],
        ['a pale border', fields, hasBorder],
    ])
        for (const box of document.querySelectorAll(selectors))
            if (isSeen(box) && !isFine(box)) found.push(`${fault}: ${box.outerHTML.slice(0, 160)}`);
    document.activeElement.blur();
    return found;
}"""

# Names of addresses that answer no page: a paper, data, a change of something, or a way on.
NO_PAGES = {
    None,
    "healthz",
    "favicon",
    "set_language",
    "set_theme",
    "consumer_pdf",
    "logout",
    "columns",
    "delete_filter",
    "chosen_export",
    "chosen_z_pdf",
    "export_zip",
    "ticket_pdf",
    "act_pdf",
    "check_pdf",
    "report_pdf",
    "api-description",
    "webkassa",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:view_on_site",
    # The admin's own are not used: /admin/login/ and the others lead to the pages of the cabinet.
    "admin:login",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
}


@pytest.fixture
def world(cast) -> Cast:
    """The cast, and something on every page of the admin."""
    StaffFactory(username="ospanova")
    Group.objects.create(name="Отдел проверок")
    cashier = CashierFactory(taxpayer=cast.busy.taxpayer, login="kassir")
    now = timezone.now()
    key, _secret = ApiKey.issue("1С", at=now)
    Token.issue(cashier, key, at=now)
    LateOffline.objects.create(kkm=cast.overdue, occurred_at=now, refused_at=now)
    inspector = Client()
    inspector.force_login(cast.inspector)
    inspector.post(f"/cabinet/kkm/{cast.busy.serial_number}/check/")
    return cast


def of_the_public(cast: Cast) -> Iterator[str]:
    """Pages of who has not come in."""
    yield from ("/", "/login/", "/verify/", "/consumer", "/keys/", "/api/docs/", "/nowhere/")
    # A ticket, a ticket that there is not, and a button that is opened as a page.
    ticket = cast.busy.operations.filter(positions__isnull=False).first()
    yield "/consumer?" + ticket_url(ticket).partition("?")[2]
    yield from ("/consumer?i=1&f=1&s=1&t=20260101T120000", "/logout/")


def of_the_inspector(cast: Cast) -> Iterator[str]:
    """Pages of the cabinet, in each state."""
    yield from addresses(cast)
    root = f"/cabinet/kkm/{cast.busy.serial_number}/"
    yield from (f"{root}check/", f"{root}export/")


def of_the_admin(cast: Cast) -> Iterator[str]:
    """All pages of the admin: those of each model, and the few others."""
    request = HttpRequest()
    request.user = User.objects.get(username="ospanova")
    yield from ("/admin/", "/admin/kkm/", "/admin/nowhere/")
    yield reverse("admin:auth_user_password_change", args=[cast.inspector.pk])
    yield reverse("admin:kkm_passport", args=[cast.busy.pk])
    for model, pages in admin.site._registry.items():
        yield from _of_a_model(pages, request, _shown(model, cast))


def _shown(model: type, cast: Cast) -> object:
    """The row whose page has most on it."""
    if model is KKM:
        return cast.busy
    if model is FiscalOperation:
        return cast.busy.operations.filter(positions__isnull=False).first()
    row = model.objects.first()
    assert row, f"There is no {model.__name__} to be seen."
    return row


def _of_a_model(pages: admin.ModelAdmin, request: HttpRequest, row: object) -> Iterator[str]:
    name = f"admin:{pages.opts.app_label}_{pages.opts.model_name}"
    yield reverse(f"{name}_changelist")
    yield reverse(f"{name}_change", args=[row.pk])
    yield reverse(f"{name}_history", args=[row.pk])
    if pages.has_add_permission(request):
        yield reverse(f"{name}_add")
    for other in pages.model.objects.all():
        if pages.has_delete_permission(request, other):
            yield reverse(f"{name}_delete", args=[other.pk])
            return


PARTS = {None: of_the_public, "serikov": of_the_inspector, "ospanova": of_the_admin}


def faults(page: Page, sizes: list[dict]) -> Iterator[str]:
    """Of the page that is open, in words, in each size and in both themes."""
    page.evaluate(AXE_SCRIPT)
    for size in sizes:
        if page.viewport_size != size:
            page.set_viewport_size(size)
        for theme, rules in (("light", ALL_RULES), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=theme)
            found = page.evaluate(AXE, rules)
            if WHOLE or theme == "dark":
                found += page.evaluate(SEEN)
            for fault in found:
                yield f"{page.url} at {size['width']}, {theme}: {fault}"


def walk(browser: Browser, cast: Cast, root: str, language: str) -> Iterator[str]:
    """Faults of all pages in a language; without AXE_WHOLE those whose turn it is."""
    turn = 0
    kinds: Counter[str | None] = Counter()
    for username, part in PARTS.items():
        for context in profile(browser, root, reduced_motion="reduce"):
            if username:
                come_in(context, User.objects.get(username=username), root)
            cookie = {"name": "django_language", "value": language, "url": root}
            context.add_cookies([cookie])
            page = context.new_page()
            for address in part(cast):
                kind = _kind(address)
                kinds[kind] += 1
                if kinds[kind] > MOST_OF_A_KIND and not WHOLE:
                    continue
                turn += 1
                here = VARIANTS if WHOLE else [VARIANTS[turn % len(VARIANTS)]]
                sizes = [size for spoken, size in here if spoken == language]
                if sizes:
                    page.goto(address)
                    yield from faults(page, sizes)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_page_can_be_read_and_used_by_everybody(chromium, world, live_server, language):
    found = list(walk(chromium, world, live_server.url, language))
    assert not found, "\n".join(found)


def test_no_page_is_forgotten(world):
    tried = set()
    for part in PARTS.values():
        tried |= {view_of(address) for address in part(world)}
    standard = ("_changelist", "_add", "_change", "_history", "_delete")
    names = {
        name
        for name in _names(get_resolver())
        if name not in NO_PAGES and not (name.startswith("admin:") and name.endswith(standard))
    }
    assert names - tried == set()


def _kind(address: str) -> str | None:
    """The name of a page; one name for the same page of all models of the admin, if it is alike."""
    name = view_of(address)
    for ending in ALIKE:
        if name and name.endswith(ending):
            return ending
    return name


def _names(resolver: URLResolver, prefix: str = "") -> Iterator[str | None]:
    """Names of all addresses that there are."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}" if pattern.name else None


def test_answers_to_forms_can_be_read_by_everybody(page, world, live_server):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/login/")
    page.get_by_role("button", name="Войти").click()
    found = list(faults(page, [DESK]))
    page.goto("/verify/")
    page.get_by_label("РНМ или ЗНМ").fill(world.busy.serial_number)
    page.get_by_label("Смена № (Z-отчёт)").fill("1")
    page.get_by_label("Дата закрытия смены").fill("2026-01-01")
    page.locator(".paper-form [type=submit]").click()
    found += faults(page, [DESK, PHONE])
    assert not found, "\n".join(found)


def test_a_new_row_of_a_table_and_an_opened_list_have_names(page, world, live_server):
    come_in(page.context, User.objects.get(username="ospanova"), live_server.url)
    page.emulate_media(reduced_motion="reduce")
    page.goto(reverse("admin:kkm_kkm_change", args=[world.busy.pk]))
    for group in ("sections", "controls"):
        page.locator(f"#{group}-group .add-row a").click()
    page.locator("#controls-group .form-row:not(.empty-form) .select2-selection").last.click()
    page.locator(".select2-dropdown input").wait_for()
    found = list(faults(page, [DESK]))
    assert not found, "\n".join(found)
