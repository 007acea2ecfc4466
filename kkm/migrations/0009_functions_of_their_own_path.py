"""The functions of the triggers look names up along a path of their own: a temporary table no
longer stands in for the journal.
"""

from django.db import migrations

from kkm.models import triggers


def renew(apps, schema_editor):
    triggers.renew_functions(schema_editor.connection)


def refuse(apps, schema_editor):
    triggers.refuse_if_written(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kkm", "0008_returns_by_basis")]
    operations = [migrations.RunPython(renew, refuse)]
