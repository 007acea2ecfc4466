"""A ticket as lines of paper: what stands on it and in which order, in both languages, and that
it fits whatever is sold.
"""

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kkm.domain.heading import RegisterHeading
from kkm.domain.kinds import TICKETS, OperationKind, PaymentType, PositionRole
from kkm.domain.money import ZERO, Money, tenge
from kkm.domain.printable import printable
from kkm.domain.ticket import Modifier, Position
from kkm.models import KKM, FiscalOperation
from kkm.models.operation import BALANCE_COLUMNS, PAYMENT_COLUMNS
from kkm.webkassa.print_languages import languages_of
from kkm.webkassa.print_lines import WIDTHS, labels_in, print_lines, wrapped
from kkm.webkassa.ticket_reading import ShiftPlace, TicketInShift, ticket_in_shift
from reports.ticket.issued_ticket import ticket_line
from tests.conftest import ALMATY
from tests.test_translations import locale  # noqa: F401

RUSSIAN, BOTH = ("ru",), ("kk", "ru")
BEREKE = RegisterHeading(
    taxpayer="ТОО «Береке Маркет»",
    taxpayer_number="190340012348",
    vat_series="60001",
    vat_number="0012345",
    trade_name="маг. «Береке»",
    address="г. Алматы, ул. Толе би, д. 187",
    address_kk="Алматы қ., Төле би көш., 187 үй",
    serial_number="ALS00001734",
    registration_number="600700123456",
    identity_number="309412",
    ofd='АО "Казахтелеком"',
    ofd_kk='"Қазақтелеком" АҚ',
    ofd_code="1",
    ofd_host="consumer.oofd.kz",
)
BASIS = {"number": "3411116", "at": "2026-03-11T19:40:00+05:00", "total": 500_000}
MILK = Position(
    name="Молоко 3,2 % 1 л",
    quantity=2000,
    price=tenge(520),
    rate=16_000,
    details={"unit": "796", "marks": ["0104603\x1d276"]},
)
SWEETS = Position(
    name="Конфеты «Рахат» ассорти",
    quantity=2400,
    price=tenge(3800),
    rate=16_000,
    discount=tenge(120),
    details={"unit": "166"},
)
MEDICINE = Position(
    name="Ибупрофен 400 мг № 20", quantity=1000, price=tenge(1260), rate=5_000, markup=tenge(20)
)
LINES = (
    MILK,
    SWEETS,
    MEDICINE,
    Modifier(
        role=PositionRole.DISCOUNT, amount=tenge(320), rate=16_000, name="Скидка по карте клуба"
    ),
    Modifier(role=PositionRole.MARKUP, amount=tenge(500), rate=16_000),
)


@pytest.fixture
def compiled(settings, locale):  # noqa: F811
    """The catalogue of this tree, also for the words that were put together before."""
    settings.LOCALE_PATHS = [locale]
    labels_in.cache_clear()
    yield
    labels_in.cache_clear()


def ticket(
    *lines,
    kind=OperationKind.SALE,
    payments=None,
    change=ZERO,
    details="",
    who=BEREKE,
    ofd=True,
    **more,
) -> TicketInShift:
    """A ticket of shift 143 that no database has seen."""
    amount = Money.sum(line.total for line in lines)
    paid = {
        PAYMENT_COLUMNS[way]: money
        for way, money in (payments or {PaymentType.CASH: amount}).items()
    }
    counts = {
        column: 12 if name == "sale_count" else 0
        for name, column in BALANCE_COLUMNS.items()
        if name.endswith("_count")
    }
    operation = FiscalOperation(
        kind=kind,
        number=5301,
        occurred_at=datetime(2026, 3, 12, 9, 3, 18, tzinfo=ALMATY),
        actor_name="Ахметова А.К.",
        fiscal_sign="5301004217",
        amount=amount,
        change=change,
        details=details,
        **dict.fromkeys(PAYMENT_COLUMNS.values(), ZERO) | paid,
        **counts,
        **more,
    )
    who = who if ofd else replace(who, ofd="")
    return ticket_in_shift(
        KKM(),
        operation,
        [ticket_line(number, line) for number, line in enumerate(lines, 1)],
        ShiftPlace(143, 5, who),
    )


RICH = {
    "payments": {PaymentType.CASH: tenge(1_480), PaymentType.CARD: tenge(10_000)},
    "change": tenge(520),
    "details": '{"basis":{"at":"2026-03-11T19:40:00+05:00","number":"3411116"},"buyer":"150740001357","order":"З-0042"}',
    "offline": True,
}


def texts(found: TicketInShift, languages=RUSSIAN, kind=0) -> list[str]:
    return [line["Value"] for line in print_lines(found, languages, kind)]


# -- what stands on it -----------------------------------------------------------------------------


