"""Questions of the journal and of the register API as functions of PostgreSQL, and connections that
compile no statements, without being told so as they begin: a pool would refuse that.

What the functions are stands in the file beside. It stays as it is when a declaration changes: then
a later migration brings its own (`kkm.questions`, CONTRIBUTING.md).
"""

from pathlib import Path

from django.db import migrations

from kkm.migrations._way_back import way_back_begins_here

FUNCTIONS = Path(__file__).with_suffix(".sql")
DROP = "DROP FUNCTION alsep_caller, alsep_register, alsep_shift_place, alsep_state"
# Statements are many and short: to compile one takes longer than to answer it. Whoever does not own
# the database can still set it for himself.
JIT_OFF = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
EXCEPTION WHEN insufficient_privilege THEN
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET jit = off', current_user, current_database());
END $$
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTIONS.read_text(encoding="utf-8"), params=None)
        schema_editor.execute(JIT_OFF, params=None)


def drop(apps, schema_editor):
    """The setting may stay."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [
        ("kkm", "0013_indexes_of_states"),
    ]

    operations = [
        migrations.RunPython(make, drop),
        way_back_begins_here(),
    ]
