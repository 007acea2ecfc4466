"""The append-only triggers of the journal's tables."""

from django.db import migrations

from kkm.models import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.refuse_if_written(schema_editor.connection)
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kkm", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
