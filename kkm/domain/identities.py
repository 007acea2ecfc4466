"""Equations that every report satisfies (domain.md 3): they are shown with it, and are tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kkm.domain.balance import Balance
from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.money import Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals


@dataclass(frozen=True, slots=True)
class Identity:
    """`name` is a key of the sentence, `kind` and `rate` its subject; it holds when both sides
    are equal.
    """

    name: str
    left: Money | int
    right: Money | int
    kind: OperationKind | None = None
    rate: int | None = None

    @property
    def holds(self) -> bool:
        """Whether there is no difference."""
        return self.left == self.right

    @property
    def difference(self) -> Money | int:
        """Left − right."""
        return self.left - self.right  # type: ignore[operator]  # both are of one type


def of_totals(totals: Totals) -> Iterator[Identity]:
    """Items 1, 2 and 5 for each kind of ticket."""
    for kind in TICKETS:
        amount = totals.money("amount", kind)
        goods = Money(sum(totals.over("goods", kind).values()))
        yield Identity(
            "goods",
            goods - totals.money("discount", kind) + totals.money("markup", kind),
            amount,
            kind,
        )
        yield Identity("payments", Money(sum(totals.over("paid", kind).values())), amount, kind)
        yield Identity("turnover", Money(sum(totals.over("turnover", kind).values())), amount, kind)


def of_ends(opening: Balance, totals: Totals, closing: Balance) -> Iterator[Identity]:
    """Items 3 and 4: closing = opening + turnover, for non-resettable totals, lifetime counts
    and cash.
    """
    for kind in TICKETS:
        yield Identity(
            "total", closing.total(kind) - opening.total(kind), totals.money("amount", kind), kind
        )
        yield Identity(
            "count", closing.count(kind) - opening.count(kind), totals.count("tickets", kind), kind
        )
    for kind in (OperationKind.DEPOSIT, OperationKind.WITHDRAWAL):
        yield Identity(
            "count",
            closing.count(kind) - opening.count(kind),
            totals.count("placements", kind),
            kind,
        )
    yield Identity("cash", opening.cash + totals.cash_flow, closing.cash)


def of_snapshot(snapshot: Snapshot) -> list[Identity]:
    """All that one shift must satisfy."""
    return [
        *of_totals(snapshot.totals),
        *of_ends(snapshot.opening, snapshot.totals, snapshot.closing),
    ]


def of_period(snapshots: Sequence[Snapshot], totals: Totals) -> list[Identity]:
    """All that consecutive closed shifts must satisfy, item 6 (no gaps, each opens as the last
    one closed) and item 7 included.
    """
    first, last = snapshots[0], snapshots[-1]
    gaps = Identity(
        "gaps", len(snapshots), last.heading.shift_number - first.heading.shift_number + 1
    )
    joints = sum(before.closing == after.opening for before, after in pairwise(snapshots))
    return [
        gaps,
        Identity("joints", joints, len(snapshots) - 1),
        *of_totals(totals),
        *of_ends(first.opening, totals, last.closing),
    ]


def of_split(parts: Sequence[Totals], whole: Totals) -> list[Identity]:
    """Item 7: the parts of a report add up to the whole."""
    total = Totals.sum(parts)
    return [
        Identity("split", total.money("amount", kind), whole.money("amount", kind), kind)
        for kind in TICKETS
    ]
