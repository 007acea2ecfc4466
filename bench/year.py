"""A year's fiscal report of one register: its totals from stored Z's, as reports.make.period has
them, and by folding its operations.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bench.ground import database, set_up
from bench.measured import Measured, by_turns, say, seconds

FIRST = date(2025, 1, 1)
SHIFTS = 365
SIZES = {60: "the country's mean", 300: "a supermarket"}


def measure(directory: Path, quick: bool) -> list[Measured]:
    """Registers of two sizes; `quick`: two months of them."""
    shifts = 60 if quick else SHIFTS
    with database("year") as url:
        set_up(url, migrate=True)
        built = {tickets: _register(tickets, shifts) for tickets in SIZES}
        _analyze()
        return [
            line
            for tickets, kkm in built.items()
            for line in _compared(kkm, tickets, shifts, 5 if quick else 15)
        ]


def _register(tickets: int, shifts: int):
    """A register with so many shifts of so many tickets, written through the door a shift at a
    time.
    """
    from bench.registers import day_of_trade, new_register
    from kkm import journal

    kkm = new_register(opened=FIRST)
    for number in range(shifts):
        if number % 73 == 0:
            say(
                f"year: writing the register with {tickets} tickets a shift, shift {number + 1} of {shifts}"
            )
        entries = day_of_trade(FIRST + timedelta(days=number), tickets, positions=3)
        journal.record_many(kkm=kkm, entries=entries, received_at=[entry.at for entry in entries])
    return kkm


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _compared(kkm, tickets: int, shifts: int, rounds: int) -> list[Measured]:
    from django.utils import timezone

    from kkm.domain.period import Period
    from kkm.domain.totals import Totals
    from kkm.models import FiscalOperation
    from kkm.models.fold import fold
    from reports import make, scope

    year = Period(FIRST, FIRST + timedelta(days=shifts - 1))

    def shifts_of_year():
        return scope.closed(kkm, year, timezone.localdate())

    def stored():
        return Totals.sum(shift.z.snapshot.totals for shift in shifts_of_year())

    def folded():
        return fold(
            FiscalOperation.objects.filter(shift__in=kkm.shifts.closed_within(*scope.bounds(year)))
        )

    def report():
        return make.period(kkm, shifts_of_year(), period=year, now=timezone.now(), by="bench")

    if stored() != folded():
        raise AssertionError("the stored Z's and the fold disagree")
    ways = {"stored": stored, "folded": folded, "report": report}
    medians = by_turns(
        rounds,
        {name: seconds(way) for name, way in ways.items()},
        f"year, {tickets} tickets a shift",
    )
    say(", ".join(f"{way} {1000 * median:.1f} ms" for way, median in medians.items()))
    size = f"{shifts} shifts × {tickets} tickets × 3 positions"
    whole = f"the whole report with its rows and identities, {medians['folded'] / medians['report']:.2f}"
    return [
        Measured(
            "year",
            f"{size}, {SIZES[tickets]}",
            medians["folded"] / medians["stored"],
            5.0,
            note=whole,
        )
    ]
