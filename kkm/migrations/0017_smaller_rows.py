"""Zero ways of paying are NULL, details of lines are without their usual names, and pages of the
growing keys are full.

No row is written anew: those of before are read as they are. On PostgreSQL the new constraints are
checked in one pass over the operations; SQLite copies their table.
"""

from django.db import migrations

from kkm.fields import LineDetailsField, SparseMoneyField
from kkm.migrations._way_back import way_back_begins_here
from kkm.models import triggers

PAID = {
    "cash": "наличные",
    "card": "банковская карта",
    "credit": "кредит",
    "tare": "тара",
    "mobile": "мобильный платёж",
    "change": "сдача",
}
CHECKS = ("operation_is_paid_in_full", "amount_and_such_not_negative")
# Keys that only grow at the end of each register: a page that is full is never split again.
GROWING_KEYS = (
    "kkm_fiscaloperation_pkey",
    "operation_number_is_unique_in_the_register",
    "kkm_position_pkey",
)


class MakeSparse(migrations.SeparateDatabaseAndState):
    """Columns that may be NULL, all at once: SQLite would copy the table for each of them."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._change(schema_editor, from_state, to_state, "DROP")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Only before the first row."""
        triggers.refuse_if_written(schema_editor.connection)
        self._change(schema_editor, from_state, to_state, "SET")

    def _change(self, schema_editor, from_state, to_state, verb):
        old = from_state.apps.get_model("kkm", "fiscaloperation")
        new = to_state.apps.get_model("kkm", "fiscaloperation")
        if schema_editor.connection.vendor == "postgresql":
            _alter(schema_editor, new, verb)
            return
        pairs = []
        for column in PAID:
            pairs.append((old._meta.get_field(column), new._meta.get_field(column)))
        triggers.remove(schema_editor.connection)
        schema_editor._remake_table(old, alter_fields=pairs)
        triggers.install(schema_editor.connection)


def _alter(schema_editor, model, verb):
    """The constraints say zero where a column is NULL."""
    table = model._meta.db_table
    changes = [f"DROP CONSTRAINT {name}" for name in CHECKS]
    for column in PAID:
        changes.append(f"ALTER COLUMN {column} {verb} NOT NULL")
    for constraint in model._meta.constraints:
        if constraint.name in CHECKS:
            changes.append(f"ADD {constraint.constraint_sql(model, schema_editor)}")
    schema_editor.execute(f"ALTER TABLE {table} {', '.join(changes)}", None)


def fill(apps, schema_editor):
    """Pages that are full from now on; those of before stay as they are."""
    _each_key(schema_editor, "SET (fillfactor = 100)")


def unfill(apps, schema_editor):
    _each_key(schema_editor, "RESET (fillfactor)")


def _each_key(schema_editor, change):
    if schema_editor.connection.vendor != "postgresql":
        return
    for key in GROWING_KEYS:
        schema_editor.execute(f"ALTER INDEX {key} {change}")


PAYMENTS = []
for name, title in PAID.items():
    column = SparseMoneyField(default=0, null=True, verbose_name=title)
    PAYMENTS.append(
        migrations.AlterField(model_name="fiscaloperation", name=name, field=column),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("kkm", "0016_offline_operations"),
    ]

    operations = [
        MakeSparse(state_operations=PAYMENTS),
        # The column stays what it is.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="position",
                    name="details",
                    field=LineDetailsField(blank=True, verbose_name="подробности"),
                ),
            ],
        ),
        migrations.RunPython(fill, unfill),
        way_back_begins_here(),
    ]
