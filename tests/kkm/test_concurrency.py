"""Many at once: threads with connections of their own, commits that are real, on SQLite and on
PostgreSQL.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier, Event, Lock
from time import sleep

import pytest
from django.db import connection, connections, transaction

from inspector.models import SeenHead
from inspector.seen_heads import remembered_heads
from kkm import errors, journal
from kkm.domain import identities
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import tenge
from kkm.domain.ticket import Placement
from kkm.models import KKM, FiscalOperation, Registration, TakenRegistrationNumber, ZReport
from kkm.reading.fold import fold
from tests.factories import KKMFactory
from tests.inspector.factories import InspectorFactory
from tests.journal_audit import audit_journal
from tests.kkm.chain import recomputed_seals, stored_seals
from tests.stories import AHMETOVA, act, activate, close, record, sell, ticket

K, P = OperationKind, PaymentType
ROUNDS = 5


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads that start together; what each returned, or the name of its
    refusal.
    """
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return job()
        except errors.Refusal as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return [future.result(timeout=120) for future in [threads.submit(run, job) for job in jobs]]


def entry(thread: int, turn: int, now):
    """Some of everything, cash going out too, so that registers now and then have not enough."""
    kinds = (
        K.SALE,
        K.SALE_RETURN,
        K.SALE,
        K.WITHDRAWAL,
        K.PURCHASE,
        K.SALE,
        K.DEPOSIT,
        K.PURCHASE_RETURN,
    )
    kind = kinds[(thread * 3 + turn) % len(kinds)]
    amount = 10 * (thread + 1) + turn
    if kind in (K.DEPOSIT, K.WITHDRAWAL):
        return Placement(kind=kind, at=now, amount=tenge(amount), **AHMETOVA)
    payment = P.CARD if (thread + turn) % 5 == 0 else P.CASH
    return ticket(
        amount,
        at=now,
        kind=kind,
        payment=payment,
        section=f"0{turn % 3}",
        external_number=f"{thread}-{turn}",
    )


def writer(thread: int, kkms: list[KKM], now, turns: int) -> Callable[[], Counter]:
    """Write to one register after another; how often it was taken and how often refused."""

    def run():
        told = Counter()
        for turn in range(turns):
            kkm = kkms[(thread + turn) % len(kkms)]
            try:
                told[record(kkm, entry(thread, turn, now)).kkm_id] += 1
            except errors.NotEnoughCash:
                told["refused"] += 1
        return told

    return run


def closer(kkm: KKM, now, done: Event) -> Callable[[], Counter]:
    """Close the register's shift again and again while others write."""

    def run():
        told = Counter()
        while not done.is_set() or not told:
            try:
                told[close(kkm, at=now).kkm_id] += 1
            except errors.NoOpenShift:
                sleep(0.002)
        return told

    return run


def check_laws(kkm: KKM) -> None:
    """Numbers, balances, seals, shifts and Z's of one register after the storm."""
    operations = list(FiscalOperation.objects.filter(kkm=kkm).order_by("number"))
    assert [operation.number for operation in operations] == list(range(1, len(operations) + 1))
    for before, after in pairwise(operations):
        assert after.balance == before.balance.after(K(after.kind), after.amount, after.cash)
    assert stored_seals(kkm) == recomputed_seals(kkm)
    shifts = list(kkm.shifts.order_by("number"))
    assert [shift.number for shift in shifts] == list(range(1, len(shifts) + 1))
    assert [shift.first_number for shift in shifts] == [
        2,
        *(shift.last_number + 1 for shift in shifts if shift.last_number),
    ][: len(shifts)]
    assert all(not shift.is_open for shift in shifts[:-1])
    snapshots = [
        z.snapshot
        for z in ZReport.objects.filter(shift__kkm=kkm)
        .order_by("shift__number")
        .select_related("shift")
    ]
    for shift, snapshot in zip(shifts, snapshots, strict=False):
        assert snapshot.totals == fold(shift.operations.all())
        assert [
            identity for identity in identities.of_snapshot(snapshot) if not identity.holds
        ] == []
    assert all(before.closing == after.opening for before, after in pairwise(snapshots))
    assert len(snapshots) == sum(not shift.is_open for shift in shifts)


def test_a_storm_of_writers_leaves_every_law_standing_while_shifts_are_closed(
    transactional_db, now
):
    writers, turns = (32, 8) if connection.vendor == "postgresql" else (8, 12)
    kkms = KKMFactory.create_batch(8)
    for kkm in kkms:
        activate(kkm, at=now)
    done, left, counting = Event(), Counter(writers=writers), Lock()

    def until_done(run):
        def counted():
            try:
                return run()
            finally:
                with counting:
                    left["writers"] -= 1
                    if not left["writers"]:
                        done.set()

        return counted

    jobs = [until_done(writer(n, kkms, now, turns)) for n in range(writers)] + [
        closer(kkm, now, done) for kkm in kkms
    ]
    told = sum(at_once(*jobs), Counter())
    refused = told.pop("refused", 0)
    for kkm in kkms:
        check_laws(kkm)
        assert told[kkm.pk] == kkm.operations.count() - 1
        assert kkm.operations.filter(kind=K.CLOSE_SHIFT).exists()
    assert (
        FiscalOperation.objects.exclude(kind__in=(K.CLOSE_SHIFT, K.ACTIVATION)).count()
        == writers * turns - refused
    )
    assert 0 < refused < writers * turns


