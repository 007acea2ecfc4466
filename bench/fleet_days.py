"""Days of trade that registers of a fleet share, as the demo world's shops trade.

Every entry is made once; each register seals it into its own journal. Django must be set up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from kkm.demo.hours import Calendar, Window, windows
from kkm.demo.reference import Place, State, places
from kkm.demo.shifts import Till
from kkm.domain.kinds import RETURNED, OperationKind
from kkm.domain.ticket import Document, Ticket
from kkm.domain.totals import Totals

# How many weeks of trade there are; registers take turns with them.
WEEKS = 24
KEPT = 3


class Day(NamedTuple):
    """A shift: its documents, the last of which closes it, and when each was received.

    `totals` is what its Z says.
    """

    entries: Sequence[Document]
    received: Sequence[datetime]
    totals: Totals


class Week(NamedTuple):
    """What a register does from its activation on.

    `place` has the trade: the sections and cashiers that the entries name.
    """

    place: Place
    activated_at: datetime
    days: Sequence[Day]


def weeks(now: datetime, days: int) -> list[Week]:
    """Weeks of the working shops of the demo world, which end before the day of `now`."""
    working = []
    for place in places(len(State) * 2):
        if place.state in (State.OPEN, State.CLOSED) and not place.halves:
            working.append(replace(place, state=State.CLOSED))
    found = []
    for number in range(WEEKS):
        place = working[number % len(working)]
        found.append(_week(place, now, days, number))
    return found


def _week(place: Place, now: datetime, days: int, seed: int) -> Week:
    # The shops rest on some days: more of them are tried.
    calendar = Calendar(now, 2 * days)
    # Not for secrets.
    till = Till(place, calendar, Random(seed))
    open_days = list(windows(place, calendar))[-days:]
    made = []
    for window in open_days:
        made.append(_day(till, window))
    activated_at = open_days[0].opens - timedelta(hours=20)
    return Week(place, activated_at, made)


def _day(till: Till, window: Window) -> Day:
    entries = list(map(_without_basis, till.shift(window)))
    till.sold = _kept(entries)
    received = list(map(till.received, entries))
    totals = Totals.sum(map(Totals.of, entries))
    return Day(entries, received, totals)


def _kept(entries: Sequence[Document]) -> list[tuple[Ticket, dict]]:
    """Sales that may be returned on the next day."""
    sales = []
    for entry in entries:
        if entry.kind == OperationKind.SALE and isinstance(entry, Ticket):
            sales.append((entry, {}))
    return sales[:KEPT]


def _without_basis(entry: Document) -> Document:
    """A return does not say of what: the fiscal sign of the sale is another in each register."""
    if entry.kind not in RETURNED:
        return entry
    return replace(entry, details={})
