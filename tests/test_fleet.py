"""The fleet of the bench: what is measured has the form of a real one."""

from django.utils import timezone

from bench.fleet_journal import write
from bench.fleet_rows import evidence, make_registers, plans, weeks_of
from kkm.audit.audit import full_audit
from kkm.models import KKM, Audit, Shift
from kkm.models.state import State

REGISTERS, DAYS = 8, 2


def test_the_journals_of_a_fleet_hold_and_have_what_staff_see(db):
    weeks = weeks_of(DAYS)
    working = make_registers(REGISTERS, weeks, people=1)
    operations = sum(map(write, plans(working, weeks)))
    evidence()
    verdicts = [full_audit(kkm) for kkm in KKM.objects.filter(pk__in=working)]
    assert [verdict.findings for verdict in verdicts] == [()] * len(working)
    assert operations == sum(verdict.operations for verdict in verdicts)
    assert operations > REGISTERS * DAYS * 10
    assert Audit.objects.count() == len(working) == REGISTERS - 1
    states = KKM.objects.count_by_state(timezone.now())
    assert states[State.OFF_RECORD] == states[State.LATE] == 1
    assert states[State.OVERDUE] == Shift.objects.open().count() == 1
    assert states[State.BLOCKED] == 3
    assert KKM.objects.get(serial_number="ALS60000003").blocking
