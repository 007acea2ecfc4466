"""Returns as the inspector sees them: on the page of a return, on the page of its sale, and in
the tape.
"""

import re
from datetime import timedelta

import pytest

from kkm.domain.kinds import OperationKind
from kkm.local_time import local_iso
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory
from tests.markup import markup
from tests.stories import activate, deposit, sell

pytestmark = pytest.mark.django_db

K = OperationKind
SERIAL, OTHER = "SWK00053162", "SWK00053163"
RNM = "600700000001"
MISSING, EXCESS = "чек-основание не найден", "возвращено больше суммы чека"


@pytest.fixture
def selling_kkm(controlled_kkm, morning):
    """His register with a sale of 1 000.00, operation 3."""
    activate(controlled_kkm, at=morning, registration_number=RNM)
    deposit(controlled_kkm, 9000, at=morning)
    sell(controlled_kkm, 1000, at=morning)
    return controlled_kkm


@pytest.fixture
def other_kkm(morning):
    """Another register of ours, which he does not control."""
    kkm = KKMFactory(serial_number=OTHER)
    activate(kkm, at=morning, registration_number="600700000002")
    deposit(kkm, 9000, at=morning)
    return kkm


def give_back(kkm, sale, amount, *, number=None, register=RNM, total=None, minutes=1):
    basis = {
        "number": number or sale.fiscal_sign,
        "at": local_iso(sale.occurred_at),
        "total": total or sale.amount.tiyn,
        "registration_number": register,
    }
    at = sale.occurred_at + timedelta(minutes=minutes)
    return sell(kkm, amount, at=at, kind=K.SALE_RETURN, details={"basis": basis})


def address(kkm, number) -> str:
    return f"/cabinet/kkm/{kkm.serial_number}/operations/{number}/"


def page(cabinet, kkm, number="") -> str:
    path = address(kkm, number) if number else f"/cabinet/kkm/{kkm.serial_number}/operations/"
    response = cabinet.get(path)
    assert response.status_code == 200
    return markup(response.content.decode())


def test_a_return_links_its_sale_and_says_what_is_left(cabinet, selling_kkm):
    sale = selling_kkm.operations.get(number=3)
    one = give_back(selling_kkm, sale, 300)
    text = page(cabinet, selling_kkm, one.number)
    assert f'<a href="{address(selling_kkm, 3)}">Продажа № 3</a>' in text
    assert '<dt>Возвращено всего</dt><dd><span class="figure">300.00</span> ₸</dd>' in text
    assert '<dt>Осталось</dt><dd><span class="figure">700.00</span> ₸</dd>' in text
    assert MISSING not in text
    assert EXCESS not in text


def test_a_sale_lists_its_returns_and_what_is_left(cabinet, selling_kkm):
    sale = selling_kkm.operations.get(number=3)
    many = [give_back(selling_kkm, sale, amount) for amount in (300, 250)]
    text = page(cabinet, selling_kkm, 3)
    for one in many:
        assert f'<a href="{address(selling_kkm, one.number)}">Возврат продажи №' in text
    assert '<dt>Возвращено всего</dt><dd class="figure amount">550.00</dd>' in text
    assert '<dt>Осталось</dt><dd class="figure amount">450.00</dd>' in text


def test_a_return_leads_to_its_sale_and_the_sale_back_to_it(cabinet, selling_kkm):
    sale = selling_kkm.operations.get(number=3)
    one = give_back(selling_kkm, sale, 300)
    links = r'<a href="([^"]*)">(?:Продажа|Возврат продажи) № \d+</a>'
    (to_sale,) = re.findall(links, page(cabinet, selling_kkm, one.number))
    assert to_sale == address(selling_kkm, 3)
    (back,) = re.findall(links, markup(cabinet.get(to_sale).content.decode()))
    assert back == address(selling_kkm, one.number)
    assert cabinet.get(back).context["operation"] == one


