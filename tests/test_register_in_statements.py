"""What `tests.register_in_statements` says of statements, and that the hook would fail."""

import pytest
from django.utils import timezone

from kkm.journal import statements
from kkm.models import KKM, FiscalOperation, Position, Shift
from tests.fleet_questions import FLEET_QUESTIONS, is_of_the_fleet
from tests.register_in_statements import ROOT, asked_by, unnamed


def sql(queryset) -> str:
    return queryset.query.sql_with_params()[0]


@pytest.mark.parametrize(
    "statement",
    [
        statements.STATE.plain,
        statements.REPEATED,
        statements.REPEATED_LINES,
        sql(FiscalOperation.objects.filter(kkm=3).select_related("shift__registration")),
        sql(FiscalOperation.objects.filter(kkm__in=[3, 4])),
        sql(FiscalOperation.objects.filter(kkm=3).values("positions__role")),
        sql(Shift.objects.filter(kkm=3).select_related("z__operation")),
        sql(KKM.objects.with_state(timezone.now()).filter(pk=3)),
        'SELECT 1 FROM "kkm_position" WHERE '
        '("kkm_position"."kkm_id", "kkm_position"."number") IN ((%s, %s), (%s, %s))',
        'INSERT INTO "kkm_shift" ("kkm_id", "number") VALUES (%s, %s)',
        'UPDATE "kkm_shift" SET "closed_at" = %s WHERE ("kkm_shift"."kkm_id" = %s)',
        "SELECT 1 FROM kkm_kkm",
    ],
)
def test_a_statement_that_names_its_registers(statement):
    assert unnamed(statement) == frozenset()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        (sql(FiscalOperation.objects.filter(number=3)), {"kkm_fiscaloperation"}),
        (sql(Position.objects.filter(line=1)), {"kkm_position"}),
        (sql(Shift.objects.filter(pk=1)), {"kkm_shift"}),
        (
            sql(FiscalOperation.objects.filter(kkm__serial_number="ALS70000001")),
            {"kkm_fiscaloperation"},
        ),
        ("SELECT 1 FROM kkm_shift s, kkm_kkm k WHERE s.kkm_id = k.id", {"kkm_shift"}),
        (
            "SELECT 1 FROM kkm_shift s WHERE s.kkm_id = %s AND EXISTS "
            "(SELECT 1 FROM kkm_position p WHERE p.number = s.number)",
            {"kkm_position"},
        ),
        (
            "SELECT 1 FROM kkm_shift s JOIN kkm_position p ON p.number = s.number "
            "WHERE s.kkm_id = 5",
            {"kkm_position"},
        ),
        ('UPDATE "kkm_shift" SET "closed_at" = %s WHERE ("kkm_shift"."id" = %s)', {"kkm_shift"}),
        (
            "SELECT 1 FROM kkm_audit WHERE id IN (SELECT kkm_id FROM kkm_shift)",
            {"kkm_audit", "kkm_shift"},
        ),
    ],
)
def test_a_statement_that_does_not(statement, tables):
    assert unnamed(statement) == tables


def test_a_question_of_the_fleet_is_listed_by_itself_or_its_module():
    assert is_of_the_fleet("inspector.access.get_kkms")
    assert not is_of_the_fleet("kkm.journal.record")
    assert is_of_the_fleet("kkm.admin.journal.z_link")
    assert all(FLEET_QUESTIONS.values())


@pytest.mark.parametrize(
    ("file", "asker"),
    [
        ("kkm/asking.py", "kkm.asking.ask"),
        ("kkm/journal/__init__.py", "kkm.journal.ask"),
        ("kkm/migrations/0012_a.py", None),
        ("tests/kkm/asking.py", None),
    ],
)
def test_who_asks_is_the_function_of_the_product(file, asker):
    namespace = {}
    source = "def ask(read):\n    return read()\n"
    exec(compile(source, str(ROOT / file), "exec"), namespace)
    assert namespace["ask"](lambda: asked_by()) == asker
