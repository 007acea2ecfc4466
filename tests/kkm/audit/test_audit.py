"""Whatever is changed in a journal behind the door's back is found, and named at the operation
where it begins.

More than a thousand single mutations, chosen by seeded dice, each at the database with the triggers
off and taken back after it.
"""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import models
from hypothesis import given, settings

from kkm import journal
from kkm.audit.audit import full_audit
from kkm.domain.anchor import Anchor
from kkm.domain.finding import Finding, Rule
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Entry, Modifier, Placement, Position, ShiftClosing, Ticket
from kkm.models import KKM
from tests.breadth import breadth
from tests.factories import KKMFactory, KKMModelFactory, OFDFactory, TaxpayerFactory
from tests.kkm import journals
from tests.kkm.days import days, work
from tests.kkm.forger import CHANGES, HEADS, NOT_MADE_WHOLE, heads_by_a_thief, rewrite
from tests.kkm.tampering import FISCAL, ROWS, World, columns, cut, edit, taken_back, unlocked
from tests.stories import AHMETOVA, act, activate, restate, sell, ticket

pytestmark = pytest.mark.django_db

EDITS = breadth(1, 9)  # of each column
TIMES = breadth(2, 8)  # of each way with rows
LONGEST = 50  # operations of a tail: it is cut by one, by two, …
FORGERIES = breadth(1, 6)  # of each change with each fate of the signed heads
ALL_COLUMNS = [(model, field) for model in FISCAL for field in columns(model)]
TOGETHER = 33  # columns in one test
COLUMNS = [ALL_COLUMNS[start : start + TOGETHER] for start in range(0, len(ALL_COLUMNS), TOGETHER)]
ROUNDS = breadth(2, 10)
JOURNALS = 50  # clean ones in a round


@pytest.fixture
def world(request, kkm, now) -> World:
    """Two registers that have worked: two registrations, shifts closed and open, lines of every
    kind. Each test has dice of its own.
    """
    return worked_world(request.node.name, kkm, now, moves=True)


def worked_world(name: str, kkm: KKM, now: datetime, *, moves: bool) -> World:
    """Its register may have moved to another address."""
    other = KKMFactory()
    _work(other, now - timedelta(days=9), shifts=2)
    _work(kkm, now - timedelta(days=5), shifts=3, moves=moves)
    KKMFactory()  # a third one, without a journal: there is room in it for any number
    return World(kkm, other, random.Random(f"626 {name}"))


def _work(kkm: KKM, day: datetime, *, shifts: int, moves: bool = False) -> None:
    activate(kkm, at=day)
    if moves:
        restate(kkm, at=day, address="г. Астана, пр. Абая, д. 1")
    for shift in range(shifts):
        entries = _shift(f"{kkm}-{shift}", day + timedelta(hours=20 * shift, minutes=5))
        times = [entry.at + timedelta(hours=entry.offline) for entry in entries]
        journal.record_many(kkm=kkm, entries=entries, received_at=times)
    end = day + timedelta(hours=20 * shifts)
    journal.block(kkm=kkm, act=act(end, reason="неуплата"))
    journal.unblock(kkm=kkm, act=act(end))
    journal.deregister(kkm=kkm, act=act(end + timedelta(hours=1)))
    activate(kkm, at=end + timedelta(hours=2))
    sell(kkm, at=end + timedelta(hours=2))
    sell(kkm, at=end + timedelta(hours=2, minutes=1))


def _shift(name: str, at: datetime) -> list[Entry]:
    """A shift of seventeen documents: every kind, paid in every way, with and without VAT, one
    offline.
    """
    k, clock = OperationKind, iter(at + timedelta(minutes=minutes) for minutes in range(60))
    sales = [
        ticket(700 + n, at=next(clock), external_number=f"{name}-{n}", section=f"0{n % 3}")
        for n in range(7)
    ]
    return [
        Placement(kind=k.DEPOSIT, at=at, amount=tenge(5_000), **AHMETOVA),
        *sales,
        *(
            ticket(150, at=next(clock), payment=payment, rate=5_000)
            for payment in (PaymentType.CREDIT, PaymentType.TARE)
        ),
        ticket(300, at=next(clock), kind=k.SALE_RETURN, payment=PaymentType.CARD, rate=None),
        ticket(200, at=next(clock), kind=k.PURCHASE, rate=0),
        ticket(100, at=next(clock), kind=k.PURCHASE_RETURN, payment=PaymentType.MOBILE),
        ticket(900, at=next(clock), offline=True, change=Money(100_00)),
        _many_lines(next(clock)),
        Placement(kind=k.WITHDRAWAL, at=next(clock), amount=tenge(1_000), **AHMETOVA),
        ShiftClosing(at=next(clock), **AHMETOVA),
    ]


def _many_lines(at: datetime) -> Ticket:
    lines = tuple(
        Position(name=name, quantity=1000, price=tenge(price), section="01", rate=16_000)
        for name, price in (("Сыр", 90), ("Чай", 70))
    )
    whole = (Modifier(role=PositionRole.DISCOUNT, amount=Money(1_000), rate=16_000),)
    return Ticket(
        at=at,
        kind=OperationKind.SALE,
        positions=lines,
        modifiers=whole,
        payments={PaymentType.CASH: tenge(150)},
    )


def remembered(world: World) -> list[Anchor]:
    """An inspector has seen the end of the journal."""
    return [Anchor(world.head.number, world.head.seal, Rule.MEMORY, "Сериков Н.Б.")]