def test_a_sale_without_returns_and_a_return_without_a_basis_say_nothing_of_it(
    cabinet, selling_kkm, morning
):
    bare = sell(selling_kkm, 300, at=morning, kind=K.SALE_RETURN)
    for number in (3, bare.number):
        text = page(cabinet, selling_kkm, number)
        assert "Возвращено всего" not in text
        assert "Чек-основание" not in text


def test_more_returned_than_sold_is_marked_on_both_pages_and_in_the_tape(cabinet, selling_kkm):
    sale = selling_kkm.operations.get(number=3)
    first, second = (give_back(selling_kkm, sale, 600) for _time in range(2))
    assert EXCESS not in page(cabinet, selling_kkm, first.number)
    for number in (second.number, 3):
        text = page(cabinet, selling_kkm, number)
        assert f'#warning"></use></svg>{EXCESS}</span>' in text
        assert "-200.00" in text
    tape = page(cabinet, selling_kkm)
    assert tape.count(f'#warning"></use></svg>{EXCESS}</span>') == 1
    row = tape.partition(address(selling_kkm, second.number))[2].partition("</tr>")[0]
    assert EXCESS in row


def test_a_basis_that_the_register_has_not_is_marked(cabinet, selling_kkm):
    sale = selling_kkm.operations.get(number=3)
    one = give_back(selling_kkm, sale, 300, number="999999999", total=7)
    text = page(cabinet, selling_kkm, one.number)
    assert MISSING in text
    assert "В журнале кассы такого чека нет." in text
    assert page(cabinet, selling_kkm).count(MISSING) == 1


def test_a_basis_on_a_register_that_is_not_ours_is_shown_without_a_mark(cabinet, selling_kkm):
    sale = selling_kkm.operations.get(number=3)
    one = give_back(selling_kkm, sale, 300, register="600700000099")
    text = page(cabinet, selling_kkm, one.number)
    assert "Чек другой кассы, которой в кабинете нет." in text
    assert MISSING not in text + page(cabinet, selling_kkm)


def test_a_register_that_he_does_not_control_is_not_named(cabinet, selling_kkm, other_kkm):
    sale = selling_kkm.operations.get(number=3)
    give_back(other_kkm, sale, 700)
    here = give_back(selling_kkm, sale, 700, minutes=2)
    for number in (3, here.number):
        text = page(cabinet, selling_kkm, number)
        assert OTHER not in text
        assert "1 400.00" in text
    assert "на другой кассе" in page(cabinet, selling_kkm, 3)
    assert EXCESS in page(cabinet, selling_kkm)


def test_one_that_he_controls_is_linked(cabinet, selling_kkm, other_kkm, inspector):
    ControlFactory(inspector=inspector, kkm=other_kkm)
    sale = selling_kkm.operations.get(number=3)
    there = give_back(other_kkm, sale, 700)
    assert address(other_kkm, there.number) in page(cabinet, selling_kkm, 3)
    text = page(cabinet, other_kkm, there.number)
    assert f'<a href="{address(selling_kkm, 3)}">Продажа № 3</a>' in text


def test_the_tape_takes_few_queries_however_many_returns_there_are(
    cabinet, selling_kkm, asks_at_most
):
    sale = selling_kkm.operations.get(number=3)
    for _time in range(15):
        give_back(selling_kkm, sale, 100)
    with asks_at_most(20):
        cabinet.get(f"/cabinet/kkm/{SERIAL}/operations/")


def test_a_return_of_a_purchase_is_treated_in_the_same_way(cabinet, selling_kkm, morning):
    bought = sell(selling_kkm, 500, at=morning, kind=K.PURCHASE)
    basis = {
        "number": bought.fiscal_sign,
        "at": local_iso(bought.occurred_at),
        "total": 50_000,
        "registration_number": RNM,
    }
    sell(selling_kkm, 501, at=morning, kind=K.PURCHASE_RETURN, details={"basis": basis})
    assert EXCESS in page(cabinet, selling_kkm, bought.number)
    assert EXCESS in page(cabinet, selling_kkm)
