"""Controls and heads that were seen are signed. Those that were written before are signed now.

The last migration that asks for rows stands last: the way back begins with it, before anything is
undone.
"""

from django.db import migrations, models

from inspector.signed_rows import control_text, seen_text
from kkm import signing
from kkm.models import FISCAL_MODELS, triggers

_TEXTS = {"Control": control_text, "SeenHead": seen_text}
_BATCH = 500


def unlock(apps, schema_editor):
    triggers.remove(schema_editor.connection, _signed())


def lock(apps, schema_editor):
    triggers.install(schema_editor.connection, _signed())


def sign(apps, schema_editor):
    """Without a key `KeyUnavailable` stops here if there is something to sign, and nothing is
    changed.
    """
    for name, text_of in _TEXTS.items():
        rows = apps.get_model("inspector", name).objects
        batch = []
        for row in rows.order_by("pk").iterator(_BATCH):
            row.key, row.signature = signing.sign(text_of(row))
            batch.append(row)
            if len(batch) == _BATCH:
                rows.bulk_update(batch, ["key", "signature"])
                batch = []
        rows.bulk_update(batch, ["key", "signature"])


def nothing(apps, schema_editor):
    pass


def refuse(apps, schema_editor):
    from inspector.models import AccessEntry

    kept = [*FISCAL_MODELS, AccessEntry, *_signed()]
    triggers.refuse_if_written(schema_editor.connection, kept)


def _signed():
    from inspector.models import Control, SeenHead

    return [Control, SeenHead]


def _added(model):
    key = models.CharField(verbose_name="ключ", max_length=16, default="", editable=False)
    signature = models.CharField(verbose_name="подпись", max_length=88, default="", editable=False)
    return [
        migrations.AddField(model, "key", key),
        migrations.AddField(model, "signature", signature),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("inspector", "0003_control_triggers"),
        ("kkm", "0009_functions_of_their_own_path"),
    ]
    operations = [
        migrations.RunPython(unlock, lock),
        *_added("control"),
        *_added("seenhead"),
        migrations.RunPython(sign, nothing),
        migrations.RunPython(lock, unlock),
        migrations.RunPython(nothing, refuse),
    ]
