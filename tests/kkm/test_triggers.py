"""The lock: statements that go round the door are refused by the database itself.

The tables are found in the database, so that a new one is either fiscal and guarded or named here
as reference.
"""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from kkm import journal
from kkm.models import (
    FISCAL_MODELS,
    KKM,
    Audit,
    FiscalOperation,
    Position,
    Registration,
    Shift,
    ZReport,
)
from kkm.models.directory_triggers import SENTENCE
from kkm.models.triggers import KEPT, REFUSAL
from tests.factories import KKMFactory
from tests.kkm import vectors
from tests.partitioned import key_of_id
from tests.statements import (
    columns_of,
    insert,
    other,
    over,
    refused,
    rows_of,
    run,
    this,
    triggers_of,
    unique_keys,
)
from tests.stories import act, activate, close, deposit, sell

pytestmark = pytest.mark.django_db

REFERENCE = {
    "kkm_taxpayer",
    "kkm_kkmmodel",
    "kkm_ofd",
    "kkm_vatrate",
    "kkm_cashier",
    "kkm_cashier_kkms",
    "kkm_section",
    "kkm_apikey",
    "kkm_token",
    "kkm_lateoffline",
    "kkm_takenserialnumber",
    "kkm_takenregistrationnumber",
    "kkm_kkm",  # what is sealed of it is guarded by triggers of its own
}
TABLES = sorted(
    model._meta.db_table
    for model in apps.get_app_config("kkm").get_models(include_auto_created=True)
)
FISCAL = [table for table in TABLES if table not in REFERENCE]
SPANS = ["kkm_registration", "kkm_shift"]
ROWS = [table for table in FISCAL if table not in SPANS]


@pytest.fixture
def worked(kkm, now):
    """A register with closed and open spans, a Z, lines of every role, and an external number."""
    vectors.worked_register()
    activate(kkm, at=now)
    deposit(kkm, 100, at=now)
    close(kkm, at=now)
    journal.deregister(kkm=kkm, act=act(now))
    activate(kkm, at=now)
    sell(kkm, at=now, external_number="k-1")
    Audit.objects.create(
        kkm=kkm,
        number=1,
        at=now,
        by="Сериков Н.Б.",
        operations=9,
        milliseconds=1,
        seal="",
        findings="",
    )
    return kkm


# -- nothing is forgotten --------------------------------------------------------------------------


def test_every_table_of_the_journal_is_fiscal_or_named_as_reference():
    in_database = {
        table for table in connection.introspection.table_names() if table.startswith("kkm_")
    }
    assert set(TABLES) == in_database
    assert set(FISCAL) == {model._meta.db_table for model in FISCAL_MODELS}
    assert set(REFERENCE) < in_database


def test_the_worked_journal_has_rows_in_every_fiscal_table(worked):
    assert [table for table in FISCAL if not rows_of(table)] == []
    assert {row["role"] for row in rows_of("kkm_position")} == {0, 1}
    assert {row["closed_at"] is None for table in SPANS for row in rows_of(table)} == {True, False}


def test_every_unique_key_is_found_partial_ones_too():
    found = {
        (table, *sorted(columns), bool(condition))
        for table in FISCAL
        for columns, condition in unique_keys(table)
    }
    assert found == {
        *((table, *key_of_id(table), False) for table in FISCAL if table != "kkm_position"),
        ("kkm_fiscaloperation", "kkm_id", "number", False),
        ("kkm_fiscaloperation", "external_number", "kkm_id", True),
        ("kkm_position", "kkm_id", "line", "number", False),
        ("kkm_zreport", "kkm_id", "number", False),
        ("kkm_zreport", "kkm_id", "shift_number", False),
        ("kkm_registration", "first_number", "kkm_id", False),
        ("kkm_registration", "kkm_id", True),
        ("kkm_shift", "kkm_id", "number", False),
        ("kkm_shift", "kkm_id", True),
        ("kkm_signedhead", "kkm_id", "number", False),
        ("kkm_audit", "kkm_id", "number", False),
    }


# -- UPDATE, DELETE, TRUNCATE ----------------------------------------------------------------------


