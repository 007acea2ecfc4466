"""The register stands in every key of the journal, as the database itself has them."""

import pytest
from django.db import connection

from kkm.models import FISCAL_MODELS
from tests.partitioned import key_of_id
from tests.statements import columns_of, run, unique_keys

pytestmark = pytest.mark.django_db

TABLES = sorted(model._meta.db_table for model in FISCAL_MODELS)
REGISTER = "kkm_id"
# Unique keys without the register, each with its reason.
WITHOUT_REGISTER = {
    (table, ("id",)): "a surrogate by which no fiscal row names another"
    for table in TABLES
    if table != "kkm_position" and key_of_id(table) == ("id",)
}


def foreign_keys(table):
    """[(columns, other table, its columns)] as the database tells."""
    if connection.vendor == "sqlite":
        found = {}
        for number, _place, other, column, to, *_ in run(f"PRAGMA foreign_key_list({table})"):
            columns, others = found.setdefault(number, (other, [], []))[1:]
            columns.append(column)
            others.append(to)
        return [(tuple(columns), other, tuple(to)) for other, columns, to in found.values()]
    found = run(
        "SELECT ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY u(n, place) "
        "JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY place), "
        "confrelid::regclass::text, "
        "ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY u(n, place) "
        "JOIN pg_attribute ON attrelid = confrelid AND attnum = n ORDER BY place) "
        "FROM pg_constraint "
        "WHERE contype = 'f' AND conparentid = 0 AND conrelid = %s::regclass",
        [table],
    )
    return [(tuple(columns), other, tuple(to)) for columns, other, to in found]


def indexes(table):
    """{name: columns in their order} of whole indexes: partial ones and expressions left out."""
    if connection.vendor == "sqlite":
        found = {}
        for _, name, _unique, _origin, partial in run(f"PRAGMA index_list({table})"):
            columns = tuple(column for _, _, column in run(f"PRAGMA index_info({name})"))
            if not partial and None not in columns:
                found[name] = columns
        return found
    return {
        name: tuple(columns)
        for name, columns in run(
            "SELECT c.relname, ARRAY(SELECT attname::text FROM unnest(indkey) WITH ORDINALITY "
            "u(n, place) JOIN pg_attribute ON attrelid = indrelid AND attnum = n ORDER BY place) "
            "FROM pg_index JOIN pg_class c ON c.oid = indexrelid "
            "JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree' "
            "WHERE indrelid = %s::regclass AND indpred IS NULL AND indexprs IS NULL",
            [table],
        )
    }


@pytest.mark.parametrize("table", TABLES)
def test_every_unique_key_holds_the_register(table):
    assert REGISTER in columns_of(table)
    without = {(table, columns) for columns, _ in unique_keys(table) if REGISTER not in columns}
    assert without <= WITHOUT_REGISTER.keys()


def test_every_exception_is_a_key_that_there_is():
    keys = {(table, columns) for table in TABLES for columns, _ in unique_keys(table)}
    assert WITHOUT_REGISTER.keys() <= keys


@pytest.mark.parametrize("table", TABLES)
def test_every_foreign_key_holds_the_register(table):
    for columns, other, to in foreign_keys(table):
        assert columns[to.index("id" if other == "kkm_kkm" else REGISTER)] == REGISTER


def test_rows_of_the_journal_name_one_another():
    found = {(table, other) for table in TABLES for _, other, _ in foreign_keys(table)}
    assert {
        ("kkm_position", "kkm_fiscaloperation"),
        ("kkm_zreport", "kkm_fiscaloperation"),
        ("kkm_zreport", "kkm_shift"),
        ("kkm_fiscaloperation", "kkm_shift"),
        ("kkm_shift", "kkm_registration"),
    } < found


@pytest.mark.parametrize("model", FISCAL_MODELS)
def test_every_relation_of_the_orm_compares_the_register(model):
    for field in model._meta.get_fields():
        if field.related_model in FISCAL_MODELS and not field.auto_created:
            columns = {own.column for own, _ in field.related_fields}
            assert REGISTER in columns, field


@pytest.mark.parametrize("table", TABLES)
def test_no_index_repeats_another(table):
    found = indexes(table)
    for name, columns in found.items():
        longer = [
            other
            for other, more in found.items()
            if other != name and more[: len(columns)] == columns
        ]
        assert longer == [], name
