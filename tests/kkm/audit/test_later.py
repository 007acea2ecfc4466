"""A check of what came after the last one: where it begins, what it finds, what it leaves out."""

import json
from datetime import timedelta

import pytest
from django.db.models import F

from kkm import journal
from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from kkm.audit.later import after_last_check
from kkm.audit.milestones import Milestones
from kkm.domain.kinds import OperationKind
from kkm.models import Audit, FiscalOperation, Position, Shift
from tests.keys import lose_keys
from tests.kkm.audit.test_milestones import milestones_of
from tests.kkm.audit.test_verify_journal import verify
from tests.kkm.tampering import unlocked
from tests.stories import act, close, sell

pytestmark = pytest.mark.django_db
K = OperationKind


@pytest.fixture
def checked(worked, now):
    """Two closed shifts, a blocking that ended, and an open shift; then a check without findings;
    then a sale in that shift, its Z, and a sale.
    """
    journal.block(kkm=worked, act=act(now))
    journal.unblock(kkm=worked, act=act(now))
    for hour in (1, 2):
        sell(worked, at=now + timedelta(hours=hour))
        if hour == 1:
            close(worked, at=now + timedelta(hours=1, minutes=30))
    kept(worked, now)
    sell(worked, at=now + timedelta(hours=3))
    close(worked, at=now + timedelta(hours=4))
    sell(worked, at=now + timedelta(hours=5))
    return worked


def kept(kkm, now):
    return keep(kkm, full_audit(kkm), at=now, by="Сериков Н.Б.", milliseconds=1)


def change(kkm, number, **columns):
    FiscalOperation.objects.filter(kkm=kkm, number=number).update(**columns)


def read_later(kkm):
    return full_audit(kkm, start=after_last_check(kkm).start)


def numbers_of(kinds):
    return list(FiscalOperation.objects.filter(kind__in=kinds).values_list("number", flat=True))


def test_it_begins_after_the_last_shift_that_was_closed_before_the_check(checked):
    start, audit = after_last_check(checked)
    closing = checked.operations.get(number=7)
    assert audit == Audit.objects.get()
    assert (start.number, start.seal, start.last_shift) == (7, closing.seal, 2)
    assert (start.active, start.blocked_by_operation) == (True, False)
    assert start.requisites is not None


def test_it_finds_nothing_in_a_journal_that_is_whole_and_ends_where_the_journal_does(checked):
    verdict = read_later(checked)
    assert (verdict.findings, verdict.operations) == ((), 11)
    assert verdict == full_audit(checked)


def test_a_second_one_begins_after_the_first(checked, now):
    keep(checked, read_later(checked), at=now, by="verify_journal", milliseconds=1)
    assert after_last_check(checked).start.number == 10
    assert read_later(checked).findings == full_audit(checked).findings == ()


@pytest.mark.parametrize("number", [8, 9, 10, 11])
@pytest.mark.parametrize(
    "columns",
    [{"actor_name": "Другой Д.Д."}, {"sale_total": F("sale_total") + 1}, {"seal": "0" * 64}],
    ids=lambda columns: next(iter(columns)),
)
def test_it_finds_what_was_changed_after_its_beginning_as_a_whole_check_does(
    checked, number, columns
):
    with unlocked():
        change(checked, number, **columns)
        found = read_later(checked).findings
        assert found
        assert found == full_audit(checked).findings


def test_it_finds_a_tail_that_was_cut(checked):
    with unlocked():
        tail = FiscalOperation.objects.filter(kkm=checked, number=11)
        Position.objects.filter(operation__in=tail).delete()
        tail.delete()
        assert read_later(checked).findings == full_audit(checked).findings != ()


@pytest.mark.parametrize(
    "columns",
    [{"opened_at": F("opened_at") - timedelta(hours=1)}, {"last_number": 2}],
    ids=lambda columns: next(iter(columns)),
)
def test_it_finds_rows_of_shifts_that_were_changed_before_its_beginning_too(checked, columns):
    with unlocked():
        Shift.objects.filter(kkm=checked, number=1).update(**columns)
        assert read_later(checked).findings == full_audit(checked).findings != ()


def test_it_does_not_read_what_the_check_before_has_read(checked):
    with unlocked():
        change(checked, 2, actor_name="Другой Д.Д.")
        assert read_later(checked).findings == ()
        assert full_audit(checked).findings != ()


@pytest.mark.parametrize(
    "columns", [{"sale_total": F("sale_total") + 1}, {"seal": "0" * 64}], ids=str
)
def test_a_closing_that_is_not_what_it_was_is_no_beginning(checked, columns):
    with unlocked():
        change(checked, 7, **columns)
        assert after_last_check(checked) is None


def test_a_closing_whose_seal_is_made_anew_contradicts_the_check(checked, now):
    sell(checked, at=now + timedelta(hours=6))
    close(checked, at=now + timedelta(hours=7))
    audit = kept(checked, now)
    assert after_last_check(checked).start.number == audit.operations == 13
    forged = FiscalOperation.objects.get(kkm=checked, number=13)
    with unlocked():
        Audit.objects.filter(pk=audit.pk).update(seal=forged.seal[::-1])
        assert after_last_check(checked) is None


def test_a_journal_without_a_check_or_a_closed_shift_is_read_whole(active_kkm, now):
    assert after_last_check(active_kkm) is None
    sell(active_kkm, at=now)
    kept(active_kkm, now)
    assert after_last_check(active_kkm) is None


def test_a_check_with_findings_or_a_wrong_signature_is_nothing_to_begin_after(checked, now):
    with unlocked():
        Audit.objects.update(operations=F("operations") - 1)
        assert after_last_check(checked) is None
        change(checked, 2, actor_name="Другой Д.Д.")
        kept(checked, now)
        assert after_last_check(checked) is None


def test_a_check_whose_key_is_lost_is_nothing_to_begin_after(checked, settings, tmp_path):
    lose_keys(settings, tmp_path)
    assert after_last_check(checked) is None


def test_the_milestones_before_the_beginning_are_those_of_the_whole_journal(checked):
    milestones = Milestones()
    milestones.begin_after(checked, 7)
    milestones.catch_up(checked)
    whole = milestones_of(checked)
    assert milestones.closings_and_acts == whole.closings_and_acts
    assert milestones.shift_beginnings == whole.shift_beginnings
    assert len(milestones.closings_and_acts) == len(numbers_of([K.CLOSE_SHIFT])) + 3


# -- the command -----------------------------------------------------------------------------------


def test_the_command_says_what_it_has_not_read_and_so_does_the_history(capsys, checked):
    code, said = verify(capsys, "--all", "--since")
    kept = Audit.objects.latest_of(checked)
    assert code == 0
    assert said == (
        f"{checked}: журнал цел, операций: 11. Прочитано с № 8; прежние операции читала "
        "проверка № 1.\n"
    )
    assert (kept.by, kept.operations, kept.signature_fits) == (
        "verify_journal --since № 8",
        11,
        True,
    )


def test_the_command_reads_whole_what_has_no_check_to_begin_after(capsys, worked):
    code, said = verify(capsys, "--all", "--since", "--json")
    (told,) = json.loads(said)
    assert (code, told["first_read"], told["holds"]) == (0, 1, True)
    assert Audit.objects.get().by == "verify_journal"
