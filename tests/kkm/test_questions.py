"""A question that is declared once gives the same row as its queryset, whatever its parameters;
on PostgreSQL its function, which a migration has made, is what is declared now.
"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kkm.journal import statements
from kkm.models import KKM, Cashier, Taxpayer, Token
from kkm.questions import Question, column_names, instance_of
from kkm.webkassa import ticket_reading
from kkm.webkassa.http import access
from tests.factories import KKMFactory
from tests.fleet_questions import is_of_the_fleet
from tests.kkm.webkassa.conftest import integration  # noqa: F401
from tests.register_in_statements import unnamed
from tests.statements import run
from tests.stories import close, sell

pytestmark = pytest.mark.django_db
OURS = {
    question.name: question
    for question in (
        statements.STATE,
        access._CALLER,
        access._REGISTER,
        ticket_reading._SHIFT_PLACE,
    )
}
# Who asks what the whole fleet answers.
ASKERS = {"alsep_register": "kkm.webkassa.http.access.register_of"}


@pytest.fixture
def declare():
    """Declares a question and makes its function."""

    def declared(*args, **types) -> Question:
        question = Question("alsep_of_a_test", *args, **types)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(question.definition(cursor))
        return question

    return declared


def registers(serial: str, made_in: int):
    return (
        KKM.objects.order_by()
        .filter(serial_number=serial, made_in__lte=made_in, comment="")
        .values_list("pk", "taxpayer__name", "taxpayer__id", "taxpayer_id")
    )


def test_a_question_is_answered_for_the_values_that_are_asked(declare):
    question = declare(registers, serial="text", made_in="bigint")
    for kkm in (KKMFactory(), KKMFactory(made_in=2020), KKMFactory(comment="новая")):
        for year in (2019, 2020, 2025):
            asked = {"serial": kkm.serial_number, "made_in": year}
            assert question.first(**asked) == registers(**asked).first()
    assert question.first(serial="' OR 1=1 --", made_in=2025) is None


def test_a_parameter_that_the_queryset_does_not_ask_for_is_a_mistake_of_ours(declare):
    with pytest.raises(AssertionError, match="does not ask for"):
        declare(lambda serial: KKM.objects.values_list("pk"), serial="text").text  # noqa: B018


def test_a_constant_that_cannot_be_written_out_is_a_mistake_of_ours(declare):
    def odd(serial: str):
        return KKM.objects.filter(serial_number=serial, comment="it's").values_list("pk")

    with pytest.raises(AssertionError, match="cannot be written out"):
        declare(odd, serial="text").text  # noqa: B018


# -- those of the product --------------------------------------------------------------------------


@pytest.mark.parametrize("question", OURS.values(), ids=OURS)
def test_it_names_the_register_of_every_fiscal_table(question):
    """Of statements inside of functions the hook of all tests sees nothing."""
    assert is_of_the_fleet(ASKERS.get(question.name, "")) or unnamed(question.plain) == frozenset()
    assert unnamed(question.lock) == frozenset()


@pytest.mark.usefixtures("integration")
def test_a_caller_is_found_while_his_token_lasts():
    token = Token.objects.select_related("key").get()
    digests = {"digest": token.digest, "key": token.key.digest}
    for moment in (
        timezone.now(),
        token.issued_at,
        token.expires_at - timedelta(seconds=1),
        token.expires_at,
        token.issued_at - timedelta(1),
    ):
        expected = access._callers(**digests, now=moment).first()
        assert access._CALLER.first(**digests, now=moment) == expected
    assert access._CALLER.first(digest=token.digest, key="", now=timezone.now()) is None


@pytest.mark.usefixtures("integration")
def test_a_register_is_found_with_whether_it_is_the_cashiers():
    cashier, other = Cashier.objects.get(), KKMFactory()
    for kkm in (cashier.kkms.get(), other):
        asked = {"serial": kkm.serial_number, "cashier": cashier.pk}
        assert access._REGISTER.first(**asked) == access._registers(**asked).get()


def test_the_place_of_a_shift_is_that_of_its_queryset(active_kkm, now):
    for _shift in range(2):
        sell(active_kkm, at=now)
        close(active_kkm, at=now)
    for number in (1, 2, 3):
        asked = {"kkm": active_kkm.pk, "shift": number}
        expected = ticket_reading._shift_place(**asked).first()
        assert ticket_reading._SHIFT_PLACE.first(**asked) == expected
        assert (expected is None) == (number == 3)


def test_the_state_is_what_its_text_gives(active_kkm, now):
    sell(active_kkm, at=now, external_number="taken")
    for kkm in (active_kkm, KKMFactory()):
        for asked in (
            {"kkm": kkm.pk, "number": "taken", "day": now.date()},
            {"kkm": kkm.pk, "number": "", "day": date(2025, 12, 31)},
            {"kkm": kkm.pk, "number": "free", "day": None},
        ):
            assert statements.STATE.first(**asked) == run(statements.STATE.plain, asked)[0]


def functions() -> dict[str, str]:
    """The functions of questions in this database, by name, as PostgreSQL tells them."""
    return dict(
        run(
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'alsep%%' "
            "AND prorettype <> 'trigger'::regtype",
        )
    )


def test_the_functions_that_migrations_have_made_are_those_declared():
    if connection.vendor == "sqlite":
        return  # it has no functions
    made = functions()
    assert set(made) == set(OURS)
    with connection.cursor() as cursor:
        definitions = [OURS[name].definition(cursor) for name in sorted(OURS)]
        for definition in definitions:
            cursor.execute(definition)
    for name, declared in functions().items():
        assert made[name] == declared, (
            f"{name} was declared anew: a new migration must make it, as 0014_questions.py does, "
            "by these statements:\n" + OURS[name].definition(connection.cursor())
        )


# -- instances -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("integration")
@pytest.mark.parametrize("model", [KKM, Taxpayer, Cashier])
def test_a_row_that_is_made_is_the_row_that_is_read(model):
    read = model.objects.get()
    one = instance_of(model, model.objects.values_list(*column_names(model)).get())
    assert (one, one._state.adding, one._state.db) == (read, False, "default")
    assert {name: getattr(one, name) for name in column_names(model)} == {
        name: getattr(read, name) for name in column_names(model)
    }
