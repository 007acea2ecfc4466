"""What the database keeps shorter than Python has it: NULL for zero sums, details of lines without
their usual names. What was stored in full is read as the same.
"""

from dataclasses import replace

import pytest
from django.db.models import F, Sum
from hypothesis import given
from hypothesis import strategies as st

from kkm.audit.audit import full_audit
from kkm.audit.journal_stream import operations
from kkm.domain import seal as seals
from kkm.domain.kinds import PaymentType
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Position
from kkm.fields import SparseMoneyField, packed_details, unpacked_details
from kkm.models import FiscalOperation
from kkm.models.operation import PAYMENT_COLUMNS
from kkm.reading.fold import fold
from tests.kkm.tampering import unlocked
from tests.statements import run
from tests.stories import deposit, record, ticket

JOURNAL = "kkm_fiscaloperation"
GOODS = {"code": "7", "unit": "796"}
SPARSE = [*PAYMENT_COLUMNS.values(), "change"]
usual = st.dictionaries(st.sampled_from(["code", "gtin", "ntin", "unit"]), st.text())
facts = st.one_of(usual, st.dictionaries(st.text(), st.text() | st.integers(0, 9)))


@given(facts)
def test_details_are_read_as_they_are_sealed(told):
    sealed = seals.canonical(told)
    assert unpacked_details(packed_details(sealed)) == sealed
    assert unpacked_details(sealed) == sealed


@pytest.mark.parametrize(
    ("told", "stored"),
    [
        (
            {"code": "4870", "gtin": "4870745599242", "unit": "796"},
            "|4870|4870745599242||796",
        ),
        ({"ntin": "1", "unit": "166"}, "|||1|166"),
        ({"code": "1", "marks": ["0104"]}, '{"code":"1","marks":["0104"]}'),
        ({"code": ""}, '{"code":""}'),
        ({"code": "1|2"}, '{"code":"1|2"}'),
        ({"code": 1}, '{"code":1}'),
        ({}, ""),
    ],
)
def test_usual_details_are_stored_without_their_names(told, stored):
    assert packed_details(seals.canonical(told)) == stored


@pytest.fixture
def traded(active_kkm, now):
    """A register with a deposit and two sales, in cash and by card."""
    deposit(active_kkm, 500, at=now)
    line = Position(name="Хлеб", quantity=1000, price=tenge(100), details=GOODS)
    for payment in (PaymentType.CASH, PaymentType.CARD):
        sale = replace(ticket(100, at=now, payment=payment), positions=(line,))
        record(active_kkm, sale)
    return active_kkm


def stored_in_full(kkm):
    """The rows as the code before migration 0017 wrote them."""
    for column in SPARSE:
        run(f"UPDATE {JOURNAL} SET {column} = 0 WHERE {column} IS NULL AND kkm_id = %s", [kkm.pk])
    run("UPDATE kkm_position SET details = %s WHERE kkm_id = %s", [seals.canonical(GOODS), kkm.pk])


def asked(kkm):
    """What the ORM, the fold and the audit say of the journal."""
    found = []
    rows = kkm.operations.order_by("number")
    for column in SPARSE:
        assert isinstance(FiscalOperation._meta.get_field(column), SparseMoneyField)
        sums = rows.aggregate(sum=Sum(column), less=Sum(F("amount") - F(column)))
        found += [
            list(rows.filter(**{column: 0}).values_list("number", flat=True)),
            list(rows.filter(**{f"{column}__lt": Money(1)}).values_list("number", column)),
            list(rows.exclude(**{f"{column}__gt": 0}).values_list("number", flat=True)),
            list(rows.filter(**{f"{column}__isnull": True})),
            list(rows.order_by(column, "number").values_list("number", flat=True)),
            sums,
        ]
    lines = [line.facts for row in rows for line in row.positions.all()]
    return [*found, lines, fold(rows), list(operations(kkm)), full_audit(kkm)]


@pytest.mark.django_db
def test_rows_that_were_stored_in_full_say_the_same(traded):
    (nulls,) = run(f"SELECT COUNT(*) - COUNT(cash), COUNT(*) - COUNT(change) FROM {JOURNAL}")
    assert nulls == (2, 4)  # the activation and the sale by card; no change was given
    assert run("SELECT DISTINCT details FROM kkm_position") == [("|7|||796",)]
    said = asked(traded)
    with unlocked():
        stored_in_full(traded)
        assert run(f"SELECT COUNT(*) FROM {JOURNAL} WHERE cash IS NULL") == [(0,)]
        assert asked(traded) == said
    assert said[-1].holds


@pytest.mark.django_db
def test_a_zero_is_saved_as_null(traded):
    last = traded.last_operation
    with unlocked():
        FiscalOperation.objects.filter(pk=last.pk).update(cash=last.card, card=Money(0))
    assert run(f"SELECT cash, card FROM {JOURNAL} WHERE id = %s", [last.pk]) == [(10000, None)]
