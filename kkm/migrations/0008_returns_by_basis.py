from django.db import migrations, models
from django.db.models import Q

from kkm.models import triggers
from kkm.models.basis import BasisNumber, BasisTime, IsReturn


def begin_the_way_back(apps, schema_editor):
    """A journal that has been begun stops the way back before anything is undone."""
    triggers.refuse_if_written(schema_editor.connection)


class Migration(migrations.Migration):
    """Returns are found by the number and by the time of the ticket that they name; no other
    operation is in these indexes.
    """

    dependencies = [
        ("kkm", "0007_one_index_for_one_order"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="fiscaloperation",
            index=models.Index(
                BasisNumber("details"),
                condition=Q(IsReturn("kind")),
                name="returns_by_basis",
            ),
        ),
        migrations.AddIndex(
            model_name="fiscaloperation",
            index=models.Index(
                BasisTime("details"),
                condition=Q(IsReturn("kind")),
                name="returns_by_basis_time",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, begin_the_way_back),
    ]
