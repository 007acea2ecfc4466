"""The lock on who saw and who may see: the access log and the heads that were seen only grow, a
control is granted and revoked.

The tables are found in the database, so that a new one is either kept or named here.
"""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from inspector.models import AccessEntry, Control, SeenHead
from tests.conftest import GUARDED
from tests.inspector.factories import ControlFactory, InspectorFactory
from tests.statements import columns_of, insert, other, over, refused, rows_of, run, unique_keys

pytestmark = pytest.mark.django_db

REFERENCE = {
    "inspector_user",
    "inspector_user_groups",
    "inspector_user_user_permissions",
    "inspector_savedfilter",
}
TABLES = sorted(
    model._meta.db_table
    for model in apps.get_app_config("inspector").get_models(include_auto_created=True)
)
KEPT = [table for table in TABLES if table not in REFERENCE]
CONTROL = Control._meta.db_table
GROWING = [table for table in KEPT if table != CONTROL]


@pytest.fixture
def worked(kkm, now):
    """A register with a control that was revoked and one that lasts, a line of the access log,
    and a head that was seen.
    """
    revoked = ControlFactory(kkm=kkm, granted_at=now - timedelta(days=9))
    Control.objects.filter(pk=revoked.pk).update(revoked_at=now)
    lasting = ControlFactory(kkm=kkm, granted_at=now)
    AccessEntry.objects.create(
        at=now,
        user=lasting.inspector,
        action="view",
        kkm=kkm,
        number=1,
        seal="9" * 64,
        address="127.0.0.1",
    )
    SeenHead.create_signed(user=lasting.inspector, kkm=kkm, number=1, seal="9" * 64, at=now)
    return kkm


def only(table, where):
    """The one row of a table for which something holds."""
    (row,) = rows_of(table, where)
    return row


def test_every_table_of_ours_is_kept_or_named_as_reference(worked):
    in_database = {
        table for table in connection.introspection.table_names() if table.startswith("inspector_")
    }
    assert set(TABLES) == in_database
    assert set(KEPT) == {
        model._meta.db_table for model in GUARDED if model._meta.app_label == "inspector"
    }
    assert set(REFERENCE) < in_database
    assert [table for table in KEPT if not rows_of(table)] == []


@pytest.mark.parametrize("table", GROWING)
def test_no_column_of_a_row_is_updated_not_even_to_itself(worked, table):
    for column in columns_of(table):
        refused(f"UPDATE {table} SET {column} = {column}")


def test_no_column_of_a_revoked_control_is_updated(worked, now):
    for column in columns_of(CONTROL):
        refused(f"UPDATE {CONTROL} SET {column} = {column} WHERE revoked_at IS NOT NULL")
    refused(f"UPDATE {CONTROL} SET revoked_at = NULL WHERE revoked_at IS NOT NULL")
    refused(
        f"UPDATE {CONTROL} SET revoked_at = %s WHERE revoked_at IS NOT NULL",
        [now + timedelta(days=1)],
    )


def test_a_control_that_lasts_may_be_revoked_and_nothing_else(worked, now):
    row = only(CONTROL, "revoked_at IS NULL")
    changes = {
        "inspector_id": InspectorFactory().pk,
        "granted_at": now + timedelta(days=1),
        "kkm_id": row["kkm_id"] + 1,
        "id": row["id"] + 1,
        "key": "0123456789abcdef",
        "signature": "A" * 88,
    }
    assert {*changes, "revoked_at"} == set(row)
    for column, value in changes.items():
        refused(f"UPDATE {CONTROL} SET {column} = %s WHERE id = %s", [value, row["id"]])
        refused(
            f"UPDATE {CONTROL} SET {column} = %s, revoked_at = %s WHERE id = %s",
            [value, now, row["id"]],
        )
    refused(f"UPDATE {CONTROL} SET revoked_at = NULL WHERE id = %s", [row["id"]])
    assert only(CONTROL, "revoked_at IS NULL") == row
    statement = f"UPDATE {CONTROL} SET revoked_at = %s WHERE id = %s"
    assert run(statement, [now, row["id"]]) == 1
    refused(statement, [now, row["id"]])


def test_a_control_is_granted_anew_after_it_was_revoked(worked, now):
    revoked = only(CONTROL, "revoked_at IS NOT NULL")
    fresh = {name: value for name, value in revoked.items() if name != "id"} | {
        "granted_at": now,
        "revoked_at": None,
    }
    assert run(*insert(CONTROL, fresh)) == 1
    assert len(rows_of(CONTROL, f"inspector_id = {revoked['inspector_id']}")) == 2


@pytest.mark.parametrize("table", KEPT)
def test_no_row_is_deleted(worked, table):
    for row in rows_of(table):
        refused(f"DELETE FROM {table} WHERE id = %s", [row["id"]])
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", KEPT)
def test_no_table_is_emptied(worked, table):
    before = rows_of(table)
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE {table}")
        refused(f"TRUNCATE {', '.join(KEPT)} CASCADE")
        refused("TRUNCATE inspector_user CASCADE")
    else:
        refused(f"DELETE FROM {table} WHERE 1")
    assert rows_of(table) == before


@pytest.mark.parametrize("table", KEPT)
def test_no_row_is_replaced_by_an_insert(worked, table):
    for columns, condition in unique_keys(table):
        old, new = over(table, columns, condition)
        sql, values = insert(
            table, new, "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
        )
        refused(
            sql, values, **({} if connection.vendor == "sqlite" else {"match": "duplicate key"})
        )
        assert old in rows_of(table)


@pytest.mark.parametrize("table", KEPT)
def test_no_row_is_updated_by_a_conflicting_insert(worked, table):
    for columns, condition in unique_keys(table):
        old, new = over(table, columns, condition)
        target = f"({', '.join(columns)}) {f'WHERE {condition}' if condition else ''}"
        free = next(name for name in ("granted_at", "at") if name in old)
        sql, values = insert(table, new, tail=f"ON CONFLICT {target} DO UPDATE SET {free} = %s")
        refused(sql, [*values, other(old[free])])
        assert old in rows_of(table)


def test_the_orm_is_refused_too(worked, now):
    revoked, lasting = (
        Control.objects.exclude(revoked_at=None).get(),
        Control.objects.current().get(),
    )
    lasting.granted_at = now + timedelta(days=1)
    for write in (
        revoked.save,
        revoked.delete,
        lasting.save,
        lasting.delete,
        lambda: Control.objects.update(revoked_at=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert Control.objects.count() == 2
