"""Random working days: what a register might ask to be recorded, whatever it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from kkm import journal
from kkm.domain.kinds import PLACEMENTS, TICKETS, PaymentType, PositionRole
from kkm.domain.money import Money
from kkm.domain.ticket import Entry, Modifier, Placement, Position, ShiftClosing, Ticket, goods_of
from kkm.errors import NoOpenShift, NotEnoughCash, ShiftTooLong
from kkm.models import KKM
from tests.factories import KKMFactory
from tests.stories import activate

DAWN = datetime(2026, 3, 1, 3, tzinfo=UTC)
CASHIERS = (("1", "Ахметова А.К."), ("2", "Ибраев Д.С."), ("", ""))
rates = st.sampled_from([16_000, 10_000, 5_000, 0, None])


def sums(most: int) -> st.SearchStrategy[int]:
    """Tiyn; zero and the whole often enough."""
    return st.just(0) | st.just(most) | st.integers(0, most)


@st.composite
def positions(draw) -> Position:
    quantity, price = draw(st.integers(1, 3_000)), Money(draw(st.integers(0, 100_000)))
    goods = goods_of(quantity, price)
    if draw(st.booleans()):
        goods = Money((goods.tiyn + 50) // 100 * 100)
    markup = draw(st.just(0) | st.integers(0, 5_000))
    discount = draw(st.just(0) | sums(goods.tiyn + markup))
    section = draw(st.sampled_from(["01", "02", "10", ""]))
    shares = {"goods": goods, "discount": Money(discount), "markup": Money(markup)}
    return Position(
        name="Товар", quantity=quantity, price=price, section=section, rate=draw(rates), **shares
    )


@st.composite
def modifiers(draw, lines: Sequence[Position]) -> tuple[Modifier, ...]:
    """A discount takes no more than the ticket costs, one with a rate no more than was sold at
    it: often all of it.
    """
    left = Counter()
    for line in lines:
        left[line.rate] += line.total.tiyn
    found = []
    for role in draw(
        st.lists(st.sampled_from([PositionRole.DISCOUNT, PositionRole.MARKUP]), max_size=3)
    ):
        is_discount = role == PositionRole.DISCOUNT
        whole = sum(left.values())
        rate = draw(rates)
        most = whole if rate is None else min(whole, left[rate])
        amount = draw(sums(most) if is_discount else st.integers(0, 5_000))
        if amount:
            found.append(Modifier(role=role, amount=Money(amount), rate=rate))
            left[rate] += -amount if is_discount else amount
    return tuple(found)


@st.composite
def tickets(draw) -> Ticket:
    lines = tuple(draw(st.lists(positions(), min_size=1, max_size=3)))
    whole = draw(modifiers(lines))
    left = sum(line.total.tiyn for line in (*lines, *whole))
    payments = {}
    for payment in draw(
        st.lists(st.sampled_from(PaymentType), min_size=1, max_size=3, unique=True)
    ):
        payments[payment] = Money(draw(sums(left)))
        left -= payments[payment].tiyn
    payments[payment] += Money(left)
    kind = draw(st.sampled_from([*TICKETS, TICKETS[0], TICKETS[0]]))
    change = Money(draw(st.just(0) | st.integers(0, 50_000)))
    return Ticket(
        at=DAWN,
        kind=kind,
        positions=lines,
        modifiers=whole,
        payments=payments,
        change=change,
        **draw(whos()),
    )


@st.composite
def whos(draw) -> dict:
    code, name = draw(st.sampled_from(CASHIERS))
    return {"actor_code": code, "actor_name": name, "offline": draw(st.booleans())}


placements = st.builds(
    lambda kind, amount, who: Placement(at=DAWN, kind=kind, amount=Money(amount), **who),
    st.sampled_from(PLACEMENTS),
    st.integers(1, 200_000),
    whos(),
)
closings = st.builds(lambda who: ShiftClosing(at=DAWN, **who), whos())
entries = st.one_of(tickets(), tickets(), tickets(), placements, closings)
# Each with the minutes since the one before, and the minutes that it took to come to us.
days = st.lists(
    st.tuples(entries, st.sampled_from([0, 1, 7, 200, 700]), st.sampled_from([0, 1, 72 * 60])),
    min_size=1,
    max_size=14,
)


def clocked(day: Sequence) -> list[tuple[Entry, datetime]]:
    """Entries of a day with their times, and their times of receipt."""
    at, told = DAWN + timedelta(hours=1), []
    for entry, pause, delay in day:
        at += timedelta(minutes=pause)
        told.append((replace(entry, at=at), at + timedelta(minutes=delay)))
    return told


@dataclass
class Worked:
    """A register that has worked: what it asked for and what was taken, shift by shift."""

    kkm: KKM
    taken: list[tuple[Entry, datetime]]
    shifts: list[list[Entry]]


def work(day: Sequence, *, kkm: KKM | None = None, close_last: bool = True) -> Worked:
    """Drive a day through the door. What a real register could not do either (no cash, no shift) is
    left out; a shift that lasts too long is closed.
    """
    kkm = kkm or KKMFactory()
    kkm.save()
    activate(kkm, at=DAWN)
    worked = Worked(kkm, [], [[]])
    for entry, received_at in clocked(day):
        try:
            _take(worked, entry, received_at)
        except ShiftTooLong:
            _take(worked, ShiftClosing(at=entry.at), received_at)
        except (NotEnoughCash, NoOpenShift):
            continue
    if close_last and worked.shifts[-1]:
        _take(worked, ShiftClosing(at=entry.at), received_at)
    worked.shifts = [shift for shift in worked.shifts if shift]
    return worked


def _take(worked: Worked, entry: Entry, received_at: datetime) -> None:
    journal.record(kkm=worked.kkm, entry=entry, received_at=received_at)
    worked.taken.append((entry, received_at))
    worked.shifts[-1].append(entry)
    if isinstance(entry, ShiftClosing):
        worked.shifts.append([])
