"""An index of the operations that were made offline: a hundredth of all, which staff list."""

from django.db import migrations, models

from kkm.migrations._way_back import way_back_begins_here


class Migration(migrations.Migration):
    dependencies = [
        ("kkm", "0015_directory_of_numbers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="fiscaloperation",
            index=models.Index(
                condition=models.Q(("offline", True)),
                fields=["-id"],
                name="offline_operations",
            ),
        ),
        way_back_begins_here(),
    ]
