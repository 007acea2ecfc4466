"""Staff print the passport of a register; the inspector comes in with the password on it, and
must change it first.
"""

import re
from io import BytesIO

from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser.cast import Cast
from tests.browser.conftest import profile
from tests.inspector.factories import PASSWORD, StaffFactory

OWN = "Alatau-qyr-2027"
ONE_TIME = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


def test_staff_print_a_passport_and_the_inspector_comes_in_with_it(
    context, chromium, cast, complaints, live_server
):
    staff = StaffFactory(username="ospanova")
    paper = print_the_passport(context, cast, staff.username)
    assert cast.busy.serial_number in paper
    assert cast.inspector.username in paper
    assert complaints == []
    for inspectors in profile(chromium, live_server.url):
        come_in_with_the_one_time_password(
            inspectors.new_page(), cast, ONE_TIME.search(paper).group()
        )


def print_the_passport(context: BrowserContext, cast: Cast, username: str) -> str:
    """Login, the list of registers, its action, the choice of inspector: the text of the sheet."""
    page = context.new_page()
    page.goto("/admin/")
    log_in(page, username, PASSWORD)
    expect(page).to_have_url("/admin/")
    page.get_by_role("link", name="Кассы", exact=True).first.click()
    row = page.locator("#result_list tbody tr", has_text=cast.busy.serial_number)
    row.get_by_role("checkbox").check()
    page.get_by_role("combobox", name="Действие").select_option(label="Напечатать паспорт ККМ")
    page.get_by_role("button", name="Выполнить").click()
    expect(page.get_by_role("radio", name="Сериков Нурлан")).to_be_checked()
    with page.expect_download() as download:
        page.get_by_role("button", name="Напечатать паспорт").click()
    return PdfReader(BytesIO(download.value.path().read_bytes())).pages[0].extract_text()


def come_in_with_the_one_time_password(page: Page, cast: Cast, password: str) -> None:
    """The old password is of no use; the new one leads to the page of the password and to
    nothing else.
    """
    page.goto("/login/")
    log_in(page, cast.inspector.username, PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("Неверный логин или пароль")
    log_in(page, cast.inspector.username, password)
    expect(page).to_have_url("/password/")
    page.goto(f"/cabinet/kkm/{cast.busy.serial_number}/")
    expect(page).to_have_url("/password/")
    page.get_by_label("Одноразовый пароль").fill(password)
    page.get_by_label("Новый пароль").first.fill(OWN)
    page.get_by_label("Новый пароль ещё раз").fill(OWN)
    page.get_by_role("button", name="Сменить пароль").click()
    expect(page).to_have_url("/cabinet/")
    expect(page.locator(".notice")).to_have_text("Пароль изменён.")
    expect(page.locator("tbody tr")).to_have_count(len(cast.mine))


def log_in(page: Page, username: str, password: str) -> None:
    """Fill in the login page."""
    page.get_by_label("Логин").fill(username)
    page.get_by_label("Пароль").fill(password)
    page.get_by_role("button", name="Войти").click()
