"""Every page at every width, from a small phone to a wide desk: nothing sticks out, nothing is
cut, and on a phone what can be pressed can be hit.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from inspector.models import SavedFilter
from reports.paper.qr import token_of
from tests.breadth import breadth
from tests.browser.cast import LONG_ADDRESS, LONG_NAME, Cast
from tests.browser.conftest import come_in, few_of_each_kind
from tests.factories import KKMFactory, TaxpayerFactory
from tests.inspector.factories import PASSWORD, ControlFactory
from tests.reports.asking import report_of

PHONE = {"width": 390, "height": 844}
WIDTHS = (320, 390, 768, 1100, 1280, 1366, 1920, 2560)  # px
WIDEST_PHONE = 575
HEIGHT = 844
LANGUAGES = ("ru", "kk")
KINDS = ("z", "x", "cashiers", "shift", "sections")

# faults(frame, phone): what does not fit into a window, as [fault, element] pairs. What is measured
# most often, a rectangle, is asked first; whether an element is seen at all, last.
FAULTS = """(frame, phone) => {
    const unseen = '.visually-hidden, .visually-hidden-focusable, .cards thead';
    const isSeen = box =>
        box.checkVisibility({ visibilityProperty: true }) && !box.closest(unseen);
    const scrolls = box => box
        && (['auto', 'scroll'].includes(getComputedStyle(box).overflowX) || scrolls(box.parentElement));
    const sticksOut = box =>
        box.getBoundingClientRect().right > frame.innerWidth + 0.5 && !scrolls(box.parentElement);
    const isCut = box => box.scrollWidth > box.clientWidth + 1
        && ['hidden', 'clip'].includes(getComputedStyle(box).overflowX);
    // A finger is not a mouse: 32 px at least.
    const isTooLow = box => box.getBoundingClientRect().height < 31.99;

    const pressed = '.btn, button, select, input:not([type=hidden]), textarea, .pill';
    const checks = [
        ['sticks out', '*', sticksOut],
        ['is cut', '.sheet, td, th, dd, .btn, .pill, .tag, .notice, label, h1, h2', isCut],
        ...(phone ? [['is too low to hit', pressed, isTooLow]] : []),
    ];
    const page = frame.document;
    const wider = page.documentElement.scrollWidth > frame.innerWidth;
    const found = wider ? [['scrolls sideways', '']] : [];
    for (const [fault, selectors, isFaulty] of checks)
        for (const box of page.body.querySelectorAll(selectors))
            if (isFaulty(box) && isSeen(box)) found.push([fault, box.outerHTML.slice(0, 160)]);
    const solid = [...page.body.querySelectorAll('.tag, .btn, .pill')]
        .filter(box => !box.closest('.chosen, .choice-sheet') && isSeen(box))
        .map(box => ({ box, edges: box.getBoundingClientRect() }));
    const meet = (one, other) =>
        one.left < other.right - 1 && other.left < one.right - 1
        && one.top < other.bottom - 1 && other.top < one.bottom - 1;
    for (const [place, one] of solid.entries())
        for (const other of solid.slice(place + 1))
            if (meet(one.edges, other.edges) && !one.box.contains(other.box))
                found.push(['overlaps', one.box.outerHTML.slice(0, 160)]);
    return found;
}"""
# The page that is open once more, in a frame that takes each width in turn. To resize a frame is
# several times quicker than to resize the window.
FAULTS_AT_WIDTHS = """async ([widths, widestPhone, height]) => {
    const faults = FAULTS;
    const fallbacks = [
        ['--bs-body-font-family', 'system-ui, sans-serif'],
        ['--mono', 'ui-monospace, monospace'],
    ];
    const frame = document.createElement('iframe');
    frame.srcdoc = document.documentElement.outerHTML;
    const loaded = new Promise(resolve => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    const page = frame.contentDocument;
    await page.fonts.ready;
    const style = page.documentElement.style;
    frame.style.cssText = `position: fixed; top: 0; left: 0; border: 0; height: ${height}px`;
    const found = [];
    for (const fonts of ['web fonts', 'fonts of the system']) {
        if (fonts === 'fonts of the system')
            for (const [name, fallback] of fallbacks) style.setProperty(name, fallback);
        for (const width of widths) {
            frame.style.width = `${width}px`;
            if (frame.contentWindow.innerWidth !== width) throw Error(`not ${width} px`);
            for (const [fault, box] of faults(frame.contentWindow, width <= widestPhone))
                found.push(`at ${width}, ${fonts}: ${fault}: ${box}`);
        }
    }
    return found;
}""".replace("FAULTS", FAULTS)


def addresses(cast: Cast) -> Iterator[str]:
    """Every page of the cabinet, in each state that it has."""
    yield from (
        "/",
        "/password/",
        "/cabinet/",
        "/cabinet/?state=blocked",
        "/cabinet/?q=nothing-like-it",
        f"/cabinet/?q={'ж' * 101}",
        "/cabinet/filters/",
        "/nowhere/",
    )
    chosen = "&".join(f"kkm={kkm.serial_number}" for kkm in cast.mine)
    yield from (f"/cabinet/chosen/?{chosen}", f"/cabinet/chosen/checks/?{chosen}")
    yield from of_papers(cast)
    for kkm in cast.mine:
        root = f"/cabinet/kkm/{kkm.serial_number}/"
        yield from (root, f"{root}operations/")
    yield from of_the_busy(cast)
    yield from (f"/cabinet/kkm/{kkm.serial_number}/activate/" for kkm in (cast.busy, cast.gone))
    yield from (
        f"/cabinet/kkm/{cast.blocked.serial_number}/{page}/"
        for page in ("unblock", "deregister", "check")
    )
    yield f"/cabinet/kkm/{cast.new.serial_number}/z-reports/"
    yield f"/cabinet/kkm/{cast.new.serial_number}/reports/?type=x"


def of_papers(cast: Cast) -> Iterator[str]:
    """A paper that agrees, one that does not, one that is none, and the form for one without QR."""
    day = timezone.localdate(cast.busy.shifts.closed().last().closed_at)
    token = token_of(report_of(cast.busy, "z", day).statement).text
    yield from ("/verify/", "/verify/nothing-like-it", f"/verify/{token}", f"/VERIFY/{token[:-1]}")


def of_the_busy(cast: Cast) -> Iterator[str]:
    """Reports, operations and forms of the register that has everything."""
    root = f"/cabinet/kkm/{cast.busy.serial_number}/"
    first, last = (
        timezone.localdate(shift.closed_at)
        for shift in (cast.busy.shifts.first(), cast.busy.shifts.closed().last())
    )
    numbers = (1, 4, *cast.busy.open_shift.operations.values_list("number", flat=True))
    yield from (
        f"{root}{page}/" for page in ("comment", "block", "deregister", "z-reports", "reports")
    )
    asked = "shift=1&kind=tickets&rate=taxed&payment=0&up_to=99"
    for query in ("shift=1", "shift=99", "kind=1", asked):
        yield f"{root}operations/?{query}"
    yield from (
        f"{root}z-reports/?date=2020-01-0{one}&to=2020-01-0{other}"
        for one, other in ((1, 2), (2, 1))
    )
    yield from (f"{root}reports/?type={name}&date={last}" for name in KINDS)
    yield from (
        f"{root}reports/?type=z&date=2099-01-01",
        f"{root}reports/?type=period&date={first}&to={last}",
    )
    yield from (f"{root}operations/{number}/" for number in numbers)


@pytest.fixture
def inside(context, cast, live_server) -> Cast:
    """The inspector has come in. He has saved a filter with a long name."""
    name = "Недостоверные-адреса-и-невыходы-на-связь"
    SavedFilter.objects.create(user=cast.inspector, name=name, state="blocked")
    come_in(context, cast.inspector, live_server.url)
    return cast


def faults(page: Page) -> list[str]:
    """What does not fit on the page that is open in its window, in words."""
    width = page.viewport_size["width"]
    found = page.evaluate(f"phone => ({FAULTS})(window, phone)", width <= WIDEST_PHONE)
    return [f"{page.url} at {width}: {fault}: {box}" for fault, box in found]


def faults_at_all_widths(page: Page, widths: Iterable[int] = WIDTHS) -> list[str]:
    """Of the page that is open, with the web fonts and without them."""
    found = page.evaluate(FAULTS_AT_WIDTHS, [list(widths), WIDEST_PHONE, HEIGHT])
    return [f"{page.url} {fault}" for fault in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_every_width_with_the_web_font_and_while_it_is_loaded(
    page, inside, live_server, language
):
    """In a thorough run each page in both languages, else in one, in turns."""
    cookie = {"name": "django_language", "value": language, "url": live_server.url}
    page.context.add_cookies([cookie])
    found = []
    first = LANGUAGES.index(language)
    step = breadth(len(LANGUAGES), 1)
    for address in islice(few_of_each_kind(addresses(inside)), breadth(first, 0), None, step):
        page.goto(address)
        found += faults_at_all_widths(page)
    assert not found, "\n".join(found)


def test_the_table_fits_between_these_widths_too(page, inside, live_server):
    found = []
    for language in LANGUAGES:
        cookie = {"name": "django_language", "value": language, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto("/cabinet/")
        found += faults_at_all_widths(page, range(WIDTHS[0], WIDTHS[-1], 20))
    assert not found, "\n".join(found)


def test_the_table_fits_with_ticked_rows_and_open_sheets(page, inside):
    page.goto("/cabinet/")
    page.locator("[name=kkm]").first.check()
    expect(page.get_by_role("button", name="Проверить выбранные")).to_be_visible()
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += faults(page)
    page.set_viewport_size(PHONE)
    page.get_by_text("Фильтры", exact=True).click()
    found += faults(page)
    assert not found, "\n".join(found)


def test_twelve_rows_fit_the_screen_of_a_laptop(page, inside):
    taxpayer = TaxpayerFactory(name=LONG_NAME)
    for kkm in KKMFactory.create_batch(10, taxpayer=taxpayer, address=LONG_ADDRESS):
        ControlFactory(inspector=inside.inspector, kkm=kkm)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/cabinet/")
    ends = page.evaluate(
        "() => [...document.querySelectorAll('.registers tbody tr')].map(row => row.getBoundingClientRect().bottom)"
    )
    assert sum(end <= 768 for end in ends) >= 12


def test_on_a_phone_a_stranger_comes_in_looks_and_goes_out(page, cast):
    page.set_viewport_size(PHONE)
    page.goto("/")
    page.get_by_role("link", name="Вход", exact=True).click()
    page.get_by_label("Логин").wait_for()
    assert faults(page) == []
    page.get_by_label("Логин").fill(cast.inspector.username)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.locator("tr", has_text=cast.busy.serial_number).get_by_role("link", name="Отчёты").click()
    page.get_by_role("button", name="Просмотреть").click()
    expect(page.get_by_role("heading", name="Z-отчёт №")).to_be_visible()
    page.get_by_role("button", name="Выход").click()
    expect(page.get_by_role("link", name="Вход", exact=True)).to_be_visible()
    page.goto("/cabinet/")
    expect(page).to_have_url("/login/?next=/cabinet/")
