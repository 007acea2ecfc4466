"""What the audit gathers while it reads, and what it asks afterwards under the lock of the
register.
"""

from datetime import timedelta

import pytest
from django.db import connection

from kkm import journal
from kkm.audit import journal_stream
from kkm.audit.audit import full_audit, journal_audit_steps, run_to_end
from kkm.audit.milestones import Milestone, Milestones
from kkm.audit.shifts_and_registrations import table_findings
from kkm.domain.kinds import OperationKind
from kkm.models import Shift
from tests.stories import act, activate, close, sell

pytestmark = pytest.mark.django_db
K = OperationKind


@pytest.fixture
def working(kkm, now):
    """A register with two closed shifts and an open one, and a blocking between the first two."""
    activate(kkm, at=now)
    sell(kkm, at=now)
    close(kkm, at=now)
    journal.block(kkm=kkm, act=act(now))
    journal.unblock(kkm=kkm, act=act(now))
    for hours in (1, 2):
        sell(kkm, at=now + timedelta(hours=hours))
        if hours == 1:
            close(kkm, at=now + timedelta(hours=hours, minutes=30))
    return kkm


def milestones_of(kkm):
    milestones = Milestones()
    run_to_end(journal_audit_steps(kkm, milestones=milestones))
    return milestones


def test_closings_acts_and_the_documents_that_shifts_begin_with_are_gathered_while_reading(
    working, now
):
    milestones, noon = milestones_of(working), int(now.timestamp())
    ends = [(1, K.ACTIVATION), (3, K.CLOSE_SHIFT), (4, K.BLOCK), (5, K.UNBLOCK), (7, K.CLOSE_SHIFT)]
    assert [
        (milestone.number, milestone.kind) for milestone in milestones.closings_and_acts
    ] == ends
    assert milestones.shift_beginnings == {2: noon, 6: noon + 3600, 8: noon + 7200}
    assert milestones.last_read == 8


def test_what_was_written_since_the_reading_is_caught_up_with(working, now):
    milestones = milestones_of(working)
    close(working, at=now + timedelta(hours=3))
    sell(working, at=now + timedelta(hours=4))
    assert table_findings(working, milestones) == []
    assert milestones.closings_and_acts[-1] == Milestone(
        9, K.CLOSE_SHIFT, int(now.timestamp()) + 3 * 3600, ""
    )
    assert milestones.last_read == 10


def test_a_reading_of_nothing_catches_up_with_everything(working):
    milestones = Milestones()
    assert table_findings(working, milestones) == []
    assert milestones.closings_and_acts == milestones_of(working).closings_and_acts


def test_under_the_lock_no_operation_is_asked_for_that_was_read_before(
    working, django_assert_num_queries
):
    milestones = milestones_of(working)
    with (
        django_assert_num_queries(9) as asked
    ):  # savepoint, lock, what was written since, five tables with two of the directory, release
        table_findings(working, milestones)
    assert [
        query["sql"]
        for query in asked
        if "kkm_fiscaloperation" in query["sql"] and '"number" > 8' in query["sql"]
    ]
    assert Shift.objects.filter(kkm=working).count() == 3


def test_a_journal_is_read_whole_however_it_is_cut_into_chunks(working, monkeypatch):
    whole = list(journal_stream.operations(working))
    assert [operation.number for operation in whole] == list(range(1, 9))
    for chunk in (1, 2, 3, 8, 9):
        monkeypatch.setattr(journal_stream, "_CHUNK", dict.fromkeys(journal_stream._CHUNK, chunk))
        assert list(journal_stream.operations(working)) == whole
        assert full_audit(working).holds


def test_a_reading_that_is_left_early_leaves_the_connection_to_others(working, monkeypatch):
    monkeypatch.setattr(journal_stream, "_CHUNK", dict.fromkeys(journal_stream._CHUNK, 2))
    read = journal_stream.operations(working)
    assert next(read).number == 1
    read.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM kkm_fiscaloperation")
        assert cursor.fetchone() == (8,)
    assert full_audit(working).holds
