"""Rows that were written before the cabinet signed them are signed by a migration.

(No mark: the database is a real one.)
"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from inspector.models import Control, SeenHead
from tests.factories import KKMFactory
from tests.inspector.factories import InspectorFactory
from tests.statements import triggers_of


def test_what_was_written_before_is_signed(transactional_db, now):
    before = [("inspector", "0003_control_triggers"), ("kkm", "0007_one_index_for_one_order")]
    kkm, user = KKMFactory(), InspectorFactory()
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    try:
        old = MigrationExecutor(connection).loader.project_state(before).apps
        facts = {"kkm_id": kkm.pk, "granted_at": now, "inspector_id": user.pk}
        old.get_model("inspector", "Control").objects.create(**facts)
        seen = {"kkm_id": kkm.pk, "user_id": user.pk, "seal": "ab" * 32, "at": now}
        rows = old.get_model("inspector", "SeenHead").objects
        rows.bulk_create(rows.model(number=number, **seen) for number in range(1, 1_200))
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert Control.objects.get().signature_fits
    assert {head.signature_fits for head in SeenHead.objects.all()} == {True}
    for table in ("inspector_control", "inspector_seenhead"):
        kept = {name.removeprefix(f"{table}_") for name in triggers_of(table)}
        assert kept >= {"not_edited", "not_removed"}
