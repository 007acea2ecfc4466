"""What returns return, found by queries: the ticket, its returns on all registers, and what
should be looked at.
"""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import tenge
from kkm.local_time import local_iso
from kkm.models import FiscalOperation
from kkm.reading.returns import Basis, ReturnWarning, check_returns, returned
from tests.factories import KKMFactory
from tests.stories import act, activate, close, deposit, sell

pytestmark = pytest.mark.django_db
K, P = OperationKind, PaymentType
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RNM, OTHER_RNM, FOREIGN = "600700000001", "600700000002", "600700000099"
PAIRS = pytest.mark.parametrize(
    ("kind", "back"), [(K.SALE, K.SALE_RETURN), (K.PURCHASE, K.PURCHASE_RETURN)]
)


@pytest.fixture
def kkm(db, now):
    """On the record under `RNM`, with cash in the drawer."""
    return working(now, RNM)


@pytest.fixture
def other(db, now):
    """Another register of ours."""
    return working(now, OTHER_RNM)


def working(now, number):
    kkm = KKMFactory()
    activate(kkm, at=now - HOUR, registration_number=number)
    deposit(kkm, 100_000, at=now - HOUR)
    return kkm


def basis_of(ticket, number=None, register=RNM, **more) -> dict:
    told = {
        "number": ticket.fiscal_sign if number is None else number,
        "at": local_iso(ticket.occurred_at),
        "total": ticket.amount.tiyn,
        "registration_number": register,
        "offline": False,
        **more,
    }
    return {"basis": {name: value for name, value in told.items() if value != ""}}


def give_back(kkm, ticket, amount, *, when, kind=K.SALE_RETURN, **more):
    return sell(kkm, amount, at=when, kind=kind, details=basis_of(ticket, **more))


def naming(ticket):
    numbers, times = {ticket.fiscal_sign}, {local_iso(ticket.occurred_at)}
    return FiscalOperation.objects.returns_naming(numbers=numbers, times=times)


def warnings(*operations) -> list[ReturnWarning | None]:
    checked = check_returns(operations)
    return [checked[one.pk].warning for one in operations]


# -- the ticket ------------------------------------------------------------------------------------


@PAIRS
def test_a_ticket_is_found_by_its_fiscal_sign(kkm, now, kind, back):
    ticket = sell(kkm, 1000, at=now, kind=kind)
    one = give_back(kkm, ticket, 300, when=now + MINUTE, kind=back)
    checked = check_returns([one])[one.pk]
    assert (checked.ticket, checked.warning) == (ticket, None)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, True),
        ({"at": ""}, True),
        ({"total": 7}, True),
        ({"at": "", "total": 7}, False),
        ({"at": "2026-03-12T11:59:59+05:00", "total": 7}, False),
    ],
)
def test_by_its_number_in_the_journal_it_is_found_if_its_time_or_its_sum_agrees(
    kkm, now, more, found
):
    ticket = sell(kkm, 1000, at=now)
    one = give_back(kkm, ticket, 300, when=now + MINUTE, number=str(ticket.number), **more)
    assert warnings(one) == [None if found else ReturnWarning.MISSING]


FOREIGN_SIGN = "26078252"  # that of the system from which a journal was imported


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, True),
        ({"at": "2026-03-12T07:00:00+00:00"}, True),
        ({"at": "2026-03-12T12:00:01+05:00"}, False),
        ({"total": 7}, False),
        ({"at": ""}, False),
    ],
)
def test_of_an_imported_journal_it_is_found_by_its_time_and_sum(kkm, now, more, found):
    ticket = sell(kkm, 1000, at=now)
    sell(kkm, 2000, at=now)
    close(kkm, at=now + MINUTE)
    one = sell(
        kkm,
        300,
        at=now + HOUR,
        kind=K.SALE_RETURN,
        details=basis_of(ticket, FOREIGN_SIGN, **more),
    )
    checked = check_returns([one])[one.pk]
    assert checked.ticket == (ticket if found else None)
    assert list(returned([ticket])[ticket.pk].returns) == [one] * found


def test_of_two_tickets_of_one_second_and_sum_the_sign_tells_which(kkm, now):
    first, second = (sell(kkm, 1000, at=now) for _time in range(2))
    one = give_back(kkm, second, 300, when=now + MINUTE)
    assert check_returns([one])[one.pk].ticket == second
    found = returned([first, second])
    assert [list(found[ticket.pk].returns) for ticket in (first, second)] == [[], [one]]


