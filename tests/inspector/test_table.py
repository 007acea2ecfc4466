"""The table of registers, as an inspector sees it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from inspector.models import AccessEntry, Control
from inspector.views.table import PAGE
from kkm import journal
from kkm.models import LateOffline
from tests.factories import KKMFactory, TaxpayerFactory
from tests.inspector.factories import ControlFactory
from tests.stories import act, activate, sell

pytestmark = pytest.mark.django_db


def _serials(response) -> list[str]:
    return [kkm.serial_number for kkm in response.context["page"]]


@pytest.fixture
def three(inspector, morning):
    """On the record with a shift open for two days; blocked; never on the record."""
    kkms = [
        KKMFactory(
            serial_number="AAA1",
            made_in=2024,
            address="г. Астана, пр. Кабанбай батыра, д. 5",
            address_kk="Астана қ., Қабанбай батыр даңғылы, 5-үй",
            trade_name="Аптека",
            taxpayer=TaxpayerFactory(name="ТОО «Алма»"),
        ),
        KKMFactory(
            serial_number="BBB2", made_in=2022, taxpayer=TaxpayerFactory(name="ТОО «Шипа Фарм»")
        ),
        KKMFactory(
            serial_number="CCC3",
            made_in=2023,
            comment="Проверить адрес",
            taxpayer=TaxpayerFactory(name="ТОО «Береке»"),
        ),
    ]
    for kkm in kkms:
        ControlFactory(inspector=inspector, kkm=kkm)
    activate(kkms[0], at=morning - timedelta(days=3), registration_number="600700000001")
    sell(kkms[0], at=morning - timedelta(days=2))
    activate(kkms[1], at=morning, registration_number="012345678901")
    journal.block(
        kkm=kkms[1], act=act(morning, reason="по требованию органов государственных доходов")
    )
    return kkms


def test_an_anonymous_visitor_is_sent_to_the_login(client):
    response = client.get("/cabinet/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_a_one_time_password_must_be_changed_before_the_table_is_shown(cabinet, inspector):
    inspector.must_change_password = True
    inspector.save()
    assert cabinet.get("/cabinet/")["Location"] == "/password/"


def test_only_controlled_registers_are_listed(cabinet, three):
    KKMFactory(serial_number="ZZZ9")
    assert _serials(cabinet.get("/cabinet/")) == ["AAA1", "BBB2", "CCC3"]


def test_a_revoked_control_is_gone_at_the_next_click(cabinet, three):
    Control.objects.filter(kkm=three[0]).update(revoked_at=timezone.now())
    assert _serials(cabinet.get("/cabinet/")) == ["BBB2", "CCC3"]


def test_a_row_offers_what_its_state_allows(cabinet, three):
    page = cabinet.get("/cabinet/").content.decode()
    assert "/cabinet/kkm/AAA1/deregister/" in page
    assert "/cabinet/kkm/AAA1/activate/" not in page
    assert "/cabinet/kkm/CCC3/activate/" in page
    assert "/cabinet/kkm/CCC3/reports/" in page


def test_blocked_rows_say_why(cabinet, three):
    page = cabinet.get("/cabinet/").content.decode()
    assert "по требованию органов государственных доходов" in page
    assert "смена открыта более 24 часов" in page


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aaa", ["AAA1"]),
        ("600700", ["AAA1"]),
        ("012345678901", ["BBB2"]),
        ("шипа", ["BBB2"]),
        ("КАБАНБАЙ", ["AAA1"]),
        ("аптека", ["AAA1"]),
        (" толе ", ["BBB2", "CCC3"]),
        ("шипа толе", ["BBB2"]),
        ("толе ШИПА", ["BBB2"]),
        ("шипа кабанбай", []),
        ("РНМ 0123 4567 8901", ["BBB2"]),
        ("0123-4567-8901", ["BBB2"]),
        ("ibgf", ["BBB2"]),
        ("ффф1", ["AAA1"]),
        ("5-үй қабанбай", ["AAA1"]),
        ("a.a", []),
        ("%", []),
        ("(", []),
    ],
)
def test_search_finds_by_every_requisite_whatever_the_case(cabinet, three, text, found):
    assert _serials(cabinet.get("/cabinet/", {"q": text})) == found


def test_a_fiscal_sign_leads_to_its_ticket(cabinet, three):
    ticket = three[0].operations.last()
    page = cabinet.get("/cabinet/", {"q": f" {ticket.fiscal_sign} "})
    assert page.context["tickets"] == [ticket]
    assert f"/cabinet/kkm/AAA1/operations/{ticket.number}/" in page.content.decode()
    assert "ничего не найдено" not in page.content.decode()


def test_an_external_number_leads_to_its_ticket(cabinet, three, morning):
    at = morning - timedelta(days=2)
    ticket = sell(three[0], at=at, external_number="order-2026-17")
    assert cabinet.get("/cabinet/", {"q": "order-2026-17"}).context["tickets"] == [ticket]


def test_a_ticket_of_a_foreign_register_is_not_found(cabinet, three, morning):
    foreign = KKMFactory()
    activate(foreign, at=morning - timedelta(days=1))
    ticket = sell(foreign, at=morning)
    assert cabinet.get("/cabinet/", {"q": ticket.fiscal_sign}).context["tickets"] == []


@pytest.mark.parametrize("text", ["", "1000000", "2123456", "9" * 100, "order", "%"])
def test_what_is_no_number_of_a_ticket_finds_none(cabinet, three, text):
    assert cabinet.get("/cabinet/", {"q": text}).context["tickets"] == []


def test_a_search_that_is_too_long_is_refused_in_words_and_can_be_shortened(cabinet, three):
    page = cabinet.get("/cabinet/", {"q": "ж" * 101})
    text = " ".join(page.content.decode().split())
    assert "Поиск не длиннее 100 знаков, здесь 101: сократите его." in text
    assert _serials(page) == []
    assert f'value="{"ж" * 101}"' in text
    assert _serials(cabinet.get("/cabinet/", {"q": "а" * 100})) == []


@pytest.mark.parametrize(
    ("query", "said"), [("", "Всего:"), ("q=шипа", "Найдено:"), ("state=blocked", "Найдено:")]
)
def test_the_count_is_said_when_it_changes(cabinet, three, query, said):
    page = cabinet.get(f"/cabinet/?{query}")
    status = re.search(r'<p [^>]*id="count" role="status">(.*?)</p>', page.content.decode(), re.S)
    words = re.sub(r"<[^>]*>", "", status[1]).split()
    assert words == [said, str(page.context["page"].paginator.count)]


def test_an_open_shift_has_its_x_in_the_row(cabinet, three):
    page = cabinet.get("/cabinet/").content.decode()
    assert re.findall(r'href="(\S+\?type=x)"', page) == ["/cabinet/kkm/AAA1/reports/?type=x"]


def test_search_finds_by_taxpayer_number(cabinet, three):
    number = three[2].taxpayer.taxpayer_number
    assert _serials(cabinet.get("/cabinet/", {"q": number})) == ["CCC3"]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("", ["AAA1", "BBB2", "CCC3"]),
        ("on-record", ["AAA1", "BBB2"]),
        ("off-record", ["CCC3"]),
        ("blocked", ["AAA1", "BBB2"]),
        ("shift-open", ["AAA1"]),
        ("overdue", ["AAA1"]),
        ("nonsense", ["AAA1", "BBB2", "CCC3"]),
    ],
)
def test_filters_by_state(cabinet, three, state, found):
    assert _serials(cabinet.get("/cabinet/", {"state": state})) == found


def test_states_are_counted_within_the_search(cabinet, three):
    counted = {
        value: count
        for value, _name, count in cabinet.get("/cabinet/", {"q": "aaa"}).context["states"]
    }
    on_record = {"": 1, "on-record": 1, "off-record": 0}
    assert counted == {
        **on_record,
        "blocked": 1,
        "shift-open": 1,
        "overdue": 1,
        "late": 0,
        "broken": 0,
    }


def test_an_unblocked_register_is_not_among_the_blocked(cabinet, three, morning):
    journal.unblock(kkm=three[1], act=act(morning))
    assert _serials(cabinet.get("/cabinet/", {"state": "blocked"})) == [
        "AAA1"
    ]  # its shift is too long


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("year", ["BBB2", "CCC3", "AAA1"]),
        ("-year", ["AAA1", "CCC3", "BBB2"]),
        ("number", ["BBB2", "AAA1", "CCC3"]),
        ("-number", ["AAA1", "BBB2", "CCC3"]),
        ("active", ["CCC3", "AAA1", "BBB2"]),
        ("-blocked", ["AAA1", "BBB2", "CCC3"]),
        ("-comment", ["CCC3", "AAA1", "BBB2"]),
        ("taxpayer", ["AAA1", "CCC3", "BBB2"]),
        ("-last", ["BBB2", "AAA1", "CCC3"]),
        ("shift", ["AAA1", "BBB2", "CCC3"]),
        ("password", ["AAA1", "BBB2", "CCC3"]),
    ],
)
def test_columns_put_the_rows_in_order_and_equal_ones_by_serial_number(cabinet, three, sort, order):
    assert _serials(cabinet.get("/cabinet/", {"sort": sort})) == order


def test_alarms_come_first_when_nobody_has_chosen_an_order(cabinet, three, morning):
    two_hours = timedelta(hours=2)
    LateOffline.objects.create(
        kkm=three[2], occurred_at=morning - timedelta(days=5), refused_at=morning + two_hours
    )
    activate(three[2], at=morning - timedelta(days=6), registration_number="600700000003")
    assert _serials(cabinet.get("/cabinet/")) == ["CCC3", "AAA1", "BBB2"]


def test_the_chosen_order_is_remembered(cabinet, three):
    cabinet.get("/cabinet/", {"sort": "-serial"})
    assert _serials(cabinet.get("/cabinet/")) == ["CCC3", "BBB2", "AAA1"]
    cabinet.cookies["table_sort"] = "password"
    assert _serials(cabinet.get("/cabinet/")) == ["AAA1", "BBB2", "CCC3"]


def headings(response):
    """Names of the columns that can be sorted by, from left to right."""
    return re.findall(r'<th scope="col" class="cell-(\w+)"', response.content.decode())[1:-1]


def test_chosen_columns_are_remembered_and_returned_to_the_width_of_the_window(cabinet, three):
    by_width = headings(cabinet.get("/cabinet/"))
    response = cabinet.post("/cabinet/columns/", {"column": ["year", "place"], "next": "/cabinet/"})
    assert response.url == "/cabinet/"
    page = cabinet.get("/cabinet/")
    assert headings(page) == ["serial", "year", "place"]
    assert "by-width" not in page.content.decode().partition("<table")[2].partition(">")[0]
    cabinet.post("/cabinet/columns/", {"column": ["year"], "by-width": "1"})
    assert headings(cabinet.get("/cabinet/")) == by_width


def test_unknown_columns_are_passed_over(cabinet, three):
    cabinet.post("/cabinet/columns/", {"column": ["password", "comment"]})
    assert headings(cabinet.get("/cabinet/")) == ["serial", "comment"]


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("", "/"),
        ("?", "?"),
        ("logout", "logout"),
        ("/cabinet/?q=a", "/cabinet/?q=a"),
    ],
)
def test_choosing_columns_leads_to_a_page_of_this_host(cabinet, three, page, leads_to):
    assert cabinet.post("/cabinet/columns/", {"next": page}).url == leads_to


def test_after_the_end_of_a_session_a_choice_of_columns_leads_to_the_table(cabinet, three):
    assert cabinet.get("/cabinet/columns/").url == "/cabinet/"


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=abc",
        "page=99999999999999999999",
        "q=%00",
        "state=%00&sort=%00",
        "q=" + "ж" * 500,
    ],
)
def test_garbage_in_the_address_breaks_nothing(cabinet, three, query):
    assert cabinet.get(f"/cabinet/?{query}").status_code == 200


@pytest.fixture
def many(inspector):
    """Two pages of registers, and twenty more."""
    taxpayer = TaxpayerFactory()
    kkms = KKMFactory.create_batch(2 * PAGE + 20, taxpayer=taxpayer)
    Control.objects.bulk_create([Control(inspector=inspector, kkm=kkm) for kkm in kkms])


def test_pages_are_full_and_their_links_keep_the_query(cabinet, many):
    response = cabinet.get("/cabinet/", {"page": 2, "sort": "-serial", "state": "off-record"})
    assert len(response.context["page"].object_list) == PAGE
    assert "?page=3&amp;sort=-serial&amp;state=off-record" in response.content.decode()


def test_the_last_page_is_shown_for_one_beyond_it(cabinet, many):
    assert len(cabinet.get("/cabinet/", {"page": 77}).context["page"].object_list) == 20


def test_the_number_of_queries_does_not_grow_with_the_rows(cabinet, many, asks_at_most):
    with asks_at_most(10):
        cabinet.get("/cabinet/", {"sort": "-number", "q": "г. Алматы"})


def test_an_inspector_without_registers_is_told_what_to_do(stranger):
    assert "администратор" in stranger.get("/cabinet/").content.decode()


def test_a_search_without_results_offers_to_clear_it(cabinet, three):
    page = cabinet.get("/cabinet/", {"q": "<нет>"}).content.decode()
    assert "По запросу «&lt;нет&gt;» ничего не найдено." in page
    assert "Показать все кассы" in page


def test_looking_at_the_table_is_logged(cabinet, inspector, three):
    cabinet.get("/cabinet/", {"q": "шипа"})
    entry = AccessEntry.objects.get()
    assert (entry.user, entry.action, entry.subject) == (
        inspector,
        "view",
        "Таблица касс, страница 1: шипа",
    )
