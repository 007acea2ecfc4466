"""Kazakh: the catalogue is whole, says nothing in Russian, keeps the placeholders, and its
labels fit the paper.
"""

import ast
import gettext
import json
import os
import re
import subprocess
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import django
import pytest
from django.conf import settings as installed
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from inspector.forms.cabinet import BLOCKING_REASON
from kkm import journal
from kkm.domain.kinds import OperationKind
from kkm.domain.period import Period
from kkm.models import OFD
from reports.kinds import cashiers as cashier_report
from reports.kinds import z as z_report
from reports.paper.lines import WIDTH
from reports.parts import labels
from reports.parts.heading import ofd_name
from reports.report import Tally
from reports.scope import ReportScope
from reports.ticket.layout import ticket_rows
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory, InspectorFactory, StaffFactory
from tests.reports.asking import roll_texts
from tests.stories import act, activate, close, deposit, sell, withdraw
from tests.worked_example import worked_example  # noqa: F401

TREE = Path(installed.BASE_DIR)
CATALOGUE = TREE / "locale/kk/LC_MESSAGES/django.po"
CYRILLIC = re.compile("[\u0400-\u04ff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}|</?\w[^>]*>")
FIGURE = re.compile(r"\d(?:[\d.:/%]| (?=\d))*")
ROOMS = ("alsep", "kkm", "reports", "inspector")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy"}
SAME = {  # Kazakh tax documents say these as Russian ones do
    " оп.",
    "с",
    "Журнал",
    "Операция №",
    "ОПЕРАЦИЯ №",
    "Лицензия",
    "Алгоритм:",
    *("Русский", "Қазақша", "Логин", "Режим", "Модель", "Кабинет", "Позиция"),
    *("инспектор", "Инспектор", "кассир", "Кассир", "КАССИР", "Кассир: {name}", "касса", "Касса"),
    *(
        "модель",
        "секция",
        "Секция",
        "СЕКЦИЯ",
        "серия",
        "терминал",
        "операция",
        "Операция",
        "ОПЕРАЦИЯ",
        "акт",
        "№",
    ),
    *("интегратор", "логин", "код", "Чек", "ФАЙЛ", "12 цифр.", "GTIN", "NTIN"),
    *("г", "кг", "т", "л", "мл", "м", "см", "м²", "м³", "млн ₸"),  # units
    *("500 500 − 15 000 − 12 600 = 472 900", "Серия — 5 цифр."),
}
TERMS = (
    "ККМ",
    "РНМ",
    "ЗНМ",
    "ИНК",
    "ИИН",
    "БИН",
    "НДС",
    "ОФД",
    "КГД",
    "отчёт",
    "отчет",
    "смен",
    "касс ",
    "чеков",
    "возврат",
    "оплат",
)

WRONG = (  # patterns of the beginnings of words
    r"фискалды\b",  # фискалдық
    r"сериялық нөмір",  # зауыттық нөмір
    r"мемлекеттік кіріс\b",  # мемлекеттік кірістер
    r"негіздеме",  # негіз: the reason of an act
    r"нөлде(?:йтін|мейтін) есеп",  # Z-есеп (ауысымды жабу), X-есеп (ауысымды жаппай)
    r"өшірусіз",
    r"қайтарымдар",  # сатуды қайтару; қайтарым is the change that a buyer gets
    r"қайтарымы\b",
    r"құрастыр",  # қалыптастыру: what a report is
    r"сұраныс",  # сұрау
    r"көшірме(?:\b|сін)",  # жүктеп алу
    r"көшірмелер",
    r"көшіріп алу",
    r"БКМ-(?:ны|ға|да|ның)\b",  # read «бэ-ка-эм»: БКМ-ді, БКМ-ге
    r"қолдар\b",  # қолтаңбалар
    r"т\.а\.ә\.",  # аты-жөні
    r"с\.і\.",  # соның ішінде
    r"негіз(?: болған)? чегі",  # негіз чек
    r"мөр(?:і|лер|ге|мен|ін)?\b",  # бақылау коды
    r"шың(?:ы|дары)",  # бақылау нүктесі
    r"72 сағ\b",  # 72 сағаттан
)

