"""Seals of what was recorded through the door: literal vectors, and the same seals read anew
from the rows.
"""

import hashlib
from datetime import timedelta

import pytest

from kkm import journal
from kkm.models import FiscalOperation, ZReport
from tests.kkm import vectors
from tests.kkm.chain import recomputed_seals, rows_of, sealed_text, stored_seals
from tests.kkm.domain import written
from tests.stories import act, activate, close, deposit, sell

pytestmark = pytest.mark.django_db


def test_the_worked_journal_has_the_seals_and_the_z_that_are_written_out():
    kkm = vectors.worked_register()
    expected = [written.ACTIVATION, written.SALE, written.CLOSING]
    assert stored_seals(kkm) == [seal for _, seal in expected]
    previous = ["", *stored_seals(kkm)]
    assert [
        sealed_text(row, "SWK00053162", seal)
        for row, seal in zip(rows_of(kkm), previous, strict=False)
    ] == [text for text, _ in expected]
    assert ZReport.objects.get().text == written.Z


def test_every_kind_of_operation_is_sealed_by_its_stored_row_and_the_seal_before(kkm, now):
    activate(kkm, at=now)
    deposit(kkm, 500, at=now)
    sell(kkm, at=now)
    journal.block(kkm=kkm, act=act(now, reason="по требованию органов государственных доходов"))
    close(kkm, at=now)
    journal.unblock(kkm=kkm, act=act(now))
    sell(kkm, at=now + timedelta(hours=1))
    journal.deregister(
        kkm=kkm,
        act=act(now + timedelta(hours=2), reason="замена на новую модель", comment="қайта тіркеу"),
    )
    assert stored_seals(kkm) == recomputed_seals(kkm)
    assert len(set(stored_seals(kkm))) == 9


def test_what_the_door_returns_is_what_a_reader_finds(active_kkm, now):
    returned = sell(
        active_kkm, at=now, offline=True, external_number="7", details={"customer": "ТОО «Әлем»"}
    )
    stored = FiscalOperation.objects.get(pk=returned.pk)
    columns = [field.attname for field in FiscalOperation._meta.concrete_fields]
    assert {name: getattr(returned, name) for name in columns} == {
        name: getattr(stored, name) for name in columns
    }


def test_one_changed_line_breaks_the_seal_of_its_operation():
    kkm = vectors.worked_register()
    row = rows_of(kkm)[1]
    honest = sealed_text(row, "SWK00053162", written.ACTIVATION[1])
    forged = sealed_text(
        {**row, "actor_name": "Ахметова А.Қ."}, "SWK00053162", written.ACTIVATION[1]
    )
    assert (
        hashlib.sha256(honest.encode()).hexdigest()
        == row["seal"]
        != hashlib.sha256(forged.encode()).hexdigest()
    )
