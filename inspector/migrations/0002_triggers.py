"""The access log is append-only in the same way as the journal."""

from django.db import migrations

from kkm.models import FISCAL_MODELS, triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection, _append_only())


def remove(apps, schema_editor):
    # The way back to kkm.0001 begins here, so a journal that has been begun stops it before
    # anything is undone.
    triggers.refuse_if_written(schema_editor.connection, [*FISCAL_MODELS, *_append_only()])
    triggers.remove(schema_editor.connection, _append_only())


def _append_only():
    from inspector.models import AccessEntry, SeenHead

    return [AccessEntry, SeenHead]


class Migration(migrations.Migration):
    dependencies = [("inspector", "0001_initial"), ("kkm", "0002_triggers")]
    operations = [migrations.RunPython(install, remove)]
