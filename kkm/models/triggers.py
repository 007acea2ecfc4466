"""The lock: the database itself refuses to change or remove what the journal says, whoever asks.

`install` makes the triggers for every fiscal table on SQLite and PostgreSQL; `remove` takes them away (tests of the audit
tamper with rows; a restore or a move of the database may need it too). Rules:
  operations, positions, Z's   no UPDATE, no DELETE
  registrations, shifts        no DELETE; an UPDATE may only close what is open
  registers                    the serial number, which is sealed, stays once there are operations
On SQLite INSERT OR REPLACE would delete without firing a trigger, so an INSERT over an existing key is refused too; on
PostgreSQL TRUNCATE is.
"""

from django.db.models import UniqueConstraint

from kkm.models import FISCAL_MODELS, KKM, FiscalOperation
from kkm.models.span import Span

REFUSAL = "the journal is append-only"


def install(connection, models=FISCAL_MODELS) -> None:
    """Create the triggers of append-only tables: the fiscal ones, or others that are kept in the same way."""
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    _run(connection, [statement for model in models for statement in make(model)])
    if FiscalOperation in models:
        _run(connection, _serial_number(connection.vendor))


def remove(connection, models=FISCAL_MODELS) -> None:
    """Drop them."""
    tables = [model._meta.db_table for model in (*models, *([KKM] if FiscalOperation in models else []))]
    if connection.vendor == "postgresql":
        _run(connection, [f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}" for table in tables for name in _NAMES])
    else:
        _run(connection, [f"DROP TRIGGER IF EXISTS {table}_{name}" for table in tables for name in _NAMES])


_NAMES = ("kept", "not_edited", "not_removed", "not_replaced", "not_emptied")


def _run(connection, statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _edited(model) -> str:
    """The condition under which an UPDATE is an edit; empty: always."""
    if not issubclass(model, Span):
        return ""
    columns = [field.column for field in model._meta.concrete_fields if field.name not in Span.CLOSING_FIELDS]
    return "OLD.closed_at IS NOT NULL OR " + " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)


def _sqlite(model) -> list[str]:
    table, edited = model._meta.db_table, _edited(model)
    abort = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"CREATE TRIGGER {table}_not_edited BEFORE UPDATE ON {table} {f'WHEN {edited}' if edited else ''} {abort}",
        f"CREATE TRIGGER {table}_not_removed BEFORE DELETE ON {table} {abort}",
        f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN EXISTS "
        f"(SELECT 1 FROM {table} WHERE {' OR '.join(_keys(model))}) {abort}",
    ]


def _keys(model) -> list[str]:
    """Conditions under which an existing row has a key of the new one."""
    keys = [[field.column] for field in model._meta.concrete_fields if field.unique]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys.append([model._meta.get_field(name).column for name in constraint.fields])
    partial = {"external_number": "NOT (external_number = '')"}  # in the index's own words: SQLite would not use it otherwise
    open_ = " AND closed_at IS NULL" if issubclass(model, Span) else ""
    return [
        " AND ".join([f"{column} = NEW.{column}" for column in key] + [partial[column] for column in key if column in partial])
        + (open_ if key in (["kkm_id"], ["registration_number"]) else "")
        for key in keys
    ]


def _postgresql(model) -> list[str]:
    table, edited = model._meta.db_table, _edited(model)
    return [
        f"CREATE OR REPLACE FUNCTION alsep_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_not_edited BEFORE UPDATE ON {table} FOR EACH ROW "
        f"{f'WHEN ({edited})' if edited else ''} EXECUTE FUNCTION alsep_refuse()",
        f"CREATE TRIGGER {table}_not_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION alsep_refuse()",
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION alsep_refuse()",
    ]


def _serial_number(vendor: str) -> list[str]:
    register, journal = KKM._meta.db_table, FiscalOperation._meta.db_table
    head = f"CREATE TRIGGER {register}_kept BEFORE UPDATE ON {register} FOR EACH ROW"
    changed = "OLD.serial_number <> NEW.serial_number OR OLD.id <> NEW.id"
    begun = f"EXISTS (SELECT 1 FROM {journal} WHERE kkm_id IN (OLD.id, NEW.id))"
    if vendor == "sqlite":
        abort = "BEGIN SELECT RAISE(ABORT, 'the serial number is sealed'); END"
        same = f"EXISTS (SELECT 1 FROM {register} k WHERE (k.id = NEW.id OR k.serial_number = NEW.serial_number)"
        replaced = f"{same} AND EXISTS (SELECT 1 FROM {journal} WHERE kkm_id = k.id))"
        return [
            f"{head} WHEN ({changed}) AND {begun} {abort}",
            f"CREATE TRIGGER {register}_not_replaced BEFORE INSERT ON {register} FOR EACH ROW WHEN {replaced} {abort}",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION alsep_keep_serial() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {begun} THEN "
        f"RAISE EXCEPTION 'the serial number is sealed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        f"{head} WHEN ({changed}) EXECUTE FUNCTION alsep_keep_serial()",
    ]
