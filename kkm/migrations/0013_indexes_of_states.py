"""Indexes of what puts a register into a state, and of the words of the search (PostgreSQL)."""

from django.db import migrations, models

from kkm.migrations._way_back import way_back_begins_here
from kkm.models import search_indexes


def install(apps, schema_editor):
    """Without the extension pg_trgm the search works without these indexes."""
    search_indexes.install(schema_editor.connection)


def remove(apps, schema_editor):
    search_indexes.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("kkm", "0012_register_in_every_key"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="audit",
            index=models.Index(
                condition=models.Q(("findings", ""), _negated=True),
                fields=["kkm", "number"],
                name="audit_with_findings",
            ),
        ),
        migrations.AddIndex(
            model_name="fiscaloperation",
            index=models.Index(
                condition=models.Q(("kind", 40)),
                fields=["kkm", "number"],
                name="operation_blockings",
            ),
        ),
        migrations.RunPython(install, remove),
        way_back_begins_here(),
    ]
