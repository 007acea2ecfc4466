"""The manual for officials, figures 1 to 5, as one inspector lives it: every step is what a
person does and sees.
"""

import re
import subprocess

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from kkm.models import FISCAL_MODELS, KKM
from tests import stories
from tests.factories import KKMFactory
from tests.inspector.factories import PASSWORD, ControlFactory, InspectorFactory
from tests.worked_example.memory import told

# Those of figure 3, the registration number by its short name, and four more.
COLUMNS = [
    "Все на этой странице",
    "Модель",
    "Серийный номер",
    "РНМ",
    "Год выпуска",
    "Налогоплательщик",
    "Адрес",
    "Смена",
    "Последняя операция",
    "Активный",
    "Заблокирован",
    "Комментарий",
    "Действия",
]
SERIAL, NUMBER, TAKEN, NEW_NUMBER = "ALS00001734", "600700123456", "600700999999", "600700654321"
FIGURE = re.compile(r"(?<![\d.,])-?\d{1,3}(?: \d{3})*\.\d\d(?![\d.])")
WRONG = "Неверный логин или пароль. Проверьте раскладку клавиатуры и клавишу Caps Lock."


@pytest.fixture
def manual(transactional_db) -> KKM:
    """The register of the worked example, today with an open shift; its inspector «serikov»;
    another register that is on the record.
    """
    kkm, now = told().kkm, timezone.localtime()
    _let_ids_run_on()
    stories.sell(kkm, 2_500, at=now)
    other = KKMFactory(serial_number="ALS00009999")
    stories.activate(other, at=now, registration_number=TAKEN)
    inspector = InspectorFactory(username="serikov", full_name="Сериков Н.Б.")
    for each in (kkm, other):
        ControlFactory(inspector=inspector, kkm=each)
    return kkm


