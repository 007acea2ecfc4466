"""Triggers by which the database refuses to change or remove what the journal says.

`install` creates them for every fiscal table on SQLite and PostgreSQL; `remove` drops them (tests
of the audit tamper with rows; a restore or a move of the database may need it too). Rules:
  operations, positions, Z's   no UPDATE, no DELETE
  registrations, shifts        no DELETE; an UPDATE may only close what is open, with the operation
                               of the register that closes it (a deregistration, a Z), which is
                               written before: its number and its time
  registers                    once there are operations no DELETE, and the serial number, which is
                               sealed, and the taxpayer, whom the tickets name, stay; other
                               requisites, also those in the rows of the taxpayer and the OFD,
                               become only what the last freezing act of the register says
                               (`kkm.models.requisite_triggers`)
  РНМ that are taken           (`kkm.models.directory`) one is taken before a registration begins,
                               and stays so while it lasts (`kkm.models.directory_triggers`)
  others that end              (a model with `CLOSING_FIELDS`, as who controls a register) no
                               DELETE; an UPDATE may only end what lasts
On SQLite INSERT OR REPLACE would delete without firing a trigger, so an INSERT over an existing key
is refused too; on PostgreSQL TRUNCATE is. `refuse_if_written` keeps migrations from dropping the
triggers of a journal that has been begun.

The condition of a trigger must read the journal itself, whatever the settings of the session are:
  PostgreSQL  names in a function are looked up along `SEARCH_PATH`, a part of the function. The
              path of the session does not count, and a temporary table, which otherwise comes
              before all schemas, comes last: it cannot stand in for the journal. A transaction
              whose snapshot is older than its statement (REPEATABLE READ, SERIALIZABLE) would not
              see that a register has begun its journal since. A function that asks another table
              refuses to work in one.
  SQLite      a trigger of the main database sees the tables of the main database only, so
              temporary tables do not count. But SQLite has no roles: a program that can write the
              file can also drop the triggers.
Where Citus keeps a table whole on each machine, triggers of it that read the journal are left out.
`tests/kkm/test_web_role.py` tries what else the role of the application might do on PostgreSQL.
"""

from collections.abc import Iterator

from django.db.migrations.exceptions import IrreversibleError
from django.db.models import Q, UniqueConstraint

from kkm.domain.kinds import OperationKind
from kkm.models import (
    FISCAL_MODELS,
    KKM,
    FiscalOperation,
    Registration,
    Shift,
    TakenRegistrationNumber,
    directory_triggers,
    requisite_triggers,
)
from kkm.models.machines import tables_of_each_machine
from kkm.questions import SEARCH_PATH

REFUSAL = "the journal is append-only"
KEPT = "the register has a journal: it stays, and so do its serial number and taxpayer"
STALE = "the transaction may not see the journal as it is now: use READ COMMITTED"
_FUNCTION = "CREATE OR REPLACE FUNCTION"
_REFUSE = "EXECUTE FUNCTION alsep_refuse()"
_ENDS = {Shift: OperationKind.CLOSE_SHIFT, Registration: OperationKind.DEREGISTRATION}


def install(connection, models=FISCAL_MODELS) -> None:
    """Create the triggers of append-only tables: the fiscal ones, or others of the same kind."""
    statements_of = {"postgresql": _postgresql, "sqlite": _sqlite}[connection.vendor]
    for model in models:
        _run(connection, statements_of(model, _columns(connection, model)))
    if FiscalOperation in models:
        _run(connection, _register(connection.vendor))
        _run(connection, _requisites(connection))
        _run(connection, _directory(connection))


def renew_functions(connection) -> None:
    """Replace the functions of PostgreSQL; the triggers that call them stay. Nothing on SQLite."""
    if connection.vendor != "postgresql":
        return
    statements = _register("postgresql")
    for model in FISCAL_MODELS:
        statements += _postgresql(model, _columns(connection, model))
    for statement in statements:
        if statement.startswith(_FUNCTION):
            _run(connection, [statement])


