"""What the audit gathers while it reads, and what it asks afterwards under the lock of the
register.
"""

from datetime import timedelta

import pytest
from django.db import connection

from kkm import journal
from kkm.audit import auditing, concluded, reading
from kkm.audit.full import full_audit
from kkm.audit.marks import Mark, Marks
from kkm.audit.spans import spans
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


def marks_of(kkm):
    marks = Marks()
    concluded(auditing(kkm, marks=marks), lambda read: None)
    return marks


def test_closings_acts_and_the_documents_that_shifts_begin_with_are_gathered_while_reading(
    working, now
):
    marks, noon = marks_of(working), int(now.timestamp())
    ends = [(1, K.ACTIVATION), (3, K.CLOSE_SHIFT), (4, K.BLOCK), (5, K.UNBLOCK), (7, K.CLOSE_SHIFT)]
    assert [(mark.number, mark.kind) for mark in marks.ends] == ends
    assert marks.beginnings == {2: noon, 6: noon + 3600, 8: noon + 7200}
    assert marks.read == 8


def test_what_was_written_since_the_reading_is_caught_up_with(working, now):
    marks = marks_of(working)
    close(working, at=now + timedelta(hours=3))
    sell(working, at=now + timedelta(hours=4))
    assert spans(working, marks) == []
    assert marks.ends[-1] == Mark(9, K.CLOSE_SHIFT, int(now.timestamp()) + 3 * 3600, "")
    assert marks.read == 10


def test_a_reading_of_nothing_catches_up_with_everything(working):
    marks = Marks()
    assert spans(working, marks) == []
    assert marks.ends == marks_of(working).ends


def test_under_the_lock_no_operation_is_asked_for_that_was_read_before(
    working, django_assert_num_queries
):
    marks = marks_of(working)
    with (
        django_assert_num_queries(7) as asked
    ):  # savepoint, lock, what was written since, registrations, shifts, stray Z's, release
        spans(working, marks)
    assert [
        query["sql"]
        for query in asked
        if "kkm_fiscaloperation" in query["sql"] and '"number" > 8' in query["sql"]
    ]
    assert Shift.objects.filter(kkm=working).count() == 3


def test_a_journal_is_read_whole_however_it_is_cut_into_chunks(working, monkeypatch):
    whole = list(reading.operations(working))
    assert [operation.number for operation in whole] == list(range(1, 9))
    for chunk in (1, 2, 3, 8, 9):
        monkeypatch.setattr(reading, "_CHUNK", dict.fromkeys(reading._CHUNK, chunk))
        assert list(reading.operations(working)) == whole
        assert full_audit(working).holds


def test_a_reading_that_is_left_early_leaves_the_connection_to_others(working, monkeypatch):
    monkeypatch.setattr(reading, "_CHUNK", dict.fromkeys(reading._CHUNK, 2))
    read = reading.operations(working)
    assert next(read).number == 1
    read.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM kkm_fiscaloperation")
        assert cursor.fetchone() == (8,)
    assert full_audit(working).holds
