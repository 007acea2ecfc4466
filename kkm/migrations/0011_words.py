from django.db import migrations, models

from kkm.models import triggers


def refuse(apps, schema_editor):
    triggers.refuse_if_written(schema_editor.connection)


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    """Names of columns for people; the database stays as it is."""

    dependencies = [
        ("kkm", "0010_requisites"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="signedhead",
            options={
                "ordering": ["kkm", "number"],
                "verbose_name": "подписанная контрольная точка журнала",
                "verbose_name_plural": "подписанные контрольные точки журналов",
            },
        ),
        migrations.AlterModelOptions(
            name="lateoffline",
            options={
                "ordering": ["-refused_at"],
                "verbose_name": "чек, переданный позже 72 часов",
                "verbose_name_plural": "чеки, переданные позже 72 часов",
            },
        ),
        migrations.AlterField(
            model_name="audit",
            name="findings",
            field=models.TextField(blank=True, verbose_name="нарушения"),
        ),
        migrations.AlterField(
            model_name="audit",
            name="seal",
            field=models.CharField(
                blank=True, max_length=64, verbose_name="контрольный код последней операции"
            ),
        ),
        migrations.AlterField(
            model_name="fiscaloperation",
            name="seal",
            field=models.CharField(max_length=64, verbose_name="контрольный код"),
        ),
        migrations.RunPython(nothing, refuse),  # the way back begins here
    ]
