"""Migration 0012 moves a journal that was written before it: `tests/data/journal-0011.json` has the
rows of two registers as the code of that time wrote them.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kkm import signing
from kkm.audit.audit import full_audit
from kkm.audit.journal_stream import operations
from kkm.migrations import _journal_move
from kkm.models import KKM, FiscalOperation, Position, SignedHead, triggers
from tests.statements import columns_of, refused, run, triggers_of
from tests.stories import close, sell

BEFORE = "0011_words"
WRITTEN = json.loads((Path(__file__).parents[1] / "data" / "journal-0011.json").read_text())
JOURNAL = WRITTEN["kkm_fiscaloperation"]


def migrate(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("kkm", name)])


def latest():
    return MigrationExecutor(connection).loader.graph.leaf_nodes("kkm")[0][1]


def fill():
    """The rows as they were, the heads signed with the key of today."""
    triggers.remove(connection)
    for table, found in WRITTEN.items():
        columns = found["columns"]
        for row in found["rows"]:
            values = dict(zip(columns, row, strict=True))
            if table == "kkm_fiscaloperation":
                values["offline"] = bool(values["offline"])
            if table == "kkm_signedhead":
                values["key"], values["signature"] = signing.sign(values["text"])
            names = ", ".join(f'"{name}"' for name in columns)
            places = ", ".join(["%s"] * len(columns))
            run(f"INSERT INTO {table} ({names}) VALUES ({places})", list(values.values()))
        if connection.vendor == "postgresql":
            run(f"SELECT setval('{table}_id_seq', MAX(id)) FROM {table} HAVING MAX(id) > 0")
    triggers.install(connection)


@pytest.fixture
def old_journal(transactional_db):
    """A database at the migration before, with a journal; afterwards it is at the last one."""
    migrate(BEFORE)
    fill()
    yield
    if "operation_id" in columns_of("kkm_position"):
        triggers.remove(connection)
        for table in reversed(WRITTEN):
            run(f"DELETE FROM {table}")
        triggers.install(connection)
    migrate(latest())


def of_journal(name):
    return [row[JOURNAL["columns"].index(name)] for row in JOURNAL["rows"]]


def check_moved():
    """The same journal stands in the new tables."""
    seals = FiscalOperation.objects.order_by("id").values_list("seal", flat=True)
    assert list(seals) == of_journal("seal")
    assert list(FiscalOperation.objects.order_by("id").values_list("id", flat=True)) == of_journal(
        "id"
    )
    assert Position.objects.count() == len(WRITTEN["kkm_position"]["rows"])
    for kkm in KKM.objects.all():
        verdict = full_audit(kkm)
        assert (verdict.holds, verdict.findings) == (True, ())
        assert verdict.operations == kkm.operations.count() > 5
    for table in ("kkm_position", "kkm_shift", "kkm_fiscaloperation", "kkm_zreport"):
        assert triggers_of(table)
        refused(f"DELETE FROM {table}")
    assert not [name for name in connection.introspection.table_names() if name.endswith("_new")]


def test_a_journal_that_was_written_before_is_moved_and_verifies(old_journal, capsys, now):
    migrate(latest())
    check_moved()
    said = capsys.readouterr().err
    assert f"операций {len(JOURNAL['rows'])}" in said
    assert said.index("операций") < said.index("Это займёт примерно")
    kkm = KKM.objects.get(serial_number="ALS0002MOVE")
    sell(kkm, at=now.replace(day=13))
    close(kkm, at=now.replace(day=13))
    assert full_audit(kkm).holds
    assert SignedHead.objects.filter(kkm=kkm).count() > 1


def test_whoever_is_killed_goes_on_where_he_stood(old_journal, monkeypatch, capsys):
    monkeypatch.setattr(_journal_move, "BATCH", 3)
    batches = []

    def copy(connection, kkm, first, last, copy=_journal_move.copy_batch):
        if len(batches) == 4:
            raise KeyboardInterrupt
        batches.append((kkm, first))
        copy(connection, kkm, first, last)

    monkeypatch.setattr(_journal_move, "copy_batch", copy)
    with pytest.raises(KeyboardInterrupt):
        migrate(latest())
    refused("DELETE FROM kkm_fiscaloperation")
    assert "shift_id" in columns_of("kkm_fiscaloperation")
    assert run("SELECT COUNT(*) FROM kkm_fiscaloperation") == [(len(JOURNAL["rows"]),)]
    killed = list(batches)
    batches[:] = []
    migrate(latest())
    assert not set(killed) & set(batches) and batches
    check_moved()


def test_what_was_written_meanwhile_is_not_left_behind(old_journal, monkeypatch):
    whole = _journal_move._copy_all

    def copy_all(connection):
        whole(connection)
        run("DELETE FROM kkm_position_new WHERE line = 1")

    monkeypatch.setattr(_journal_move, "_copy_all", copy_all)
    with pytest.raises(_journal_move.CannotMove, match="Остановите сервер"):
        migrate(latest())
    assert "shift_id" in columns_of("kkm_fiscaloperation")
    monkeypatch.setattr(_journal_move, "_copy_all", whole)
    migrate(latest())
    check_moved()


def test_a_row_that_names_a_row_of_another_register_is_told(old_journal):
    triggers.remove(connection)
    (foreign,) = run("SELECT MAX(id) FROM kkm_shift")
    run("UPDATE kkm_fiscaloperation SET shift_id = %s WHERE id = 3", foreign)
    triggers.install(connection)
    serial = KKM.objects.order_by("pk").values_list("serial_number", flat=True)[0]
    with pytest.raises(_journal_move.CannotMove, match=f"Касса {serial}: строка журнала"):
        migrate(latest())
    assert "shift_id" in columns_of("kkm_fiscaloperation")


def test_a_seal_that_is_no_digits_is_moved_and_found(old_journal):
    triggers.remove(connection)
    run("UPDATE kkm_fiscaloperation SET seal = %s WHERE id = 3", ["печать"])
    triggers.install(connection)
    migrate(latest())
    kkm = FiscalOperation.objects.get(pk=3).kkm
    assert full_audit(kkm).findings[0].number == 3
    assert len(list(operations(kkm))) == kkm.operations.count()


if connection.vendor == "postgresql":  # SQLite has no roles

    def test_roles_have_the_same_rights_to_the_new_tables(old_journal):
        role = f"alsep_moved_{os.getpid()}"  # roles are those of the whole server
        run(f"CREATE ROLE {role}")
        try:
            run(f"GRANT SELECT, INSERT ON kkm_position, kkm_fiscaloperation TO {role}")
            run(f"GRANT USAGE ON SEQUENCE kkm_shift_id_seq TO {role}")
            migrate(latest())
            rights = run(
                f"SELECT has_table_privilege('{role}', 'kkm_position', 'INSERT'), "
                f"has_table_privilege('{role}', 'kkm_position', 'DELETE'), "
                f"has_sequence_privilege('{role}', 'kkm_shift_id_seq', 'USAGE')"
            )
            assert rights == [(True, False, True)]
        finally:
            run(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
            run(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}")
            run(f"DROP ROLE {role}")