def test_of_two_deregistrations_at_once_one_wins_and_one_is_told(transactional_db, now):
    for _ in range(ROUNDS):
        kkm = KKMFactory()
        activate(kkm, at=now)
        sell(kkm, at=now)
        told = at_once(*[lambda kkm=kkm: journal.deregister(kkm=kkm, act=act(now)).number] * 2)
        assert sorted(told, key=str) == [4, "AlreadyDeregistered"]
        assert list(kkm.operations.order_by("number").values_list("kind", flat=True)) == [
            K.ACTIVATION,
            K.SALE,
            K.CLOSE_SHIFT,
            K.DEREGISTRATION,
        ]
        check_laws(kkm)


def test_of_two_activations_of_one_register_at_once_one_wins_and_one_is_told(transactional_db, now):
    for _ in range(ROUNDS):
        kkm = KKMFactory()
        told = at_once(
            lambda kkm=kkm: activate(kkm, at=now).number,
            lambda kkm=kkm: activate(kkm, at=now).number,
        )
        assert sorted(told, key=str) == [1, "AlreadyActive"]
        assert kkm.registrations.count() == 1


def test_of_two_registers_that_ask_for_one_number_at_once_one_gets_it(transactional_db, now):
    for n in range(ROUNDS):
        pair, number = KKMFactory.create_batch(2), f"00000000010{n}"
        told = at_once(
            *(
                lambda kkm=kkm, n=number: activate(kkm, at=now, registration_number=n).number
                for kkm in pair
            )
        )
        assert sorted(told, key=str) == [1, "RegistrationNumberTaken"]
        registration = Registration.objects.get(registration_number=number)
        taken = TakenRegistrationNumber.objects.get(registration_number=number)
        assert taken.kkm_id == registration.kkm_id
        assert FiscalOperation.objects.filter(kkm__in=pair).count() == 1


def test_a_number_asked_for_before_the_other_has_committed_is_taken_too(transactional_db, now):
    first, second = KKMFactory.create_batch(2)
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            activate(first, at=now, registration_number="000000000017")
            asked = thread.submit(
                at_once, lambda: activate(second, at=now, registration_number="000000000017").number
            )
            sleep(0.5)
            assert not asked.done()
        assert asked.result(timeout=60) == ["RegistrationNumberTaken"]
    assert not second.operations.exists()
    assert activate(second, at=now).number == 1


def test_one_external_number_sent_twice_at_once_is_one_operation(transactional_db, kkm, now):
    activate(kkm, at=now)
    for n in range(ROUNDS):
        same = ticket(at=now, external_number=f"k-{n}")
        first, second = at_once(*[lambda same=same: record(kkm, same).pk] * 2)
        assert first == second
    assert kkm.operations.count() == 1 + ROUNDS
    check_laws(kkm)


def test_one_shift_is_opened_and_closed_once_however_many_ask(transactional_db, kkm, now):
    activate(kkm, at=now)
    assert sorted(at_once(*[lambda: sell(kkm, at=now).number] * 4)) == [2, 3, 4, 5]
    assert kkm.shifts.count() == 1
    told = at_once(*[lambda: close(kkm, at=now).number] * 4)
    assert sorted(told, key=str) == [6, "NoOpenShift", "NoOpenShift", "NoOpenShift"]
    check_laws(kkm)


def test_what_is_refused_at_once_with_others_leaves_no_trace(transactional_db, now):
    kkm = KKMFactory()
    activate(kkm, at=now)
    sell(kkm, 100, at=now)
    out = Placement(kind=K.WITHDRAWAL, at=now, amount=tenge(60), **AHMETOVA)
    told = at_once(*[lambda: record(kkm, out).number] * 4)
    assert sorted(told, key=str) == [3, "NotEnoughCash", "NotEnoughCash", "NotEnoughCash"]
    assert kkm.operations.last().balance.cash == tenge(40)


@pytest.mark.parametrize("attempt", [1, 2])
def test_the_database_is_wiped_between_such_tests_and_guarded_again(transactional_db, now, attempt):
    assert (KKM.objects.count(), FiscalOperation.objects.count()) == (0, 0)
    kkm = KKMFactory()
    activate(kkm, at=now)
    with pytest.raises(Exception, match="append-only"):
        FiscalOperation.objects.all().delete()
    assert kkm.operations.count() == 1


def test_an_audit_that_runs_while_others_write_sign_and_look_raises_no_alarm(transactional_db, now):
    kkm, looker, done, verdicts = KKMFactory(), InspectorFactory(), Event(), []
    activate(kkm, at=now)

    def write():
        turns = 0
        while turns < 1000 and len({verdict.operations for verdict in verdicts}) < 20:
            turns += 1
            seen = sell(kkm, at=now)
            SeenHead.create_signed(user=looker, kkm=kkm, number=seen.number, seal=seen.seal, at=now)
            close(kkm, at=now)
        done.set()
        return turns

    def check():
        while not done.is_set():
            verdicts.append(audit_journal(kkm, anchors=remembered_heads(kkm)))

    turns, _ = at_once(write, check)
    assert [verdict.findings for verdict in verdicts if not verdict.holds] == []
    assert len({verdict.operations for verdict in verdicts}) >= 20
    assert audit_journal(kkm, anchors=remembered_heads(kkm)).operations == 1 + 2 * turns
