"""How many clicks lead from the table of registers to what an inspector asks for every day. Typing
into the search is not counted.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.cast import Cast
from tests.browser.conftest import come_in


class Clicks:
    """Clicks, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def link(self, name: str, within: Locator | None = None) -> None:
        """Click a link."""
        self._click((within or self.page).get_by_role("link", name=name, exact=True))

    def button(self, name: str) -> None:
        """Click a button."""
        self._click(self.page.get_by_role("button", name=name, exact=True))

    def box(self, name: str) -> None:
        """Click a box that can be ticked."""
        self._click(self.page.get_by_role("checkbox", name=name))

    def _click(self, there: Locator) -> None:
        there.click()
        self.count += 1


@pytest.fixture
def clicks(page, context, cast, live_server) -> Clicks:
    """The table is open, and nothing was clicked yet."""
    come_in(context, cast.inspector, live_server.url)
    page.goto("/cabinet/")
    return Clicks(page)


def find(page: Page, text: str) -> None:
    """Type into the search and press Enter."""
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("Найдено:")


def row_of(page: Page, serial: str) -> Locator:
    """The row of a register."""
    return page.get_by_role("row").filter(has_text=serial)


def test_the_last_z_of_a_known_number_is_two_clicks_away(page, clicks, cast: Cast):
    find(page, "РНМ 6007 0000 0101")
    expect(page.locator("[data-row]")).to_have_count(1)
    clicks.link("Отчёты", within=row_of(page, cast.busy.serial_number))
    expect(page.get_by_role("heading", name="Z-отчёт №")).to_be_visible()
    number = cast.busy.shifts.closed().last().number
    expect(page.locator(".report-sheet")).to_contain_text(
        re.compile(rf"СМЕНА №?\s*{number}\b", re.I)
    )
    assert clicks.count == 1


def test_the_fiscal_report_of_a_month_is_two_clicks_away(page, clicks, cast: Cast):
    clicks.link("Отчёты", within=row_of(page, cast.busy.serial_number))
    clicks.link("этот месяц")
    expect(page).to_have_url(re.compile(r"\?type=period&date=[-\d]+&to=[-\d]+&unit=month$"))
    assert clicks.count == 2


def test_the_x_of_an_open_shift_is_one_click_away(page, clicks, cast: Cast):
    clicks.link(f"X-отчёт {cast.busy.serial_number}")
    expect(page.get_by_role("heading", name="X-отчёт")).to_be_visible()
    assert clicks.count == 1


def test_a_ticket_is_one_click_away_by_its_fiscal_sign(page, clicks, cast: Cast):
    ticket = cast.busy.operations.tickets().last()
    find(page, ticket.fiscal_sign)
    clicks.link(str(ticket))
    expect(page).to_have_url(f"/cabinet/kkm/{cast.busy.serial_number}/operations/{ticket.number}/")
    assert clicks.count == 1


def test_the_check_of_all_registers_is_two_clicks_away(page, clicks, cast: Cast):
    clicks.box("Все на этой странице")
    clicks.button("Проверить выбранные")
    expect(page.get_by_text("Все журналы целы")).to_be_visible()
    for kkm in cast.mine:
        expect(row_of(page, kkm.serial_number)).to_contain_text("журнал цел")
    assert clicks.count == 2
