"""What is done with several registers that are ticked in the table: check, export, print."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.signals import request_finished
from django.utils import timezone
from pypdf import PdfReader

from inspector import checking
from inspector.forms import chosen as chosen_form
from inspector.models import AccessEntry, Control
from inspector.views.table import PAGE
from kkm.models import Audit, FiscalOperation
from tests.factories import KKMFactory, TaxpayerFactory
from tests.inspector.factories import ControlFactory
from tests.kkm.export.making import checked
from tests.kkm.tampering import unlocked
from tests.stories import activate, close, sell

pytestmark = pytest.mark.django_db
URL = "/cabinet/chosen/"
TABLE = "/cabinet/"


@pytest.fixture
def two(inspector, morning):
    """AAA1 with two closed shifts, BBB2 with one; CCC3, which has no operation, is his too."""
    kkms = [KKMFactory(serial_number=serial) for serial in ("AAA1", "BBB2", "CCC3")]
    for kkm in kkms:
        ControlFactory(inspector=inspector, kkm=kkm)
    for kkm in kkms[:2]:
        activate(
            kkm, at=morning - timedelta(days=5), registration_number=f"60070000000{kkm.pk % 10}"
        )
    for days in (3, 2):
        sell(kkms[0], 1000, at=morning - timedelta(days=days))
        close(kkms[0], at=morning - timedelta(days=days) + timedelta(minutes=5))
    sell(kkms[1], 700, at=morning - timedelta(days=2))
    close(kkms[1], at=morning - timedelta(days=2) + timedelta(minutes=5))
    return kkms[:2]


def page_of(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return " ".join(body.decode().split())


def logged(*actions) -> list[tuple]:
    """(action, register, subject) of the lines of the access log, oldest first."""
    lines = AccessEntry.objects.filter(action__in=actions).order_by("number")
    return [(line.action, line.kkm and line.kkm.serial_number, line.subject) for line in lines]


# -- the choice ------------------------------------------------------------------------------------


def test_every_row_has_a_box_and_the_form_knows_the_page(cabinet, two):
    page = page_of(cabinet.get(TABLE))
    assert re.findall(r'name="kkm" value="(\w+)" form="chosen"', page) == ["AAA1", "BBB2", "CCC3"]
    assert 'name="listed" value="AAA1 BBB2 CCC3 "' in page


def test_all_on_this_page_needs_no_script(cabinet, two):
    cabinet.post(URL, {"all": "1", "listed": "BBB2 AAA1", "kkm": ["AAA1"], "act": "check"})
    assert {audit.kkm.serial_number for audit in Audit.objects.all()} == {"AAA1", "BBB2"}


@pytest.mark.parametrize("act", ["check", "export", "print", "", "nonsense"])
def test_without_a_choice_the_table_says_what_to_do(cabinet, two, act):
    answer = cabinet.post(URL, {"act": act}, follow=True)
    assert answer.redirect_chain == [(TABLE, 302)]
    assert "Отметьте в таблице хотя бы одну кассу." in page_of(answer)


def test_more_than_a_page_of_the_table_is_refused_in_words(cabinet, two):
    many = [f"AAA{number}" for number in range(PAGE + 1)]
    answer = cabinet.post(URL, {"kkm": many, "act": "check"}, follow=True)
    assert f"Касс выбрано {PAGE + 1}, за один раз — не больше {PAGE}." in page_of(answer)


PAGES = ["", "checks/", "export.zip", "z.pdf"]


@pytest.mark.parametrize("page", PAGES)
def test_a_foreign_register_among_them_answers_404(cabinet, two, page):
    KKMFactory(serial_number="ZZZ9")
    assert cabinet.get(f"{URL}{page}?kkm=AAA1&kkm=ZZZ9").status_code == 404
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize("act", ["check", "export", "print", ""])
@pytest.mark.parametrize("serial", ["ZZZ9", "nonsense", "", "\0", "' OR 1"])
def test_nothing_is_done_for_a_choice_with_a_foreign_register(cabinet, two, act, serial):
    KKMFactory(serial_number="ZZZ9")
    assert cabinet.post(URL, {"kkm": ["AAA1", serial], "act": act}).status_code == 404
    assert not AccessEntry.objects.exists()
    assert not Audit.objects.exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_revoked_control_ends_the_choice(cabinet, two, page):
    Control.objects.filter(kkm=two[1]).update(revoked_at=timezone.now())
    assert cabinet.get(f"{URL}{page}?kkm=AAA1&kkm=BBB2").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_link_without_registers_leads_to_the_table(cabinet, page):
    assert cabinet.get(f"{URL}{page}").url == TABLE


# -- check -----------------------------------------------------------------------------------------


@pytest.fixture
def tampered(two):
    """Somebody has edited the sale of BBB2 behind the door's back."""
    with unlocked():
        FiscalOperation.objects.filter(kkm=two[1], number=2).update(actor_name="Другой Д.Д.")
    return two