def _let_ids_run_on() -> None:
    """Rows that came from memory brought their ids along; PostgreSQL counts on from them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [KKM, *FISCAL_MODELS]):
            cursor.execute(statement)


def test_an_inspector_follows_the_manual_from_figure_1_to_figure_5(page, manual, complaints):
    opens_the_site_and_presses_enter_top_right(page)  # figure 1
    mistypes_the_password_and_then_comes_in(page)  # figure 2
    sees_the_table_of_the_manual(page)  # figure 3
    asks_for_the_z_of_shift_143(page)  # figure 4
    presses_print(page)
    takes_it_on_paper(page, "Z-ОТЧЕТ")
    asks_for_three_shifts_together(page)
    takes_it_on_paper(page, "ФИСКАЛЬНЫЙ ОТЧЕТ")
    asks_for_a_day_that_has_not_come(page)
    looks_through_all_z_reports(page)
    reads_the_history_of_operations(page)
    opens_a_ticket_and_prints_it(page)
    reads_what_deregistration_will_do(page)  # figure 5
    takes_the_register_off_the_record(page)
    prints_the_act(page)
    puts_it_back_with_a_number_that_is_refused_at_first(page)
    goes_out(page)
    assert complaints == []


def opens_the_site_and_presses_enter_top_right(page: Page) -> None:
    page.goto("/")
    enter = page.get_by_role("link", name="Вход", exact=True)
    place = enter.bounding_box()
    assert place["y"] < 60
    assert place["x"] > page.viewport_size["width"] / 2
    enter.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Вход в кабинет")


def mistypes_the_password_and_then_comes_in(page: Page) -> None:
    page.get_by_label("Логин").fill("serikov")
    page.get_by_label("Пароль").fill(PASSWORD.lower())
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("alert")).to_have_text(WRONG)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page).to_have_url("/cabinet/")


def sees_the_table_of_the_manual(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Кабинет налогового инспектора")
    assert [header.strip() for header in page.locator("thead th").all_text_contents()] == COLUMNS
    cells = [cell.strip() for cell in row(page).locator("td, th").all_text_contents()]
    found = dict(zip(COLUMNS, cells, strict=True))
    assert found["Серийный номер"] == SERIAL
    assert found["РНМ"] == NUMBER
    assert found["Год выпуска"] == "2025"
    assert (found["Активный"], found["Заблокирован"]) == ("да", "нет")
    assert row(page).locator(".acts a").all_inner_texts() == ["Отчёты", "Снять с учёта"]


def asks_for_the_z_of_shift_143(page: Page) -> None:
    row(page).get_by_role("link", name="Отчёты").click()
    expect(page.get_by_label("Тип отчёта").locator("option")).to_have_count(6)
    page.get_by_label("Тип отчёта").select_option("Сменный Z-отчёт (закрытие смены)")
    expect(page.get_by_label("По", exact=True)).to_be_hidden()
    page.get_by_label("Дата").fill("2026-03-12")
    page.get_by_role("button", name="Просмотреть").click()
    says(
        page,
        "Z-ОТЧЕТ",
        "СМЕНА № 143",
        "НАЧАЛО СМЕНЫ 12.03.2026 08:57:14",
        "КОНЕЦ СМЕНЫ 12.03.2026 21:04:38",
    )
    says(
        page,
        "ЧЕКОВ ПРОДАЖ 0038 500 500.00",
        "0064 ПРОДАЖ 500 500.00",
        "НДС 16.00% 60 896.55",
        "НДС 5.00% 2 809.52",
    )
    says(page, "ВЫРУЧКА 472 900.00", "✓ наличные: начало + приход − расход = конец")


def asks_for_three_shifts_together(page: Page) -> None:
    page.get_by_label("Тип отчёта").select_option("Фискальный отчёт за период")
    expect(page.get_by_label("По", exact=True)).to_be_visible()
    page.locator("#id_date").fill("2026-03-10")
    page.get_by_label("По", exact=True).fill("2026-03-12")
    page.get_by_role("button", name="Просмотреть").click()
    says(
        page,
        "ЗА ПЕРИОД 10.03.2026 — 12.03.2026",
        "КОЛИЧЕСТВО СМЕН (Z-ОТЧЕТОВ) 3",
        "ПЕРВАЯ / ПОСЛЕДНЯЯ СМЕНА 141 / 143",
    )
    says(page, "ЧЕКОВ ПРОДАЖ 0100 1 320 640.00", "ВЫРУЧКА ЗА ПЕРИОД 1 287 740.00")


def presses_print(page: Page) -> None:
    """«Печать» opens a tab of its own; the report stays where it is."""
    with (
        page.context.expect_event("response", lambda answer: ".pdf" in answer.url) as opening,
        page.context.expect_page() as tab,
    ):
        page.get_by_role("link", name="Печать").click()
    assert opening.value.status == 200
    tab.value.close()
    says(page, "Z-ОТЧЕТ")


def takes_it_on_paper(page: Page, title: str) -> None:
    """The PDF says what the page says, figure by figure."""
    paper = printed(page, page.get_by_role("link", name="Печать"))
    assert title in paper
    on_screen = FIGURE.findall(page.locator(".report").inner_text())
    assert len(on_screen) > 40
    assert sorted(FIGURE.findall(paper)) == sorted(on_screen)


def asks_for_a_day_that_has_not_come(page: Page) -> None:
    page.goto(f"/cabinet/kkm/{SERIAL}/reports/?type=z&date=2099-01-01")
    expect(page.locator("#div_id_date .invalid-feedback")).to_have_text(
        "Эта дата ещё не наступила."
    )


def looks_through_all_z_reports(page: Page) -> None:
    page.get_by_role("link", name=SERIAL).click()
    page.get_by_role("link", name="Все Z-отчёты").click()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_label("Закрыты с").fill("2026-03-10")
    page.get_by_label("по", exact=True).fill("2026-03-12")
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("tbody th")).to_have_text(["143", "142", "141"])
    expect(page.locator("tbody tr").first).to_contain_text("472 900.00")
    page.locator("tbody tr").first.get_by_role("link", name="Просмотреть").click()
    says(page, "СМЕНА № 143", "ВЫРУЧКА 472 900.00")


def reads_the_history_of_operations(page: Page) -> None:
    page.get_by_role("link", name=SERIAL).click()
    page.get_by_role("link", name="Операции последней смены").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Операции смены № 144")
    page.get_by_label("Смена №").fill("143")
    page.get_by_role("button", name="Показать").first.click()
    expect(page.locator("tbody tr")).to_have_count(45)
    page.get_by_label("Режим").select_option("Автономно")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").last).to_contain_text("12.03.2026 17:01:19")


def opens_a_ticket_and_prints_it(page: Page) -> None:
    page.locator("tbody tr").last.get_by_role("link", name="Продажа").click()
    expect(page.locator("main")).to_contain_text("Рис «Камолино», мешок 10 кг")
    expect(page.get_by_alt_text("QR-код чека")).to_be_visible()
    shown = squeezed(page.locator("main").inner_text())
    assert "ИТОГ 9 430.00" in shown
    assert "Сдача 570.00" in shown
    ticket = squeezed(printed(page, page.get_by_role("link", name="Печать")))
    assert "Рис «Камолино», мешок 10 кг" in ticket
    assert re.search(r"ИТОГО?:? 9 430\.00", ticket)
    assert re.search("автономный", ticket, re.IGNORECASE)


def reads_what_deregistration_will_do(page: Page) -> None:
    page.get_by_role("link", name="Кассы").first.click()
    row(page).get_by_role("link", name="Снять с учёта").click()
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("Смена № 144 открыта: будет закрыта Z-отчётом.")
    expect(outcome).to_contain_text(f"регистрация {NUMBER} завершится")
    page.get_by_role("button", name="Снять с учёта").click()
    expect(page.locator("#div_id_reason .invalid-feedback")).to_be_visible()
    expect(page.get_by_label("Основание")).to_have_value("")


def takes_the_register_off_the_record(page: Page) -> None:
    page.get_by_label("Основание").select_option("замена на новую модель")
    page.get_by_label("Комментарий").fill("Касса продана")
    page.get_by_role("button", name="Снять с учёта").click()
    expect(page.get_by_role("status")).to_contain_text("Касса снята с учёта.")
    expect(page.locator(".history li").first).to_contain_text(
        "замена на новую модель. Касса продана"
    )
    expect(page.locator("table.list.cards tbody tr").first).to_contain_text("2 500.00")


def prints_the_act(page: Page) -> None:
    act = squeezed(
        printed(page, page.get_by_role("status").get_by_role("link", name="Акт снятия с учёта"))
    )
    assert NUMBER in act
    assert "замена на новую модель" in act.lower()
    assert re.search(r"ПЕРВАЯ / ПОСЛЕДНЯЯ СМЕНА 1 / 144", act)


def puts_it_back_with_a_number_that_is_refused_at_first(page: Page) -> None:
    page.get_by_role("link", name="Кассы").first.click()
    row(page).get_by_role("link", name="Активировать").click()
    expect(page.locator(".old")).to_contain_text(NUMBER)
    for wrong, sentence in (
        ("12345", "12 цифр"),
        (TAKEN, f"Регистрационный номер {TAKEN} уже присвоен другой действующей кассе."),
    ):
        page.get_by_label("Регистрационный номер").fill(wrong)
        page.get_by_role("button", name="Активировать").click()
        expect(page.locator("#div_id_registration_number .invalid-feedback")).to_contain_text(
            sentence
        )
    page.get_by_label("Регистрационный номер").fill(NEW_NUMBER)
    page.get_by_role("button", name="Активировать").click()
    expect(page.get_by_role("status")).to_have_text(
        f"Касса поставлена на учёт под номером {NEW_NUMBER}."
    )
    page.get_by_role("link", name="Кассы").first.click()
    expect(row(page)).to_contain_text(NEW_NUMBER)
    expect(row(page).get_by_role("link", name="Снять с учёта")).to_be_visible()


def goes_out(page: Page) -> None:
    page.get_by_role("button", name="Выход").click()
    expect(page.get_by_role("link", name="Вход", exact=True)).to_be_visible()


def row(page: Page) -> Locator:
    """The register's row in the table."""
    return page.locator("tbody tr", has_text=SERIAL)


def says(page: Page, *lines: str) -> None:
    """The report has these lines, however wide the gaps in them."""
    shown = page.locator(".report")
    for line in lines:
        expect(shown).to_contain_text(re.compile(re.escape(line).replace(r"\ ", r"\s+")))


def printed(page: Page, link: Locator) -> str:
    """The text of the PDF that a link leads to."""
    answer = page.context.request.get(link.get_attribute("href"))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF")
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=answer.body(), capture_output=True, check=True
    ).stdout.decode()


def squeezed(text: str) -> str:
    """With single spaces."""
    return " ".join(text.split())