def test_a_rich_ticket_on_80_mm(settings):
    settings.CABINET_URL = "https://alsep.example.kz/"
    found = ticket(*LINES, **RICH)
    assert texts(found) == [
        "              ТОО «Береке Маркет»               ",
        "                БИН 190340012348                ",
        "            НДС Серия 60001 №0012345            ",
        "------------------------------------------------",
        "                 маг. «Береке»                  ",
        "                   Смена 143                    ",
        "Чек №5301004217",
        "Кассир Ахметова А.К.",
        "ПРОДАЖА                                       №7",
        "------------------------------------------------",
        "Номер заказа:                             З-0042",
        "  1. Молоко 3,2 % 1 л",
        "   0104603·276",
        "   2 шт x 520.00",
        "   Стоимость                            1 040.00",
        "  2. Конфеты «Рахат» ассорти",
        "   2.4 кг x 3 800.00",
        "   Скидка                                -120.00",
        "   Стоимость                            9 000.00",
        "  3. Ибупрофен 400 мг № 20",
        "   1 x 1 260.00",
        "   Наценка                                 20.00",
        "   Стоимость                            1 280.00",
        "Скидка по карте клуба                    -320.00",
        "Наценка                                   500.00",
        "------------------------------------------------",
        "Банковская карта:                      10 000.00",
        "Наличные:                               2 000.00",
        "Сдача:                                    520.00",
        "ИТОГО:                                 11 500.00",
        "в т.ч. НДС 16%:                         1 409.66",
        "в т.ч. НДС 5%:                             60.95",
        "------------------------------------------------",
        "Возврат по чеку:    №3411116 11.03.2026 19:40:00",
        "ИИН/БИН клиента:                    150740001357",
        "------------------------------------------------",
        "ФП: 5301004217",
        "Время: 12.03.2026 09:03:18",
        "Автономный",
        "г. Алматы, ул. Толе би, д. 187",
        'ОФД: АО "Казахтелеком"',
        "Для проверки чека зайдите на сайт:",
        "alsep.example.kz/consumer",
        "------------------------------------------------",
        "                 ФИСКАЛЬНЫЙ ЧЕК                 ",
        "https://alsep.example.kz/consumer?i=5301004217&f=600700123456&s=11500.00&t=20260312T090318",
        "                  ИНК: 309412                   ",
        "        Код ККМ КГД (РНМ): 600700123456         ",
        "                ЗНМ: ALS00001734                ",
        "                     ALSEP                      ",
    ]


def test_a_short_ticket_on_57_mm_leaves_out_what_there_is_not(settings):
    settings.CABINET_URL = "https://alsep.example.kz/kassa/"
    who = replace(
        BEREKE,
        taxpayer="ИП Ахметова",
        taxpayer_number="840512301236",
        vat_series="",
        vat_number="",
        trade_name="",
        identity_number="",
    )
    bread = Position(
        name="Хлеб «Бородинский» из ржаной муки, нарезной", quantity=1000, price=tenge(1_000_310)
    )
    assert texts(ticket(bread, who=who, ofd=False), kind=3) == [
        "            ИП Ахметова             ",
        "          ИИН 840512301236          ",
        "------------------------------------",
        "             Смена 143              ",
        "Чек №5301004217",
        "Кассир Ахметова А.К.",
        "ПРОДАЖА                           №7",
        "------------------------------------",
        "  1. Хлеб «Бородинский» из ржаной",
        "  муки, нарезной",
        "   1 x 1 000 310.00",
        "   Стоимость            1 000 310.00",
        "------------------------------------",
        "Наличные:               1 000 310.00",
        "ИТОГО:                  1 000 310.00",
        "------------------------------------",
        "ФП: 5301004217",
        "Время: 12.03.2026 09:03:18",
        "г. Алматы, ул. Толе би, д. 187",
        "Для проверки чека зайдите на сайт:",
        "alsep.example.kz/kassa/consumer",
        "------------------------------------",
        "           ФИСКАЛЬНЫЙ ЧЕК           ",
        "https://alsep.example.kz/kassa/consumer?i=5301004217&f=600700123456&s=1000310.00&t=20260312T090318",
        "  Код ККМ КГД (РНМ): 600700123456   ",
        "          ЗНМ: ALS00001734          ",
        "               ALSEP                ",
    ]


