"""What the role of the application may try on PostgreSQL to get past the triggers, and how it is
refused. (SQLite has no roles.)

The role is made by the statements of `postgres-roles.sh`, under a name of its own, in a transaction
that is rolled back. Not tried: what harms the service and changes no row (locks, long statements,
settings that slow the planner).
"""

import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from secrets import token_hex

import psycopg2
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from kkm.models import KKM
from kkm.models.triggers import STALE
from tests.factories import KKMFactory
from tests.kkm.shadows import FILLINGS, TABLES, attempts, past, shadowed
from tests.partitioned import PARTITIONED
from tests.statements import refused, rows_of, run
from tests.stories import activate

SCRIPT = Path(settings.BASE_DIR) / "postgres-roles.sh"
DENIED = "permission denied|must be owner|must be superuser|must be able to|must have"
# That is asked before the rights are.
DENIED_IN_PARTITIONS = "cannot inherit from partitioned table"


def statements(role: str) -> str:
    """What the script tells PostgreSQL, for another role and this database."""
    text = re.search(r"<<'SQL'\n(.*)\nSQL\n", SCRIPT.read_text(), re.DOTALL)[1]
    owner, database = run("SELECT current_user, current_database()")[0]
    text = text.replace("alsep_web", role).replace(":'password'", f"'{token_hex(16)}'")
    return text.replace(':"owner"', f'"{owner}"').replace(':"database"', f'"{database}"')


@pytest.fixture
def tried(kept_everywhere):
    """What each trigger must refuse."""
    return attempts(kept_everywhere)


@pytest.fixture
def role(tried):
    """The journal has been written; the session goes on as the role of the application.

    Its name.
    """
    connection.check_constraints()
    name = f"alsep_web_{token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(statements(name).replace("%", "%%"), [])
    run(f"GRANT {name} TO CURRENT_USER")
    run(f"SET LOCAL ROLE {name}")
    yield name
    run("RESET ROLE")


def owner_may(role: str, statement: str) -> None:
    """The owner of the database does something; then the role goes on."""
    run("RESET ROLE")
    run(statement)
    run(f"SET LOCAL ROLE {role}")


def denied(statement: str, match: str = DENIED) -> None:
    refused(statement, match=match, error=DatabaseError)


# -- what it is for --------------------------------------------------------------------------------


def test_the_role_reads_and_writes_rows_and_owns_nothing(role):
    assert rows_of("kkm_fiscaloperation")
    assert run("UPDATE kkm_kkm SET comment = 'проверить'") == KKM.objects.count()
    mine = "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole"
    assert run(mine, [role]) == [(0,)]
    assert KKMFactory().pk


def test_the_role_is_nobody_else_and_may_become_nobody_else(role):
    """SET ROLE and SET SESSION AUTHORIZATION go by who has logged in, which here is another."""
    assert run("SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", [role]) == [(0,)]
    rights = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    assert run(f"SELECT {rights} FROM pg_roles WHERE rolname = %s", [role]) == [(False,) * 5]


# -- temporary tables ------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_it_makes_no_temporary_table(role, table):
    denied(f"CREATE TEMP TABLE {table} AS SELECT * FROM public.{table}")
    denied(f"CREATE TEMP VIEW {table} AS SELECT * FROM public.{table}")
    denied(f"SELECT * INTO TEMP {table} FROM public.{table}")


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("table", TABLES)
def test_where_it_may_make_them_no_trigger_is_deceived(role, tried, table, filling):
    """A database that was set up before TEMP was revoked."""
    database = connection.settings_dict["NAME"]
    owner_may(role, f'GRANT TEMP ON DATABASE "{database}" TO {role}')
    with shadowed(table, filling):
        assert past(tried) == []


def test_a_temporary_table_does_not_add_rows_to_one_of_ours_by_inheritance(role):
    database = connection.settings_dict["NAME"]
    owner_may(role, f'GRANT TEMP ON DATABASE "{database}" TO {role}')
    denied(
        "CREATE TEMP TABLE more () INHERITS (public.kkm_fiscaloperation)",
        DENIED_IN_PARTITIONS if PARTITIONED else DENIED,
    )


def test_a_path_of_the_session_does_not_count(role, tried):
    run("SET LOCAL search_path = pg_temp, nowhere")
    assert past(tried) == []


# -- rights ----------------------------------------------------------------------------------------

