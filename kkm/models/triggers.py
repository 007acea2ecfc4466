"""The lock: the database itself refuses to change or remove what the journal says, whoever asks.

`install` makes the triggers for every fiscal table on SQLite and PostgreSQL; `remove` takes them
away (tests of the audit tamper with rows; a restore or a move of the database may need it too).
Rules:
  operations, positions, Z's   no UPDATE, no DELETE
  registrations, shifts        no DELETE; an UPDATE may only close what is open, with the operation
                               of the register that closes it (a deregistration, a Z), which is
                               written before: its number and its time
  registers                    once there are operations no DELETE, and the serial number, which is
                               sealed, and the taxpayer, whom the tickets name, stay; other
                               requisites, also those in the rows of the taxpayer and the OFD,
                               become only what the last freezing act of the register says
                               (`kkm.models.kept`)
  others that end              (a model with `CLOSING_FIELDS`, as who controls a register) no
                               DELETE; an UPDATE may only end what lasts
On SQLite INSERT OR REPLACE would delete without firing a trigger, so an INSERT over an existing key
is refused too; on PostgreSQL TRUNCATE is. `refuse_if_written` keeps migrations from taking the lock
off a journal that has been begun.

The condition of a trigger must be answered by the journal itself, whoever asks and whatever his
session is set to:
  PostgreSQL  names in a function are looked up along `SEARCH_PATH`, a part of the function. The
              path of the session does not count, and a temporary table, which otherwise comes
              before all schemas, comes last: it cannot stand in for the journal. A transaction
              whose snapshot is older than its statement (REPEATABLE READ, SERIALIZABLE) would not
              see that a register has begun its journal since. A function that asks another table
              refuses to work in one.
  SQLite      a trigger of the main database knows the tables of the main database only, so
              temporary tables do not count. But SQLite has no roles: whoever writes the file may
              drop the triggers, too.
`tests/kkm/test_web_role.py` tries what else the role of the application might do on PostgreSQL.
"""

from django.db.migrations.exceptions import IrreversibleError
from django.db.models import Q, UniqueConstraint

from kkm.domain.kinds import OperationKind
from kkm.models import FISCAL_MODELS, KKM, OFD, FiscalOperation, Registration, Shift, Taxpayer, kept

REFUSAL = "the journal is append-only"
KEPT = "the register has a journal: it stays, and so do its serial number and taxpayer"
SEARCH_PATH = "pg_catalog, public, pg_temp"  # pg_temp is named, and last: unnamed it would be first
STALE = "the transaction may not see the journal as it is now: use READ COMMITTED"
_FUNCTION = "CREATE OR REPLACE FUNCTION"
_ENDS = {Shift: OperationKind.CLOSE_SHIFT, Registration: OperationKind.DEREGISTRATION}


def install(connection, models=FISCAL_MODELS) -> None:
    """Create the triggers of append-only tables: the fiscal ones, or others that are kept in the
    same way.
    """
    for model in models:
        _run(
            connection,
            _postgresql(model, _columns(connection, model))
            if connection.vendor == "postgresql"
            else _sqlite(model, _columns(connection, model)),
        )
    if FiscalOperation in models:
        _run(connection, _register(connection.vendor))
        _run(connection, _requisites(connection.vendor))


def renew_functions(connection) -> None:
    """Write the functions of PostgreSQL anew, the triggers that call them stay.

    SQLite has no functions.
    """
    if connection.vendor != "postgresql":
        return
    statements = _register("postgresql")
    for model in FISCAL_MODELS:
        statements += _postgresql(model, _columns(connection, model))
    _run(connection, [one for one in statements if one.startswith(_FUNCTION)])


def remove(connection, models=FISCAL_MODELS) -> None:
    """Drop them."""
    tables = [
        model._meta.db_table
        for model in (*models, *((KKM, Taxpayer, OFD) if FiscalOperation in models else ()))
    ]
    if connection.vendor == "postgresql":
        _run(
            connection,
            [
                f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
                for table in tables
                for name in _NAMES
            ],
        )
    else:
        _run(
            connection,
            [f"DROP TRIGGER IF EXISTS {table}_{name}" for table in tables for name in _NAMES],
        )


_NAMES = (
    "ended",
    "kept",
    "requisites",
    "not_edited",
    "not_removed",
    "not_replaced",
    "not_emptied",
)


def refuse_if_written(connection, models=FISCAL_MODELS) -> None:
    """IrreversibleError if a table has a row."""
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in models):
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
            if cursor.fetchone():
                raise IrreversibleError(
                    f"{table} has rows: its triggers stay, and so do the migrations that made them"
                )


def _run(connection, statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _edited(model, known: set[str]) -> str:
    """The condition under which an UPDATE is an edit and not an end; empty: always."""
    end = _end_of(model)
    if not end:
        return ""
    columns = [
        field.column
        for field in model._meta.concrete_fields
        if field.name not in model.CLOSING_FIELDS and field.column in known
    ]
    changed = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)
    return f"OLD.{end} IS NOT NULL OR NEW.{end} IS NULL OR {changed}"


def _end_of(model) -> str:
    """The column that says when a row has ended; empty for rows that do not last."""
    return getattr(model, "CLOSING_FIELDS", ("",))[-1]


def _ended(model) -> str:
    """The condition under which the operation that closes a span is there."""
    closing = (
        f"kkm_id = NEW.kkm_id AND number = NEW.last_number AND occurred_at = NEW.closed_at AND "
        f"kind = {_ENDS[model].value}"
    )
    mine = " AND shift_id = NEW.id" if model is Shift else ""
    return f"EXISTS (SELECT 1 FROM {FiscalOperation._meta.db_table} WHERE {closing}{mine})"


