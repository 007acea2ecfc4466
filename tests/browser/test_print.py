"""Ctrl+P: any page prints what is read, without what is pressed, in light colours, as tables."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.browser.conftest import come_in, few_of_each_kind
from tests.browser.test_widths import addresses

PRESSED = ".bar, .foot, .trail, .filters, .pages, .pills, .btn, .cell-acts, .report-ask, .menu"
A4_INSIDE = {"width": 703, "height": 1000}  # px: 186 mm

LEFT_OVER = """selectors => [...document.querySelectorAll(selectors)]
    .filter(box => box.checkVisibility()).map(box => box.outerHTML.slice(0, 120))"""
COLOURS = """() => [document.body, ...document.querySelectorAll('.sheet')]
    .map(box => getComputedStyle(box).backgroundColor)"""
TITLES = """() => [...document.querySelectorAll('thead')]
    .filter(box => box.checkVisibility()).map(box => getComputedStyle(box).display)"""
BLUE = """() => [...document.querySelectorAll('main a')].filter(box => box.checkVisibility())
    .map(box => getComputedStyle(box).textDecorationLine)"""


def faults(page) -> list[str]:
    """What of the open page does not belong on paper."""
    found = page.evaluate(LEFT_OVER, PRESSED)
    light = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    found += [f"a ground of {colour}" for colour in set(page.evaluate(COLOURS)) - light]
    titles = set(page.evaluate(TITLES)) - {"table-header-group"}
    found += [f"titles of a table shown as {display}" for display in titles]
    found += [f"a link with {line}" for line in set(page.evaluate(BLUE)) - {"none"}]
    return [f"{page.url}: {fault}" for fault in found]


def test_every_page_is_printed_without_what_is_pressed_and_in_light_colours(
    page, cast, context, live_server
):
    come_in(context, cast.inspector, live_server.url)
    page.set_viewport_size(A4_INSIDE)
    page.emulate_media(media="print", color_scheme="dark")
    found = []
    for address in (*few_of_each_kind(addresses(cast)), "/consumer", "/api/docs/"):
        page.goto(address)
        found += faults(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_z_on_the_screen_is_printed_on_one_sheet(page, cast, context, live_server, theme):
    come_in(context, cast.inspector, live_server.url)
    page.emulate_media(color_scheme=theme)
    page.goto(f"/cabinet/kkm/{cast.busy.serial_number}/reports/?type=z")
    paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    assert "КОНТРОЛЬНЫЕ СООТНОШЕНИЯ" in paper.pages[0].extract_text()
