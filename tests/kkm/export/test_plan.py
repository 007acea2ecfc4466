"""Which operations an export of a period takes along: from the last Z before it, to the last
operation before its end.
"""

from datetime import timedelta

import pytest

from kkm import journal
from kkm.domain.period import Period
from kkm.export.plan import AT_ONCE, NothingToExport, plan
from kkm.models import FiscalOperation, SignedHead
from tests.kkm.export.making import TODAY, days
from tests.kkm.tampering import unlocked, update
from tests.stories import act, activate, close, deposit, sell, ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(kkm, now):
    """1: on the record on the 7th. 2–4: shift 1 on the 8th. 5, 6: blocked and unblocked. 7–9: shift
    2, from the 9th over midnight. 10: the open shift of the 12th.
    """
    activate(kkm, at=now - timedelta(days=5))
    deposit(kkm, 500, at=now - timedelta(days=4))
    sell(kkm, at=now - timedelta(days=4))
    close(kkm, at=now - timedelta(days=4))
    journal.block(kkm=kkm, act=act(now - timedelta(days=4), reason="неуплата"))
    journal.unblock(kkm=kkm, act=act(now - timedelta(days=4)))
    sell(kkm, at=now - timedelta(days=3))
    sell(kkm, at=now - timedelta(days=2, hours=11))
    close(kkm, at=now - timedelta(days=2, hours=10))
    sell(kkm, at=now)
    return kkm


def planned(kkm, period):
    found = plan(kkm, period, today=TODAY)
    return found.first, found.last


@pytest.mark.parametrize(
    ("first", "last", "numbers"),
    [
        ("2026-03-07", "2026-03-12", (1, 10)),
        ("2026-03-07", "2026-03-07", (1, 1)),
        ("2026-03-07", "2026-03-08", (1, 6)),
        ("2026-03-08", "2026-03-08", (1, 6)),  # before the 8th no shift was closed
        ("2026-03-09", "2026-03-09", (5, 7)),  # shift 2 is open at the end of the 9th
        (
            "2026-03-10",
            "2026-03-10",
            (5, 9),
        ),  # it began on the 9th: an export begins with a whole shift
        ("2026-03-10", "2026-03-12", (5, 10)),
        ("2026-03-11", "2026-03-12", (10, 10)),
        ("2026-03-12", "2026-03-12", (10, 10)),
    ],
)
def test_a_period_takes_whole_shifts_at_its_beginning_and_what_had_happened_at_its_end(
    worked, first, last, numbers
):
    assert planned(worked, days(first, last)) == numbers


def test_the_whole_journal_is_from_the_first_operation_to_the_last(worked):
    assert planned(worked, None) == (1, 10)
    assert plan(worked, None, today=TODAY).before is None


def test_the_whole_journal_has_also_what_happens_after_today(worked):
    with unlocked():
        worked.operations.filter(number=9).update(
            occurred_at="9999-12-31T12:00:00Z", received_at="9999-12-31T12:00:00Z"
        )
        worked.operations.filter(number=10).update(
            occurred_at="2031-01-01T12:00:00Z", received_at="2031-01-01T12:00:00Z"
        )
    assert planned(worked, None) == (1, 10)


def test_days_before_the_journal_and_after_today_are_cut_off(worked):
    found = plan(worked, days("1990-01-01", "2031-01-01"), today=TODAY)
    assert (found.period, found.name) == (
        days("2026-03-07", "2026-03-13"),
        f"{worked}_2026-03-07_2026-03-13",
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-11", "2026-03-11", "За этот период операций не было: 11.03.2026."),
        ("2026-03-01", "2026-03-06", "За этот период операций не было: 01.03.2026 — 06.03.2026."),
        ("2026-03-13", "2026-03-13", "За этот период операций не было: 13.03.2026."),
        ("2026-04-01", "2026-04-02", "За этот период операций не было: 01.04.2026 — 02.04.2026."),
    ],
)
def test_it_refuses_a_period_without_operations(worked, first, last, said):
    with pytest.raises(NothingToExport) as refused:
        planned(worked, days(first, last))
    assert str(refused.value) == said


def test_it_refuses_a_register_that_has_never_worked(kkm):
    with pytest.raises(NothingToExport, match="данных для выгрузки нет"):
        planned(kkm, None)


def test_what_stood_before_is_the_closing_with_its_head_and_the_state_of_the_register(worked):
    before = plan(worked, days("2026-03-09", "2026-03-09"), today=TODAY).before
    third, fourth = worked.operations.get(number=3), worked.operations.get(number=4)
    assert (before.operation.number, before.operation.seal, before.previous_seal) == (
        4,
        fourth.seal,
        third.seal,
    )
    assert (before.last_shift, before.active, before.blocked) == (1, True, False)
    assert before.head.text == SignedHead.objects.get(kkm=worked, number=4).text


def test_a_register_may_be_blocked_or_off_the_record_where_an_export_begins(kkm, now):
    activate(kkm, at=now - timedelta(days=5))
    sell(kkm, at=now - timedelta(days=5))
    journal.block(kkm=kkm, act=act(now - timedelta(days=5)))
    close(kkm, at=now - timedelta(days=5))
    journal.unblock(kkm=kkm, act=act(now - timedelta(days=3)))
    before = plan(kkm, days("2026-03-09", "2026-03-09"), today=TODAY).before
    assert (before.operation.number, before.active, before.blocked) == (4, True, True)


def test_heads_are_those_of_the_range(worked):
    def numbers(period):
        return [head.number for head in plan(worked, period, today=TODAY).heads()]

    assert numbers(None) == [1, 4, 9]
    assert numbers(days("2026-03-09", "2026-03-09")) == []
    assert numbers(days("2026-03-10", "2026-03-12")) == [9]


def test_a_head_of_what_is_no_longer_there_goes_along_to_the_end_of_the_journal(worked):
    with unlocked():
        SignedHead.objects.filter(kkm=worked, number=9).update(number=12)
    assert [head.number for head in plan(worked, None, today=TODAY).heads()] == [1, 4, 12]
    assert [
        head.number for head in plan(worked, days("2026-03-07", "2026-03-10"), today=TODAY).heads()
    ] == [1, 4]


def test_operations_come_in_stretches_and_none_is_lost_between_two(worked, now):
    entries = FiscalOperation.objects.filter(kkm=worked)
    found = plan(worked, None, today=TODAY)
    assert [[one.number for one in stretch] for stretch in found.stretches()] == [
        list(range(1, 11))
    ]
    with unlocked():
        # As far away as a number can be: no stretch is read for nothing.
        update(entries.get(number=7), number=2**31 - 1)
    stretches = list(plan(worked, None, today=TODAY).stretches())
    assert [one.number for stretch in stretches for one in stretch] == [
        1,
        2,
        3,
        4,
        5,
        6,
        8,
        9,
        10,
        2**31 - 1,
    ]


def test_a_long_journal_is_more_than_one_stretch(active_kkm, now):
    many = [ticket(at=now + timedelta(seconds=n)) for n in range(2 * AT_ONCE)]
    journal.record_many(kkm=active_kkm, entries=many, received_at=now + timedelta(hours=2))
    stretches = list(plan(active_kkm, Period.day(now.date()), today=TODAY).stretches())
    assert [len(stretch) for stretch in stretches] == [AT_ONCE, AT_ONCE, 1]
    assert [one.number for stretch in stretches for one in stretch] == list(
        range(1, 2 * AT_ONCE + 2)
    )
