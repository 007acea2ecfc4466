from django.db import migrations, models


class Migration(migrations.Migration):
    """Names of columns for people; the database stays as it is."""

    dependencies = [
        ("inspector", "0004_written_by_the_cabinet"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="seenhead",
            options={
                "ordering": ["kkm", "number"],
                "verbose_name": "увиденная контрольная точка журнала",
                "verbose_name_plural": "увиденные контрольные точки журналов",
            },
        ),
        migrations.AlterField(
            model_name="accessentry",
            name="seal",
            field=models.CharField(max_length=64, verbose_name="контрольный код"),
        ),
        migrations.AlterField(
            model_name="seenhead",
            name="seal",
            field=models.CharField(max_length=64, verbose_name="контрольный код"),
        ),
    ]
