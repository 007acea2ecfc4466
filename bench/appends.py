"""Durable appends a second through the door, beside transactions of pgbench on the same server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ground import database, pooled, set_up
from bench.measured import Measured, by_turns, say_rates
from bench.pgbench import initialise, pgbench, transactions_per_second
from bench.writers import BATCH, Order, rows_per_second, writers

WRITERS = 8
# Connections of pgbouncer to the database, fewer than there are writers.
POOL = 4
POOLED = "one by one through pgbouncer"
AIMS = {"one by one": 0.25, POOLED: 0.25, "in batches": 2.0}


def measure(directory: Path, quick: bool) -> list[Measured]:
    """One writer and eight; tickets of one and of three positions; one by one and in batches; eight
    also through pgbouncer.
    """
    pgbench()
    rounds, seconds = (3, 1) if quick else (5, 3)
    with database("appends") as url, database("pgbench") as beside:
        initialise(beside)
        set_up(url, migrate=True)
        lines = []
        for count in (1, WRITERS):
            with writers(url, count) as connections, _pooled(directory, count) as through:
                ways = _ways(connections, beside, seconds)
                if through:
                    ways[f"1, {POOLED}"] = _door(through, seconds, 1, 1, count)
                medians = by_turns(rounds, ways, f"appends, {count} writing")
                say_rates(medians)
                lines += _lines(count, medians)
        return lines


@contextmanager
def _pooled(directory: Path, count: int) -> Iterator[list]:
    """Connections to so many writers that come to the same database through pgbouncer; to none
    where there is but one writer.
    """
    if count <= POOL:
        yield []
        return
    with pooled(directory, POOL) as url, writers(url, count) as connections:
        yield connections


def _ways(connections: list, beside: str, seconds: int) -> dict[str, Callable[[], float]]:
    """pgbench and the door; with several writers also all of them at one register."""
    count = len(connections)
    ways = {
        "pgbench": lambda: transactions_per_second(beside, count, seconds),
        "1, one by one": _door(connections, seconds, 1, 1, count),
        "3, one by one": _door(connections, seconds, 3, 1, count),
        "1, in batches": _door(connections, seconds, 1, BATCH, count),
        "3, in batches": _door(connections, seconds, 3, BATCH, count),
    }
    if count > 1:
        ways["1, all at one register"] = _door(connections, seconds, 1, 1, registers=1)
    return ways


def _door(
    connections: list, seconds: int, positions: int, batch: int, registers: int
) -> Callable[[], float]:
    """What lets each writer write for some seconds, and gives rows a second of all."""

    def rate() -> float:
        kkms = _new_registers(registers)
        orders = []
        for index in range(len(connections)):
            kkm = kkms[index % registers]
            orders.append(Order(kkm, seconds, positions, batch))
        return rows_per_second(connections, orders)

    return rate


def _new_registers(count: int) -> list[int]:
    """Primary keys of new registers."""
    from bench.registers import new_register
    from bench.writers import FIRST_DAY

    return [new_register(opened=FIRST_DAY).pk for _ in range(count)]


def _lines(count: int, medians: dict[str, float]) -> list[Measured]:
    beside = medians["pgbench"]
    lines = []
    for name, rate in medians.items():
        if name == "pgbench":
            continue
        positions, _, how = name.partition(", ")
        writing = _counted(count, "writer")
        size = _counted(int(positions), "position")
        what = f"{writing}, tickets of {size}, {how}"
        lines.append(Measured("appends", what, rate / beside, AIMS.get(how)))
    return lines


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"{count} {noun}"
    return f"{count} {noun}s"