def test_one_click_checks_them_all_and_one_page_has_the_verdicts(cabinet, tampered, inspector):
    answer = cabinet.post(URL, {"kkm": ["AAA1", "BBB2"], "act": "check"})
    assert answer.url == f"{URL}checks/?kkm=AAA1&kkm=BBB2"
    checks = cabinet.get(answer.url).context["checks"]
    assert [(row.kkm.serial_number, row.audit.holds) for row in checks.rows] == [
        ("AAA1", True),
        ("BBB2", False),
    ]
    assert (checks.whole, checks.broken, checks.unsure) == (1, 1, 0)
    page = page_of(cabinet.get(answer.url))
    assert "Целостность нарушена: <span" in page
    assert 'href="/cabinet/kkm/BBB2/check/"' in page
    assert logged("check") == [
        ("check", "AAA1", "журнал цел"),
        ("check", "BBB2", "целостность нарушена"),
    ]


def test_a_register_that_was_never_checked_is_not_called_whole(cabinet, two):
    cabinet.post(URL, {"kkm": ["AAA1"], "act": "check"})
    page = page_of(cabinet.get(f"{URL}checks/?kkm=AAA1&kkm=BBB2"))
    assert "ещё не проверялась" in page
    assert "Без результата:" in page
    assert "Все журналы целы" not in page


@pytest.mark.parametrize("findings", ["", "{"])
def test_a_result_that_was_turned_in_the_database_is_not_called_whole(cabinet, tampered, findings):
    answer = cabinet.post(URL, {"kkm": ["BBB2"], "act": "check"})
    with unlocked():
        Audit.objects.update(findings=findings)
    page = page_of(cabinet.get(answer.url))
    assert "запись изменена" in page
    assert "Все журналы целы" not in page


@pytest.fixture
def long_journals(monkeypatch):
    """Two journals count as long, and progress is told of every second operation."""
    monkeypatch.setattr(checking, "AT_ONCE", 1)
    monkeypatch.setattr("kkm.audit.audit.PROGRESS_EVERY", 2)


def test_long_journals_show_progress_and_then_the_verdicts(cabinet, tampered, long_journals):
    answer = cabinet.post(URL, {"kkm": ["AAA1", "BBB2"], "act": "check"})
    assert answer.streaming
    page = page_of(answer)
    assert re.findall(r"<li>(\w+: .*?)</li>", page) == [
        "AAA1: Проверено операций: 2 из 5",
        "AAA1: Проверено операций: 4 из 5",
        "AAA1: журнал цел",
        "BBB2: Проверено операций: 2 из 3",
        "BBB2: целостность нарушена",
    ]
    assert page.index("BBB2: целостность нарушена") < page.index("<table")
    assert page.endswith("</html>")
    begun = "Проверка журнала начата"
    assert logged("view", "check") == [
        ("view", None, "Проверка выбранных касс начата"),
        ("view", "AAA1", begun),
        ("check", "AAA1", "журнал цел"),
        ("view", "BBB2", begun),
        ("check", "BBB2", "целостность нарушена"),
    ]


@pytest.mark.parametrize(
    ("pieces", "last"),
    [
        (1, (None, "Проверка выбранных касс начата")),
        (2, ("AAA1", "Проверка журнала прервана: страницу закрыли")),
        (4, ("AAA1", "журнал цел")),
        (5, ("BBB2", "Проверка журнала прервана: страницу закрыли")),
    ],
)
def test_checks_that_the_visitor_leaves_end_there(
    cabinet, two, long_journals, monkeypatch, pieces, last
):
    """After the head of the page; after a step of the first; after its verdict; in the second."""
    monkeypatch.setattr(request_finished, "send", lambda **about: [])
    answer = cabinet.post(URL, {"kkm": ["AAA1", "BBB2"], "act": "check"})
    read = iter(answer.streaming_content)
    for _piece in range(pieces):
        next(read)
    answer.close()
    assert logged("view", "check")[-1][1:] == last
    assert Audit.objects.count() == (pieces >= 4)


# -- export ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [{}, {"date": "", "to": ""}, "yesterday"])
def test_the_zip_holds_the_exports_as_they_are_alone(
    cabinet, two, morning, days, time_machine, tmp_path
):
    if days == "yesterday":
        day = f"{timezone.localdate(morning - timedelta(days=2)):%Y-%m-%d}"
        days = {"date": day, "to": day}
    time_machine.move_to(timezone.now().replace(microsecond=0), tick=False)
    answer = cabinet.post(URL, {"kkm": ["BBB2", "AAA1"], "act": "export", **days})
    answer = cabinet.get(answer.url)
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert packed.testzip() is None
        contents, *names = packed.namelist()
        assert contents == "СОСТАВ.txt"
        assert [name.partition("_")[0] for name in names] == ["BBB2", "AAA1"]
        for name in names:
            serial = name.partition("_")[0]
            alone = cabinet.get(f"/cabinet/kkm/{serial}/export.zip", days)
            assert f'filename="{name}"' in alone["Content-Disposition"]
            assert packed.read(name) == b"".join(alone.streaming_content)
            (tmp_path / name).write_bytes(packed.read(name))
            assert checked(tmp_path / name).holds