TRIGGERS_OFF = [
    "ALTER TABLE public.kkm_shift DISABLE TRIGGER ALL",
    "ALTER TABLE public.kkm_shift DISABLE TRIGGER kkm_shift_ended",
    "ALTER TABLE public.kkm_shift ENABLE REPLICA TRIGGER kkm_shift_ended",
    "DROP TRIGGER kkm_shift_ended ON public.kkm_shift",
    "CREATE TRIGGER a BEFORE UPDATE ON public.kkm_shift EXECUTE FUNCTION public.alsep_refuse()",
    "CREATE RULE a AS ON UPDATE TO public.kkm_shift DO INSTEAD NOTHING",
    "ALTER TABLE public.kkm_shift RENAME TO kkm_other",
    "ALTER TABLE public.kkm_shift SET SCHEMA pg_temp",
    "DROP TABLE public.kkm_position",
    "TRUNCATE public.kkm_position",
    "ALTER SCHEMA public RENAME TO other",
]
SETTINGS = [
    "SET LOCAL session_replication_role = 'replica'",
    "SELECT set_config('session_replication_role', 'replica', true)",
    "SET LOCAL plpgsql.variable_conflict = 'use_variable'",
    "SET LOCAL session_preload_libraries = 'x'",
    "SET LOCAL allow_system_table_mods = on",
    "SET LOCAL ignore_checksum_failure = on",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER SET session_replication_role = 'replica'",
    "ALTER DATABASE {database} SET session_replication_role = 'replica'",
    "ALTER DATABASE {database} SET search_path = pg_temp",
]
NEW_OBJECTS = [
    "CREATE SCHEMA evil",
    "CREATE TABLE public.other (id int)",
    "CREATE VIEW public.other AS SELECT 1",
    "CREATE SEQUENCE public.other",
    "CREATE FUNCTION public.other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_catalog.other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = int8eq)",
    "CREATE OPERATOR pg_catalog.<> (LEFTARG = bigint, RIGHTARG = int8, FUNCTION = int8eq)",
    "CREATE CAST (bigint AS boolean) WITHOUT FUNCTION",
    "CREATE EXTENSION hstore",
    "CREATE EVENT TRIGGER a ON ddl_command_start EXECUTE FUNCTION public.alsep_refuse()",
]
FUNCTIONS = [
    "CREATE OR REPLACE FUNCTION public.alsep_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NEW; END $$",
    "ALTER FUNCTION public.alsep_kkm_shift_ended() RESET ALL",
    "ALTER FUNCTION public.alsep_kkm_shift_ended() SET search_path = pg_temp, public",
    "ALTER FUNCTION public.alsep_refuse() RENAME TO other",
    "DROP FUNCTION public.alsep_refuse() CASCADE",
]
FILES = [
    "COPY public.kkm_kkm FROM '/etc/hostname'",
    "COPY public.kkm_kkm TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/hostname')",
    "SELECT lo_import('/etc/hostname')",
]


@pytest.mark.parametrize("statement", TRIGGERS_OFF + SETTINGS + NEW_OBJECTS + FUNCTIONS + FILES)
def test_it_may_not(role, statement):
    database = connection.settings_dict["NAME"]
    denied(statement.format(database=f'"{database}"') if "{database}" in statement else statement)


# -- rows ------------------------------------------------------------------------------------------


def test_no_foreign_key_of_ours_carries_a_change_or_a_removal_on(db):
    """A cascade would change rows by the right of their owner."""
    keys = (
        "SELECT conname FROM pg_constraint WHERE contype = 'f' "
        "AND connamespace = 'public'::regnamespace AND 'a' <> ANY (ARRAY[confupdtype, confdeltype])"
    )
    assert run(keys) == []


def test_no_view_no_rule_and_no_function_of_another_right_stands_in_the_way(db):
    rules = "SELECT rulename FROM pg_rules WHERE schemaname = 'public'"
    views = "SELECT viewname FROM pg_views WHERE schemaname = 'public'"
    definers = (
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert (run(rules), run(views), run(definers)) == ([], [], [])


def test_copy_is_an_insert_and_replaces_nothing(role):
    row = rows_of("kkm_kkmmodel")[0]
    text = "\t".join(map(str, row.values()))
    statement = f"COPY kkm_kkmmodel ({', '.join(row)}) FROM STDIN"
    with (
        pytest.raises(psycopg2.Error, match="duplicate key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.cursor.copy_expert(statement, StringIO(text))


def test_an_anonymous_block_has_no_more_rights_than_who_runs_it(role):
    denied("DO $$ BEGIN ALTER TABLE public.kkm_shift DISABLE TRIGGER ALL; END $$")
    refused("DO $$ BEGIN DELETE FROM public.kkm_position; END $$")


def test_a_numbered_row_is_not_put_where_the_next_one_comes(role):
    denied("SELECT setval('kkm_fiscaloperation_id_seq', 1)")


# -- a snapshot from before the journal ------------------------------------------------------------


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_transaction_that_began_before_the_journal_does_not_change_its_register(
    transactional_db, now, level
):
    kkm = KKMFactory()
    with pytest.raises(DatabaseError, match=STALE), transaction.atomic():
        run(f"SET TRANSACTION ISOLATION LEVEL {level}")
        assert KKM.objects.get().serial_number == kkm.serial_number
        _elsewhere(lambda: activate(kkm, at=now))
        run("UPDATE kkm_kkm SET serial_number = 'ALS99999999'")
    assert KKM.objects.get().serial_number == kkm.serial_number


def _elsewhere(job) -> None:
    def run_and_close():
        try:
            job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run_and_close).result(timeout=60)