def told_of(
    world: World, tamper: Callable[[], set[int]], anchors: Sequence[Anchor]
) -> tuple[list[Finding], set[int]]:
    """What the audit finds of a tampering, and the numbers at which it may begin."""
    with taken_back():
        may = tamper()
        return list(full_audit(world.kkm, anchors=anchors).findings), may


def found(world: World, tamper: Callable[[], set[int]], anchors: Sequence[Anchor]) -> str:
    """Empty when the tampering was found where it begins; else what went wrong."""
    findings, may = told_of(world, tamper, anchors)
    if not findings:
        return "unnoticed"
    return "" if findings[0].number in may else f"found at {findings[0]}, not at {sorted(may)[:3]}"


def missed(world: World, ways: Sequence[tuple[str, Callable[[], set[int]]]]) -> list[str]:
    """Names of the ways that were not found where they begin, and why."""
    anchors = remembered(world)
    with unlocked():
        return [
            f"{name}: {told}" for name, tamper in ways if (told := found(world, tamper, anchors))
        ]


# -- a thousand mutations --------------------------------------------------------------------------


def test_there_are_more_than_a_thousand():
    forgeries = FORGERIES * len(CHANGES + NOT_MADE_WHOLE) * len(HEADS)
    assert EDITS * len(ALL_COLUMNS) + TIMES * len(ROWS) + LONGEST + forgeries >= breadth(150, 1_000)


def test_the_untouched_register_is_clean_and_has_everything(world):
    assert full_audit(world.kkm, anchors=remembered(world)).findings == ()
    assert set(world.kkm.operations.values_list("kind", flat=True)) == set(OperationKind)
    assert world.head.number > LONGEST


@pytest.mark.parametrize(
    "fields",
    COLUMNS,
    ids=lambda fields: "-".join(f"{model.__name__}.{field.name}" for model, field in fields[::32]),
)
def test_every_edit_of_every_column_is_found_where_it_is(
    world, fields: list[tuple[type[models.Model], models.Field]]
):
    ways = [
        (f"{field} {attempt}", partial(edit, world, model, field))
        for model, field in fields
        for attempt in range(EDITS)
    ]
    assert missed(world, ways) == []


@pytest.mark.parametrize("tamper", ROWS, ids=lambda tamper: tamper.__name__)
def test_rows_removed_inserted_swapped_doubled_or_moved_are_found(world, tamper):
    assert missed(world, [(str(attempt), partial(tamper, world)) for attempt in range(TIMES)]) == []


def test_a_tail_cut_by_one_to_fifty_is_found(world):
    assert (
        missed(
            world, [(str(length), partial(cut, world, length)) for length in range(1, LONGEST + 1)]
        )
        == []
    )


@pytest.mark.parametrize("heads", HEADS, ids=lambda heads: heads.__name__)
def test_a_suffix_written_anew_with_all_seals_recomputed_is_found_by_the_first_that_knows_better(
    world, heads
):
    seen = remembered(world)
    changes = [change for change in CHANGES + NOT_MADE_WHOLE for _attempt in range(FORGERIES)]
    assert (
        missed(
            world,
            [(change.__name__, partial(rewrite, world, change, heads, seen)) for change in changes],
        )
        == []
    )


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_suffix_written_anew_is_found_by_signatures_alone_up_to_the_last_of_them(world, change):
    with unlocked():
        told = [
            told_of(world, partial(rewrite, world, change, heads, ()), ())
            for heads in HEADS
            for _attempt in range(breadth(1, 2))
        ]
    assert [{finding.number for finding in findings[:1]} for findings, _may in told] == [
        may for _findings, may in told
    ]
    assert any(findings for findings, _may in told)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_suffix_written_anew_by_a_thief_of_the_key_is_found_by_who_has_seen_the_head_and_by_nobody_else(
    world, change
):
    seen = remembered(world)
    with unlocked():
        told = [
            told_of(world, partial(rewrite, world, change, heads_by_a_thief, anchors), anchors)
            for anchors in (seen, ())
        ]
    (by_memory, last), (by_itself, nowhere) = told
    assert (
        [(finding.number, finding.rule) for finding in by_memory]
        == [(number, Rule.MEMORY) for number in last]
        != []
    )
    assert (by_itself, nowhere) == ([], set())


def test_another_serial_number_breaks_every_seal(world):
    world.kkm.serial_number = "ALS99999999"
    assert full_audit(world.kkm).findings[0].number == 1


# -- and no alarm ----------------------------------------------------------------------------------


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_no_alarm_on_fifty_clean_random_journals(db, round_):
    dice = random.Random(f"626 clean {round_}")
    made = {
        "model": KKMModelFactory(),
        "taxpayer": TaxpayerFactory(),
        "ofd": OFDFactory(),
        "made_in": 2025,
    }
    registers = KKM.objects.bulk_create(
        KKM(serial_number=f"CLEAN{round_:02}{n:03}", **made) for n in range(JOURNALS)
    )
    for kkm in registers:
        journals.write(kkm, dice)
    assert [
        full_audit(kkm, anchors=remembered(World(kkm, kkm, dice))).findings for kkm in registers
    ] == [()] * JOURNALS


@given(days)
@settings(max_examples=breadth(10, 30))
def test_no_alarm_on_an_odd_day(db, day):
    worked = work(day)
    assert (
        full_audit(
            worked.kkm, anchors=remembered(World(worked.kkm, worked.kkm, random.Random(626)))
        ).findings
        == ()
    )


def test_a_register_without_a_journal_is_clean(kkm):
    verdict = full_audit(kkm)
    assert verdict.holds
    assert verdict.operations == 0
