"""Tickets a second through the register API, served by gunicorn with PostgreSQL.

Beside it the door and pgbench, each with as many connections.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.clients import Sold, Till, clients, sell
from bench.ground import CannotMeasure, database, set_up
from bench.measured import Measured, by_turns, say_rates
from bench.pgbench import initialise, pgbench, transactions_per_second
from bench.ports import free_port, is_listened_on
from bench.writers import Order, writers

CONNECTIONS = 8
WORKERS = 4
# A register prints 60 tickets a day, and the peak is four times the mean.
REGISTERS_A_TICKET_A_SECOND = 24 * 60 * 60 / (60 * 4)
# The number of registers in the country.
COUNTRY = 1_140_000
KEY = "the key of the bench"


def measure(directory: Path, quick: bool) -> list[Measured]:
    """Compare pgbench, writers through the door and clients of the API, eight of each.

    Each client and each writer has a register of its own.
    """
    pgbench()
    rounds, seconds = (3, 2) if quick else (5, 5)
    with database("api") as url, database("pgbench") as beside:
        initialise(beside)
        set_up(url, migrate=True)
        tills = make_tills(CONNECTIONS)
        latencies: list[float] = []
        with (
            served(url, directory) as server,
            clients(server.port, KEY, [[till] for till in tills], 2) as connections,
            writers(url, CONNECTIONS) as writing,
        ):
            ways = {
                "pgbench": lambda: transactions_per_second(beside, CONNECTIONS, seconds),
                "door": lambda: _door(writing, seconds),
                "HTTP": lambda: _http(sell(connections, seconds), latencies),
            }
            medians = by_turns(rounds, ways, "api")
        say_rates(medians)
        return _lines(medians, sorted(latencies))


def _lines(medians: dict[str, float], latencies: list[float]) -> list[Measured]:
    """`latencies`: seconds of each ticket through HTTP, in ascending order."""
    beside = medians["pgbench"]
    door = Measured(
        part="api",
        what=f"{CONNECTIONS} writers through the door",
        ratio=medians["door"] / beside,
        aim=0.25,
    )
    http = Measured(
        part="api",
        what=f"{CONNECTIONS} clients through HTTP",
        ratio=medians["HTTP"] / beside,
        aim=0.1,
        note=_note(medians["HTTP"], latencies),
    )
    return [door, http]


def _note(rate: float, latencies: list[float]) -> str:
    p50 = _milliseconds(latencies, 0.5)
    p99 = _milliseconds(latencies, 0.99)
    registers = rate * REGISTERS_A_TICKET_A_SECOND
    share = registers / COUNTRY
    return (
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms; "
        f"{rate:.0f} a second carry {registers:,.0f} registers, {share:.0%}"
    )


def _milliseconds(latencies: list[float], share: float) -> float:
    return 1000 * latencies[int(share * len(latencies))]


def _http(sold: list[Sold], latencies: list[float]) -> float:
    """The rate of all clients together; their latencies are appended to `latencies`.

    RuntimeError if a ticket was refused.
    """
    tickets = 0
    for client in sold:
        if client.refused:
            raise RuntimeError(client.refused[0])
        tickets += len(client.latencies)
        latencies += client.latencies
    return tickets / median(client.seconds for client in sold)


def _door(writing: list, seconds: int) -> float:
    from bench.registers import new_register
    from bench.writers import FIRST_DAY, rows_per_second

    orders = []
    for _writer in writing:
        kkm = new_register(opened=FIRST_DAY)
        orders.append(Order(kkm.pk, seconds, positions=1, batch=1))
    return rows_per_second(writing, orders)


def make_tills(count: int) -> list[Till]:
    """So many registers on the record, each with the token of a cashier of its own."""
    from django.utils import timezone

    from bench.registers import new_register
    from kkm.models import ApiKey, Cashier, Token

    key, _secret = ApiKey.issue("bench", at=timezone.now(), secret=KEY)
    tills = []
    for code in range(1, count + 1):
        kkm = new_register(opened=date.today())
        cashier = Cashier.objects.create(taxpayer=kkm.taxpayer, code=code, name="Ахметова А.К.")
        cashier.kkms.add(kkm)
        token = Token.issue(cashier, key, at=timezone.now())
        tills.append(Till(kkm.serial_number, token))
    return tills


class Server(NamedTuple):
    """gunicorn: its port, and the id of the process that has its workers."""

    port: int
    pid: int


@contextmanager
def served(url: str, directory: Path) -> Iterator[Server]:
    """Run gunicorn on a database.

    It runs as it is deployed, but without TLS and without the log of requests. CannotMeasure if it
    does not start.
    """
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": url,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(WORKERS),
    }
    options = ["--access-logfile", "/dev/null", "--log-level", "warning"]
    command = [sys.executable, "-m", "gunicorn", *options, "alsep.wsgi"]
    with (directory / "gunicorn.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            if not is_listened_on(port, process):
                raise CannotMeasure("gunicorn did not start.")
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(20)
