"""VAT in a file of operations: the rate of a return, discounts on the whole ticket."""

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from tests.factories import KKMFactory
from tests.kkm.importing.test_import_operations import ALMATY
from tests.kkm.lines import SERIAL, position, text, ticket
from tests.stories import activate

CARD = {"payments": {"card": 620}, "change": 0}


@pytest.fixture
def register(db):
    """The register of the lines, on the record."""
    kkm = KKMFactory(serial_number=SERIAL)
    activate(kkm, at=datetime(2026, 3, 1, 9, 0, tzinfo=ALMATY))
    return kkm


@pytest.fixture
def imported(register, tmp_path):
    """Import lines; the last operation, or the sentence of the refusal."""

    def take(*lines):
        path = tmp_path / "operations.jsonl"
        path.write_text("\n".join(text(line) for line in lines) + "\n", encoding="utf-8")
        try:
            call_command("import_operations", str(path), verbosity=0)
        except CommandError as error:
            return str(error)
        return register.last_operation

    return take


def returned(number="1", *, rate=12, at="2025-12-20T12:00:00+05:00", **more) -> dict:
    named = {"number": "17", "at": at, "total": "620.00", "registration_number": "600700180101"}
    goods = position(rate=rate)
    return ticket(number, kind="sale_return", positions=goods, basis=named, **CARD, **more)


# -- the rate of a return --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sale_return", "purchase_return"])
def test_a_return_of_what_was_sold_in_2025_keeps_its_12_percent(imported, kind):
    assert imported({**returned(), "kind": kind}).positions.get().rate == 12_000


def test_a_return_without_a_basis_may_have_any_rate_once_in_force(imported):
    assert imported({**returned(), "basis": None}).positions.get().rate == 12_000
    told = imported({**returned("2", rate=7), "basis": None})
    assert "поле positions[0].rate: Ставка НДС 7.00% не действует 10.03.2026." in told


def test_a_rate_of_another_day_than_that_of_the_sale_is_refused(imported):
    assert "16.00% не действует 20.12.2025." in imported(returned(rate=16))


def test_a_basis_later_than_the_return_is_refused_by_its_field(imported, register):
    told = imported(returned(rate=16, at="2026-03-10T10:00:01+05:00"))
    assert "Строка 1, поле basis.at: Чек-основание от 10.03.2026 10:00:01 позже" in told
    assert register.operations.count() == 1


# -- discounts on the whole ticket -----------------------------------------------------------------


def test_a_discount_beyond_its_rate_names_the_modifier(imported, register):
    whole = [
        {"kind": "discount", "amount": 20},
        {"kind": "discount", "amount": 300, "rate": 16},
    ]
    line = ticket(positions=position(rate=None), modifiers=whole, payments={"card": 300}, change=0)
    told = imported(line)
    assert "Строка 1, поле modifiers[1].amount: Скидка 300.00 со ставкой НДС 16.00%" in told
    assert register.operations.count() == 1


def test_three_loaves_less_three_tenge_have_no_vat(imported):
    loaves = position(price="1") * 3
    whole = [{"kind": "discount", "amount": 3, "rate": 16}]
    taken = imported(ticket(positions=loaves, modifiers=whole, payments={}, change=0))
    assert taken.vat.tiyn == 0
