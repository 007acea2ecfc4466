"""Moves the journal to tables of another shape: for migration 0012.

New tables are made beside the old ones, the rows are copied by register in batches, each in a
transaction with a note of how far it has come, and at the end the tables change places in one
transaction. Until then the old ones stand as they were, with their triggers: whoever is killed in
the middle runs the migration again. Nobody may write meanwhile: the end compares the numbers of
rows and begins anew if they differ.
"""

from __future__ import annotations

import sys
import time

from django.db import transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import DeleteModel
from django.db.models import CheckConstraint, UniqueConstraint
from django.utils.translation import gettext as _
from tqdm import tqdm

from kkm.fields import seal_bytes
from kkm.models import FISCAL_MODELS, triggers
from kkm.models.relations import KeyOfRegister

BATCH = 5_000  # operations
NEW = "_new"
NOTE = "kkm_journal_move"
# Each after those that it names.
NAMES = ("shift", "fiscaloperation", "zreport", "position")
WITH_ID = ("shift", "fiscaloperation", "zreport")

_HEX = "'^([0-9a-f][0-9a-f])*$'"
_SEAL = {
    "postgresql": (
        f"CASE WHEN o.seal ~ {_HEX} THEN decode(o.seal, 'hex') ELSE convert_to(o.seal, 'UTF8') END"
    ),
    "sqlite": "alsep_seal(o.seal)",
}
_CELLS = (
    "occurred_at received_at amount cash card credit tare mobile change sale_total "
    "purchase_total sale_return_total purchase_return_total sale_count purchase_count "
    "sale_return_count purchase_return_count deposit_count withdrawal_count cash_in_drawer "
    "kind offline actor_code actor_name external_number fiscal_sign details"
).split()
_LINE_CELLS = "quantity price goods discount markup vat rate line role section name details".split()
_SPAN_CELLS = "first_number opened_at last_number closed_at number".split()
_OF_REGISTER = "o.kkm_id = %s AND o.number BETWEEN %s AND %s"
# The rows of another shape: for each table its columns, and where their values come from.
_COPIES = {
    "shift": (
        ["id", "kkm_id", "activation_number", *_SPAN_CELLS],
        ["s.id", "s.kkm_id", "r.first_number", *(f"s.{name}" for name in _SPAN_CELLS)],
        "kkm_shift s JOIN kkm_registration r ON r.id = s.registration_id",
        "s.kkm_id = %s",
    ),
    "fiscaloperation": (
        ["id", "kkm_id", "number", "shift_number", "seal", *_CELLS],
        ["o.id", "o.kkm_id", "o.number", "s.number", "{seal}", *(f"o.{name}" for name in _CELLS)],
        "kkm_fiscaloperation o LEFT JOIN kkm_shift s ON s.id = o.shift_id",
        _OF_REGISTER,
    ),
    "zreport": (
        ["id", "kkm_id", "number", "shift_number", "text"],
        ["z.id", "o.kkm_id", "o.number", "s.number", "z.text"],
        "kkm_fiscaloperation o JOIN kkm_zreport z ON z.operation_id = o.id "
        "JOIN kkm_shift s ON s.id = z.shift_id",
        _OF_REGISTER,
    ),
    "position": (
        ["kkm_id", "number", *_LINE_CELLS],
        ["o.kkm_id", "o.number", *(f"p.{name}" for name in _LINE_CELLS)],
        "kkm_fiscaloperation o JOIN kkm_position p ON p.operation_id = o.id",
        _OF_REGISTER,
    ),
}
# Rows that a key with the register cannot hold. Only a hand in the database makes them.
_MISFITS = (
    "SELECT s.kkm_id FROM kkm_shift s JOIN kkm_registration r ON r.id = s.registration_id "
    "WHERE r.kkm_id <> s.kkm_id",
    "SELECT o.kkm_id FROM kkm_fiscaloperation o JOIN kkm_shift s ON s.id = o.shift_id "
    "WHERE s.kkm_id <> o.kkm_id",
    "SELECT s.kkm_id FROM kkm_zreport z JOIN kkm_shift s ON s.id = z.shift_id "
    "JOIN kkm_fiscaloperation o ON o.id = z.operation_id WHERE s.kkm_id <> o.kkm_id",
)


# Registers with the last number of each; 1 for one that has lost its operations.
_ENDS = (
    "SELECT kkm_id, MAX(number) FROM ("
    "SELECT kkm_id, MAX(number) AS number FROM kkm_fiscaloperation GROUP BY kkm_id "
    "UNION ALL SELECT kkm_id, 1 FROM kkm_shift) AS ends GROUP BY kkm_id"
)


class CannotMove(Exception):
    """The journal cannot be moved as it is; the sentence says why."""