def remove(connection, models=FISCAL_MODELS) -> None:
    """Drop the triggers that `install` has created for these models."""
    guarded = list(models)
    if FiscalOperation in models:
        guarded += [*requisite_triggers.GUARDED, TakenRegistrationNumber]
    for model in guarded:
        table = model._meta.db_table
        of_table = ""
        if connection.vendor == "postgresql":
            of_table = f" ON {table}"
        for name in _NAMES:
            _run(connection, [f"DROP TRIGGER IF EXISTS {table}_{name}{of_table}"])


_NAMES = (
    "ended",
    "kept",
    "requisites",
    "taken",
    "not_edited",
    "not_removed",
    "not_replaced",
    "not_emptied",
)


def refuse_if_written(connection, models=FISCAL_MODELS) -> None:
    """IrreversibleError if a table has a row."""
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
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
    changes = []
    for field in model._meta.concrete_fields:
        if field.name not in model.CLOSING_FIELDS and field.column in known:
            changes.append(f"OLD.{field.column} <> NEW.{field.column}")
    changed = " OR ".join(changes)
    return f"OLD.{end} IS NOT NULL OR NEW.{end} IS NULL OR {changed}"


def _end_of(model) -> str:
    """The column that says when a row has ended; empty for rows that do not end."""
    return getattr(model, "CLOSING_FIELDS", ("",))[-1]


def _of_shift(columns: set[str]) -> str:
    """Whether an operation is of the shift. Before migration 0012 it had the id of it."""
    if "activation_number" in columns:
        return "shift_number = NEW.number"
    return "shift_id = NEW.id"


def _ended(model, columns: set[str]) -> str:
    """The condition under which the operation that closes a span exists."""
    closing = (
        f"kkm_id = NEW.kkm_id AND number = NEW.last_number AND occurred_at = NEW.closed_at AND "
        f"kind = {_ENDS[model].value}"
    )
    if model is Shift:
        closing += f" AND {_of_shift(columns)}"
    return f"EXISTS (SELECT 1 FROM {FiscalOperation._meta.db_table} WHERE {closing})"


