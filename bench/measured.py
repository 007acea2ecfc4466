"""Measured ratios, their aims, and the table of them."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table.

    `aim` is a bound of the ratio: an upper bound if `at_most`, else a lower one. Without an aim
    the line is a note. Where an absolute figure was promised, `ratio` is that figure and `what`
    names its unit.
    """

    part: str
    what: str
    ratio: float
    aim: float | None = None
    at_most: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the aim is reached, judged by the rounded figure that is printed."""
        shown = round(self.ratio, 2)
        if self.aim is None:
            return True
        if self.at_most:
            return shown <= self.aim
        return shown >= self.aim

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The cells of the line in the table."""
        ratio = f"{self.ratio:.2f}"
        if self.aim is None:
            return self.what, ratio, "", self.note
        sign = "≤" if self.at_most else "≥"
        verdict = "met" if self.met else "**missed**"
        return self.what, ratio, f"{sign} {self.aim:g}, {verdict}", self._remark()

    def _remark(self) -> str:
        """The note; where the aim is missed, also what takes the time."""
        if self.met:
            return self.note
        explanation = WHERE_TIME_GOES[self.part]
        if not self.note:
            return explanation
        return f"{self.note}; {explanation}"


HEADS = {
    "pdf": "A Z as PDF: time beside Chromium kept open",
    "year": ("A year's fiscal report: time by folding its operations beside time from stored Z's"),
    "appends": (
        "Durable appends a second: "
        "rows through the door beside transactions of pgbench (TPC-B-like)"
    ),
    "verification": (
        "Checking a journal of a million operations of three positions on one core: "
        "figures, not ratios"
    ),
    "api": (
        "Tickets a second through HTTP and through the door "
        "beside transactions of pgbench, eight connections each"
    ),
    "size": "The place of a ticket in PostgreSQL",
    "load": (
        "64 clients at 1,000 registers for ten minutes, "
        "through gunicorn behind pgbouncer on two cores: figures, not ratios"
    ),
    "pages": "Pages with 10,000 registers of one inspector, and eight users at once on two cores",
}

# Printed beside an aim that is missed.
WHERE_TIME_GOES = {
    "pdf": (
        "a quarter of a millisecond a line in WeasyPrint, in one thread: "
        "six tenths layout, three tenths drawing"
    ),
    "year": "half reading rows, half parsing snapshots",
    "appends": (
        "half Python around the statements, half the four statements: "
        "lock and state, operation, positions, commit"
    ),
    "verification": "two fifths reading rows, a seventh sealing, the rest recomputing in Python",
    "api": (
        "gunicorn and Python two thirds, PostgreSQL three tenths, "
        "the clients on the same cores the rest"
    ),
    "size": "positions are three fifths; a row has 24 bytes of header, and two indexes",
    "load": "the clients wait in turn for two cores: 64 tickets are always on their way",
    "pages": "two thirds Python and templates, one third PostgreSQL",
}


def table(lines: Iterable[Measured]) -> str:
    """A table in Markdown: for each part a heading, then its lines."""
    rows = ["| what | ratio | aim | |", "|---|---:|---|---|"]
    for part, of_part in groupby(lines, key=lambda line: line.part):
        rows.append(f"| **{HEADS[part]}** | | | |")
        for line in of_part:
            cells = " | ".join(line.cells)
            rows.append(f"| {cells} |")
    return "\n".join(rows)


def by_turns(
    rounds: int, ways: Mapping[str, Callable[[], float]], progress: str
) -> dict[str, float]:
    """Call each way once in a round and return the median result of each.

    The order is reversed from round to round.
    """
    results: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(rounds):
        # Five lines at most.
        if number * 5 % rounds < 5:
            say(f"{progress}: round {number + 1} of {rounds}")
        names.reverse()
        for name in names:
            results[name].append(ways[name]())
    return {name: statistics.median(values) for name, values in results.items()}


def seconds(work: Callable[[], object]) -> Callable[[], float]:
    """A function that calls `work` and returns how many seconds the call took."""

    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return timed


def say_rates(medians: Mapping[str, float]) -> None:
    """Print what each way does in a second."""
    shown = [f"{name}: {rate:.0f}" for name, rate in medians.items()]
    say(", ".join(shown))


def say_milliseconds(medians: Mapping[str, float], digits: int = 0) -> None:
    """Print how long each way takes. `medians` are in seconds."""
    shown = []
    for name, median in medians.items():
        shown.append(f"{name} {1000 * median:.{digits}f} ms")
    say(", ".join(shown))


def say(text: str) -> None:
    """Print progress on standard error."""
    print(text, file=sys.stderr, flush=True)