def _columns(connection, model) -> set[str]:
    """Those that the table has by now: a migration may make the triggers before a later one adds
    a column.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table} LIMIT 0")
        return {column[0] for column in cursor.description}


def _sqlite(model, columns: set[str]) -> list[str]:
    table, edited = model._meta.db_table, _edited(model, columns)
    abort = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ended = (
        [f"CREATE TRIGGER {table}_ended BEFORE UPDATE ON {table} WHEN NOT {_ended(model)} {abort}"]
        if model in _ENDS
        else []
    )
    return [
        *ended,
        f"CREATE TRIGGER {table}_not_edited BEFORE UPDATE ON {table} "
        f"{f'WHEN {edited}' if edited else ''} {abort}",
        f"CREATE TRIGGER {table}_not_removed BEFORE DELETE ON {table} {abort}",
        f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN EXISTS "
        f"(SELECT 1 FROM {table} WHERE {' OR '.join(_keys(model, columns))}) {abort}",
    ]


def _keys(model, columns: set[str]) -> list[str]:
    """Conditions under which an existing row has a key of the new one."""
    keys: list[tuple[list[str], Q | None]] = []
    for field in model._meta.concrete_fields:
        if field.unique:
            keys.append(([field.column], None))
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys.append(
                (
                    [model._meta.get_field(name).column for name in constraint.fields],
                    constraint.condition,
                )
            )
    partial = {
        "external_number": "NOT (external_number = '')"
    }  # in the index's own words: SQLite would not use it otherwise
    lasting = Q(**{_end_of(model) or "pk": None})
    return [
        " AND ".join(
            [f"{column} = NEW.{column}" for column in key]
            + [partial[column] for column in key if column in partial]
        )
        + (f" AND {_end_of(model)} IS NULL" if condition == lasting else "")
        for key, condition in keys
        if columns.issuperset(key)
    ]


def _postgresql(model, columns: set[str]) -> list[str]:
    table, edited = model._meta.db_table, _edited(model, columns)
    return [
        _function("alsep_refuse", f"BEGIN {_raise(f'{REFUSAL}: %', 'TG_TABLE_NAME')}; END"),
        f"CREATE TRIGGER {table}_not_edited BEFORE UPDATE ON {table} FOR EACH ROW "
        f"{f'WHEN ({edited})' if edited else ''} EXECUTE FUNCTION alsep_refuse()",
        f"CREATE TRIGGER {table}_not_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE "
        f"FUNCTION alsep_refuse()",
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE "
        f"FUNCTION alsep_refuse()",
        *(
            _postgresql_if(
                f"{table}_ended", f"BEFORE UPDATE ON {table}", f"NOT {_ended(model)}", REFUSAL
            )
            if model in _ENDS
            else []
        ),
    ]


def _postgresql_if(name: str, when: str, wrong: str, sentence: str) -> list[str]:
    """A trigger whose condition asks other tables: a function of its own asks."""
    stale = "current_setting('transaction_isolation') <> 'read committed'"
    body = (
        f"BEGIN IF {stale} THEN {_raise(STALE)}; END IF; "
        f"IF {wrong} THEN {_raise(sentence)}; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
    )
    return [
        _function(f"alsep_{name}", body),
        f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION alsep_{name}()",
    ]


def _function(name: str, body: str) -> str:
    return (
        f"{_FUNCTION} {name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = {SEARCH_PATH} AS $$ {body} $$"
    )


def _raise(sentence: str, *values: str) -> str:
    said = ", ".join([f"'{sentence}'", *values])
    return f"RAISE EXCEPTION {said} USING ERRCODE = 'integrity_constraint_violation'"


def _register(vendor: str) -> list[str]:
    register, journal = KKM._meta.db_table, FiscalOperation._meta.db_table
    changed = " OR ".join(
        f"OLD.{column} <> NEW.{column}" for column in ("serial_number", "id", "taxpayer_id")
    )
    edited = f"({changed}) AND EXISTS (SELECT 1 FROM {journal} WHERE kkm_id IN (OLD.id, NEW.id))"
    begun = f"EXISTS (SELECT 1 FROM {journal} WHERE kkm_id = OLD.id)"
    rules = {
        "kept": (f"BEFORE UPDATE ON {register}", edited),
        "not_removed": (f"BEFORE DELETE ON {register}", begun),
    }
    if vendor == "postgresql":
        return [
            line
            for name, (when, wrong) in rules.items()
            for line in _postgresql_if(f"{register}_{name}", when, wrong, KEPT)
        ]
    same = (
        f"EXISTS (SELECT 1 FROM {register} k WHERE (k.id = NEW.id OR k.serial_number = "
        f"NEW.serial_number)"
    )
    replaced = f"{same} AND EXISTS (SELECT 1 FROM {journal} WHERE kkm_id = k.id))"
    rules["not_replaced"] = (f"BEFORE INSERT ON {register}", replaced)
    abort = f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    return [
        f"CREATE TRIGGER {register}_{name} {when} FOR EACH ROW WHEN {wrong} {abort}"
        for name, (when, wrong) in rules.items()
    ]


def _requisites(vendor: str) -> list[str]:
    statements = []
    for table, wrong in kept.wrong_updates(vendor).items():
        name, when = f"{table}_requisites", f"BEFORE UPDATE ON {table}"
        if vendor == "postgresql":
            statements += _postgresql_if(name, when, wrong, kept.SENTENCE)
            continue
        abort = f"BEGIN SELECT RAISE(ABORT, '{kept.SENTENCE}'); END"
        statements.append(f"CREATE TRIGGER {name} {when} FOR EACH ROW WHEN {wrong} {abort}")
    return statements