def test_the_total_the_mark_of_a_fiscal_ticket_and_the_word_offline_are_bold_and_the_qr_is_no_text():
    lines = print_lines(ticket(*LINES, **RICH), RUSSIAN, 0)
    assert [line["Value"].split()[0] for line in lines if line["Style"] == 1] == [
        "ИТОГО:",
        "Автономный",
        "ФИСКАЛЬНЫЙ",
    ]
    assert [line["Value"].partition("?")[0] for line in lines if line["Type"] == 2] == [
        "http://127.0.0.1:8000/consumer"
    ]
    assert [line["Order"] for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.usefixtures("compiled")
def test_two_languages_stand_side_by_side_the_first_one_first():
    kazakh_first, russian_first = (
        texts(ticket(*LINES, **RICH), languages) for languages in (BOTH, ("ru", "kk"))
    )
    assert {
        "                Ауысым/Смена 143                ",
        "САТУ/ПРОДАЖА                                  №7",
        "   Жеңілдік/Скидка                       -120.00",
        "Банк картасы/Банковская карта:         10 000.00",
        "Қолма-қол/Наличные:                     2 000.00",
        "соның ішінде ҚҚС/в т.ч. НДС 16%:        1 409.66",
        "Уақыты/Время: 12.03.2026 09:03:18",
        "Автономды/Автономный",
        "Чекті тексеру үшін сайтқа кіріңіз/Для проверки",
        "          ФИСКАЛДЫҚ ЧЕК/ФИСКАЛЬНЫЙ ЧЕК          ",
        "                КСН/ИНК: 309412                 ",
        "     МКК БКМ коды (КТН)/Код ККМ КГД (РНМ):      ",
        "              КЗН/ЗНМ: ALS00001734              ",
    } <= set(kazakh_first)
    assert "                Смена/Ауысым 143                " in russian_first
    named = [
        "Алматы қ., Төле би көш., 187 үй",
        "г. Алматы, ул. Толе би, д. 187",
        'ФДО: "Қазақтелеком" АҚ',
        'ОФД: АО "Казахтелеком"',
    ]
    assert [line for line in kazakh_first if line in named] == named
    assert [line for line in russian_first if line in named] == [
        named[1],
        named[0],
        named[3],
        named[2],
    ]


@pytest.mark.usefixtures("compiled")
def test_one_language_stands_alone():
    kazakh = texts(ticket(MILK), ("kk",))
    assert "Ауысым 143" in [line.strip() for line in kazakh]
    assert 'ФДО: "Қазақтелеком" АҚ' in kazakh
    assert "Наличные" not in " ".join(kazakh)


@pytest.mark.parametrize("languages", [BOTH, ("kk",), ("ru",)])
def test_an_address_that_is_known_in_one_language_is_printed_once_in_any(languages):
    lines = texts(ticket(MILK, who=replace(BEREKE, address_kk="")), languages)
    assert lines.count("г. Алматы, ул. Толе би, д. 187") == 1
    assert "" not in lines


@pytest.mark.parametrize(
    ("kind", "name"),
    [(2, "ПРОДАЖА"), (0, "ПОКУПКА"), (3, "ВОЗВРАТ ПРОДАЖИ"), (1, "ВОЗВРАТ ПОКУПКИ")],
)
def test_each_kind_is_called_by_its_name(kind, name):
    assert texts(ticket(MILK, kind=kind))[8].startswith(f"{name} ")


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [
        ("796", "1.5 шт"),
        ("006", "1.5 м"),
        ("6", "1.5 м"),
        ("", "1.5"),
        ("777", "1.5"),
        ("total", "1.5"),
        ("SALE", "1.5"),
    ],
)
def test_a_quantity_has_the_unit_that_we_know(unit, quantity):
    line = Position(
        name="Ткань", quantity=1500, price=tenge(100), details={"unit": unit} if unit else {}
    )
    assert f"   {quantity} x 100.00" in texts(ticket(line))


def test_a_sum_that_would_touch_its_label_stands_on_a_line_of_its_own():
    for length, lines in ((29, ["x" * 29 + " 500.00"]), (30, ["x" * 30, "500.00".rjust(36)])):
        named = Modifier(role=PositionRole.MARKUP, amount=tenge(500), name="x" * length)
        printed_so = texts(ticket(MILK, named), kind=3)
        place = printed_so.index(lines[0])
        assert printed_so[place : place + len(lines)] == lines


def test_a_rate_of_zero_is_printed_and_no_rate_is_not():
    exported, without = (
        Position(name="Шкурки", quantity=1000, price=tenge(100), rate=rate) for rate in (0, None)
    )
    assert "в т.ч. НДС 0%:                              0.00" in texts(ticket(exported))
    assert "НДС 0" not in "".join(texts(ticket(without)))


