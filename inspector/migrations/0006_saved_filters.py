"""Searches of the table of registers that users have given a name. They are settings: the way back
drops them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kkm.fields


class Migration(migrations.Migration):
    dependencies = [("inspector", "0005_words")]
    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=40,
                        validators=[kkm.fields.validate_printable],
                        verbose_name="имя",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=100, verbose_name="поиск")),
                ("state", models.CharField(blank=True, max_length=20, verbose_name="состояние")),
                ("sort", models.CharField(blank=True, max_length=20, verbose_name="порядок")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="кто",
                    ),
                ),
            ],
            options={
                "verbose_name": "сохранённый фильтр",
                "verbose_name_plural": "сохранённые фильтры",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "name"), name="filter_name_is_unique_for_the_user"
                    )
                ],
            },
        ),
    ]
