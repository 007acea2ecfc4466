"""Choosing other days of a report exchanges it in the page: the focus, the address, the title and
what is said aloud follow.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import come_in

ROOT = "/cabinet/kkm/ALS40000101/reports/"


@pytest.fixture
def reports(page, context, cast, live_server) -> Page:
    """The page of reports with the last Z is open, and carries a mark that a new page would lose."""
    come_in(context, cast.inspector, live_server.url)
    page.goto(ROOT)
    page.evaluate("document.documentElement.dataset.mark = 'same'")
    return page


def assert_exchanged(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).not_to_have_text(heading)
    name = page.get_by_role("heading", level=1).inner_text()
    expect(page.locator("#announced")).to_have_text(name)
    expect(page).to_have_title(f"{name} · Alsep")
    assert page.evaluate("document.documentElement.dataset.mark") == "same"


def test_a_step_keeps_the_focus_and_the_way_back(reports, complaints):
    heading = reports.get_by_role("heading", level=1).inner_text()
    before = reports.locator("#step-before")
    address = before.get_attribute("href")
    before.focus()
    reports.keyboard.press("Enter")
    assert_exchanged(reports, heading)
    expect(reports).to_have_url(f"{ROOT}{address}")
    expect(reports.locator("#step-before")).to_be_focused()
    reports.go_back()
    expect(reports.get_by_role("heading", level=1)).to_have_text(heading)
    assert complaints == []


def test_a_step_to_the_first_day_keeps_the_focus_where_the_arrow_was(reports):
    while reports.locator("a#step-before").count():
        heading = reports.get_by_role("heading", level=1).inner_text()
        reports.locator("a#step-before").press("Enter")
        assert_exchanged(reports, heading)
    expect(reports.locator("#step-before")).to_be_focused()
    reports.keyboard.press("Tab")
    expect(reports.locator("#step-after")).to_be_focused()


def test_a_day_of_the_calendar_and_a_preset_keep_the_focus(reports, complaints):
    heading = reports.get_by_role("heading", level=1).inner_text()
    preset = reports.get_by_role("link", name="этот месяц")
    preset.press("Enter")
    assert_exchanged(reports, heading)
    expect(preset).to_be_focused()
    heading = reports.get_by_role("heading", level=1).inner_text()
    day = reports.locator(".month-days a").last
    day.press("Enter")
    assert_exchanged(reports, heading)
    expect(reports.locator(".month-days a[aria-current]")).to_be_focused()
    assert complaints == []


def test_a_figure_of_the_report_leads_to_its_own_page(reports):
    reports.locator("article.report a.counted").first.click()
    expect(reports).not_to_have_url(ROOT)
    assert "mark" not in reports.evaluate("({...document.documentElement.dataset})")


def test_without_script_the_links_lead_to_pages(context, chromium, reports, live_server):
    cookies = context.cookies()
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(ROOT)
    heading = page.get_by_role("heading", level=1).inner_text()
    page.locator("#step-before").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(heading)
    expect(page.locator("#announced")).to_have_text("")
    plain.close()