SAID_IN_TWO_WAYS = {
    "итог",  # of a check (қорытынды), and the sum of a paper (барлығы)
    "открыта",  # of a shift: what it is (ашық), and when it was opened (ашылған)
    "закрыта",
    "наличных в кассе",  # without «ақша» on the narrow paper
    "возвратов покупок",
    "с",  # since a moment (басы), and from a day (күнінен бастап)
}


@pytest.fixture(scope="module")
def locale(tmp_path_factory) -> Path:
    """The catalogue of this tree, compiled anew: whoever runs the tests need not have compiled
    it.
    """
    place = tmp_path_factory.mktemp("locale")
    compiled = place / "kk/LC_MESSAGES/django.mo"
    compiled.parent.mkdir(parents=True)
    subprocess.run(["msgfmt", "-o", compiled, CATALOGUE], check=True)
    return place


@pytest.fixture(scope="module")
def entries(locale) -> dict[str, str]:
    """msgid → msgstr, the forms of a plural under the singular's msgid with a number."""
    with (locale / "kk/LC_MESSAGES/django.mo").open("rb") as file:
        found = gettext.GNUTranslations(file)._catalog
    named = {
        key if isinstance(key, str) else f"{key[0]}\x00{key[1]}": text
        for key, text in found.items()
        if key
    }
    return {key.partition("\x04")[2] or key: text for key, text in named.items()}


@pytest.fixture
def kazakh(settings, locale):
    """Everything is said in Kazakh."""
    settings.LOCALE_PATHS = [locale]
    with translation.override("kk"):
        yield


@pytest.fixture
def register(db):
    """A register with a closed and an open shift, and an inspector who may do everything with
    it.
    """
    inspector = InspectorFactory(username="serikov", full_name="Serikov N.")
    inspector.user_permissions.add(Permission.objects.get(codename="block_kkm"))
    kkm = KKMFactory(
        serial_number="SWK00053162",
        comment="",
        address="Almaty, Dala 7",
        address_kk="Алматы қ., Дала көш., 7-үй",
        trade_name="Bereke",
        taxpayer__name="«Bereke»",
    )
    ControlFactory(inspector=inspector, kkm=kkm)
    morning = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    activate(kkm, at=morning - timedelta(days=3))
    deposit(kkm, 5000, at=morning - timedelta(days=2))
    sell(kkm, 1500, at=morning - timedelta(days=2), offline=True)
    close(kkm, at=morning - timedelta(days=1, hours=20))
    sell(kkm, 700, at=morning)
    withdraw(kkm, 100, at=morning)
    return kkm


@pytest.fixture
def browser(register) -> Client:
    """The inspector's browser, which asks for Kazakh."""
    client = Client(headers={"accept-language": "kk"})
    client.force_login(register.controls.get().inspector)
    return client


def seen(response) -> str:
    """What a person reads on a page, the hints of its elements included."""
    text = re.sub(
        r"<(script|style)\b.*?</\1>|<!--.*?-->", " ", response.content.decode(), flags=re.DOTALL
    )
    text = re.sub(
        r"<button[^>]*\slang=.*?</button>", " ", text
    )  # the other language calls itself by its own name
    hints = re.findall(r'(?:title|alt|aria-label|data-label|placeholder)="([^"]*)"', text)
    hints += re.findall(r'<input type="submit"[^>]*value="([^"]*)"', text)
    return " ".join(unescape(part) for part in (re.sub(r"<[^>]*>", "\n", text), *hints))


def russian(text: str, entries: dict[str, str]) -> list[str]:
    """Msgids that stand in a text as they are, although they have a Kazakh of their own."""
    ours = (
        msgid
        for msgid, msgstr in entries.items()
        if CYRILLIC.search(msgid) and msgid != msgstr and len(msgid) > 2
    )
    kazakh = set(entries.values())
    return [
        msgid
        for msgid in ours
        if msgid not in kazakh
        and msgid in text
        and re.search(rf"(?<!\w){re.escape(msgid)}(?!\w)", text)
    ]


