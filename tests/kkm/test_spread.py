"""The journal over several machines: which tables can be spread by register, what `distribute`
says where there is no Citus, and what PostgreSQL says of tables in partitions.
"""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kkm.models import FISCAL_MODELS, KKM, LateOffline, Position, Registration, triggers
from kkm.spread import citus, keys
from tests.partitioned import PARTITIONED
from tests.statements import run, triggers_of, unique_keys

pytestmark = pytest.mark.django_db


def distribute():
    with pytest.raises(CommandError) as refusal:
        call_command("distribute")
    return str(refusal.value)


def test_without_citus_it_says_what_is_missing():
    missing = {"sqlite": "SQLite", "postgresql": "нет расширения citus"}
    assert missing[connection.vendor] in distribute()


def test_every_machine_is_to_get_the_functions_of_questions():
    if connection.vendor == "sqlite":
        return  # it has none
    found = [signature.partition("(")[0] for signature in citus.functions(connection)]
    assert found == ["alsep_caller", "alsep_register", "alsep_shift_place", "alsep_state"]


def test_every_table_of_registers_is_spread():
    assert keys.keys_without_register() == []
    assert citus.unfit() == ""
    assert set(keys.spread_models()) == {KKM, LateOffline, *FISCAL_MODELS}


def test_a_table_with_a_key_of_the_country_is_not_spread(monkeypatch):
    constraint = UniqueConstraint(fields=["registration_number"], name="of_the_country")
    monkeypatch.setattr(Registration._meta, "constraints", [constraint])
    assert "kkm_registration" not in keys.spread_tables()
    assert "kkm_registration.of_the_country" in citus.unfit()


def test_triggers_that_ask_journals_stand_on_no_table_of_every_machine():
    """`distribute` drops them. Of the function of all tables no table is asked."""
    if connection.vendor == "sqlite":
        assert citus.asking_triggers()
        return
    asking = run(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
        "JOIN pg_proc p ON p.oid = tgfoid "
        "WHERE NOT tgisinternal AND tgparentid = 0 AND p.prosrc LIKE '%%SELECT 1 FROM%%'"
    )
    spread = keys.spread_tables()
    on_every_machine = {(table, name) for table, name in asking if table not in spread}
    assert on_every_machine == {
        (table, name) for table, name in citus.asking_triggers() if table not in spread
    }


@pytest.mark.parametrize(
    ("constraint", "named"),
    [
        (UniqueConstraint(fields=["kkm", "number"], name="with_it"), False),
        (UniqueConstraint(fields=["number"], name="without_it"), True),
        (UniqueConstraint(fields=["number"], condition=Q(line=1), name="a_part"), True),
        (CheckConstraint(condition=Q(number=1), name="no_key"), False),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_key_without_the_register_is_found(constraint, named, monkeypatch):
    monkeypatch.setattr(Position._meta, "constraints", [constraint])
    found = keys.key_without_register(Position)
    assert found == (f"kkm_position.{constraint.name}" if named else "")


def test_migrations_put_no_asking_trigger_on_a_table_of_every_machine(monkeypatch):
    asking = citus.asking_triggers()
    whole = {table for table, _name in asking} - set(keys.spread_tables())
    monkeypatch.setattr(triggers, "tables_of_each_machine", lambda connection: whole)
    triggers.remove(connection)
    triggers.install(connection)
    standing = {(table, name) for table, name in asking if name in triggers_of(table)}
    assert standing == {(table, name) for table, name in asking if table not in whole} != set()


def test_the_fiscal_tables_are_in_partitions_if_the_run_says_so():
    if connection.vendor == "sqlite":
        assert not PARTITIONED
        return
    kinds = dict(
        run("SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    )
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        spread = PARTITIONED and table in keys.spread_tables()
        assert kinds[table] == ("p" if spread else "r"), table


@pytest.mark.parametrize("model", keys.spread_models())
def test_the_primary_key_holds_the_register_in_partitions(model):
    found = {columns for columns, _ in unique_keys(model._meta.db_table)}
    without = {columns for columns in found if keys.register_column(model) not in columns}
    surrogate = not PARTITIONED and model not in (KKM, Position)
    assert without == ({("id",)} if surrogate else set())
