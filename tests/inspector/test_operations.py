"""The history of a shift's operations, and each of them opened."""

import re
from datetime import timedelta
from html import escape

import pytest

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import tenge
from kkm.domain.ticket import Modifier, Position, Ticket
from tests.markup import markup
from tests.stories import AHMETOVA, activate, close, deposit, record, sell, withdraw

pytestmark = pytest.mark.django_db

HOME = "/cabinet/kkm/SWK00053162/operations/"


@pytest.fixture
def busy_kkm(controlled_kkm, morning):
    """Shift 1: a deposit, a cash sale, a card sale by another cashier, a return, an offline sale
    that came late; shift 2: one sale.
    """
    kkm, second = controlled_kkm, {"actor_code": "2", "actor_name": "Ибраев Д.С."}
    activate(kkm, at=morning - timedelta(hours=30), registration_number="600700000001")
    start = morning - timedelta(hours=20)
    deposit(kkm, 5000, at=start)
    sell(kkm, 1000, at=start)
    sell(kkm, 2000, at=start, payment=PaymentType.CARD, **second)
    sell(kkm, 300, at=start, kind=OperationKind.SALE_RETURN)
    late = record(kkm, _offline_sale(start), received_at=start + timedelta(hours=2))
    assert late.number == 6
    withdraw(kkm, 100, at=start + timedelta(hours=2))
    close(kkm, at=start + timedelta(hours=3))
    sell(kkm, 4000, at=morning)
    return kkm


def _offline_sale(at) -> Ticket:
    bread = Position(
        name="Хлеб «Бородинский»",
        quantity=1500,
        price=tenge(400),
        section="01",
        rate=16_000,
        discount=tenge(50),
    )
    book = Position(name="Газета", quantity=1000, price=tenge(250), section="02", markup=tenge(10))
    whole = Modifier(role=PositionRole.DISCOUNT, amount=tenge(116), rate=16_000)
    paid = {PaymentType.CASH: tenge(394), PaymentType.MOBILE: tenge(300)}
    about = {"offline": True, "change": tenge(6), "details": {"buyer": "131240010479"}}
    return Ticket(
        at=at,
        kind=OperationKind.SALE,
        positions=(bread, book),
        modifiers=(whole,),
        payments=paid,
        **about,
        **AHMETOVA,
    )


def _numbers(response) -> list[int]:
    return [operation.number for operation in response.context["page"]]


def test_the_last_shift_is_shown_unless_another_is_asked_for(cabinet, busy_kkm):
    assert _numbers(cabinet.get(HOME)) == [9]
    assert _numbers(cabinet.get(HOME, {"shift": 1})) == [8, 7, 6, 5, 4, 3, 2]
    assert _numbers(cabinet.get(HOME, {"shift": "abc"})) == [9]


def test_neighbouring_shifts_are_one_click_away(cabinet, busy_kkm):
    last = markup(cabinet.get(HOME).content.decode())
    assert 'href="?shift=1" rel="prev"' in last
    first = markup(cabinet.get(HOME, {"shift": 1}).content.decode())
    assert 'href="?shift=2" rel="next"' in first


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"kind": 2}, [6, 4, 3]),
        ({"kind": 0}, []),
        ({"kind": 3}, [5]),
        ({"payment": 0}, [7, 6, 5, 3, 2]),
        ({"payment": 4}, [6]),
        ({"payment": 1, "kind": 2}, [4]),
        ({"cashier": "2 Ибраев Д.С."}, [4]),
        ({"offline": "yes"}, [6]),
        ({"offline": "no", "kind": 2}, [4, 3]),
        ({"kind": "tickets"}, [6, 5, 4, 3]),
        ({"section": "01"}, [6, 5, 4, 3]),
        ({"section": "02"}, [6]),
        ({"section": "02", "modified": "discount"}, []),
        ({"section": "01", "modified": "discount"}, [6]),
        ({"section": "02", "modified": "markup"}, [6]),
        ({"modified": "markup"}, [6]),
        ({"rate": "16000", "kind": 3}, [5]),
        ({"rate": "taxed"}, [6, 5, 4, 3]),
        ({"rate": "none"}, [6]),
        ({"up_to": 4}, [4, 3, 2]),
        (
            {"kind": "x", "payment": "99", "cashier": "никто", "offline": "maybe"}
            | {"section": "99", "rate": "-1", "modified": "x", "up_to": "abc"},
            [8, 7, 6, 5, 4, 3, 2],
        ),
    ],
)
def test_filters_by_kind_payment_cashier_and_mode(cabinet, busy_kkm, query, numbers):
    assert _numbers(cabinet.get(HOME, {"shift": 1, **query})) == numbers


