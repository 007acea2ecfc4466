"""A query whose statement is written once gives the same rows as its queryset, whatever the
arguments.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from kkm.models import KKM, Cashier, Taxpayer, Token
from kkm.prepared import PreparedQuery, column_names, instance_of
from tests.factories import KKMFactory
from tests.kkm.webkassa.conftest import integration  # noqa: F401

pytestmark = pytest.mark.django_db


def registers(serial: str, made_in: int):
    return (
        KKM.objects.order_by()
        .filter(serial_number=serial, made_in__lte=made_in, comment="")
        .values_list("pk", "taxpayer__name")
    )


def test_a_query_is_answered_for_the_values_that_are_asked():
    query = PreparedQuery(registers, serial="A000", made_in=1999)
    for kkm in (KKMFactory(), KKMFactory(made_in=2020), KKMFactory(comment="новая")):
        for year in (2019, 2020, 2025):
            assert (
                query.first(serial=kkm.serial_number, made_in=year)
                == registers(kkm.serial_number, year).first()
            )
    assert query.first(serial="' OR 1=1 --", made_in=2025) is None


@pytest.mark.usefixtures("integration")
def test_a_moment_is_asked_for_as_the_database_keeps_it():
    def tokens(digest: str, now: datetime):
        return Token.objects.order_by().filter(digest=digest).valid(now).values_list("pk")

    query, token = (
        PreparedQuery(tokens, digest="of a token", now=datetime(2000, 1, 1, tzinfo=UTC)),
        Token.objects.get(),
    )
    for moment in (
        timezone.now(),
        token.issued_at,
        token.expires_at - timedelta(seconds=1),
        token.expires_at,
        token.issued_at - timedelta(1),
    ):
        assert query.first(digest=token.digest, now=moment) == tokens(token.digest, moment).first()


def test_an_argument_that_the_statement_does_not_ask_for_is_a_mistake_of_ours():
    def all_of_them(serial: str):
        return KKM.objects.values_list("pk")

    with pytest.raises(AssertionError, match="does not ask for"):
        PreparedQuery(all_of_them, serial="A000").first(serial="A001")


@pytest.mark.usefixtures("integration")
@pytest.mark.parametrize("model", [KKM, Taxpayer, Cashier])
def test_a_row_that_is_made_is_the_row_that_is_read(model):
    read = model.objects.get()
    one = instance_of(model, model.objects.values_list(*column_names(model)).get())
    assert (one, one._state.adding, one._state.db) == (read, False, "default")
    assert {name: getattr(one, name) for name in column_names(model)} == {
        name: getattr(read, name) for name in column_names(model)
    }