def test_the_catalogue_compiles_and_nothing_in_it_is_empty_or_fuzzy():
    done = subprocess.run(
        ["msgfmt", "--check", "--statistics", "-o", os.devnull, CATALOGUE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, re.sub(r"\d+", "N", done.stderr)) == (0, "N translated messages.\n")


def test_placeholders_and_tags_are_the_same_on_both_sides(entries):
    def of(text):
        return sorted(PLACEHOLDER.findall(text))

    differ = {msgid: msgstr for msgid, msgstr in entries.items() if of(msgid) != of(msgstr)}
    assert (len(entries) > 600, differ) == (True, {})


def test_what_is_the_same_in_both_languages_is_listed(entries):
    assert {msgid for msgid, msgstr in entries.items() if msgid == msgstr} == SAME


def test_no_kazakh_keeps_a_russian_term(entries):
    kept = {msgstr: term for msgstr in entries.values() for term in TERMS if term in msgstr}
    assert kept == {}


def test_no_kazakh_uses_a_word_that_is_not_the_term(entries):
    """Each of these was once in the catalogue; docs/domain.md, section 6, has the right word."""
    wrong = {
        msgstr: form
        for msgstr in entries.values()
        for form in WRONG
        if re.search(rf"(?<!\w){form}", msgstr, re.IGNORECASE)
    }
    assert wrong == {}


def test_one_russian_word_has_one_kazakh_word(entries):
    """Msgids that differ only in capitals or in a full stop at the end say the same in Kazakh."""
    said: dict[str, set[str]] = {}
    for msgid, msgstr in entries.items():
        if CYRILLIC.search(msgid) and "\x00" not in msgid:
            key = msgid.lower().replace("ё", "е").strip(" .:")
            said.setdefault(key, set()).add(msgstr.lower().strip(" .:"))
    assert {key for key, words in said.items() if len(words) > 1} == SAID_IN_TWO_WAYS


def test_upper_case_and_the_spaces_and_full_stops_at_the_ends_stay(entries):
    ours = [
        (msgid, msgstr)
        for msgid, msgstr in entries.items()
        if CYRILLIC.search(msgid) and "\x00" not in msgid
    ]
    shouted = [
        msgstr
        for msgid, msgstr in ours
        if msgid.isupper()
        and msgid not in ("ФИО", "С")
        and not PLACEHOLDER.sub("", msgstr).isupper()
    ]
    begun = [msgstr for msgid, msgstr in ours if msgid[0].isspace() != msgstr[0].isspace()]
    ended = [
        msgstr
        for msgid, msgstr in ours
        if " " in msgid and (msgid[-1] in ".:") != (msgstr[-1] in ".:")
    ]
    assert (shouted, begun, ended) == ([], [], [])


def test_no_word_hides_from_makemessages_inside_an_f_string(entries):
    modules = [
        (module, ast.parse(module.read_text(encoding="utf-8")))
        for room in ROOMS
        for module in (TREE / room).rglob("*.py")
    ]
    strings = [
        (module, node)
        for module, tree in modules
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
    ]
    calls = [
        (module, node)
        for module, string in strings
        for node in ast.walk(string)
        if isinstance(node, ast.Call)
    ]
    said = [
        (module.name, call.args[-1])
        for module, call in calls
        if getattr(call.func, "id", "") in CALLS
    ]
    assert [
        (name, word.value)
        for name, word in said
        if isinstance(word, ast.Constant) and word.value not in entries
    ] == []


@pytest.mark.django_db
def test_the_scripts_of_the_admin_say_nothing_in_russian(client):
    client.force_login(StaffFactory())
    russian, kazakh = (_words_of_scripts(client, language) for language in ("ru", "kk"))
    assert "January" in russian
    assert russian.keys() <= kazakh.keys()
    same = {key for key, words in russian.items() if kazakh[key] == words}
    # «С» and «Ср» are Wednesday and Saturday in both languages.
    assert same == {
        "abbrev. day Wednesday\x04Wed",
        "one letter Saturday\x04S",
        "one letter Wednesday\x04W",
    }


def _words_of_scripts(client: Client, language: str) -> dict[str, object]:
    client.cookies["django_language"] = language
    script = client.get("/admin/jsi18n/").content.decode()
    words = re.search(r"const newcatalog = ({.*?});\n", script, re.DOTALL)[1]
    return json.loads(words)


def test_what_we_say_for_django_is_still_asked_for_by_django(entries):
    asked = set()
    for catalogue in Path(django.__file__).parent.glob("**/locale/ru/LC_MESSAGES/django.mo"):
        with catalogue.open("rb") as file:
            asked |= {
                key if isinstance(key, str) else key[0]
                for key in gettext.GNUTranslations(file)._catalog
            }
    english = {
        msgid.partition("\x00")[0]
        for msgid in entries
        if not CYRILLIC.search(msgid) and re.search("[a-z]{3}", msgid)
    }
    assert english
    assert english - asked == set()


@pytest.mark.usefixtures("kazakh")
def test_labels_leave_room_for_a_sum():
    named = (
        labels.PLURAL,
        labels.SINGULAR,
        labels.TICKETS,
        labels.VAT,
        labels.PERIOD_VAT,
        labels.PAYMENT,
    )
    printed = [str(label) for names in named for label in names.values()]
    assert [label for label in printed if len(label) > 30] == []
    assert [str(label) for label in labels.CASHIER.values() if len(f"{label}:") > 18] == []


def of_shift_143(worked_example) -> ReportScope:  # noqa: F811
    return ReportScope(
        kkm=worked_example.kkm,
        shifts=[worked_example.shift(143)],
        period=Period.day(datetime(2026, 3, 12)),
        now=timezone.now(),
        by="",
    )


def test_the_z_of_shift_143_in_kazakh_has_the_same_figures_in_48_characters(
    worked_example,  # noqa: F811
    settings,
    locale,
):
    scope = of_shift_143(worked_example)
    with translation.override("ru"):
        said = list(roll_texts(z_report.make(scope)))
    settings.LOCALE_PATHS = [locale]
    with translation.override("kk"):
        printed = list(roll_texts(z_report.make(scope)))
    assert [line for line in printed if len(line) > WIDTH] == []
    assert len(printed) == len(said), "a label is so long that its line breaks"
    assert [FIGURE.findall(line) for line in printed] == [FIGURE.findall(line) for line in said]
    assert {
        "                     Z-ЕСЕП",
        "САТУ ЧЕКТЕРІ  0038                    500 500.00",
    } <= set(printed)


@pytest.mark.usefixtures("kazakh")
def test_the_cashier_report_keeps_its_three_columns(worked_example):  # noqa: F811
    report = cashier_report.make(of_shift_143(worked_example))
    tallies = [row for block in report.blocks for row in block.rows if isinstance(row, Tally)]
    columns = {
        line.rindex(line.split()[-1]) + len(line.split()[-1])
        for line in roll_texts(report)
        if line.startswith(" С") and ":" in line
    }
    assert (len(tallies), len(columns)) == (12, 1)


@pytest.mark.usefixtures("kazakh")
def test_a_ticket_in_kazakh_reads_as_tickets_do(register):
    ticket = register.operations.filter(kind=OperationKind.SALE).first()
    labels = {row.label for row in ticket_rows(ticket)}
    assert {
        "САТУ",
        "БАРЛЫҒЫ",
        "ҚОЛМА-ҚОЛ",
        "КЗН",
        "МКК БКМ коды (КТН)",
        "соның ішінде ҚҚС",
        "БСН/ЖСН",
    } <= labels


def test_the_pages_before_the_login_are_in_kazakh(kazakh, db, entries):
    visitor = Client(headers={"accept-language": "kk"})
    home, login = visitor.get(reverse("home")), visitor.get(reverse("login"))
    assert "Салық инспекторының кабинеті" in seen(home)
    assert "Құпиясөз" in seen(login)
    assert (russian(seen(home), entries), russian(seen(login), entries)) == ([], [])


PAGES = (
    "kkm",
    "comment",
    "z_reports",
    "activate",
    "deregister",
    "block",
    "unblock",
    "operations",
    "report",
)


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_of_a_register_are_in_kazakh(kazakh, browser, register, entries, name):
    response = browser.get(reverse(name, args=[register.serial_number]))
    assert response.status_code == 200
    assert "Кассалар" in seen(response)
    assert russian(seen(response), entries) == []


@pytest.mark.parametrize("kind", ["z", "x", "period", "cashiers", "shift", "sections"])
def test_the_reports_are_in_kazakh(kazakh, browser, register, entries, kind):
    response = browser.get(reverse("report", args=[register.serial_number]), {"type": kind})
    assert "ЕСЕП" in seen(response)
    assert russian(seen(response), entries) == []


def test_the_table_an_operation_and_the_password_page_are_in_kazakh(
    kazakh, browser, register, entries
):
    operation = register.operations.filter(kind=OperationKind.SALE).first()
    one = reverse("operation", args=[register.serial_number, operation.number])
    pages = [
        seen(browser.get(address))
        for address in (reverse("cabinet"), one, reverse("password_change"))
    ]
    assert [
        "Бақылаудағы кассалар" in pages[0],
        "Фискалдық белгі" in pages[1],
        "Ескі құпиясөз" in pages[2],
    ] == [True] * 3
    assert [russian(page, entries) for page in pages] == [[], [], []]


def test_the_address_in_kazakh_stands_where_there_is_one(kazakh, browser, register):
    """On the pages of a register, in the table and on a report: in Kazakh for a Kazakh reader."""
    names = ("kkm", "operations", "report", "z_reports")
    addresses = [reverse(name, args=[register.serial_number]) for name in names]
    addresses.append(reverse("cabinet"))
    kazakh_pages = [seen(browser.get(address)) for address in addresses]
    assert [
        ("Алматы қ., Дала көш., 7-үй" in page, "Almaty, Dala 7" in page) for page in kazakh_pages
    ] == [(True, False)] * len(addresses)
    russian_page = seen(browser.get(addresses[0], headers={"accept-language": "ru"}))
    assert ("Almaty, Dala 7" in russian_page, "Дала көш." in russian_page) == (True, False)


def test_the_name_of_the_ofd_in_kazakh_stands_on_the_page_of_a_register(kazakh, browser, register):
    ofd, address = register.ofd, reverse("kkm", args=[register.serial_number])
    kazakh_page = seen(browser.get(address))
    assert (ofd.name_kk in kazakh_page, ofd.name in kazakh_page) == (True, False)
    russian_page = seen(browser.get(address, headers={"accept-language": "ru"}))
    assert (ofd.name_kk in russian_page, ofd.name in russian_page) == (False, True)
    assert ofd_name(OFD(name="Оператор")) == "Оператор"


def test_a_reason_from_the_list_is_kept_in_russian_and_shown_in_kazakh(kazakh, browser, register):
    journal.block(kkm=register, act=act(timezone.now(), reason=BLOCKING_REASON))
    blocked = register.operations.get(kind=OperationKind.BLOCK)
    addresses = [reverse("cabinet"), reverse("kkm", args=[register.serial_number])]
    addresses.append(reverse("operation", args=[register.serial_number, blocked.number]))
    assert blocked.facts["reason"] == "по требованию органов государственных доходов"
    assert [
        "мемлекеттік кірістер органдарының талабы бойынша" in seen(browser.get(address))
        for address in addresses
    ] == [True] * 3


def test_a_refused_password_is_refused_in_kazakh(kazakh, browser):
    typed = {"old_password": "wrong", "new_password1": "12345", "new_password2": "12345"}
    page = seen(browser.post(reverse("password_change"), typed))
    assert "Ескі құпиясөз қате енгізілді" in page
    assert "Онда кемінде 10 таңба болуы керек" in page
    assert "Құпиясөз тек цифрлардан тұрады" in page
