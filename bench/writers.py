"""Processes that write through the door.

Each has its own Django and its own connection. A process is started once and gets many orders.
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
# Made before the clock starts and divided among the writers; more than they can write.
_TICKETS = 40_000
BATCH = 100


class Order(NamedTuple):
    """An order to a writer.

    It names the primary key of a new register, for how many seconds to write, how many positions
    a ticket has, and how many tickets go through the door together.
    """

    kkm: int
    seconds: float
    positions: int
    batch: int


@contextmanager
def writers(url: str, count: int) -> Iterator[list]:
    """Connections to so many writers."""
    context = get_context("spawn")
    barrier = context.Barrier(count)
    connections = []
    processes = []
    for _ in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=_write_on_demand, args=(url, theirs, barrier), daemon=True)
        process.start()
        connections.append(ours)
        processes.append(process)
    try:
        yield connections
    finally:
        for connection in connections:
            connection.send(None)
        for process in processes:
            process.join(10)


def rows_per_second(connections: Sequence, orders: Sequence[Order]) -> float:
    """Give each writer its order, all at the same time, and return the sum of their rates."""
    for connection, order in zip(connections, orders, strict=True):
        connection.send(order)
    return sum(connection.recv() for connection in connections)


def _write_on_demand(url: str, orders, barrier) -> None:
    set_up(url)
    from kkm.models import KKM

    entries: dict[int, list] = {}
    while (order := orders.recv()) is not None:
        if order.positions not in entries:
            entries[order.positions] = _entries(order.positions, _TICKETS // barrier.parties)
        kkm = KKM.objects.get(pk=order.kkm)
        barrier.wait()
        rate = _write(kkm, entries[order.positions], order)
        orders.send(rate)


def _entries(positions: int, count: int) -> list:
    """Tickets of one moment of one shift, with external numbers of this writer."""
    from bench.registers import ALMATY, ticket

    at = datetime.combine(FIRST_DAY, time(9), ALMATY)
    return [ticket(at, index, positions, f"{os.getpid()}-{index}") for index in range(count)]


def _write(kkm, entries: list, order: Order) -> float:
    """Write for the ordered time and return the rows a second."""
    from kkm import journal

    written = 0
    start = perf_counter()
    for first in range(0, len(entries), order.batch):
        batch = entries[first : first + order.batch]
        received_at = batch[0].at
        if order.batch == 1:
            journal.record(kkm=kkm, entry=batch[0], received_at=received_at)
        else:
            journal.record_many(kkm=kkm, entries=batch, received_at=received_at)
        written += len(batch)
        if perf_counter() - start > order.seconds:
            break
    took = perf_counter() - start
    return written / took
