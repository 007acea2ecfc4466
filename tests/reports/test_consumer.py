"""The ticket that a buyer looks at: found by all four of its values, by none fewer, and nothing
else is told.
"""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Modifier, Position, Ticket
from kkm.models import ZReport, triggers
from reports.ticket.issued_ticket import site
from reports.ticket.layout import ticket_ending, ticket_rows, ticket_url
from tests.factories import KKMFactory
from tests.inspector.factories import PASSWORD, InspectorFactory
from tests.reports.asking import ALMATY, paper_lines
from tests.stories import AHMETOVA, act, activate, close, deposit, record, sell

pytestmark = pytest.mark.django_db
NUMBER = "600700000001"


@pytest.fixture
def shop(kkm, now):
    """A register on the record under `NUMBER`."""
    activate(kkm, at=now.replace(hour=8), registration_number=NUMBER)
    return kkm


def query(operation, **change) -> dict:
    """The four values of a ticket as its QR has them."""
    asked = dict(part.split("=") for part in ticket_url(operation).partition("?")[2].split("&"))
    return {**asked, **change}


def text(response) -> str:
    """What the page says, runs of white space as one space."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def rich_ticket(at: datetime, **more) -> Ticket:
    """Goods with a discount, a markup and VAT, a discount on the ticket, cash with change,
    offline, a buyer.
    """
    bread = Position(
        name="Хлеб «Бородинский»",
        quantity=1500,
        price=tenge(400),
        section="01",
        rate=16_000,
        discount=tenge(50),
    )
    book = Position(
        name="Газета <b>", quantity=1000, price=tenge(250), section="02", markup=tenge(10)
    )
    whole = Modifier(
        role=PositionRole.DISCOUNT, amount=tenge(116), rate=16_000, name="Скидка по карте"
    )
    about = {"offline": True, "change": tenge(6), "details": {"buyer": "131240010479"}}
    paid = {PaymentType.CASH: tenge(394), PaymentType.MOBILE: tenge(300)}
    return Ticket(
        at=at,
        kind=OperationKind.SALE,
        positions=(bread, book),
        modifiers=(whole,),
        payments=paid,
        **about,
        **AHMETOVA,
        **more,
    )


# -- what is shown ---------------------------------------------------------------------------------


def test_the_qr_opens_the_ticket_and_the_page_says_what_the_paper_says(client, shop, now):
    operation = record(shop, rich_ticket(now), received_at=now + timedelta(hours=1))
    response = client.get(ticket_url(operation).removeprefix("http://127.0.0.1:8000"))
    assert response.status_code == 200
    page = text(response)
    for row in [*ticket_rows(operation), *ticket_ending(operation)][:-1]:
        assert set(row.label) == {"-"} or f"{row.label} {row.value or ''}".strip() in page
    assert "Автономный" in page
    assert "<b>" not in response.content.decode().partition('class="receipt"')[2]
    assert 'src="data:image/svg+xml' in response.content.decode()


def test_the_same_ticket_on_a_roll(client, shop, now):
    operation = sell(shop, 1250, at=now)
    response = client.get("/consumer.pdf", query(operation))
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/pdf",
        f'inline; filename="ticket-{operation.fiscal_sign}.pdf"',
    )
    lines = paper_lines(response.content)
    assert f"Фискальный признак {operation.fiscal_sign}" in lines
    assert lines[lines.index("Для проверки чека зайдите на сайт") + 1 :] == [
        "127.0.0.1:8000/consumer",
        "ФИСКАЛЬНЫЙ ЧЕК",
        "ИНК ОФД 309412",
    ]


def test_a_ticket_is_shown_while_its_shift_is_open_and_after_it(client, shop, now):
    operation = sell(shop, 1250, at=now)
    before = text(client.get("/consumer", query(operation)))
    close(shop, at=now)
    assert text(client.get("/consumer", query(operation))) == before


def test_a_ticket_is_found_under_the_number_that_its_register_then_had(client, shop, now):
    operation = sell(shop, 1250, at=now)
    asked = query(operation)
    journal.deregister(kkm=shop, act=act(now))
    activate(shop, at=now, registration_number="600700000002")
    assert client.get("/consumer", asked).status_code == 200
    assert client.get("/consumer", {**asked, "f": "600700000002"}).status_code == 404


def test_two_registers_that_had_one_number_in_turn_keep_their_tickets_apart(client, shop, now):
    first = sell(shop, 1250, at=now)
    journal.deregister(kkm=shop, act=act(now))
    other = KKMFactory(trade_name="маг. «Самал»")
    activate(other, at=now, registration_number=NUMBER)
    second = sell(other, 1250, at=now + timedelta(minutes=5))
    for operation, shown in ((first, "маг. «Береке»"), (second, "маг. «Самал»")):
        assert shown in text(client.get("/consumer", query(operation)))


def test_a_ticket_of_the_hour_that_came_twice_is_found_by_the_clock_on_the_wall(client, kkm):
    """On 01.03.2024 at 00:00 the clocks of Almaty were put back to 23:00."""
    activate(kkm, at=datetime(2024, 2, 1, tzinfo=ALMATY), registration_number=NUMBER)
    before, after = (
        datetime(2024, 2, 29, 23, 30, fold=fold, tzinfo=ALMATY).astimezone(UTC) for fold in (0, 1)
    )
    assert after - before == timedelta(hours=1)
    for operation in (sell(kkm, 100, at=before, rate=None), sell(kkm, 200, at=after, rate=None)):
        assert query(operation)["t"] == "20240229T233000"
        assert client.get("/consumer", query(operation)).status_code == 200


def test_a_ticket_is_shown_even_when_the_z_of_its_shift_cannot_be_read(client, shop, now):
    operation = sell(shop, 1250, at=now)
    close(shop, at=now)
    triggers.remove(connection, [ZReport])
    ZReport.objects.update(text="{")
    triggers.install(connection, [ZReport])
    assert operation.fiscal_sign in text(client.get("/consumer", query(operation)))
    assert client.get("/consumer.pdf", query(operation)).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "change",
    [
        {"s": "1 250,0", "t": "12.03.2026 12:00:00"},
        {"f": "6007 0000 0001", "t": "2026-03-12T12:00:00"},
    ],
)
def test_the_four_values_may_be_typed_as_people_type_them(client, shop, now, change):
    operation = sell(shop, 1250, at=now)
    sign = f" {operation.fiscal_sign[:3]} {operation.fiscal_sign[3:]}"
    assert client.get("/consumer", query(operation, i=sign, **change)).status_code == 200


# -- what is not -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"i": "9999999"},
        {"f": "600700000002"},
        {"s": "1250.01"},
        {"t": "20260312T120001"},
    ],
)
@pytest.mark.parametrize("path", ["/consumer", "/consumer.pdf"])
def test_three_that_agree_and_one_that_does_not_tell_nothing(client, shop, now, path, change):
    operation = sell(shop, 1250, at=now)
    response = client.get(path, query(operation, **change))
    assert response.status_code == 404
    page = text(response)
    assert "Чек не найден" in page
    assert not {shop.taxpayer.name, shop.address, shop.serial_number, "Хлеб"} & set(page.split(" "))
    same = client.get(path, query(operation, i="9999999", f="600700000002"))
    assert _without_values(response) == _without_values(same)


def _without_values(response) -> str:
    return re.sub(r'value="[^"]*"', "", response.content.decode())


def test_only_tickets_are_shown_and_only_by_their_whole_sign(client, shop, now):
    placed = deposit(shop, 5000, at=now)
    assert client.get("/consumer", query(placed, i=f"{placed.number}000000")).status_code == 404
    sold = sell(shop, 1250, at=now)
    other = f"{sold.number}{(int(sold.fiscal_sign[-6:]) + 1) % 1_000_000:06d}"
    assert client.get("/consumer", query(sold, i=other)).status_code == 404
    assert client.get("/consumer", query(sold, i=f"0{sold.fiscal_sign}")).status_code == 404


@pytest.mark.parametrize("field", ["i", "f", "s", "t"])
@pytest.mark.parametrize(
    "garbage",
    [
        "",
        " ",
        "\0",
        "-1",
        "0",
        "null",
        "NaN",
        "1e9",
        "٣" * 12,
        "9" * 24,
        "9" * 5000,
        "00010101T000000",
        "<script>",
        "'; --",
        "🧾",
    ],
)
def test_garbage_is_named_at_its_field_or_is_a_ticket_that_is_not_found(
    client, shop, now, field, garbage
):
    response = client.get("/consumer", query(sell(shop, 1250, at=now), **{field: garbage}))
    assert response.status_code == 404
    page = response.content.decode()
    is_named = f'id="id_{field}_error"' in page
    assert is_named != ("Чек не найден" in page)
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("i", "12345x", "Фискальный признак — от 7 до 24 цифр."),
        ("f", "60070000000A", "РНМ — 12 цифр."),
        ("s", "-1250.00", "Сумма пишется тенге и тиынами, например 1 250.50."),
        ("t", "12.03.2026 12:00", "Дата и время пишутся с секундами"),
    ],
)
def test_a_wrong_value_is_kept_and_told_at_its_field(client, shop, now, field, typed, sentence):
    html = client.get("/consumer", query(sell(shop, 1250, at=now), **{field: typed}))
    page = html.content.decode()
    assert page.count('aria-invalid="true"') == 1
    assert sentence in page
    assert f'value="{typed}"' in page


@pytest.mark.parametrize(
    "asked",
    [
        "i=1",
        "i=12345678&f=600700000001",
        "s=1",
        "i=1&i=2&f=&f=",
        "%69=%FF",
        "t=20260230T120000&i=1&f=1&s=1",
    ],
)
@pytest.mark.parametrize("path", ["/consumer", "/consumer.pdf"])
def test_half_a_question_is_not_found_either(client, path, asked):
    assert client.get(f"{path}?{asked}").status_code == 404


def test_without_a_question_there_is_a_form_that_asks_for_the_four(client):
    response = client.get("/consumer")
    assert response.status_code == 200
    page = response.content.decode()
    assert [f'name="{name}"' in page for name in "ifst"] == [True] * 4
    assert 'method="get"' in page


def test_what_was_typed_stays_in_the_form_to_be_mended(client, shop, now):
    page = client.get("/consumer", query(sell(shop, 1250, at=now), s="77")).content.decode()
    assert f'value="{NUMBER}"' in page
    assert 'value="77"' in page
    assert 'value="12.03.2026 12:00:00"' in page


@pytest.mark.parametrize("path", ["/consumer", "/consumer.pdf"])
def test_no_browser_keeps_the_answer_and_no_search_finds_it(client, shop, now, path):
    operation = sell(shop, 1250, at=now)
    for asked in ({}, query(operation), query(operation, s="1")):
        response = client.get(path, asked)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert client.post(path).status_code == 405


# -- how much it costs -----------------------------------------------------------------------------


def test_a_ticket_costs_the_same_questions_however_long_it_is(
    client, shop, now, django_assert_num_queries
):
    lines = tuple(Position(name=f"Товар {n}", quantity=1000, price=tenge(1)) for n in range(100))
    paid = {PaymentType.CARD: Money.sum(line.total for line in lines)}
    long = record(
        shop, Ticket(at=now, kind=OperationKind.SALE, positions=lines, payments=paid, **AHMETOVA)
    )
    for asked in (query(sell(shop, 1250, at=now)), query(long)):
        with django_assert_num_queries(
            5
        ):  # the throttle, the РНМ, the ticket, its lines, the act that froze the requisites
            client.get("/consumer", asked)


# -- guessing --------------------------------------------------------------------------------------


def miss(client, operation, times: int) -> None:
    for n in range(times):
        assert client.get("/consumer", query(operation, s=f"{n}.11")).status_code == 404


def test_who_has_looked_for_thirty_tickets_that_are_not_there_waits(client, shop, now):
    operation = sell(shop, 1250, at=now)
    miss(client, operation, 30)
    response = client.get("/consumer", query(operation))
    assert response.status_code == 429
    assert "Повторите через 30 минут." in text(response)
    assert operation.fiscal_sign not in text(response)
    assert client.get("/consumer.pdf", query(operation)).status_code == 429
    assert client.get("/consumer").status_code == 200


def test_a_few_slips_lock_nobody(client, shop, now):
    operation = sell(shop, 1250, at=now)
    miss(client, operation, 29)
    assert client.get("/consumer", query(operation)).status_code == 200


def test_what_could_be_no_ticket_is_no_guess(client, shop, now):
    operation = sell(shop, 1250, at=now)
    for _time in range(40):
        assert client.get("/consumer", query(operation, s="сто")).status_code == 404
    assert client.get("/consumer", query(operation)).status_code == 200


def test_who_guesses_locks_neither_others_nor_his_own_login(client, shop, now):
    operation = sell(shop, 1250, at=now)
    InspectorFactory(username="serikov")
    miss(client, operation, 30)
    assert Client(REMOTE_ADDR="192.0.2.7").get("/consumer", query(operation)).status_code == 200
    assert client.post("/login/", {"username": "serikov", "password": PASSWORD}).status_code == 302


# -- where it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["https://cabinet.example.kz/", "https://cabinet.example.kz", "http://example.kz:81/alsep/"],
)
def test_the_address_is_the_cabinets_own(settings, shop, now, address):
    settings.CABINET_URL = address
    operation = sell(shop, 1250, at=now)
    expected = f"{address.rstrip('/')}/consumer?i={operation.fiscal_sign}&f={NUMBER}&s=1250.00&t=20260312T120000"
    assert ticket_url(operation) == expected
    assert site() == f"{address.rstrip('/').partition('//')[2]}/consumer"
