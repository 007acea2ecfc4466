"""The register stands in every fiscal row and key.

A position, a Z, an operation and a shift name the rows that they belong to by the register and a
number. A seal is 32 bytes, columns stand in an order that needs no padding, and no index repeats
another. What is sealed, signed and exported stays byte for byte.

The rows are copied to new tables by `_journal_move`, in batches; a migration that was killed goes
on where it stood.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kkm.fields
import kkm.models.basis
import kkm.models.relations
from kkm.migrations._journal_move import MoveJournal
from kkm.models import triggers

CREATED = [
    migrations.CreateModel(
        name="Shift",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("first_number", models.BigIntegerField(verbose_name="первая операция")),
            ("opened_at", models.DateTimeField(verbose_name="открыта")),
            (
                "last_number",
                models.BigIntegerField(null=True, verbose_name="последняя операция"),
            ),
            ("closed_at", models.DateTimeField(null=True, verbose_name="закрыта")),
            (
                "kkm",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="shifts",
                    to="kkm.kkm",
                    verbose_name="касса",
                ),
            ),
            ("number", models.IntegerField(verbose_name="номер")),
            (
                "activation_number",
                models.BigIntegerField(verbose_name="номер постановки на учёт"),
            ),
            (
                "registration",
                models.ForeignObject(
                    from_fields=["kkm", "activation_number"],
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="shifts",
                    to="kkm.registration",
                    to_fields=["kkm", "first_number"],
                    verbose_name="регистрация",
                ),
            ),
        ],
        options={
            "verbose_name": "смена",
            "verbose_name_plural": "смены",
            "ordering": ["kkm", "number"],
            "indexes": [models.Index(fields=["kkm", "closed_at"], name="shift_by_closing")],
            "constraints": [
                models.UniqueConstraint(
                    fields=("kkm", "number"), name="shift_number_is_unique_in_the_register"
                ),
                models.UniqueConstraint(
                    condition=models.Q(("closed_at", None)),
                    fields=("kkm",),
                    name="one_open_shift_in_a_register",
                ),
                models.CheckConstraint(
                    condition=models.Q(("number__gte", 1)), name="shift_numbers_start_at_one"
                ),
                kkm.models.relations.KeyOfRegister(
                    fields=("kkm", "activation_number"),
                    name="shift_is_in_a_registration_of_the_register",
                    to="kkm.Registration",
                    to_fields=("kkm", "first_number"),
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("closed_at", None), ("last_number", None)),
                        models.Q(
                            ("closed_at__isnull", False),
                            ("last_number__isnull", False),
                            ("closed_at__gte", models.F("opened_at")),
                            ("last_number__gte", models.F("first_number")),
                        ),
                        _connector="OR",
                    ),
                    name="shift_is_closed_whole",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="FiscalOperation",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "kkm",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="operations",
                    to="kkm.kkm",
                    verbose_name="касса",
                ),
            ),
            ("occurred_at", models.DateTimeField(verbose_name="время")),
            ("received_at", models.DateTimeField(verbose_name="получена")),
            ("amount", kkm.fields.MoneyField(default=0, verbose_name="сумма")),
            ("cash", kkm.fields.MoneyField(default=0, verbose_name="наличные")),
            ("card", kkm.fields.MoneyField(default=0, verbose_name="банковская карта")),
            ("credit", kkm.fields.MoneyField(default=0, verbose_name="кредит")),
            ("tare", kkm.fields.MoneyField(default=0, verbose_name="тара")),
            ("mobile", kkm.fields.MoneyField(default=0, verbose_name="мобильный платёж")),
            ("change", kkm.fields.MoneyField(default=0, verbose_name="сдача")),
            ("sale_total", kkm.fields.MoneyField(verbose_name="необнуляемая сумма продаж")),
            (
                "purchase_total",
                kkm.fields.MoneyField(verbose_name="необнуляемая сумма покупок"),
            ),
            (
                "sale_return_total",
                kkm.fields.MoneyField(verbose_name="необнуляемая сумма возвратов продаж"),
            ),
            (
                "purchase_return_total",
                kkm.fields.MoneyField(verbose_name="необнуляемая сумма возвратов покупок"),
            ),
            ("cash_in_drawer", kkm.fields.MoneyField(verbose_name="наличных в кассе")),
            ("sale_count", models.IntegerField(verbose_name="продаж за всё время")),
            ("purchase_count", models.IntegerField(verbose_name="покупок за всё время")),
            (
                "sale_return_count",
                models.IntegerField(verbose_name="возвратов продаж за всё время"),
            ),
            (
                "purchase_return_count",
                models.IntegerField(verbose_name="возвратов покупок за всё время"),
            ),
            ("deposit_count", models.IntegerField(verbose_name="внесений за всё время")),
            ("withdrawal_count", models.IntegerField(verbose_name="изъятий за всё время")),
            ("number", models.IntegerField(verbose_name="номер")),
            ("shift_number", models.IntegerField(null=True, verbose_name="номер смены")),
            (
                "kind",
                models.PositiveSmallIntegerField(
                    choices=[
                        (0, "Покупка"),
                        (1, "Возврат покупки"),
                        (2, "Продажа"),
                        (3, "Возврат продажи"),
                        (10, "Внесение"),
                        (11, "Изъятие"),
                        (20, "Закрытие смены (Z-отчёт)"),
                        (30, "Постановка на учёт"),
                        (31, "Снятие с учёта"),
                        (40, "Блокировка"),
                        (41, "Разблокировка"),
                        (50, "Изменение реквизитов"),
                    ],
                    verbose_name="вид",
                ),
            ),
            ("offline", models.BooleanField(default=False, verbose_name="автономно")),
            (
                "actor_code",
                models.CharField(blank=True, max_length=50, verbose_name="код исполнителя"),
            ),
            (
                "actor_name",
                models.CharField(blank=True, max_length=200, verbose_name="исполнитель"),
            ),
            (
                "external_number",
                models.CharField(blank=True, max_length=50, verbose_name="внешний номер"),
            ),
            (
                "fiscal_sign",
                models.CharField(blank=True, max_length=30, verbose_name="фискальный признак"),
            ),
            ("details", models.TextField(blank=True, verbose_name="подробности")),
            ("seal", kkm.fields.SealField(verbose_name="контрольный код")),
            (
                "shift",
                models.ForeignObject(
                    from_fields=["kkm", "shift_number"],
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="kkm.shift",
                    to_fields=["kkm", "number"],
                    verbose_name="смена",
                ),
            ),
        ],
        options={
            "verbose_name": "фискальная операция",
            "verbose_name_plural": "журнал операций",
            "ordering": ["kkm", "number"],
            "indexes": [
                models.Index(
                    condition=models.Q(("kind__gte", 30)),
                    fields=["kkm", "number"],
                    name="operation_acts",
                ),
                models.Index(
                    kkm.models.basis.BasisNumber("details"),
                    condition=models.Q(kkm.models.basis.IsReturn("kind")),
                    name="returns_by_basis",
                ),
                models.Index(
                    kkm.models.basis.BasisTime("details"),
                    condition=models.Q(kkm.models.basis.IsReturn("kind")),
                    name="returns_by_basis_time",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("kkm", "number"), name="operation_number_is_unique_in_the_register"
                ),
                models.UniqueConstraint(
                    condition=models.Q(("external_number", ""), _negated=True),
                    fields=("kkm", "external_number"),
                    name="external_number_is_unique_in_the_register",
                ),
                models.CheckConstraint(
                    condition=models.Q(("number__gte", 1)),
                    name="operation_numbers_start_at_one",
                ),
                models.CheckConstraint(
                    condition=models.Q(("kind__in", [0, 1, 2, 3, 10, 11, 20, 30, 31, 40, 41, 50])),
                    name="operation_kind_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "amount",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("cash"), "+", models.F("card")
                                        ),
                                        "+",
                                        models.F("credit"),
                                    ),
                                    "+",
                                    models.F("tare"),
                                ),
                                "+",
                                models.F("mobile"),
                            ),
                        )
                    ),
                    name="operation_is_paid_in_full",
                ),
                models.CheckConstraint(
                    condition=models.Q(("received_at__gte", models.F("occurred_at"))),
                    name="operation_is_received_after_it_occurs",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind__lt", 30), ("shift_number__isnull", False)),
                        models.Q(("kind__gte", 30), ("shift_number", None)),
                        _connector="OR",
                    ),
                    name="documents_have_a_shift_and_acts_have_none",
                ),
                kkm.models.relations.KeyOfRegister(
                    fields=("kkm", "shift_number"),
                    name="operation_is_in_a_shift_of_the_register",
                    to="kkm.Shift",
                    to_fields=("kkm", "number"),
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("amount__gte", 0),
                        ("card__gte", 0),
                        ("cash__gte", 0),
                        ("change__gte", 0),
                        ("credit__gte", 0),
                        ("mobile__gte", 0),
                        ("tare__gte", 0),
                    ),
                    name="amount_and_such_not_negative",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("cash_in_drawer__gte", 0),
                        ("deposit_count__gte", 0),
                        ("purchase_count__gte", 0),
                        ("purchase_return_count__gte", 0),
                        ("purchase_return_total__gte", 0),
                        ("purchase_total__gte", 0),
                        ("sale_count__gte", 0),
                        ("sale_return_count__gte", 0),
                        ("sale_return_total__gte", 0),
                        ("sale_total__gte", 0),
                        ("withdrawal_count__gte", 0),
                    ),
                    name="sale_total_and_such_not_negative",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ZReport",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "kkm",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="kkm.kkm",
                    verbose_name="касса",
                ),
            ),
            ("number", models.IntegerField(verbose_name="номер операции")),
            ("shift_number", models.IntegerField(verbose_name="номер смены")),
            ("text", models.TextField(verbose_name="снимок итогов")),
            (
                "operation",
                kkm.models.relations.OneOfRegister(
                    from_fields=["kkm", "number"],
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="z",
                    to="kkm.fiscaloperation",
                    to_fields=["kkm", "number"],
                    verbose_name="закрытие смены",
                ),
            ),
            (
                "shift",
                kkm.models.relations.OneOfRegister(
                    from_fields=["kkm", "shift_number"],
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="z",
                    to="kkm.shift",
                    to_fields=["kkm", "number"],
                    verbose_name="смена",
                ),
            ),
        ],
        options={
            "verbose_name": "Z-отчёт",
            "verbose_name_plural": "Z-отчёты",
            "ordering": ["kkm", "number"],
            "constraints": [
                models.UniqueConstraint(fields=("kkm", "number"), name="z_is_of_one_closing"),
                models.UniqueConstraint(fields=("kkm", "shift_number"), name="z_is_of_one_shift"),
                kkm.models.relations.KeyOfRegister(
                    fields=("kkm", "number"),
                    name="z_is_of_an_operation_of_the_register",
                    to="kkm.FiscalOperation",
                    to_fields=("kkm", "number"),
                ),
                kkm.models.relations.KeyOfRegister(
                    fields=("kkm", "shift_number"),
                    name="z_is_of_a_shift_of_the_register",
                    to="kkm.Shift",
                    to_fields=("kkm", "number"),
                ),
            ],
            "indexes": [],
        },
    ),
    migrations.CreateModel(
        name="Position",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "kkm",
                    "number",
                    "line",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            (
                "kkm",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="kkm.kkm",
                    verbose_name="касса",
                ),
            ),
            ("quantity", models.BigIntegerField(verbose_name="количество, тысячные")),
            ("price", kkm.fields.MoneyField(verbose_name="цена")),
            ("goods", kkm.fields.MoneyField(verbose_name="стоимость")),
            ("discount", kkm.fields.MoneyField(verbose_name="скидка")),
            ("markup", kkm.fields.MoneyField(verbose_name="наценка")),
            ("vat", kkm.fields.MoneyField(verbose_name="НДС")),
            ("number", models.IntegerField(verbose_name="номер операции")),
            ("rate", models.PositiveIntegerField(null=True, verbose_name="ставка НДС")),
            ("line", models.PositiveSmallIntegerField(verbose_name="строка")),
            (
                "role",
                models.PositiveSmallIntegerField(
                    choices=[(0, "ITEM"), (1, "DISCOUNT"), (2, "MARKUP")],
                    verbose_name="вид строки",
                ),
            ),
            ("section", models.CharField(blank=True, max_length=20, verbose_name="секция")),
            ("name", models.CharField(blank=True, max_length=300, verbose_name="наименование")),
            ("details", models.TextField(blank=True, verbose_name="подробности")),
            (
                "operation",
                models.ForeignObject(
                    from_fields=["kkm", "number"],
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="positions",
                    to="kkm.fiscaloperation",
                    to_fields=["kkm", "number"],
                    verbose_name="операция",
                ),
            ),
        ],
        options={
            "verbose_name": "позиция чека",
            "verbose_name_plural": "позиции чеков",
            "ordering": ["kkm", "number", "line"],
            "constraints": [
                kkm.models.relations.KeyOfRegister(
                    fields=("kkm", "number"),
                    name="position_is_of_an_operation_of_the_register",
                    to="kkm.FiscalOperation",
                    to_fields=("kkm", "number"),
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("discount__gte", 0),
                        ("goods__gte", 0),
                        ("markup__gte", 0),
                        ("price__gte", 0),
                        ("quantity__gte", 0),
                        ("vat__gte", 0),
                    ),
                    name="quantity_and_such_not_negative",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("quantity__gt", 0), ("role", 0)),
                        models.Q(("goods", 0), ("markup", 0), ("role", 1)),
                        models.Q(("discount", 0), ("goods", 0), ("role", 2)),
                        _connector="OR",
                    ),
                    name="position_fits_its_role",
                ),
            ],
            "indexes": [],
        },
    ),
]
OWN_INDEXES = ("registration", "signedhead", "audit", "lateoffline")


def drop_own_indexes(apps, schema_editor):
    """The indexes that Django gave the foreign keys: others begin with the same column."""
    for name in OWN_INDEXES:
        model = apps.get_model("kkm", name)
        for index in _own_indexes(schema_editor, model):
            schema_editor.execute(f"DROP INDEX {index}")


def make_own_indexes(apps, schema_editor):
    for name in OWN_INDEXES:
        model = apps.get_model("kkm", name)
        fields = [model._meta.get_field("kkm")]
        schema_editor.execute(schema_editor._create_index_sql(model, fields=fields))


def _own_indexes(schema_editor, model):
    kinds = {"index": True, "unique": False, "primary_key": False}
    return schema_editor._constraint_names(model, ["kkm_id"], **kinds)


def without_index(name, related_name, on_delete=django.db.models.deletion.PROTECT):
    field = models.ForeignKey(
        db_index=False,
        on_delete=on_delete,
        related_name=related_name,
        to="kkm.kkm",
        verbose_name="касса",
    )
    return migrations.AlterField(name, "kkm", field)


def refuse(apps, schema_editor):
    triggers.refuse_if_written(schema_editor.connection)


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kkm", "0011_words")]

    operations = [
        MoveJournal(CREATED),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_own_indexes, make_own_indexes)],
            state_operations=[
                without_index("registration", "registrations"),
                without_index("signedhead", "signed_heads"),
                without_index("audit", "audits"),
                without_index("lateoffline", "late_offline", django.db.models.deletion.CASCADE),
            ],
        ),
        migrations.RunPython(nothing, refuse),  # the way back begins here
    ]
