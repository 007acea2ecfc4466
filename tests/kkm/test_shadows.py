"""A temporary table of the name of one of ours stands in for it in a session: the triggers must not
be deceived by it.

On SQLite the triggers of the main database see the main database alone; on PostgreSQL their
functions have a path of their own.
"""

import pytest
from django.db import connection

from tests.kkm.shadows import FILLINGS, JOURNAL, REGISTER, TABLES, attempts, past, shadowed
from tests.statements import run, triggers_of

pytestmark = pytest.mark.django_db
PATH = "search_path=pg_catalog, public, pg_temp"


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("table", TABLES)
def test_no_trigger_is_deceived_by_a_temporary_table(kept_everywhere, table, filling):
    tried = attempts(kept_everywhere)
    connection.check_constraints()
    with shadowed(table, filling):
        assert past(tried) == []


def test_the_name_means_the_temporary_table(kept_everywhere):
    connection.check_constraints()
    with shadowed(JOURNAL, "empty"):
        assert run(f"SELECT count(*) FROM {JOURNAL}") == [(0,)]
    assert run(f"SELECT count(*) FROM {JOURNAL}") == [(4,)]


def test_every_trigger_of_ours_is_tried(kept_everywhere):
    tried = {trigger for trigger, _statement, _values in attempts(kept_everywhere)}
    assert tried == {trigger for table in TABLES for trigger in triggers_of(table)}
    assert {f"{REGISTER}_kept", "kkm_shift_ended", "inspector_control_not_edited"} < tried


def test_every_function_of_ours_has_a_path_of_its_own():
    assert functions_without_a_path() == []


def functions_without_a_path() -> list[str]:
    """On SQLite there are none. Those of extensions are not ours."""
    if connection.vendor == "sqlite":
        return []
    of_ours = (
        "SELECT proname, proconfig FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')"
    )
    return [name for name, settings in run(of_ours) if PATH not in (settings or [])]