@pytest.mark.parametrize("table", ROWS)
def test_no_column_of_a_row_is_updated_not_even_to_itself(worked, table):
    for column in columns_of(table):
        refused(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", SPANS)
def test_no_column_of_a_closed_span_is_updated(worked, table):
    for column in columns_of(table):
        refused(f"UPDATE {table} SET {column} = {column} WHERE closed_at IS NOT NULL")
    refused(f"UPDATE {table} SET closed_at = NULL, last_number = NULL WHERE closed_at IS NOT NULL")


@pytest.mark.parametrize("table", SPANS)
def test_an_open_span_may_be_closed_and_nothing_else(worked, table):
    row = rows_of(table, "closed_at IS NULL")[-1]
    end = closed(table, row)
    for column in set(row) - set(end):
        changed = {**end, column: other(row[column])}
        names = ", ".join(f"{name} = %s" for name in changed)
        refused(f"UPDATE {table} SET {names} WHERE id = %s", [*changed.values(), row["id"]])
    statement = f"UPDATE {table} SET closed_at = %s, last_number = %s WHERE id = %s"
    assert run(statement, [*end.values(), row["id"]]) == 1
    refused(statement, [*end.values(), row["id"]])


@pytest.mark.parametrize("table", SPANS)
def test_a_span_ends_with_the_operation_that_closes_it_and_no_other(worked, table):
    row = rows_of(table, "closed_at IS NULL")[-1]
    statement = f"UPDATE {table} SET closed_at = %s, last_number = %s WHERE id = %s"
    refused(statement, [row["opened_at"], row["first_number"], row["id"]])
    refused(statement, [row["opened_at"], row["first_number"] + 10, row["id"]])
    refused(f"UPDATE {table} SET closed_at = closed_at WHERE id = %s", [row["id"]])
    end = closed(table, row)
    refused(statement, [end["closed_at"], end["last_number"] - 1, row["id"]])
    refused(statement, [end["closed_at"] + timedelta(seconds=1), end["last_number"], row["id"]])
    assert run(statement, [end["closed_at"], end["last_number"], row["id"]]) == 1


def test_a_shift_does_not_end_with_the_closing_of_another(worked):
    earlier = worked.shifts.closed().get()
    row = rows_of("kkm_shift", "closed_at IS NULL")[0]
    run(*insert("kkm_fiscaloperation", next_operation(kind=20, shift_number=earlier.number)))
    last = rows_of("kkm_fiscaloperation")[-1]
    refused(
        "UPDATE kkm_shift SET closed_at = %s, last_number = %s WHERE id = %s",
        [last["occurred_at"], last["number"], row["id"]],
    )


def closed(table, span):
    """Write the operation that closes a span of the last register, and say what the span's end
    must be.
    """
    kind, shift = (20, span["number"]) if table == "kkm_shift" else (31, None)
    row = next_operation(kind=kind, shift_number=shift)
    run(*insert("kkm_fiscaloperation", row))
    return {"closed_at": row["occurred_at"], "last_number": row["number"]}


@pytest.mark.parametrize("table", FISCAL)
def test_no_row_is_deleted(worked, table):
    for row in rows_of(table):
        condition, values = this(table, row)
        refused(f"DELETE FROM {table} WHERE {condition}", values)
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", FISCAL)
def test_no_table_is_emptied(worked, table):
    before = rows_of(table)
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE {table} CASCADE")
        refused(f"TRUNCATE {', '.join(FISCAL)}")
        refused(f"TRUNCATE {table}", match=f"{REFUSAL}|foreign key", error=DatabaseError)
    else:
        refused(f"DELETE FROM {table} WHERE 1")
    assert rows_of(table) == before


@pytest.mark.parametrize("table", ["kkm_kkm", "kkm_taxpayer", "kkm_ofd", "kkm_kkmmodel"])
def test_no_table_that_the_journal_hangs_on_is_emptied(worked, table):
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE {table} CASCADE")
    else:
        with (
            pytest.raises(IntegrityError, match=KEPT if table == "kkm_kkm" else "foreign key"),
            transaction.atomic(),
        ):
            run(f"DELETE FROM {table}")
            connection.check_constraints()
    assert FiscalOperation.objects.count() == 9


@pytest.mark.parametrize("model", FISCAL_MODELS)
def test_the_orm_is_refused_too(worked, model):
    row = model.objects.filter(
        **({"closed_at__isnull": False} if model in (Shift, Registration) else {})
    ).first()
    for write in (
        row.save,
        row.delete,
        lambda: model.objects.filter(pk=row.pk).update(kkm=row.kkm_id + 1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert model.objects.filter(pk=row.pk).exists()


# -- INSERT over what is there ---------------------------------------------------------------------


@pytest.mark.parametrize("table", FISCAL)
def test_no_row_is_replaced_by_an_insert(worked, table):
    for columns, condition in unique_keys(table):
        old, new = over(table, columns, condition)
        sql, values = insert(
            table, new, "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
        )
        refusal = REFUSAL if connection.vendor == "sqlite" else "duplicate key"
        refused(sql, values, match=f"{refusal}|{SENTENCE}")
        assert old in rows_of(table)


@pytest.mark.parametrize("table", FISCAL)
def test_no_row_is_updated_by_a_conflicting_insert(worked, table):
    for columns, condition in unique_keys(table):
        old, new = over(table, columns, condition)
        target = f"({', '.join(columns)}) {f'WHERE {condition}' if condition else ''}"
        free = next(
            name
            for name in old
            if name not in {*columns, "id", "closed_at", "last_number", "kkm_id"}
        )
        sql, values = insert(table, new, tail=f"ON CONFLICT {target} DO UPDATE SET {free} = %s")
        refused(sql, [*values, other(old[free])], match=f"{REFUSAL}|{SENTENCE}")
        assert old in rows_of(table)


def test_an_ignored_conflict_changes_nothing(worked):
    before = rows_of("kkm_fiscaloperation")
    row = FiscalOperation.objects.last()
    with transaction.atomic():
        try:
            with transaction.atomic():
                FiscalOperation.objects.bulk_create([row], ignore_conflicts=True)
        except IntegrityError as error:
            assert REFUSAL in str(error)
    assert rows_of("kkm_fiscaloperation") == before


# -- the register ----------------------------------------------------------------------------------


def test_the_serial_number_of_a_register_with_operations_is_kept(worked):
    refused(
        "UPDATE kkm_kkm SET serial_number = %s WHERE id = %s",
        ["ALS99999999", worked.pk],
        match=KEPT,
    )
    refused("UPDATE kkm_kkm SET id = %s WHERE id = %s", [worked.pk + 1_000, worked.pk], match=KEPT)


def test_the_taxpayer_of_a_register_with_operations_is_kept(worked):
    other_taxpayer = KKMFactory().taxpayer
    refused(
        "UPDATE kkm_kkm SET taxpayer_id = %s WHERE id = %s",
        [other_taxpayer.pk, worked.pk],
        match=KEPT,
    )
    worked.taxpayer = other_taxpayer
    with pytest.raises(IntegrityError, match=KEPT), transaction.atomic():
        worked.save()
    idle = KKMFactory()
    assert KKM.objects.filter(pk=idle.pk).update(taxpayer=other_taxpayer) == 1


def test_a_register_with_operations_is_not_deleted_and_an_idle_one_is(worked):
    refused("DELETE FROM kkm_kkm WHERE id = %s", [worked.pk], match=KEPT)
    idle, another = KKMFactory.create_batch(2)
    assert run("DELETE FROM kkm_takenserialnumber WHERE kkm_id = %s", [idle.pk]) == 1
    assert run("DELETE FROM kkm_kkm WHERE id = %s", [idle.pk]) == 1
    another.delete()
    assert not KKM.objects.filter(pk__in=[idle.pk, another.pk]).exists()


def test_another_register_does_not_take_its_place(worked):
    idle = KKMFactory()
    refused("UPDATE kkm_kkm SET id = %s WHERE id = %s", [worked.pk, idle.pk], match=KEPT)
    row = next(row for row in rows_of("kkm_kkm") if row["id"] == worked.pk)
    replace = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    same_id = insert("kkm_kkm", {**row, "serial_number": "ALS99999999"}, replace)
    refused(*same_id, match=f"{KEPT}|duplicate key")
    same_serial = insert("kkm_kkm", {**row, "id": worked.pk + 1_000}, replace)
    refused_at_the_end(*same_serial, match=f"{KEPT}|serial_number_is_in_the_directory")
    tail = "ON CONFLICT (id) DO UPDATE SET serial_number = excluded.serial_number"
    refused(*insert("kkm_kkm", {**row, "serial_number": "ALS99999999"}, tail=tail), match=KEPT)
    assert KKM.objects.get(pk=worked.pk).serial_number == worked.serial_number


def refused_at_the_end(sql, params=(), *, match):
    """Foreign keys are checked when a transaction ends."""
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        run(sql, params)
        connection.check_constraints()


def test_the_serial_number_of_an_idle_register_may_be_put_right(kkm):
    assert KKM.objects.filter(pk=kkm.pk).update(serial_number="ALS99999999") == 1


def test_the_comment_of_a_working_register_may_be_edited(worked):
    worked.comment = "проверить в апреле"
    worked.save()
    assert KKM.objects.get(pk=worked.pk).comment == "проверить в апреле"


# -- the way back ----------------------------------------------------------------------------------

LOCKS = {
    "kkm_kkm": import_module("kkm.migrations.0002_triggers"),
    "inspector_accessentry": import_module("inspector.migrations.0002_triggers"),
    "inspector_control": import_module("inspector.migrations.0003_control_triggers"),
}


@pytest.mark.parametrize("table", LOCKS)
def test_migrations_do_not_take_the_lock_off_a_journal_that_has_been_begun(active_kkm, table):
    with pytest.raises(IrreversibleError, match="has rows: its triggers stay"):
        LOCKS[table].remove(apps, SimpleNamespace(connection=connection))
    refused("DELETE FROM kkm_fiscaloperation")


@pytest.mark.parametrize("table", LOCKS)
def test_migrations_take_the_lock_off_an_empty_journal_and_put_it_back(db, table):
    editor = SimpleNamespace(connection=connection)
    before = triggers_of(table)
    LOCKS[table].remove(apps, editor)
    assert triggers_of(table) == set()
    LOCKS[table].install(apps, editor)
    assert triggers_of(table) == before != set()


def test_the_way_back_begins_with_a_lock_so_that_a_refusal_leaves_everything_as_it_is(db, now):
    activate(KKMFactory(), at=now)
    executor = MigrationExecutor(connection)
    first, backwards = executor.migration_plan([("kkm", "0001_initial")])[0]
    assert backwards
    first_undone = first.operations[-1]
    with pytest.raises(IrreversibleError):
        first_undone.reverse_code(apps, SimpleNamespace(connection=connection))


# -- checks ----------------------------------------------------------------------------------------


def next_operation(**changes):
    """The row that may come next in the journal, with changes."""
    row = rows_of("kkm_fiscaloperation")[-1]
    return {
        **row,
        "id": row["id"] + 1,
        "number": row["number"] + 1,
        "external_number": "",
        **changes,
    }


BALANCE = [
    field.column
    for field in FiscalOperation._meta.concrete_fields
    if field.column.endswith(("_total", "_count")) or field.column == "cash_in_drawer"
]


def test_the_next_row_as_it_is_would_be_taken(worked):
    assert run(*insert("kkm_fiscaloperation", next_operation())) == 1


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"number": 0}, "operation_numbers_start_at_one"),
        ({"number": -5}, "operation_numbers_start_at_one"),
        ({"kind": 99, "shift_number": None}, "operation_kind_is_known"),
        ({"kind": 4}, "operation_kind_is_known"),
        ({"amount": 99_999}, "operation_is_paid_in_full"),
        ({"cash": 100_001}, "operation_is_paid_in_full"),
        ({"card": 1}, "operation_is_paid_in_full"),
        ({"cash": None}, "operation_is_paid_in_full"),
        ({"amount": -1, "cash": -1}, "amount_and_such_not_negative"),
        *(
            ({name: -1, "cash": 100_001}, "amount_and_such_not_negative")
            for name in ("card", "credit", "tare", "mobile")
        ),
        ({"cash": -1, "card": 100_001}, "amount_and_such_not_negative"),
        ({"change": -1}, "amount_and_such_not_negative"),
        *(({name: -1}, "sale_total_and_such_not_negative") for name in BALANCE),
        ({"shift_number": None}, "documents_have_a_shift_and_acts_have_none"),
        ({"kind": 40}, "documents_have_a_shift_and_acts_have_none"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused(worked, changes, constraint):
    refused(*insert("kkm_fiscaloperation", next_operation(**changes)), match=constraint)


def test_nothing_is_received_before_it_occurs(worked):
    row = next_operation()
    early = {**row, "received_at": row["occurred_at"] - timedelta(seconds=1)}
    refused(*insert("kkm_fiscaloperation", early), match="operation_is_received_after_it_occurs")


def test_eleven_figures_of_the_balance_are_checked():
    assert len(BALANCE) == 11


def next_line(role=0):
    row = rows_of("kkm_position", f"role = {role}")[-1]
    return {**row, "line": 77}


def test_the_next_line_as_it_is_would_be_taken(worked):
    assert run(*insert("kkm_position", next_line())) == 1


@pytest.mark.parametrize(
    ("role", "changes", "constraint"),
    [
        *(
            (0, {name: -1}, "quantity_and_such_not_negative")
            for name in ("quantity", "price", "goods", "discount", "markup", "vat")
        ),
        (0, {"quantity": 0}, "position_fits_its_role"),
        (0, {"role": 7}, "position_fits_its_role"),
        (1, {"goods": 1}, "position_fits_its_role"),
        (1, {"markup": 1}, "position_fits_its_role"),
        (1, {"role": 2}, "position_fits_its_role"),
    ],
)
def test_a_line_that_cannot_be_true_is_refused(worked, role, changes, constraint):
    error = (
        constraint
        if changes.get("quantity") != -1
        else "quantity_and_such_not_negative|position_fits_its_role"
    )
    refused(*insert("kkm_position", {**next_line(role), **changes}), match=error)


def open_span(table, **changes):
    row = rows_of(table, "closed_at IS NULL")[-1]
    fresh = {"id": 1_000_000, "first_number": 500, "kkm_id": KKMFactory().pk}
    if table == "kkm_shift":
        kkm = KKMFactory()
        begun = activate(kkm, at=timezone.now()).number
        fresh |= {"number": 77, "kkm_id": kkm.pk, "activation_number": begun}
    else:
        fresh |= {"registration_number": "600700012345"}
        taken = {"registration_number": "600700012345", "kkm_id": fresh["kkm_id"]}
        run(*insert("kkm_takenregistrationnumber", taken))
    return {**row, **fresh, **changes}


@pytest.mark.parametrize("table", SPANS)
def test_the_next_span_as_it_is_would_be_taken(worked, table):
    assert run(*insert(table, open_span(table))) == 1


@pytest.mark.parametrize("table", SPANS)
def test_two_open_spans_of_one_register_are_refused(worked, table):
    refused(
        *insert(table, open_span(table, kkm_id=worked.pk)),
        match=f"{REFUSAL}|{SENTENCE}|one_open_shift_in_a_register",
    )


def test_two_active_registrations_with_one_number_are_refused(worked):
    number = worked.open_registration.registration_number
    row = open_span("kkm_registration", registration_number=number)
    refused(*insert("kkm_registration", row), match=SENTENCE)


@pytest.mark.parametrize("table", SPANS)
@pytest.mark.parametrize(("after", "last_number"), [(0, None), (None, 600), (-1, 600), (0, 499)])
def test_a_span_that_is_half_closed_or_ends_before_it_begins_is_refused(
    worked, table, after, last_number
):
    row = open_span(table)
    end = None if after is None else row["opened_at"] + timedelta(seconds=after)
    refused(
        *insert(table, {**row, "closed_at": end, "last_number": last_number}),
        match="is_closed_whole",
    )


def test_a_shift_has_no_number_zero(worked):
    refused(
        *insert("kkm_shift", open_span("kkm_shift", number=0)), match="shift_numbers_start_at_one"
    )


def test_two_lines_with_one_number_and_two_zs_of_one_shift_are_refused(worked):
    line, z = Position.objects.last(), ZReport.objects.last()
    for again in (
        lambda: Position.objects.bulk_create([Position(**values_of(line))]),
        lambda: ZReport.objects.bulk_create(
            [ZReport(operation=worked.last_operation, shift=z.shift, text=z.text)]
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again()


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
