"""Keys of the cabinet."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import TimeoutError, expect

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


def is_of(path):
    return lambda answer: urlsplit(answer.url).path == path


def test_p_prints_what_the_page_shows(table, context, cast):
    """A report, a ticket, an act, and a Z of the list, which is chosen by its row."""
    root = f"/cabinet/kkm/{cast.busy.serial_number}"
    ticket = cast.busy.operations.tickets().first().number
    gone = cast.gone.operations.last()
    papers = [
        (f"{root}/reports/?type=period", 0, f"{root}/reports/period.pdf"),
        (f"{root}/operations/{ticket}/", 0, f"{root}/operations/{ticket}.pdf"),
        (
            f"/cabinet/kkm/{cast.gone.serial_number}/operations/{gone.number}/",
            0,
            f"/cabinet/kkm/{cast.gone.serial_number}/acts/{gone.number}.pdf",
        ),
        (f"{root}/z-reports/", 2, f"{root}/reports/z.pdf"),
    ]
    for page, rows_down, paper in papers:
        table.goto(page)
        for _row in range(rows_down):
            table.keyboard.press("j")
        with context.expect_event("response", is_of(paper)) as printing:
            table.keyboard.press("p")
    assert "shift=2" in printing.value.url


def test_p_without_a_row_prints_no_row_of_a_list(table, cast):
    table.goto(f"/cabinet/kkm/{cast.busy.serial_number}/z-reports/")
    with pytest.raises(TimeoutError), table.context.expect_event("page", timeout=500):
        table.keyboard.press("p")


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
