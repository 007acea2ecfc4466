"""Appends a second through the door, each durable, beside pgbench's transactions a second on the
same server.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from bench.ground import database, set_up
from bench.measured import Measured, by_turns, say
from bench.pgbench import initialise, pgbench, transactions_per_second
from bench.writers import BATCH, Order, rows_per_second, writers

WRITERS = 8


def measure(directory: Path, quick: bool) -> list[Measured]:
    """One writer and eight, tickets of one and of three positions, one by one and in batches."""
    pgbench()
    rounds, seconds = (3, 1) if quick else (5, 3)
    with database("appends") as url, database("pgbench") as beside:
        initialise(beside)
        set_up(url, migrate=True)
        lines = []
        for writing in (1, WRITERS):
            with writers(url, writing) as connections:
                ways = _ways(connections, beside, seconds)
                medians = by_turns(rounds, ways, f"appends, {writing} writing")
                say(", ".join(f"{name}: {rate:.0f}" for name, rate in medians.items()))
                lines += _lines(writing, medians)
        return lines


def _ways(connections: list, beside: str, seconds: int) -> dict[str, Callable[[], float]]:
    """pgbench and the door; with several writers also all of them at one register."""
    from bench.registers import new_register
    from bench.writers import FIRST_DAY

    def door(positions: int, batch: int, registers: int = len(connections)) -> Callable[[], float]:
        def rate() -> float:
            fresh = [new_register(opened=FIRST_DAY).pk for _ in range(registers)]
            return rows_per_second(
                connections,
                [
                    Order(kkm, seconds, positions, batch)
                    for _, kkm in zip(connections, cycle(fresh), strict=False)
                ],
            )

        return rate

    ways = {"pgbench": lambda: transactions_per_second(beside, len(connections), seconds)}
    ways |= {f"{positions}, one by one": door(positions, 1) for positions in (1, 3)}
    ways |= {f"{positions}, in batches": door(positions, BATCH) for positions in (1, 3)}
    if len(connections) > 1:
        ways["1, all at one register"] = door(1, 1, registers=1)
    return ways


def _lines(writing: int, medians: dict[str, float]) -> list[Measured]:
    aims = {"one by one": 0.25, "in batches": 2.0}
    lines = []
    for name, rate in medians.items():
        if name == "pgbench":
            continue
        positions, _, how = name.partition(", ")
        what = f"{writing} writer{'s' * (writing > 1)}, tickets of {positions} position{'s' * (positions != '1')}, {how}"
        lines.append(Measured("appends", what, rate / medians["pgbench"], aims.get(how)))
    return lines
