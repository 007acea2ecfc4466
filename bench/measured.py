"""Ratios, their aims, and the table of them."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table. `aim` is a bound of the ratio, its direction told by `at_most`; None:
    a note, nothing was promised.

    Where no ratio was promised but a figure, `ratio` is the figure, and `what` says of what.
    """

    part: str
    what: str
    ratio: float
    aim: float | None = None
    at_most: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the aim is reached; judged as printed."""
        shown = round(self.ratio, 2)
        return self.aim is None or (shown <= self.aim if self.at_most else shown >= self.aim)

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """As the table shows it."""
        if self.aim is None:
            return self.what, f"{self.ratio:.2f}", "", self.note
        verdict = "met" if self.met else "**missed**"
        note = (
            self.note
            if self.met
            else "; ".join(filter(None, [self.note, WHERE_TIME_GOES[self.part]]))
        )
        return (
            self.what,
            f"{self.ratio:.2f}",
            f"{'≤' if self.at_most else '≥'} {self.aim:g}, {verdict}",
            note,
        )


HEADS = {
    "pdf": "A Z as PDF: time beside Chromium kept open",
    "year": "A year's fiscal report: time by folding its operations beside time from stored Z's",
    "appends": "Durable appends a second: rows through the door beside transactions of pgbench (TPC-B-like)",
    "verification": "Checking a journal of a million operations of three positions on one core: figures, not ratios",
    "api": "Tickets a second through HTTP and through the door beside transactions of pgbench, eight connections each",
}

WHERE_TIME_GOES = {  # said of an aim that is missed
    "pdf": "a quarter of a millisecond a line in WeasyPrint, in one thread: six tenths layout, three tenths drawing",
    "year": "half reading rows, half parsing snapshots",
    "appends": "half Python around the statements, half the four statements: lock and state, operation, positions, commit",
    "verification": "two fifths reading rows, a seventh sealing, the rest recomputing in Python",
    "api": "gunicorn and Python two thirds, PostgreSQL three tenths, the clients on the same cores the rest",
}


def table(lines: Iterable[Measured]) -> str:
    """Markdown: a heading line for each part, then its ratios."""
    rows = ["| what | ratio | aim | |", "|---|---:|---|---|"]
    for part, of_part in groupby(lines, key=lambda line: line.part):
        rows.append(f"| **{HEADS[part]}** | | | |")
        rows += ["| " + " | ".join(line.cells) + " |" for line in of_part]
    return "\n".join(rows)


def by_turns(
    rounds: int, ways: Mapping[str, Callable[[], float]], progress: str
) -> dict[str, float]:
    """Call each way once a round and give the medians of what they return; the order turns round
    by round.
    """
    results: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        if number * 5 % rounds < 5:  # five lines at most
            say(f"{progress}: round {number + 1} of {rounds}")
        for name in list(ways) if number % 2 else list(reversed(ways)):
            results[name].append(ways[name]())
    return {name: statistics.median(values) for name, values in results.items()}


def seconds(work: Callable[[], object]) -> Callable[[], float]:
    """How long a call of `work` takes."""

    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return timed


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)
