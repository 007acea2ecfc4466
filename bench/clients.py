"""Clients of the register API in processes of their own.

Each client keeps its connection and sells without pause.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from multiprocessing import get_context
from threading import Thread
from time import perf_counter
from typing import NamedTuple

_BREAD = {
    "PositionName": "Хлеб «Бородинский»",
    "Count": 2,
    "Price": 310,
    "TaxType": 100,
    "TaxPercent": 16,
    "Tax": 85.52,
}


class Till(NamedTuple):
    """A register and the token of its cashier."""

    serial: str
    token: str


class Sold(NamedTuple):
    """The work of one client: seconds of each ticket, answers that refuse one, how many connections
    ended within a request, and seconds of the whole run.
    """

    latencies: list[float]
    refused: list[str]
    broken: int
    seconds: float


@contextmanager
def clients(
    port: int, key: str, shares: Sequence[Sequence[Till]], processes: int
) -> Iterator[list]:
    """Connections to processes that run one client for each share; it sells at the tills of its
    share by turns.
    """
    context = get_context("spawn")
    connections = []
    started = []
    for number in range(processes):
        ours, theirs = context.Pipe()
        own = shares[number::processes]
        process = context.Process(
            target=_sell_on_demand, args=(port, key, own, theirs), daemon=True
        )
        process.start()
        connections.append(ours)
        started.append(process)
    try:
        yield connections
    finally:
        for connection in connections:
            connection.send(None)
        for process in started:
            process.join(10)


def sell(connections: Sequence, seconds: float) -> list[Sold]:
    """Let all clients sell for some seconds."""
    for connection in connections:
        connection.send(seconds)
    sold: list[Sold] = []
    for connection in connections:
        sold += connection.recv()
    return sold


def _sell_on_demand(port: int, key: str, shares: Sequence[Sequence[Till]], orders) -> None:
    while (seconds := orders.recv()) is not None:
        done: list[Sold] = []
        threads = []
        for tills in shares:
            thread = Thread(target=_sell, args=(port, key, tills, seconds, done))
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()
        orders.send(done)


def _sell(port: int, key: str, tills: Sequence[Till], seconds: float, done: list[Sold]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "x-api-key": key}
    latencies: list[float] = []
    refused: list[str] = []
    broken = 0
    by_turns = cycle(tills)
    start = perf_counter()
    while (began := perf_counter()) - start < seconds:
        body = _body(next(by_turns), f"{os.getpid()}-{id(latencies)}-{began}")
        try:
            connection.request("POST", "/api/v4/check", body, headers)
            answer = connection.getresponse().read()
        except (HTTPException, OSError):
            # gunicorn has replaced a worker between two tickets.
            connection.close()
            broken += 1
            continue
        if answer.startswith(b'{"Data"'):
            latencies.append(perf_counter() - began)
        else:
            refused.append(answer.decode())
    done.append(Sold(latencies, refused, broken, perf_counter() - start))


def _body(till: Till, number: str) -> bytes:
    fields = {
        "Token": till.token,
        "CashboxUniqueNumber": till.serial,
        "OperationType": 2,
        "Positions": [_BREAD],
        "Payments": [{"Sum": 620, "PaymentType": 1}],
        "ExternalCheckNumber": number,
    }
    return json.dumps(fields).encode()
