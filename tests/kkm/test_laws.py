"""The laws of the algebra, in Python and in the database, on whatever days a register may have."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from kkm import journal
from kkm.domain import identities
from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.ticket import ShiftClosing
from kkm.domain.totals import Totals
from kkm.models import FiscalOperation, ZReport
from kkm.reading.fold import fold, fold_by, snapshot_at
from tests.breadth import breadth
from tests.factories import KKMFactory, KKMModelFactory, TaxpayerFactory
from tests.kkm.chain import recomputed_seals, stored_seals
from tests.kkm.days import DAWN, days, entries, work
from tests.stories import activate

a_few = settings(max_examples=breadth(10, 30))
worths = entries.map(Totals.of)
splits = st.sampled_from(
    [
        ("shift_number",),
        ("actor_code", "actor_name"),
        ("kind",),
        ("offline",),
        ("number",),
        ("occurred_at",),
        ("shift_number", "actor_code", "kind"),
    ]
)


# -- Python ----------------------------------------------------------------------------------------


@given(worths)
def test_nothing_added_changes_nothing(a):
    assert a + Totals() == Totals() + a == a


@given(worths, worths)
def test_addition_does_not_mind_the_order(a, b):
    assert a + b == b + a


@given(worths, worths, worths)
def test_addition_does_not_mind_the_grouping(a, b, c):
    assert (a + b) + c == a + (b + c) == Totals.sum([a, b, c])


@given(st.lists(st.tuples(worths, st.integers(0, 3)), max_size=12))
def test_any_split_sums_to_the_whole(parted):
    whole = Totals.sum(worth for worth, _ in parted)
    parts = [Totals.sum(worth for worth, part in parted if part == n) for n in range(4)]
    assert Totals.sum(parts) == whole
    assert all(identity.holds for identity in identities.of_split(parts, whole))


@given(entries)
def test_every_entry_satisfies_the_identities_by_itself(entry):
    assert [
        identity for identity in identities.of_totals(Totals.of(entry)) if not identity.holds
    ] == []


@given(entries)
def test_turnover_is_made_of_positions_and_vat_lies_within_it(entry):
    totals = Totals.of(entry)
    for kind in TICKETS:
        for rate, vat in totals.over("vat", kind).items():
            lines = [line for line in entry.lines if str(line.rate) == rate]
            assert vat == sum(
                line.vat.tiyn if line.total.tiyn >= 0 else -line.vat.tiyn for line in lines
            )
            assert totals.over("turnover", kind).get(rate, 0) == sum(
                line.total.tiyn for line in lines
            )


# -- the database ----------------------------------------------------------------------------------


@pytest.mark.django_db
@a_few
@given(days)
def test_the_fold_of_the_database_is_that_of_python(day):
    worked = work(day, close_last=False)
    assert fold(worked.kkm.operations.all()) == Totals.sum(
        Totals.of(entry) for entry, _ in worked.taken
    )
    by_shift = fold_by(worked.kkm.operations.all(), "shift__number")
    assert by_shift == {
        (n,): Totals.sum(map(Totals.of, shift)) for n, shift in enumerate(worked.shifts, 1)
    }


@pytest.mark.django_db
@a_few
@given(days, splits)
def test_any_split_of_the_journal_sums_to_the_whole(day, split):
    operations = work(day, close_last=False).kkm.operations.all()
    assert Totals.sum(fold_by(operations, *split).values()) == fold(operations)


@pytest.mark.django_db
@a_few
@given(days)
def test_a_z_is_the_x_at_its_closing_and_its_own_document(day):
    worked = work(day, close_last=False)
    shift = worked.kkm.open_shift
    if shift is None:
        return
    at = worked.taken[-1][0].at
    x = snapshot_at(shift, at=at)
    z = journal.record(
        kkm=worked.kkm, entry=ShiftClosing(at=at), received_at=at + timedelta(days=4)
    ).operation.z.snapshot
    assert z.totals == x.totals + Totals({"documents": 1})
    assert (z.opening, z.closing) == (x.opening, x.closing)
    frozen, shown = z.heading.frozen, x.heading.frozen
    differ = {name for name in frozen if frozen[name] != shown[name]}
    assert differ <= {"closed_at", "last_number", "cashier_code", "cashier_name"}


@pytest.mark.django_db
@a_few
@given(days)
def test_shifts_are_frozen_true_and_joined_end_to_end(day):
    worked = work(day)
    zs = list(
        ZReport.objects.filter(shift__kkm=worked.kkm)
        .order_by("shift__number")
        .select_related("shift", "operation")
    )
    snapshots = [z.snapshot for z in zs]
    assert [z.shift.number for z in zs] == list(range(1, len(worked.shifts) + 1))
    for z, snapshot, taken in zip(zs, snapshots, worked.shifts, strict=True):
        assert (
            snapshot.totals == fold(z.shift.operations.all()) == Totals.sum(map(Totals.of, taken))
        )
        assert snapshot.closing == z.operation.balance
        assert snapshot.text == snapshot_at(z.shift, at=z.shift.closed_at).text
        assert [
            identity for identity in identities.of_snapshot(snapshot) if not identity.holds
        ] == []
    assert all(before.closing == after.opening for before, after in pairwise(snapshots))
    if snapshots:
        total = Totals.sum(snapshot.totals for snapshot in snapshots)
        assert total == fold(worked.kkm.operations.all())
        assert [
            identity for identity in identities.of_period(snapshots, total) if not identity.holds
        ] == []


@pytest.mark.django_db
@a_few
@given(days)
def test_the_journal_has_no_gaps_and_its_balances_and_seals_follow_one_another(day):
    worked = work(day, close_last=False)
    operations = list(FiscalOperation.objects.filter(kkm=worked.kkm).order_by("number"))
    assert [operation.number for operation in operations] == list(range(1, len(worked.taken) + 2))
    for before, after in pairwise(operations):
        assert after.balance == before.balance.after(
            OperationKind(after.kind), after.amount, after.cash
        )
        assert all(
            now >= then for now, then in zip(after.balance[:10], before.balance[:10], strict=True)
        )
        assert after.balance.cash.tiyn >= 0
    spans = list(worked.kkm.shifts.order_by("number").values_list("first_number", "last_number"))
    assert [first for first, _ in spans] == [
        2,
        *(last + 1 for _, last in spans if last is not None),
    ][: len(spans)]
    assert stored_seals(worked.kkm) == recomputed_seals(worked.kkm)


@pytest.mark.django_db
@a_few
@given(days, st.integers(1, 14))
def test_one_by_one_and_in_batches_the_seals_are_the_same(day, size):
    kkm = KKMFactory.build(model=KKMModelFactory(), taxpayer=TaxpayerFactory(), ofd=None)
    with transaction.atomic():
        single = work(day, kkm=kkm)
        number, expected = kkm.open_registration.registration_number, stored_seals(kkm)
        transaction.set_rollback(True)
    again = KKMFactory(serial_number=kkm.serial_number, taxpayer=kkm.taxpayer, ofd=None)
    activate(again, at=DAWN, registration_number=number)
    for start in range(0, len(single.taken), size):
        some = single.taken[start : start + size]
        journal.record_many(
            kkm=again,
            entries=[entry for entry, _ in some],
            received_at=[received for _, received in some],
        )
    assert stored_seals(again) == expected
