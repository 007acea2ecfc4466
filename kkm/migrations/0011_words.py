from django.db import migrations, models


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
    ]
