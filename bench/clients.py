"""Clients of the register API, in processes of their own: each keeps its connection and sells
without pause.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
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
    """A register and who sells there."""

    serial: str
    token: str


class Sold(NamedTuple):
    """What one client has got through: seconds of each ticket, and how long it was at it."""

    latencies: list[float]
    seconds: float


@contextmanager
def clients(port: int, key: str, tills: Sequence[Till], processes: int) -> Iterator[list]:
    """Connections to processes that have these clients between them, one a till."""
    context, ours, started = get_context("spawn"), [], []
    for number in range(processes):
        mine, its = context.Pipe()
        process = context.Process(
            target=_sell_on_demand, args=(port, key, tills[number::processes], its), daemon=True
        )
        process.start()
        ours.append(mine)
        started.append(process)
    try:
        yield ours
    finally:
        for mine in ours:
            mine.send(None)
        for process in started:
            process.join(10)


def sell(connections: Sequence, seconds: float) -> list[Sold]:
    """All clients sell for so long."""
    for connection in connections:
        connection.send(seconds)
    return [sold for connection in connections for sold in connection.recv()]


def _sell_on_demand(port: int, key: str, tills: Sequence[Till], orders) -> None:
    while (seconds := orders.recv()) is not None:
        done: list[Sold] = []
        threads = [Thread(target=_sell, args=(port, key, till, seconds, done)) for till in tills]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        orders.send(done)


def _sell(port: int, key: str, till: Till, seconds: float, done: list[Sold]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "x-api-key": key}
    start, latencies = perf_counter(), []
    while (began := perf_counter()) - start < seconds:
        body = _body(till, f"{os.getpid()}-{id(latencies)}-{began}")
        try:
            connection.request("POST", "/api/v4/check", body, headers)
            told = connection.getresponse().read()
        except (HTTPException, OSError):  # a worker was replaced between two tickets
            connection.close()
            continue
        if not told.startswith(b'{"Data"'):
            raise RuntimeError(told.decode())
        latencies.append(perf_counter() - began)
    done.append(Sold(latencies, perf_counter() - start))


def _body(till: Till, number: str) -> bytes:
    asked = {
        "Token": till.token,
        "CashboxUniqueNumber": till.serial,
        "OperationType": 2,
        "Positions": [_BREAD],
    }
    return json.dumps(
        asked | {"Payments": [{"Sum": 620, "PaymentType": 1}], "ExternalCheckNumber": number}
    ).encode()
