"""Processes that write through the door, each with Django and a connection of its own, started
once and asked many times.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from multiprocessing import get_context
from time import perf_counter
from typing import NamedTuple

from bench.ground import set_up

FIRST_DAY = date(2026, 1, 12)
_TICKETS = (
    40_000  # made before the clock starts, dealt out to the writers; more than they get through
)
BATCH = 100


class Order(NamedTuple):
    """What a writer is asked: onto which fresh register, for how long, tickets of how many
    positions, singly or in batches of `batch`.
    """

    kkm: int
    seconds: float
    positions: int
    batch: int


@contextmanager
def writers(url: str, count: int) -> Iterator[list]:
    """Connections to so many writers."""
    context = get_context("spawn")
    ours, processes = [], []
    barrier = context.Barrier(count)
    for _ in range(count):
        mine, its = context.Pipe()
        processes.append(
            context.Process(target=_write_on_demand, args=(url, its, barrier), daemon=True)
        )
        ours.append(mine)
        processes[-1].start()
    try:
        yield ours
    finally:
        for mine in ours:
            mine.send(None)
        for process in processes:
            process.join(10)


def rows_per_second(connections: Sequence, orders: Sequence[Order]) -> float:
    """Ask each writer once, all at the same time: the sum of their rates."""
    for connection, order in zip(connections, orders, strict=True):
        connection.send(order)
    return sum(connection.recv() for connection in connections)


def _write_on_demand(url: str, orders, barrier) -> None:
    set_up(url)
    from kkm.models import KKM

    made: dict[int, list] = {}
    while (order := orders.recv()) is not None:
        if order.positions not in made:
            made[order.positions] = _entries(order.positions, _TICKETS // barrier.parties)
        kkm = KKM.objects.get(pk=order.kkm)
        barrier.wait()
        written, took = _write(kkm, made[order.positions], order)
        orders.send(written / took)


def _entries(positions: int, count: int) -> list:
    """Tickets of one moment of one shift; their external numbers are this writer's own."""
    from bench.registers import ALMATY, ticket

    at = datetime.combine(FIRST_DAY, time(9), ALMATY)
    return [ticket(at, index, positions, f"{os.getpid()}-{index}") for index in range(count)]


def _write(kkm, entries: list, order: Order) -> tuple[int, float]:
    """How many rows were written, and in how many seconds."""
    from kkm import journal

    written, start = 0, perf_counter()
    for first in range(0, len(entries), order.batch):
        some = entries[first : first + order.batch]
        if order.batch == 1:
            journal.record(kkm=kkm, entry=some[0], received_at=some[0].at)
        else:
            journal.record_many(kkm=kkm, entries=some, received_at=some[0].at)
        written += len(some)
        if perf_counter() - start > order.seconds:
            break
    return written, perf_counter() - start