def _columns(connection, model) -> set[str]:
    """The columns that the table has now: a migration may create the triggers before a later one
    adds a column.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table} LIMIT 0")
        return {column[0] for column in cursor.description}


def _sqlite(model, columns: set[str]) -> list[str]:
    table = model._meta.db_table
    abort = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    statements = []
    if model in _ENDS:
        wrong = f"NOT {_ended(model, columns)}"
        when = f"BEFORE UPDATE ON {table} WHEN {wrong}"
        statements.append(f"CREATE TRIGGER {table}_ended {when} {abort}")
    edited = _edited(model, columns)
    condition = ""
    if edited:
        condition = f"WHEN {edited}"
    statements.append(
        f"CREATE TRIGGER {table}_not_edited BEFORE UPDATE ON {table} {condition} {abort}"
    )
    statements.append(f"CREATE TRIGGER {table}_not_removed BEFORE DELETE ON {table} {abort}")
    same_key = " OR ".join(_keys(model, columns))
    # A position before migration 0012 has none of these keys.
    if same_key:
        statements.append(
            f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN EXISTS "
            f"(SELECT 1 FROM {table} WHERE {same_key}) {abort}"
        )
    return statements


def _keys(model, columns: set[str]) -> Iterator[str]:
    """Conditions under which an existing row has a key of the new one."""
    for field in model._meta.concrete_fields:
        if field.unique and field.column in columns:
            yield f"{field.column} = NEW.{field.column}"
    primary = [field.column for field in model._meta.pk_fields]
    if len(primary) > 1 and columns.issuperset(primary):
        yield _same_key(model, primary, None)
    for constraint in model._meta.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        key = [model._meta.get_field(name).column for name in constraint.fields]
        if columns.issuperset(key):
            yield _same_key(model, key, constraint.condition)


def _same_key(model, key: list[str], condition: Q | None) -> str:
    parts = [f"{column} = NEW.{column}" for column in key]
    if "external_number" in key:
        # The condition of the index, word for word: SQLite would not use the index otherwise.
        parts.append("NOT (external_number = '')")
    end = _end_of(model)
    if end and condition == Q(**{end: None}):
        parts.append(f"{end} IS NULL")
    return " AND ".join(parts)


def _postgresql(model, columns: set[str]) -> list[str]:
    table = model._meta.db_table
    refuse = _REFUSE
    edited = _edited(model, columns)
    condition = ""
    if edited:
        condition = f"WHEN ({edited})"
    statements = [
        _function("alsep_refuse", f"BEGIN {_raise(f'{REFUSAL}: %', 'TG_TABLE_NAME')}; END"),
        f"CREATE TRIGGER {table}_not_edited BEFORE UPDATE ON {table} FOR EACH ROW "
        f"{condition} {refuse}",
        f"CREATE TRIGGER {table}_not_removed BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
        _not_emptied(table),
    ]
    if model in _ENDS:
        when, wrong = f"BEFORE UPDATE ON {table}", f"NOT {_ended(model, columns)}"
        statements += _postgresql_if(f"{table}_ended", when, wrong, REFUSAL)
    return statements


def _not_emptied(table: str) -> str:
    when = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
    return f"CREATE TRIGGER {table}_not_emptied {when} {_REFUSE}"


def _postgresql_if(name: str, when: str, wrong: str, sentence: str) -> list[str]:
    """A trigger whose condition reads other tables: it has a function of its own."""
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
    arguments = ", ".join([f"'{sentence}'", *values])
    return f"RAISE EXCEPTION {arguments} USING ERRCODE = 'integrity_constraint_violation'"


def _register(vendor: str) -> list[str]:
    """A register with a journal: no DELETE, and the same serial number, id and taxpayer."""
    register, journal = KKM._meta.db_table, FiscalOperation._meta.db_table
    changed = (
        "OLD.serial_number <> NEW.serial_number OR OLD.id <> NEW.id "
        "OR OLD.taxpayer_id <> NEW.taxpayer_id"
    )
    edited = f"({changed}) AND EXISTS (SELECT 1 FROM {journal} WHERE kkm_id IN (OLD.id, NEW.id))"
    begun = f"EXISTS (SELECT 1 FROM {journal} WHERE kkm_id = OLD.id)"
    same = (
        f"EXISTS (SELECT 1 FROM {register} k WHERE (k.id = NEW.id OR k.serial_number = "
        f"NEW.serial_number)"
    )
    replaced = f"{same} AND EXISTS (SELECT 1 FROM {journal} WHERE kkm_id = k.id))"
    rules = {
        "kept": (f"BEFORE UPDATE ON {register}", edited),
        "not_removed": (f"BEFORE DELETE ON {register}", begun),
    }
    if vendor == "sqlite":
        rules["not_replaced"] = (f"BEFORE INSERT ON {register}", replaced)
    statements = []
    for name, (when, wrong) in rules.items():
        statements += _conditional(vendor, f"{register}_{name}", when, wrong, KEPT)
    return statements


def _requisites(connection) -> list[str]:
    """Requisites of registers with a journal are those that it has frozen."""
    columns: dict[type, set[str]] = {}
    for model in requisite_triggers.GUARDED:
        columns[model] = _columns(connection, model)
    vendor, sentence = connection.vendor, requisite_triggers.SENTENCE
    whole = tables_of_each_machine(connection)
    statements = []
    for table, wrong in requisite_triggers.wrong_updates(vendor, columns).items():
        if table in whole:
            continue
        name, when = f"{table}_requisites", f"BEFORE UPDATE ON {table}"
        statements += _conditional(vendor, name, when, wrong, sentence)
    return statements


def _directory(connection) -> list[str]:
    """Of the directory of РНМ, once a migration has made it."""
    table, vendor = directory_triggers.TABLE, connection.vendor
    if table not in connection.introspection.table_names():
        return []
    whole = tables_of_each_machine(connection)
    statements = []
    for rule in directory_triggers.rules(vendor):
        if rule.table in whole:
            continue
        name = f"{rule.table}_{rule.name}"
        sentence = directory_triggers.SENTENCE
        statements += _conditional(vendor, name, rule.when, rule.wrong, sentence)
    if vendor == "postgresql":
        statements.append(_not_emptied(table))
    return statements


def _conditional(vendor: str, name: str, when: str, wrong: str, sentence: str) -> list[str]:
    """A trigger whose condition reads other tables."""
    if vendor == "postgresql":
        return _postgresql_if(name, when, wrong, sentence)
    abort = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    return [f"CREATE TRIGGER {name} {when} FOR EACH ROW WHEN {wrong} {abort}"]