def test_without_a_registration_number_it_is_the_returns_own_register(kkm, other, now):
    ticket = sell(kkm, 1000, at=now)
    here = give_back(kkm, ticket, 300, when=now + MINUTE, register="")
    there = give_back(other, ticket, 300, when=now + MINUTE, register="")
    assert warnings(here, there) == [None, ReturnWarning.MISSING]


@pytest.mark.parametrize(
    "number", ["999999999999", "7", "2000000", "x", "²", "1" * 40, "1' OR 1=1 --", '"', "\\"]
)
def test_a_ticket_that_the_register_has_not_is_missing(kkm, now, number):
    ticket = sell(kkm, 1000, at=now)
    one = give_back(kkm, ticket, 300, when=now + MINUTE, number=number, total=7)
    checked = check_returns([one])
    assert checked[one.pk].warning == ReturnWarning.MISSING
    assert checked[one.pk].warning_name == "чек-основание не найден"


@PAIRS
def test_a_ticket_of_another_kind_is_not_what_is_returned(kkm, now, kind, back):
    deposited = FiscalOperation.objects.get(kkm=kkm, kind=K.DEPOSIT)
    wrong = sell(kkm, 1000, at=now, kind=K.PURCHASE if kind == K.SALE else K.SALE)
    one = give_back(kkm, wrong, 300, when=now + MINUTE, kind=back)
    two = give_back(kkm, deposited, 300, when=now + MINUTE, kind=back, number="2")
    assert warnings(one, two) == [ReturnWarning.MISSING, ReturnWarning.MISSING]


def test_a_register_that_is_not_ours_is_not_accused(kkm, now):
    ticket = sell(kkm, 1000, at=now)
    one = give_back(kkm, ticket, 300, when=now + MINUTE, register=FOREIGN)
    assert (check_returns([one])[one.pk].ticket, warnings(one)) == (None, [None])


def test_a_registration_number_means_the_register_while_it_had_it(kkm, other, now):
    """The РНМ of a register that was taken off the record is given to another."""
    ticket = sell(kkm, 1000, at=now)
    for one in (kkm, other):
        journal.deregister(kkm=one, act=act(now + MINUTE, reason="замена"))
    activate(other, at=now + HOUR, registration_number=RNM)
    later = sell(other, 1000, at=now + HOUR)
    of_old = give_back(other, ticket, 300, when=now + 2 * HOUR)
    of_new = give_back(other, later, 300, when=now + 2 * HOUR)
    before = FiscalOperation.objects.get(kkm=other, number=2)
    of_none = give_back(other, before, 300, when=now + 2 * HOUR)
    checked = check_returns([of_old, of_new, of_none])
    assert [checked[one.pk].ticket for one in (of_old, of_new, of_none)] == [ticket, later, None]


def test_who_names_nothing_is_not_looked_at(kkm, now, django_assert_num_queries):
    ticket = sell(kkm, 1000, at=now)
    one = sell(kkm, 300, at=now + MINUTE, kind=K.SALE_RETURN)
    with django_assert_num_queries(0):
        assert check_returns([ticket, one]) == {}


@pytest.mark.parametrize(
    "details", ["{", "[]", '"x"', '{"basis":7}', '{"basis":{"number":{}}}', ""]
)
def test_details_that_were_tampered_with_break_nothing(details):
    operation = FiscalOperation(pk=1, kkm_id=1, number=1, kind=K.SALE_RETURN, details=details)
    basis = Basis.of(operation)
    assert basis is None or basis.numbers == set()


# -- its returns -----------------------------------------------------------------------------------


@PAIRS
def test_returns_are_added_up_to_the_last_tiyn_of_the_ticket(kkm, now, kind, back):
    ticket = sell(kkm, 1000, at=now, kind=kind)
    many = [give_back(kkm, ticket, part, when=now + MINUTE, kind=back) for part in (300, 700)]
    of_ticket = returned([ticket])[ticket.pk]
    assert (list(of_ticket.returns), of_ticket.total, of_ticket.left) == (
        many,
        tenge(1000),
        tenge(0),
    )
    assert warnings(*many) == [None, None]


@PAIRS
def test_the_return_with_which_it_is_more_than_the_ticket_is_marked_and_those_after_it(
    kkm, now, kind, back
):
    ticket = sell(kkm, 1000, at=now, kind=kind)
    parts = (600, 500, 1)
    many = [give_back(kkm, ticket, part, when=now + MINUTE, kind=back) for part in parts]
    assert warnings(*many) == [None, ReturnWarning.EXCESS, ReturnWarning.EXCESS]
    assert returned([ticket])[ticket.pk].left == tenge(-101)
    assert check_returns(many)[many[1].pk].warning_name == "возвращено больше суммы чека"


