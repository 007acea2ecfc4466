"""Keys of the cabinet."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import come_in


@pytest.fixture
def table(page, context, cast, live_server):
    """The table of registers is open."""
    come_in(context, cast.inspector, live_server.url)
    page.goto("/cabinet/")
    return page


def serials(page):
    return page.locator("[data-row]").all_inner_texts()


def test_j_and_k_move_between_the_rows_and_enter_opens_one(table):
    first, second, *_ = serials(table)
    table.keyboard.press("j")
    expect(table.locator(":focus")).to_have_text(first)
    table.keyboard.press("j")
    expect(table.locator(":focus")).to_have_text(second)
    table.keyboard.press("k")
    expect(table.locator(":focus")).to_have_text(first)
    table.keyboard.press("k")
    expect(table.locator(":focus")).to_have_text(first)
    table.keyboard.press("Enter")
    expect(table).to_have_url(f"/cabinet/kkm/{first}/")


def test_p_opens_the_reports_of_the_row(table):
    first = serials(table)[0]
    table.keyboard.press("j")
    table.keyboard.press("p")
    expect(table).to_have_url(f"/cabinet/kkm/{first}/reports/")


def test_x_ticks_the_row_and_the_keys_go_on_from_its_box(table):
    boxes = table.locator("[name=kkm]")
    table.keyboard.press("x")
    expect(table.locator("[name=kkm]:checked")).to_have_count(0)
    table.keyboard.press("j")
    table.keyboard.press("x")
    expect(boxes.nth(0)).to_be_checked()
    boxes.nth(1).click()
    table.keyboard.press("j")
    expect(table.locator(":focus")).to_have_text(serials(table)[2])
    table.keyboard.press("k")
    table.keyboard.press("x")
    expect(table.locator("[name=kkm]:checked")).to_have_count(1)


def test_a_slash_leads_to_the_search_and_keys_are_letters_there(table):
    table.keyboard.press("/")
    expect(table.locator(":focus")).to_have_attribute("name", "q")
    table.keyboard.type("jkp?")
    expect(table.locator("#q")).to_have_value("jkp?")
    expect(table.get_by_role("dialog")).to_be_hidden()


def test_a_question_mark_shows_the_keys(table):
    table.keyboard.press("Shift+Slash")
    expect(table.get_by_role("dialog")).to_be_visible()
    table.keyboard.press("Escape")
    expect(table.get_by_role("dialog")).to_be_hidden()


def test_a_row_is_left_with_a_key_that_means_nothing(table):
    table.keyboard.press("j")
    table.keyboard.press("Control+j")
    expect(table.locator(":focus")).to_have_text(serials(table)[0])