def test_what_is_found_is_counted_and_summed_by_kind(cabinet, busy_kkm):
    found = cabinet.get(HOME, {"shift": 1, "payment": 0}).context["kinds"]
    assert [(str(one.name), one.operations, str(one.total)) for one in found] == [
        ("Продажа", 2, "1 394.00"),
        ("Возврат продажи", 1, "300.00"),
        ("Внесение", 1, "5 000.00"),
        ("Изъятие", 1, "100.00"),
    ]


def test_lines_that_are_asked_for_are_summed_by_kind(cabinet, busy_kkm):
    asked = {"shift": 1, "section": "01", "modified": "discount"}
    answer = cabinet.get(HOME, asked)
    (sums,) = answer.context["line_sums"]
    assert str(sums.name) == "Продажа"
    assert (sums.positions, str(sums.goods)) == (1, "600.00")
    assert (sums.discounts, str(sums.discount)) == (1, "50.00")
    assert (sums.markups, str(sums.turnover), str(sums.vat)) == (0, "550.00", "75.86")
    page = markup(answer.content.decode())
    assert "Продажа, строки по этим условиям:" in page
    assert cabinet.get(HOME, {"shift": 1}).context["line_sums"] == []


def test_tickets_of_all_kinds_come_to_the_revenue(cabinet, busy_kkm):
    name, revenue = cabinet.get(HOME, {"shift": 1, "kind": "tickets"}).context["net"]
    assert (str(name), str(revenue)) == ("Выручка", "3 394.00")
    name, cash = cabinet.get(HOME, {"shift": 1, "payment": 0}).context["net"]
    assert (str(name), str(cash)) == ("Приход − расход", "5 994.00")
    for other in ({}, {"kind": 2}, {"kind": "tickets", "payment": 0}):
        assert cabinet.get(HOME, {"shift": 1, **other}).context["net"] is None


def test_each_condition_has_a_pill_that_names_and_removes_it(cabinet, busy_kkm):
    asked = {"shift": 1, "kind": 2, "offline": "no", "up_to": 4, "page": 1, "cashier": ""}
    answer = cabinet.get(HOME, asked)
    pills = answer.context["pills"]
    assert [pill.text for pill in pills] == [
        "Вид операции: Продажа",
        "Режим: На связи",
        "По операцию №: 4",
    ]
    for pill, numbers in zip(pills, ([4, 3, 2], [4, 3], [4, 3]), strict=True):
        assert f'class="pill" href="{escape(pill.without)}"' in markup(answer.content.decode())
        assert _numbers(cabinet.get(HOME + pill.without)) == numbers
    assert cabinet.get(HOME, {"shift": 1}).context["pills"] == []


def test_sections_rates_and_discounts_have_pills(cabinet, busy_kkm):
    asked = {"shift": 1, "section": "02", "rate": "none", "modified": "markup"}
    assert [pill.text for pill in cabinet.get(HOME, asked).context["pills"]] == [
        "Секция: 02",
        "НДС: Без НДС",
        "Скидки и наценки: С наценкой",
    ]


def test_the_last_operation_that_is_asked_for_is_kept_by_the_form(cabinet, busy_kkm):
    page = markup(cabinet.get(HOME, {"shift": 1, "up_to": 4}).content.decode())
    assert '<input type="hidden" name="up_to" value="4" id="id_up_to">' in page


def test_late_and_offline_operations_are_marked(cabinet, busy_kkm):
    page = cabinet.get(HOME, {"shift": 1, "offline": "yes"}).content.decode()
    assert "получена позже" in page
    assert "автономно" in page
    assert "получена позже" not in cabinet.get(HOME, {"shift": 1, "offline": "no"}).content.decode()


def test_nothing_found_and_no_such_shift_and_no_shift_at_all_say_what_to_do(cabinet, busy_kkm):
    assert "Показать все операции" in cabinet.get(HOME, {"kind": 1}).content.decode()
    assert "Смены № 77 у этой кассы нет." in cabinet.get(HOME, {"shift": 77}).content.decode()


