"""The totals of a year's fiscal report of one register, computed in two ways.

One way takes them from stored Z's, as `reports.kinds.period` does.
The other folds the operations.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bench.ground import analyze, database, set_up
from bench.measured import Measured, by_turns, say, say_milliseconds, seconds

FIRST = date(2025, 1, 1)
SHIFTS = 365
# Tickets a shift, and the description of such a register.
SIZES = {60: "the country's mean", 300: "a supermarket"}


def measure(directory: Path, quick: bool) -> list[Measured]:
    """Compare the ways for registers of two sizes. `quick`: for two months."""
    shifts, rounds = (60, 5) if quick else (SHIFTS, 15)
    with database("year") as url:
        set_up(url, migrate=True)
        registers = {tickets: _register(tickets, shifts) for tickets in SIZES}
        analyze()
        lines = []
        for tickets, kkm in registers.items():
            lines.append(_compared(kkm, tickets, shifts, rounds))
        return lines


def _register(tickets: int, shifts: int):
    """A register with so many shifts of so many tickets.

    They are written through the door, a shift at a time.
    """
    from bench.registers import new_register, record_day

    kkm = new_register(opened=FIRST)
    for number in range(shifts):
        if number % 73 == 0:
            say(
                f"year: writing the register with {tickets} tickets a shift, "
                f"shift {number + 1} of {shifts}"
            )
        record_day(kkm, FIRST + timedelta(days=number), tickets)
    return kkm


def _compared(kkm, tickets: int, shifts: int, rounds: int) -> Measured:
    ways = _ways(kkm, shifts)
    if ways["stored"]() != ways["folded"]():
        raise AssertionError("the stored Z's and the fold disagree")
    timed = {name: seconds(way) for name, way in ways.items()}
    medians = by_turns(rounds, timed, f"year, {tickets} tickets a shift")
    say_milliseconds(medians, digits=1)
    whole = medians["folded"] / medians["report"]
    return Measured(
        part="year",
        what=f"{shifts} shifts × {tickets} tickets × 3 positions, {SIZES[tickets]}",
        ratio=medians["folded"] / medians["stored"],
        aim=5.0,
        note=f"the whole report with its rows and identities, {whole:.2f}",
    )


def _ways(kkm, shifts: int) -> dict:
    """The two ways to the totals, and the whole report."""
    from django.utils import timezone

    from kkm.domain.period import Period
    from kkm.domain.totals import Totals
    from kkm.models import FiscalOperation
    from kkm.reading.fold import fold
    from reports.kinds import period
    from reports.scope import ReportScope, closed_shifts

    year = Period(FIRST, FIRST + timedelta(days=shifts - 1))

    def shifts_of_year():
        return closed_shifts(kkm, year, timezone.localdate())

    def stored():
        return Totals.sum(shift.z.snapshot.totals for shift in shifts_of_year())

    def folded():
        return fold(FiscalOperation.objects.of_shifts(shifts_of_year()))

    def report():
        scope = ReportScope(
            kkm=kkm,
            shifts=shifts_of_year(),
            period=year,
            now=timezone.now(),
            by="bench",
        )
        return period.make(scope)

    return {"stored": stored, "folded": folded, "report": report}
