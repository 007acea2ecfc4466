"""The way back of a migration over a begun journal."""

from django.db import migrations

from kkm.models import triggers


def _refuse(apps, schema_editor):
    """The way back ends before it has changed anything."""
    triggers.refuse_if_written(schema_editor.connection)


def way_back_begins_here():
    """The last operation of a migration: it refuses the way back if there are operations."""
    return migrations.RunPython(migrations.RunPython.noop, _refuse)