def test_returns_on_other_registers_and_by_other_names_count_too(kkm, other, now):
    ticket = sell(kkm, 1000, at=now)
    first = give_back(other, ticket, 600, when=now + MINUTE)
    second = give_back(kkm, ticket, 600, when=now + 2 * MINUTE, number=str(ticket.number))
    unnamed = give_back(kkm, ticket, 100, when=now + 3 * MINUTE, register="")
    assert list(returned([ticket])[ticket.pk].returns) == [first, second, unnamed]
    assert warnings(first, second, unnamed) == [None, ReturnWarning.EXCESS, ReturnWarning.EXCESS]


def test_returns_of_another_ticket_with_the_same_number_do_not_count(kkm, other, now):
    one, two = (sell(register, 1000, at=now) for register in (kkm, other))
    assert one.number == two.number
    give_back(other, two, 900, when=now + MINUTE, number=str(two.number), register=OTHER_RNM)
    mine = give_back(kkm, one, 900, when=now + MINUTE, number=str(one.number))
    assert list(returned([one])[one.pk].returns) == [mine]
    assert warnings(mine) == [None]


def test_what_was_sold_in_an_earlier_shift_is_found(kkm, now):
    ticket = sell(kkm, 1000, at=now)
    close(kkm, at=now + MINUTE)
    one = give_back(kkm, ticket, 1001, when=now + 30 * HOUR)
    assert warnings(one) == [ReturnWarning.EXCESS]


def test_many_returns_are_looked_at_in_a_handful_of_statements(
    kkm, now, django_assert_num_queries, django_assert_max_num_queries
):
    many = []
    for number in range(20):
        ticket = sell(kkm, 1000, at=now + number * MINUTE)
        many.append(give_back(kkm, ticket, 1001, when=now + number * MINUTE))
    with django_assert_num_queries(5):
        assert warnings(*many) == [ReturnWarning.EXCESS] * 20
    foreign = [one.facts["basis"] | {"number": "26078252"} for one in many]
    at = now + HOUR
    kinds = {"at": at, "kind": K.SALE_RETURN}
    more = [sell(kkm, 1, details={"basis": basis}, **kinds) for basis in foreign]
    with django_assert_max_num_queries(9):
        assert warnings(*more) == [ReturnWarning.EXCESS] * 20


def test_returns_are_found_through_their_index(kkm, now):
    ticket = sell(kkm, 1000, at=now)
    one = give_back(kkm, ticket, 300, when=now + MINUTE)
    asked = {"numbers": {ticket.fiscal_sign, "4"}, "times": {local_iso(now)}}
    naming = FiscalOperation.objects.returns_naming(**asked).order_by()
    assert list(naming) == [one]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = naming.explain()
    assert "returns_by_basis_time" in plan
    if connection.vendor == "sqlite":  # in a journal of a few rows PostgreSQL takes either for both
        assert re.search(r"returns_by_basis\b", plan)


def test_a_sale_is_not_in_the_index_whatever_it_names(kkm, now):
    ticket = sell(kkm, 1000, at=now)
    sell(kkm, 300, at=now + MINUTE, details=basis_of(ticket))
    assert list(naming(ticket)) == []


def test_a_buyer_and_an_order_do_not_hide_or_feign_a_number(kkm, now):
    ticket = sell(kkm, 1000, at=now)
    feigned = f'{{"basis":{{"number":"{ticket.fiscal_sign}"}}}}'
    about = {"buyer": "131240010479", "order": feigned}
    sell(kkm, 300, at=now + MINUTE, kind=K.SALE_RETURN, details=about)
    one = sell(kkm, 300, at=now + MINUTE, kind=K.SALE_RETURN, details=about | basis_of(ticket))
    assert list(naming(ticket)) == [one]


def test_the_returns_of_the_imported_sample_have_their_sales(now):
    """Their fiscal signs are those of the register from which the file was taken."""
    for serial, number in (("ALS90001801", "600700180101"), ("ALS90001802", "600700180102")):
        kkm = KKMFactory(serial_number=serial)
        activate(kkm, at=now.replace(day=1), registration_number=number)
    call_command("import_operations", "tests/data/operations.jsonl", verbosity=0)
    checked = check_returns(FiscalOperation.objects.all()).values()
    assert len(checked) == 2
    for one in checked:
        assert one.ticket.amount.tiyn == one.operation.facts["basis"]["total"]
        assert one.warning is None