def test_a_register_without_shifts_says_so(cabinet, controlled_kkm):
    assert "Смен ещё не было" in cabinet.get(HOME).content.decode()


def test_the_tape_takes_few_queries(cabinet, busy_kkm, asks_at_most):
    with asks_at_most(15):  # two of them remember the head of the journal
        cabinet.get(HOME, {"shift": 1})


def test_each_operation_leads_to_the_ones_before_and_after_it(cabinet, busy_kkm):
    last = busy_kkm.last_operation.number
    for number in range(1, last + 1):
        page = markup(cabinet.get(f"{HOME}{number}/").content.decode())
        beside = re.findall(rf'href="{HOME}(\d+)/" rel="(prev|next)"', page)
        expected = [(str(number - 1), "prev"), (str(number + 1), "next")]
        if number == 1:
            del expected[0]
        if number == last:
            del expected[-1]
        assert beside == expected


def test_a_ticket_opens_with_everything_on_it(cabinet, busy_kkm):
    page = " ".join(cabinet.get(f"{HOME}6/").content.decode().split())
    operation = busy_kkm.operations.get(number=6)
    for printed in (
        "Хлеб «Бородинский»",
        "1.5 × 400.00",
        "−50.00",
        "550.00",
        "+10.00",
        "260.00",
        "Скидка на чек",
        "-116.00",
    ):
        assert printed in page
    for printed in (
        "694.00",
        "394.00",
        "700.00",
        "6.00",
        "131240010479",
        operation.fiscal_sign,
        operation.seal,
        "600700000001",
    ):
        assert printed in page
    assert "автономно" in page


def test_vat_of_a_ticket_is_that_of_its_positions(cabinet, busy_kkm):
    """550 · 16/116 = 75.86, less 116 · 16/116 = 16.00; the newspaper is «без НДС»."""
    vat = cabinet.get(f"{HOME}6/").context["vat"]
    assert [(rate, str(turnover), str(tax)) for rate, turnover, tax in vat] == [
        ("16.00%", "434.00", "59.86"),
        ("", "260.00", "0.00"),
    ]


def test_the_code_of_a_ticket_leads_to_the_page_that_a_buyer_sees(cabinet, busy_kkm):
    response = cabinet.get(f"{HOME}6/")
    sign = busy_kkm.operations.get(number=6).fiscal_sign
    assert response.context["address"].startswith(
        f"http://127.0.0.1:8000/consumer?i={sign}&f=600700000001&s=694.00&t="
    )
    assert 'src="data:image/svg+xml' in response.content.decode()


def test_a_return_names_the_ticket_that_it_returns(cabinet, busy_kkm, morning):
    basis = {
        "number": "12048151",
        "at": "2026-03-12T10:15:00+05:00",
        "total": 450000,
        "registration_number": "600700000001",
        "offline": False,
    }
    back = sell(busy_kkm, 500, at=morning, kind=OperationKind.SALE_RETURN, details={"basis": basis})
    page = cabinet.get(f"{HOME}{back.number}/").content.decode()
    assert "№ 12048151, 12.03.2026 10:15:00, 4 500.00 ₸, РНМ 600700000001" in page


@pytest.mark.parametrize(
    ("number", "printed"),
    [(1, "Постановка на учёт № 1"), (2, "5 000.00 ₸"), (7, "Изъятие № 7"), (8, "type=z&amp;date=")],
)
def test_acts_placements_and_closings_open_too(cabinet, busy_kkm, number, printed):
    assert printed in cabinet.get(f"{HOME}{number}/").content.decode()


@pytest.mark.parametrize("number", [0, 10, 10**30])
def test_a_number_that_is_not_in_the_journal_answers_404(cabinet, busy_kkm, number):
    assert cabinet.get(f"{HOME}{number}/").status_code == 404


def test_a_name_written_by_a_register_is_not_markup(cabinet, busy_kkm, morning):
    position = Position(name="<script>alert(1)</script>", quantity=1000, price=tenge(10))
    ticket = Ticket(
        at=morning,
        kind=OperationKind.SALE,
        positions=(position,),
        payments={PaymentType.CASH: tenge(10)},
        **AHMETOVA,
    )
    recorded = journal.record(kkm=busy_kkm, entry=ticket, received_at=morning)
    number = recorded.operation.number
    assert "<script>alert" not in cabinet.get(f"{HOME}{number}/").content.decode()