def test_a_register_without_operations_is_named_as_left_out(cabinet, two):
    answer = cabinet.get(f"{URL}export.zip?kkm=AAA1&kkm=CCC3")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        contents, *names = packed.namelist()
        text = packed.read(contents).decode("utf-8-sig")
    assert len(names) == 1
    assert f"{names[0]}: " in text
    assert "операции № 1 — 5" in text
    assert "CCC3: У кассы ещё нет ни одной операции, данных для выгрузки нет." in text
    assert [(act, serial) for act, serial, _subject in logged("export")] == [("export", "AAA1")]


def test_an_export_is_logged_for_each_register_as_it_is_alone(cabinet, two):
    cabinet.get(f"{URL}export.zip?kkm=AAA1&kkm=BBB2")
    together = logged("export")
    cabinet.get("/cabinet/kkm/AAA1/export.zip")
    cabinet.get("/cabinet/kkm/BBB2/export.zip")
    assert logged("export") == together + together


# -- print -----------------------------------------------------------------------------------------


def texts_of(answer) -> list[str]:
    """The text of each page of a PDF."""
    assert answer["Content-Type"] == "application/pdf"
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]


def test_one_pdf_has_the_zs_register_by_register_in_order(cabinet, two, morning):
    days = {"date": f"{timezone.localdate(morning - timedelta(days=9)):%Y-%m-%d}", "to": ""}
    answer = cabinet.post(URL, {"kkm": ["BBB2", "AAA1"], "act": "print", **days})
    answer = cabinet.get(answer.url)
    pages = texts_of(answer)
    of_one = [re.search(r"ЗНМ\s+(\w+)", text) for text in pages]
    assert [found[1] for found in of_one if found] == ["BBB2", "AAA1", "AAA1"]
    reader = PdfReader(io.BytesIO(answer.content))
    assert sorted(reader.attachments) == ["AAA1-z-3.json", "AAA1-z-5.json", "BBB2-z-3.json"]
    assert reader.metadata.title.startswith("Z-отчёты ")


def test_a_z_in_the_pack_has_the_pages_that_it_has_alone(cabinet, two):
    shift = two[1].shifts.get()
    day = f"{timezone.localdate(shift.closed_at):%Y-%m-%d}"
    alone = texts_of(cabinet.get("/cabinet/kkm/BBB2/reports/z.pdf", {"date": day}))
    pack = texts_of(cabinet.get(f"{URL}z.pdf?kkm=AAA1&kkm=BBB2"))
    assert pack[-len(alone) :] == alone


def test_printing_is_logged_for_each_register_that_has_a_z(cabinet, two):
    cabinet.get(f"{URL}z.pdf?kkm=AAA1&kkm=CCC3")
    assert logged("print") == [("print", "AAA1", "Z-отчёты за всё время, смены № 1 — 2")]


def test_too_many_are_refused_in_words(cabinet, two, monkeypatch):
    monkeypatch.setattr(chosen_form, "MOST_REPORTS", 2)
    answer = cabinet.post(URL, {"kkm": ["AAA1", "BBB2"], "act": "print", "date": "", "to": ""})
    page = page_of(answer)
    assert "Z-отчётов за эти дни 3, в один файл помещается не больше 2." in page
    assert 'name="kkm" value="BBB2"' in page
    assert not logged("print")


@pytest.mark.parametrize(
    ("act", "days", "said"),
    [
        ("print", {"date": "2020-01-01", "to": "2020-01-31"}, "за эти дни Z-отчётов нет"),
        ("export", {"date": "2020-01-01", "to": "2020-01-31"}, "за эти дни операций нет"),
        ("print", {"date": "2026-02-30", "to": ""}, "Такой даты нет"),
        ("export", {"date": "", "to": "x"}, "Такой даты нет"),
        ("print", {"date": "2020-02-03", "to": "2020-01-31"}, "Конец периода раньше начала."),
        ("export", {"date": "3020-01-01", "to": ""}, "Этот день ещё не наступил."),
        ("print", {"date": "1066-10-14", "to": ""}, "Слишком ранняя дата."),
    ],
)
def test_a_wrong_question_is_answered_on_the_page_of_the_choice(cabinet, two, act, days, said):
    page = page_of(cabinet.post(URL, {"kkm": ["AAA1", "BBB2"], "act": act, **days}))
    assert said in page
    assert 'name="kkm" value="AAA1"' in page
    address = {"print": "z.pdf", "export": "export.zip"}[act]
    answer = cabinet.get(f"{URL}{address}", {"kkm": ["AAA1", "BBB2"], **days}, follow=True)
    assert answer.redirect_chain[0][0].startswith(URL)
    assert not logged("print", "export")


def test_the_number_of_queries_of_the_choice_grows_by_the_heads_alone(
    cabinet, inspector, asks_at_most
):
    taxpayer = TaxpayerFactory()
    kkms = KKMFactory.create_batch(30, taxpayer=taxpayer)
    Control.objects.bulk_create([Control(inspector=inspector, kkm=kkm) for kkm in kkms])
    with asks_at_most(8 + len(kkms)):
        cabinet.get(URL, {"kkm": [kkm.serial_number for kkm in kkms]})
