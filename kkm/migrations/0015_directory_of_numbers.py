"""What is unique in the country stands in a directory: serial numbers, and РНМ of registers on the
record.

Everything is done in one transaction: a migration that was killed has changed nothing, and is run
again. The keys without the register go from registers and registrations.
"""

import sys

import django.db.models.deletion
from django.db import migrations, models
from django.utils.translation import gettext as _

import kkm.fields
import kkm.models.relations
from kkm.migrations._way_back import way_back_begins_here
from kkm.models import triggers

RATE = 40_000  # rows a second on one core; rather fewer than were measured
FILL = (
    "INSERT INTO kkm_takenserialnumber (serial_number, kkm_id) "
    "SELECT serial_number, id FROM kkm_kkm",
    "INSERT INTO kkm_takenregistrationnumber (registration_number, kkm_id) "
    "SELECT registration_number, kkm_id FROM kkm_registration WHERE closed_at IS NULL",
)


def fill(apps, schema_editor):
    """From the registers and the registrations that last."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM kkm_kkm")
        (count,) = cursor.fetchone()
        _say_how_long(count)
        for statement in FILL:
            cursor.execute(statement)
    # PostgreSQL changes no table for which checks wait.
    connection.check_constraints()


def _say_how_long(count):
    if not count:
        return
    sentence = _("Справочник номеров: касс {count}. Это займёт примерно {seconds} с.")
    seconds = max(1, round(count / RATE))
    sys.stderr.write(f"\n{sentence.format(count=count, seconds=seconds)}\n")


def unlock(apps, schema_editor):
    """SQLite makes the table of registers anew."""
    triggers.remove(schema_editor.connection)


def lock(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("kkm", "0014_questions"),
    ]

    operations = [
        migrations.RunPython(unlock, lock),
        migrations.CreateModel(
            name="TakenSerialNumber",
            fields=[
                (
                    "serial_number",
                    kkm.fields.SerialNumberField(
                        max_length=20,
                        primary_key=True,
                        serialize=False,
                        verbose_name="серийный номер (ЗНМ)",
                    ),
                ),
                (
                    "kkm",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taken_serial_numbers",
                        to="kkm.kkm",
                        verbose_name="касса",
                    ),
                ),
            ],
            options={
                "verbose_name": "занятый серийный номер",
                "verbose_name_plural": "занятые серийные номера",
                "ordering": ["serial_number"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kkm", "serial_number"), name="serial_number_of_the_register"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TakenRegistrationNumber",
            fields=[
                (
                    "registration_number",
                    kkm.fields.RegistrationNumberField(
                        max_length=12, primary_key=True, serialize=False, verbose_name="РНМ"
                    ),
                ),
                (
                    "kkm",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_registration_numbers",
                        to="kkm.kkm",
                        verbose_name="касса",
                    ),
                ),
            ],
            options={
                "verbose_name": "занятый регистрационный номер",
                "verbose_name_plural": "занятые регистрационные номера",
                "ordering": ["registration_number"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kkm",), name="one_taken_number_of_the_register"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_number_is_unique_among_active",
        ),
        migrations.AlterField(
            model_name="kkm",
            name="serial_number",
            field=kkm.fields.SerialNumberField(max_length=20, verbose_name="серийный номер (ЗНМ)"),
        ),
        migrations.AddIndex(
            model_name="kkm",
            index=models.Index(fields=["serial_number"], name="kkm_by_serial_number"),
        ),
        migrations.AddConstraint(
            model_name="kkm",
            constraint=kkm.models.relations.KeyOfRegister(
                fields=("serial_number", "id"),
                name="serial_number_is_in_the_directory",
                to="kkm.TakenSerialNumber",
                to_fields=("serial_number", "kkm"),
            ),
        ),
        migrations.RunPython(lock, unlock),
        way_back_begins_here(),
    ]