# -- languages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "secondary", "languages"),
    [
        ("", "", ("kk", "ru")),
        ("kk-KZ", "ru-RU", ("kk", "ru")),
        ("ru-RU", "kk-KZ", ("ru", "kk")),
        ("ru-RU", "", ("ru", "kk")),
        ("kk-KZ", "", ("kk", "ru")),
        ("", "ru-RU", ("kk", "ru")),
        ("", "kk-KZ", ("ru", "kk")),
        ("ru-RU", "ru-RU", ("ru",)),
        ("KK", "kk-kz", ("kk",)),
        ("en-US,en;q=0.9", "", ("ru", "kk")),
        ("en-US,en;q=0.9,ru;q=0.8,kk;q=0.7", "", ("ru", "kk")),
        ("kk;q=0.1, ru", "", ("ru", "kk")),
        ("*", "de", ("kk", "ru")),
        ("x" * 10_000, ";;;=", ("kk", "ru")),
    ],
)
def test_the_headers_say_in_which_languages_to_print(accept, secondary, languages):
    headers = {"accept-language": accept, "secondary-language": secondary}
    assert languages_of(RequestFactory().post("/", headers=headers)) == languages


def test_without_headers_kazakh_comes_first():
    assert languages_of(RequestFactory().post("/")) == ("kk", "ru")


# -- nothing is wider than the paper ---------------------------------------------------------------

anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)
words = anything.map(lambda text: " ".join(printable(text).split()))
names = words.map(lambda text: text or "Хлеб")
sums = st.integers(0, 10**13).map(Money)
rates = st.sampled_from([None, 0, 5_000, 16_000, 12_345])
marks = st.lists(anything, max_size=2)
positions = st.builds(
    lambda name, quantity, price, markup, rate, unit, marks: Position(
        name=name,
        quantity=quantity,
        price=price,
        markup=markup,
        rate=rate,
        details={"unit": unit, "marks": marks},
    ),
    *(
        names,
        st.integers(1, 10_000),
        sums,
        sums,
        rates,
        st.sampled_from(["", "796", "006", "x" * 20]),
        marks,
    ),
)
modifiers = st.builds(
    lambda amount, name, rate: Modifier(
        role=PositionRole.MARKUP, amount=amount + Money(1), name=name, rate=rate
    ),
    sums,
    words,
    rates,
)
owners = st.builds(
    RegisterHeading,
    taxpayer=words,
    taxpayer_number=st.just("190340012348"),
    vat_series=st.sampled_from(["", "60001"]),
    vat_number=st.sampled_from(["", "0012345"]),
    trade_name=words,
    address=words,
    address_kk=words,
    serial_number=st.just("ALS00000000000000001"),
    registration_number=st.just("600700123456"),
    identity_number=words,
    ofd=words,
)


def bare(text: str) -> str:
    """Without spaces: a line may break at any of them."""
    return "".join(text.split())


@given(
    lines=st.lists(positions, min_size=1, max_size=3),
    more=st.lists(modifiers, max_size=2),
    who=owners,
    change=sums,
    order=words,
    languages=st.sampled_from([("kk", "ru"), ("ru", "kk"), ("kk",), ("ru",)]),
    paper=st.sampled_from(sorted(WIDTHS)),
    kind=st.sampled_from(TICKETS),
)
def test_no_line_is_wider_than_the_paper_and_no_name_and_no_sum_is_lost(
    lines, more, who, change, order, languages, paper, kind
):
    details = {"order": order, "buyer": "150740001357", "basis": BASIS}
    found = ticket(*lines, *more, kind=kind, who=who, change=change, offline=True)
    found.operation.facts = {name: value for name, value in details.items() if value}
    told = print_lines(found, languages, paper)
    text = [line["Value"] for line in told if line["Type"] == 0]
    assert max(map(len, text)) == WIDTHS[paper]
    assert [line["Value"] for line in told if line["Type"] == 2] == [found.url]
    whole = bare("".join(text))
    said = [
        who.taxpayer,
        who.trade_name,
        order,
        *(line.name for line in (*lines, *more)),
        *(str(line.total) for line in (*lines, *more)),
    ]
    said += [
        str(found.operation.amount),
        *(f"{line.quantity / 1000:g}" for line in lines),
        *(printable(line.details["marks"][0]) for line in lines if line.details["marks"]),
    ]
    assert [one for one in said if bare(one) not in whole] == []


@given(text=anything, width=st.integers(1, 80))
def test_wrapping_loses_no_letter_and_keeps_to_the_width(text, width):
    lines = list(wrapped(text, width))
    assert bare("".join(lines)) == bare(text)
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("десять зна", ["десять зна"]),
        ("десять знаков", ["десять", "знаков"]),
        ("десять зн и ещё", ["десять зн", "и ещё"]),
        ("одиннадцать букв", ["одиннадцат", "ь букв"]),
        ("десятьбукв и ещё", ["десятьбукв", "и ещё"]),
        ("два девять и ещё", ["два девять", "и ещё"]),
    ],
)
def test_a_line_breaks_at_a_space_where_there_is_one(text, lines):
    assert list(wrapped(text, 10)) == lines
