"""Who controlled which register stays as it was: a control is granted and revoked, once each,
and never edited or removed.
"""

from django.db import migrations

from kkm.models import FISCAL_MODELS, triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection, _kept())


def remove(apps, schema_editor):
    # The way back to kkm.0001 begins here, so a journal that has been begun stops it before
    # anything is undone.
    from inspector.models import AccessEntry, SeenHead

    triggers.refuse_if_written(
        schema_editor.connection, [*FISCAL_MODELS, AccessEntry, SeenHead, *_kept()]
    )
    triggers.remove(schema_editor.connection, _kept())


def _kept():
    from inspector.models import Control

    return [Control]


class Migration(migrations.Migration):
    # The way back to kkm.0001 begins here. Later migrations of kkm are not named: a database that
    # has this one already must still take them.
    dependencies = [("inspector", "0002_triggers"), ("kkm", "0007_one_index_for_one_order")]
    operations = [migrations.RunPython(install, remove)]
