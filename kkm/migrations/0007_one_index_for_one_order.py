import django.db.models.deletion
from django.db import migrations, models

OWN = {  # an index that Django gave a foreign key: its table and column
    "kkm_fiscaloperation_kkm_id_1ff3d3ef": ("kkm_fiscaloperation", "kkm_id"),
    "kkm_position_operation_id_7c4acc5b": ("kkm_position", "operation_id"),
}


class Migration(migrations.Migration):
    """The unique (register, number) and (operation, line) serve whoever asks by the first alone: a
    second index was only more to write.

    The indexes are dropped by name: altering the fields would remake the tables on SQLite, and the
    triggers would be gone.
    """

    dependencies = [
        ("kkm", "0006_registration_by_number"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX {name}", f"CREATE INDEX {name} ON {table} ({column})"
                )
                for name, (table, column) in OWN.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="fiscaloperation",
                    name="kkm",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="kkm.kkm",
                        verbose_name="касса",
                    ),
                ),
                migrations.AlterField(
                    model_name="position",
                    name="operation",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="kkm.fiscaloperation",
                        verbose_name="операция",
                    ),
                ),
            ],
        ),
    ]
