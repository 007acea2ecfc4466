"""Durable appends a second through the door, beside transactions of pgbench on the same server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.ground import database, set_up
from bench.measured import Measured, by_turns, say_rates
from bench.pgbench import initialise, pgbench, transactions_per_second
from bench.writers import BATCH, Order, rows_per_second, writers

WRITERS = 8
AIMS = {"one by one": 0.25, "in batches": 2.0}


def measure(directory: Path, quick: bool) -> list[Measured]:
    """One writer and eight; tickets of one and of three positions; one by one and in batches."""
    pgbench()
    rounds, seconds = (3, 1) if quick else (5, 3)
    with database("appends") as url, database("pgbench") as beside:
        initialise(beside)
        set_up(url, migrate=True)
        lines = []
        for count in (1, WRITERS):
            with writers(url, count) as connections:
                ways = _ways(connections, beside, seconds)
                medians = by_turns(rounds, ways, f"appends, {count} writing")
                say_rates(medians)
                lines += _lines(count, medians)
        return lines


def _ways(connections: list, beside: str, seconds: int) -> dict[str, Callable[[], float]]:
    """pgbench and the door; with several writers also all of them at one register."""
    count = len(connections)

    def door(positions: int, batch: int, registers: int = count) -> Callable[[], float]:
        def rate() -> float:
            kkms = _new_registers(registers)
            orders = []
            for index in range(count):
                kkm = kkms[index % registers]
                orders.append(Order(kkm, seconds, positions, batch))
            return rows_per_second(connections, orders)

        return rate

    ways = {
        "pgbench": lambda: transactions_per_second(beside, count, seconds),
        "1, one by one": door(1, 1),
        "3, one by one": door(3, 1),
        "1, in batches": door(1, BATCH),
        "3, in batches": door(3, BATCH),
    }
    if count > 1:
        ways["1, all at one register"] = door(1, 1, registers=1)
    return ways


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
