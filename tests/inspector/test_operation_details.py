"""What registers tell of a ticket besides sums: in words, on its page."""

import re
from html import unescape

import pytest

from inspector.operation_details import position_details
from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import tenge
from kkm.domain.ticket import Position, Ticket
from tests.stories import AHMETOVA

pytestmark = pytest.mark.django_db
MARK = "010487000123456721ABCDEFGH12345\x1d93dGVz"


@pytest.fixture
def page(cabinet, working_kkm, morning):
    """The text of the page of a ticket with everything that a register can tell of it."""
    goods = {
        "code": "A-1021",
        "unit": "0166",
        "gtin": "04870001234567",
        "ntin": "0201234567890",
        "marks": [MARK, "<b>2</b>"],
    }
    sausage = Position(name="Казы", quantity=1000, price=tenge(500), details=goods)
    paid, told = {PaymentType.CARD: tenge(500)}, {"buyer": "131240010479", "order": "WOLT-88123"}
    entry = Ticket(
        at=morning,
        kind=OperationKind.SALE,
        positions=(sausage,),
        payments=paid,
        details=told,
        **AHMETOVA,
    )
    recorded = journal.record(kkm=working_kkm, entry=entry, received_at=morning)
    number = recorded.operation.number
    response = cabinet.get(f"/cabinet/kkm/SWK00053162/operations/{number}/")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.mark.parametrize(
    "said",
    [
        "ИИН/БИН покупателя 131240010479",
        "Номер заказа WOLT-88123",
        "код A-1021",
        "единица кг",
        "GTIN 04870001234567",
        "NTIN 0201234567890",
        "марка 010487000123456721ABCDEFGH12345·93dGVz",
        "марка <b>2</b>",
    ],
)
def test_everything_is_named(page, said):
    assert said in page


def test_a_unit_that_we_do_not_know_and_a_fact_without_a_name_go_by_themselves():
    assert list(position_details({"unit": "999", "colour": "red", "code": "1"})) == [
        ("код", "1"),
        ("единица", "999"),
        ("colour", "red"),
    ]
    assert list(position_details({})) == []
