"""A new kind of operation, the change of requisites.

Its check makes the table anew on SQLite, so the triggers are made anew too.
"""

from django.db import migrations, models

from kkm.models import triggers

CONSTRAINT = "operation_kind_is_known"
BEFORE = [0, 1, 2, 3, 10, 11, 20, 30, 31, 40, 41]
KINDS = {
    0: "Покупка",
    1: "Возврат покупки",
    2: "Продажа",
    3: "Возврат продажи",
    10: "Внесение",
    11: "Изъятие",
    20: "Закрытие смены (Z-отчёт)",
    30: "Постановка на учёт",
    31: "Снятие с учёта",
    40: "Блокировка",
    41: "Разблокировка",
    50: "Изменение реквизитов",
}


def unlock(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def lock(apps, schema_editor):
    triggers.install(schema_editor.connection)


def refuse(apps, schema_editor):
    triggers.refuse_if_written(schema_editor.connection)


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("kkm", "0009_functions_of_their_own_path")]
    operations = [
        migrations.RunPython(unlock, lock),
        migrations.AlterField(
            "fiscaloperation",
            "kind",
            models.PositiveSmallIntegerField(choices=list(KINDS.items()), verbose_name="вид"),
        ),
        migrations.RemoveConstraint("fiscaloperation", CONSTRAINT),
        migrations.AddConstraint(
            "fiscaloperation",
            models.CheckConstraint(condition=models.Q(kind__in=[*BEFORE, 50]), name=CONSTRAINT),
        ),
        migrations.RunPython(lock, unlock),
        migrations.RunPython(nothing, refuse),  # the way back begins here
    ]