class MoveJournal(Operation):
    """Gives the tables of the journal the shape of `created`, with all their rows."""

    reduces_to_sql = False
    reversible = True

    def __init__(self, created):
        self.created = created

    def state_forwards(self, app_label, state):
        for name in reversed(NAMES):
            DeleteModel(name).state_forwards(app_label, state)
        for operation in self.created:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if _is_moved(schema_editor.connection):
            return
        _refuse_misfits(schema_editor.connection)
        _make_tables(schema_editor, to_state)
        _copy_all(schema_editor.connection)
        _change_places(schema_editor, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Only before the first row."""
        connection = schema_editor.connection
        triggers.refuse_if_written(connection)
        with transaction.atomic():
            triggers.remove(connection)
            for name in reversed(NAMES):
                schema_editor.execute(f"DROP TABLE kkm_{name}")
            for name in NAMES:
                schema_editor.create_model(to_state.apps.get_model("kkm", name))
            triggers.install(connection)

    def describe(self):
        return "Move the journal to tables with the register in every key"


def _rows(connection, statement, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _run(connection, statement, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _is_moved(connection):
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "kkm_position")
    return "kkm_id" in [column.name for column in columns]


def _refuse_misfits(connection):
    for statement in _MISFITS:
        found = _rows(connection, f"{statement} LIMIT 1")
        if not found:
            continue
        select = "SELECT serial_number FROM kkm_kkm WHERE id = %s"
        ((serial,),) = _rows(connection, select, found[0])
        sentence = _(
            "Касса {serial}: строка журнала указывает на строку другой кассы. Так её мог записать "
            "только тот, кто правил базу в обход программы; восстановите кассу из копии."
        )
        raise CannotMove(sentence.format(serial=serial))


# -- new tables ------------------------------------------------------------------------------------


def _make_tables(schema_editor, to_state):
    """Empty tables beside the old ones, if a run before this one has not made them."""
    connection = schema_editor.connection
    if NOTE in connection.introspection.table_names():
        return
    with transaction.atomic():
        apps = _bare(to_state, connection.vendor)
        for name in NAMES:
            schema_editor.create_model(apps.get_model("kkm", name))
        _run(connection, f"CREATE TABLE {NOTE} (kkm_id bigint NOT NULL, number bigint NOT NULL)")
        _run(connection, f"INSERT INTO {NOTE} VALUES (0, 0)")


def _bare(to_state, vendor):
    """Models of the new tables without what would have the name of an index of the old ones."""
    state = to_state.clone()
    state.__dict__.pop("apps", None)
    for name in NAMES:
        model = state.models["kkm", name]
        constraints = []
        for constraint in model.options["constraints"]:
            if _stands_in_the_table(constraint, vendor):
                constraints.append(constraint)
        options = {"db_table": f"kkm_{name}{NEW}", "constraints": constraints, "indexes": []}
        model.options = {**model.options, **options}
        if vendor == "postgresql":
            register = model.fields["kkm"].clone()
            register.db_constraint = False
            model.fields["kkm"] = register
    return state.apps


def _stands_in_the_table(constraint, vendor):
    """Whether it is a part of CREATE TABLE: on SQLite it could not be added later."""
    if isinstance(constraint, CheckConstraint):
        return True
    if vendor == "postgresql":
        return False
    whole = isinstance(constraint, UniqueConstraint) and constraint.condition is None
    return whole or isinstance(constraint, KeyOfRegister)


# -- rows ------------------------------------------------------------------------------------------


def _copy_all(connection):
    ends = dict(_rows(connection, _ENDS))
    ((done_kkm, done_number),) = _rows(connection, f"SELECT kkm_id, number FROM {NOTE}")
    left = {}
    for kkm in sorted(ends):
        if kkm >= done_kkm:
            left[kkm] = ends[kkm]
    total = sum(left.values())
    if done_kkm in left:
        total -= done_number
    if not total:
        return
    sentence = _("Журнал переносится в новые таблицы: касс {registers}, операций {operations}.")
    _say(sentence.format(registers=len(left), operations=total))
    if connection.vendor == "sqlite":
        connection.connection.create_function("alsep_seal", 1, seal_bytes, deterministic=True)
    begun = time.monotonic()
    copied = 0
    with tqdm(total=total, unit=_(" оп."), file=sys.stderr) as bar:
        for kkm, last in left.items():
            first = 1
            if kkm == done_kkm:
                first = done_number + 1
            while first <= last:
                end = min(last, first + BATCH - 1)
                copy_batch(connection, kkm, first, end)
                bar.update(end - first + 1)
                if not copied:
                    _say_how_long(total, end - first + 1, time.monotonic() - begun)
                copied += end - first + 1
                first = end + 1


def copy_batch(connection, kkm, first, last):
    """Operations of a register and all that hangs on them, with a note that it was done."""
    seal = _SEAL[connection.vendor]
    with transaction.atomic():
        for name, (columns, values, tables, condition) in _COPIES.items():
            target = ", ".join(f'"{column}"' for column in columns)
            source = ", ".join(values).format(seal=seal)
            statement = (
                f"INSERT INTO kkm_{name}{NEW} ({target}) "
                f"SELECT {source} FROM {tables} WHERE {condition}"
            )
            if name != "shift":
                _run(connection, statement, [kkm, first, last])
            elif first == 1:
                _run(connection, statement, [kkm])
        _run(connection, f"UPDATE {NOTE} SET kkm_id = %s, number = %s", [kkm, last])


def _say_how_long(total, copied, seconds):
    minutes = total / copied * seconds / 60
    sentence = _("Это займёт примерно {minutes} мин. Прервать можно: начатое не пропадёт.")
    tqdm.write(sentence.format(minutes=max(1, round(minutes))), file=sys.stderr)


def _say(sentence):
    sys.stderr.write(f"\n{sentence}\n")


# -- the tables change places ----------------------------------------------------------------------


def _change_places(schema_editor, to_state):
    connection = schema_editor.connection
    postgresql = connection.vendor == "postgresql"
    with transaction.atomic():
        if postgresql:
            tables = ", ".join(f"kkm_{name}" for name in NAMES)
            _run(connection, f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        whole = _is_whole(connection)
        if whole:
            _replace(schema_editor, to_state)
        else:
            _drop(connection, NEW)
        _run(connection, f"DROP TABLE {NOTE}")
    if not whole:
        sentence = _(
            "Пока журнал переносился, в него писали. Остановите сервер и повторите migrate."
        )
        raise CannotMove(sentence)
    if postgresql:
        for name in NAMES:
            _run(connection, f"ANALYZE kkm_{name}")


def _is_whole(connection):
    """Whether the new tables have as many rows as the old ones."""
    for name in NAMES:
        counts = f"SELECT (SELECT COUNT(*) FROM kkm_{name}), (SELECT COUNT(*) FROM kkm_{name}{NEW})"
        ((old, new),) = _rows(connection, counts)
        if old != new:
            return False
    return True


def _drop(connection, suffix):
    for name in reversed(NAMES):
        _run(connection, f"DROP TABLE kkm_{name}{suffix}")


def _replace(schema_editor, to_state):
    connection = schema_editor.connection
    granted = []
    if connection.vendor == "postgresql":
        granted = _granted(connection)
    triggers.remove(connection, FISCAL_MODELS)
    _drop(connection, "")
    for name in NAMES:
        _run(connection, f"ALTER TABLE kkm_{name}{NEW} RENAME TO kkm_{name}")
        if connection.vendor == "postgresql":
            _rename_what_belongs(connection, name)
    for name in NAMES:
        _add_what_is_left(schema_editor, to_state.apps.get_model("kkm", name))
    triggers.install(connection, FISCAL_MODELS)
    for grant in granted:
        _run(connection, grant)


def _rename_what_belongs(connection, name):
    """Constraints and the sequence of the ids; the next id follows the last one."""
    table = f"kkm_{name}"
    select = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND conname LIKE %s"
    for (constraint,) in _rows(connection, select, [table, f"{table}{NEW}_%"]):
        plain = constraint.replace(NEW, "", 1)
        _run(connection, f"ALTER TABLE {table} RENAME CONSTRAINT {constraint} TO {plain}")
    if name not in WITH_ID:
        return
    _run(connection, f"ALTER SEQUENCE {table}{NEW}_id_seq RENAME TO {table}_id_seq")
    last = f"SELECT setval('{table}_id_seq', MAX(id)) FROM {table} HAVING MAX(id) IS NOT NULL"
    _run(connection, last)


def _add_what_is_left(schema_editor, model):
    vendor = schema_editor.connection.vendor
    for constraint in model._meta.constraints:
        if not _stands_in_the_table(constraint, vendor):
            schema_editor.add_constraint(model, constraint)
    for index in model._meta.indexes:
        schema_editor.add_index(model, index)
    register = model._meta.get_field("kkm")
    if vendor == "postgresql" and register.db_constraint:
        name = "_fk_%(to_table)s_%(to_column)s"
        schema_editor.execute(schema_editor._create_fk_sql(model, register, name))


def _granted(connection):
    """Statements that give the new tables the rights that roles have to the old ones."""
    grants = []
    for name in NAMES:
        kinds = {f"kkm_{name}": "TABLE"}
        if name in WITH_ID:
            kinds[f"kkm_{name}_id_seq"] = "SEQUENCE"
        for relation, kind in kinds.items():
            rights = _rows(
                connection,
                "SELECT quote_ident(r.rolname), a.privilege_type "
                "FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee "
                "WHERE c.oid = %s::regclass AND a.grantee <> c.relowner",
                [relation],
            )
            for role, right in rights:
                grants.append(f"GRANT {right} ON {kind} {relation} TO {role}")
    return grants
