"""Audits are numbered and signed.

Those that were made before are numbered in their order and signed now.
"""

import json

from django.db import migrations, models

from kkm import signing
from kkm.domain import audit_record
from kkm.models import Audit, triggers


def unlock(apps, schema_editor):
    triggers.remove(schema_editor.connection, [Audit])


def lock(apps, schema_editor):
    triggers.install(schema_editor.connection, [Audit])


def refuse(apps, schema_editor):
    triggers.refuse_if_written(schema_editor.connection)


def sign(apps, schema_editor):
    """Where there are audits there is a key: it has signed the heads.

    Without it `KeyUnavailable` stops here, and nothing is changed.
    """
    numbers = {}
    for audit in (
        apps.get_model("kkm", "Audit")
        .objects.select_related("kkm")
        .order_by("at", "pk")
        .iterator(200)
    ):
        numbers[audit.kkm_id] = audit.number = numbers.get(audit.kkm_id, 0) + 1
        audit.findings_count = len(json.loads(audit.findings)) if audit.findings else 0
        facts = ("number", "by", "operations", "milliseconds", "seal", "findings_count", "findings")
        told = {name: getattr(audit, name) for name in facts}
        text = audit_record.text(
            serial=audit.kkm.serial_number, at=int(audit.at.timestamp()), **told
        )
        audit.key, audit.signature = signing.sign(text)
        audit.save(update_fields=["number", "findings_count", "key", "signature"])


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("kkm", "0004_integrations")]
    operations = [
        migrations.RunPython(unlock, lock),
        migrations.AddField(
            "audit",
            "number",
            models.BigIntegerField(verbose_name="номер проверки", default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            "audit",
            "findings_count",
            models.PositiveIntegerField(verbose_name="нарушений", default=0),
        ),
        migrations.AddField(
            "audit",
            "key",
            models.CharField(verbose_name="ключ", max_length=16, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "audit",
            "signature",
            models.CharField(verbose_name="подпись", max_length=88, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(sign, nothing),
        migrations.AddConstraint(
            "audit",
            models.UniqueConstraint(
                fields=["kkm", "number"], name="audit_number_is_unique_in_the_register"
            ),
        ),
        migrations.RunPython(lock, unlock),
        migrations.RunPython(nothing, refuse),  # the way back begins here
    ]
