"""Tickets a second through the register API: gunicorn and PostgreSQL, beside the door and
pgbench with as many connections.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

from bench.clients import Sold, Till, clients, sell
from bench.ground import CannotMeasure, database, set_up
from bench.measured import Measured, by_turns, say
from bench.pgbench import initialise, pgbench, transactions_per_second
from bench.writers import Order, writers

CONNECTIONS, WORKERS = 8, 4
REGISTERS_A_TICKET_A_SECOND = (
    24 * 60 * 60 / (60 * 4)
)  # 60 tickets a day each, the peak four times the mean
COUNTRY = 1_140_000
KEY = "the key of the bench"


def measure(directory: Path, quick: bool) -> list[Measured]:
    """Eight of each: connections of pgbench, writers at the door, clients of the API at
    registers of their own.
    """
    pgbench()
    rounds, seconds = (3, 2) if quick else (5, 5)
    with database("api") as url, database("pgbench") as beside:
        initialise(beside)
        set_up(url, migrate=True)
        tills, latencies = _tills(), []
        with (
            served(url, directory) as port,
            clients(port, KEY, tills, 2) as connections,
            writers(url, CONNECTIONS) as writing,
        ):
            ways = {
                "pgbench": lambda: transactions_per_second(beside, CONNECTIONS, seconds),
                "door": lambda: _door(writing, seconds),
                "HTTP": lambda: _http(sell(connections, seconds), latencies),
            }
            medians = by_turns(rounds, ways, "api")
        say(", ".join(f"{name}: {rate:.0f}" for name, rate in medians.items()))
        return _lines(medians, sorted(latencies))


def _lines(medians: dict[str, float], latencies: list[float]) -> list[Measured]:
    p50, p99 = (1000 * latencies[int(share * len(latencies))] for share in (0.5, 0.99))
    carried = medians["HTTP"] * REGISTERS_A_TICKET_A_SECOND
    note = f"p50 {p50:.0f} ms, p99 {p99:.0f} ms; {medians['HTTP']:.0f} a second carry {carried:,.0f} registers, {carried / COUNTRY:.0%}"
    return [
        Measured(
            "api",
            f"{CONNECTIONS} writers through the door",
            medians["door"] / medians["pgbench"],
            0.25,
        ),
        Measured(
            "api",
            f"{CONNECTIONS} clients through HTTP",
            medians["HTTP"] / medians["pgbench"],
            0.1,
            note=note,
        ),
    ]


def _http(sold: list[Sold], latencies: list[float]) -> float:
    latencies += [one for client in sold for one in client.latencies]
    return sum(len(client.latencies) for client in sold) / median(client.seconds for client in sold)


def _door(writing: list, seconds: int) -> float:
    from bench.registers import new_register
    from bench.writers import FIRST_DAY, rows_per_second

    fresh = [new_register(opened=FIRST_DAY).pk for _ in writing]
    return rows_per_second(writing, [Order(kkm, seconds, 1, 1) for kkm in fresh])


def _tills() -> list[Till]:
    from django.utils import timezone

    from bench.registers import new_register
    from kkm.models import ApiKey, Cashier, Token

    key, _secret = ApiKey.issue("bench", at=timezone.now(), secret=KEY)
    tills = []
    for code in range(1, CONNECTIONS + 1):
        kkm = new_register(opened=date.today())
        cashier = Cashier.objects.create(taxpayer=kkm.taxpayer, code=code, name="Ахметова А.К.")
        cashier.kkms.add(kkm)
        tills.append(Till(kkm.serial_number, Token.issue(cashier, key, at=timezone.now())))
    return tills


@contextmanager
def served(url: str, directory: Path) -> Iterator[int]:
    """gunicorn on a database, at a free port, as it is deployed but without TLS and the log of
    requests.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(WORKERS),
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--access-logfile",
        "/dev/null",
        "--log-level",
        "warning",
        "alsep.wsgi",
    ]
    with (directory / "gunicorn.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, process: subprocess.Popen) -> None:
    for _attempt in range(200):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise CannotMeasure("gunicorn did not start.")
