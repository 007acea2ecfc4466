"""What Citus is told: which tables are spread by register, and the settings of roles.

Everything is done on the coordinator, as a superuser. What was done before is left as it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from kkm.models import FiscalOperation, directory_triggers, requisite_triggers
from kkm.spread import keys

JOURNAL = FiscalOperation._meta.db_table
# By role: a change of a table that stands on every machine goes to one after the other.
ROLE_SETTINGS = {"citus.multi_shard_modify_mode": "sequential"}
# By database, on every machine: triggers of spread tables.
DATABASE_SETTINGS = {"citus.enable_unsafe_triggers": "on"}

_HAS_EXTENSION = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"
_IS_COORDINATOR = "SELECT groupid = 0 FROM pg_dist_local_group"
_MACHINES = "SELECT count(*) FROM pg_dist_node WHERE isactive AND noderole = 'primary'"
_HAS_COORDINATOR = "SELECT EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0)"
_TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.oid)
        AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'
        )
    ORDER BY c.relname
"""
_SMALL_IDENTITIES = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND is_identity = 'YES' AND data_type <> 'bigint'
"""
_ROLES = """
    SELECT quote_ident(rolname) FROM pg_roles
    WHERE rolcanlogin AND has_table_privilege(oid, %s::regclass, 'INSERT')
    ORDER BY rolname
"""
_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
        AND p.proname LIKE 'alsep%' AND p.prorettype <> 'trigger'::regtype
    ORDER BY 1
"""


class Plan(NamedTuple):
    """What is left to do: tables to spread by register, and tables to keep on every machine."""

    spread: list[str]
    whole: list[str]


def rows(connection: Any, statement: str, *parameters: object) -> list[tuple]:
    """What a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters) or None)
        return cursor.fetchall()


def value(connection: Any, statement: str, *parameters: object) -> Any:
    """The one value that a statement answers."""
    return rows(connection, statement, *parameters)[0][0]


def missing(connection: Any) -> str:
    """What the database lacks for it, in a sentence; empty: nothing."""
    if connection.vendor != "postgresql":
        return _("Журнал распределяется только на PostgreSQL с расширением citus, а это SQLite.")
    if not value(connection, _HAS_EXTENSION):
        return _(
            "В базе нет расширения citus: поставьте его на каждый сервер, добавьте в "
            "shared_preload_libraries и выполните CREATE EXTENSION citus."
        )
    if not value(connection, _IS_COORDINATOR):
        return _("Это рабочий сервер: команда выполняется на координаторе.")
    if not value(connection, _HAS_COORDINATOR):
        return _("Координатора нет в списке серверов: выполните citus_set_coordinator_host.")
    return unfit()


def unfit() -> str:
    """Why the tables of this version cannot be spread, in a sentence; empty: they can."""
    found = keys.keys_without_register()
    if not found:
        return ""
    text = _(
        "Журнал ещё нельзя распределить: в уникальных ключах нет кассы ({keys}), и один сервер не "
        "может их проверить."
    )
    return text.format(keys=", ".join(found))


def machines(connection: Any) -> int:
    """How many there are, the coordinator among them."""
    return value(connection, _MACHINES)


def plan(connection: Any) -> Plan:
    """The tables that Citus does not have yet."""
    found = Plan([], [])
    of_registers = keys.spread_tables()
    for (table,) in rows(connection, _TABLES):
        if table in of_registers:
            found.spread.append(table)
        else:
            found.whole.append(table)
    return found


def distribute(connection: Any, todo: Plan) -> list[keys.ForeignKey]:
    """Give the tables to Citus, all or none.

    Returns the foreign keys that cannot be kept: those of a table that stands on every machine to
    a row of one of them.
    """
    new = {*todo.spread, *todo.whole}
    with transaction.atomic():
        for name, setting in (ROLE_SETTINGS | DATABASE_SETTINGS).items():
            _run(connection, f"SET LOCAL {name} = '{setting}'")
        touched = []
        for key in keys.foreign_keys(connection):
            if key.table in new or key.to in new:
                touched.append(key)
        keys.drop_keys(connection, touched)
        _widen(connection, todo)
        _hand_over(connection, todo)
        kept, lost = _apart(touched)
        keys.add_keys(connection, kept)
    return lost


def drop_triggers(connection: Any, todo: Plan) -> list[str]:
    """Drop the triggers that would ask journals on other machines; returns their names.

    They stand on tables that several registers share, and Citus lets none of them ask. The check of
    a journal compares these rows with what it says.
    """
    dropped = []
    for table, name in asking_triggers():
        if table in todo.whole:
            _run(connection, f"DROP TRIGGER IF EXISTS {name} ON {table}")
            dropped.append(name)
    return dropped


def asking_triggers() -> list[tuple[str, str]]:
    """Tables, and their triggers that ask the rows of registers."""
    found = []
    for model in requisite_triggers.GUARDED:
        table = model._meta.db_table
        found.append((table, f"{table}_requisites"))
    for rule in directory_triggers.rules("postgresql"):
        found.append((rule.table, f"{rule.table}_{rule.name}"))
    return found


def make_settings(connection: Any) -> list[str]:
    """Set what roles and database need; returns the statements."""
    statements = []
    # Citus tells the machines of a role by itself, of a database it does not.
    for (role,) in rows(connection, _ROLES, JOURNAL):
        for name, setting in ROLE_SETTINGS.items():
            statement = f"ALTER ROLE {role} SET {name} = '{setting}'"
            _run(connection, statement)
            statements.append(statement)
    database = value(connection, "SELECT quote_ident(current_database())")
    for name, setting in DATABASE_SETTINGS.items():
        statement = f"ALTER DATABASE {database} SET {name} = '{setting}'"
        rows(connection, "SELECT * FROM run_command_on_all_nodes(%s)", statement)
        statements.append(statement)
    return statements


def make_functions(connection: Any) -> list[str]:
    """Let every machine have the functions of questions; returns their signatures.

    Citus tells the machines of triggers' functions by itself. Each runs on the machine that is
    asked, and the statements inside go where the register is.
    """
    found = functions(connection)
    for signature in found:
        rows(connection, "SELECT create_distributed_function(%s)", signature)
    return found


def functions(connection: Any) -> list[str]:
    """The functions of questions (`kkm.questions`) that this machine has, with their parameters."""
    return [signature for (signature,) in rows(connection, _FUNCTIONS)]


def _run(connection: Any, statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters) or None)


def _widen(connection: Any, todo: Plan) -> None:
    """Keys with the register, and ids of eight bytes: each machine gives them from a range of its
    own.
    """
    if todo.spread:
        keys.widen_primary_keys(connection)
    for table, column in rows(connection, _SMALL_IDENTITIES):
        if table in todo.whole or table in todo.spread:
            _run(connection, f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bigint")


def _hand_over(connection: Any, todo: Plan) -> None:
    for table in todo.whole:
        _run(connection, "SELECT create_reference_table(%s)", table)
    together = "default"
    for model in keys.spread_models():
        table = model._meta.db_table
        if table in todo.spread:
            column = keys.register_column(model)
            create = "SELECT create_distributed_table(%s, %s, colocate_with => %s)"
            _run(connection, create, table, column, together)
        together = table


def _apart(
    found: list[keys.ForeignKey],
) -> tuple[list[keys.ForeignKey], list[keys.ForeignKey]]:
    """Foreign keys that can be kept, and those that cannot."""
    of_registers = keys.spread_tables()
    kept, lost = [], []
    for key in found:
        if key.to in of_registers and key.table not in of_registers:
            lost.append(key)
        else:
            kept.append(key)
    return kept, lost
