"""An index of the operations that were made offline: a hundredth of all, which staff list."""

from django.db import migrations, models

from kkm.models import triggers


def nothing(apps, schema_editor):
    """The way there changes nothing here."""


def refuse(apps, schema_editor):
    """The way back over a begun journal ends before it has changed anything."""
    triggers.refuse_if_written(schema_editor.connection)


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
        migrations.RunPython(nothing, refuse),  # the way back begins here
    ]
