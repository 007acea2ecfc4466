"""Many clients at many registers, through gunicorn behind pgbouncer, for ten minutes; then the same
while inspectors read and search beside them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from threading import Event
from time import sleep
from typing import NamedTuple

from bench.api import KEY, make_tills, served
from bench.clients import Sold, Till, clients, sell
from bench.ground import database, pooled, set_up
from bench.measured import Measured, say
from bench.readers import USERS, Visit, read_pages

CLIENTS, PROCESSES = 64, 2
REGISTERS = 1000
SECONDS = 600
# Connections of pgbouncer to the database: two to four for each core (docs/operations.md).
POOL = 8
# Between two readings of the memory of gunicorn's workers, in seconds.
BEAT = 5
PAUSE = 1.0


class Run(NamedTuple):
    """What clients got in one run: latencies of tickets in seconds, ascending; refused tickets;
    connections that ended within a request; kB of memory of all workers in each beat.
    """

    latencies: list[float]
    refused: list[str]
    broken: int
    memory: list[int]

    def at(self, share: float) -> float:
        """The latency, in milliseconds, that this share of tickets does not exceed."""
        place = int(share * (len(self.latencies) - 1))
        return 1000 * self.latencies[place]


def measure(directory: Path, quick: bool) -> list[Measured]:
    """Lines of the run without readers and of the run with them."""
    registers, seconds = (CLIENTS, 10) if quick else (REGISTERS, SECONDS)
    with database("load") as url:
        set_up(url, migrate=True)
        tills = make_tills(registers)
        cookies = _inspectors()
        shares = [tills[number::CLIENTS] for number in range(CLIENTS)]
        with (
            pooled(directory, POOL) as through,
            served(through, directory) as server,
            clients(server.port, KEY, shares, PROCESSES) as connections,
        ):
            # Before the clock: the workers import what they need.
            sell(connections, BEAT)
            alone = _run(connections, seconds, server.pid)
            _say("alone", alone, seconds)
            with ThreadPoolExecutor(1) as beside:
                reading = beside.submit(_read, server.port, tills, cookies, seconds)
                together = _run(connections, seconds, server.pid)
                visits = reading.result()
            _say("beside readers", together, seconds)
    return _lines(alone, together, visits, seconds)


def _inspectors() -> dict[str, str]:
    """Make inspectors who control all registers; returns the session of each by his name."""
    from django.test import Client
    from django.utils import timezone

    from inspector.models import Control, User
    from kkm.models import KKM

    kkms = list(KKM.objects.all())
    now = timezone.now()
    cookies, rows = {}, []
    for number in range(1, USERS + 1):
        user = User.objects.create_user(f"inspector{number}")
        for kkm in kkms:
            row = Control(inspector=user, kkm=kkm, granted_at=now)
            row.sign()
            rows.append(row)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        cookies[user.username] = client.cookies["sessionid"].value
    Control.objects.bulk_create(rows)
    return cookies


def _run(connections: Sequence, seconds: float, gunicorn: int) -> Run:
    """Let all clients sell, and read the memory of gunicorn's workers meanwhile."""
    done = Event()
    with ThreadPoolExecutor(1) as watching:
        memory = watching.submit(_watch, gunicorn, done)
        sold = sell(connections, seconds)
        done.set()
        return _summed(sold, memory.result())


def _summed(sold: Sequence[Sold], memory: list[int]) -> Run:
    latencies: list[float] = []
    refused: list[str] = []
    broken = 0
    for client in sold:
        latencies += client.latencies
        refused += client.refused
        broken += client.broken
    return Run(sorted(latencies), refused, broken, memory)


def _watch(gunicorn: int, done: Event) -> list[int]:
    """kB that all workers of gunicorn hold together, in each beat."""
    beats = []
    while not done.wait(BEAT):
        beats.append(sum(_resident(worker) for worker in _children(gunicorn)))
    return beats


def _children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(number) for number in text.split()]


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except FileNotFoundError:
        # gunicorn has replaced the worker.
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def _read(port: int, tills: Sequence[Till], cookies: dict[str, str], seconds: float) -> list[Visit]:
    """What inspectors read: the table, searches in it, registers, operations, reports."""
    addresses = ["/cabinet/", "/cabinet/?page=3", "/cabinet/?state=shift-open"]
    for till in tills[:: max(1, len(tills) // 10)]:
        root = f"/cabinet/kkm/{till.serial}/"
        addresses += [root, f"{root}operations/", f"{root}reports/?type=x"]
        addresses.append(f"/cabinet/?q={till.serial}")
    pages = [("inspector", address) for address in addresses]
    # A page takes about as long as the pause.
    rounds = max(1, round(seconds / (len(pages) * 2 * PAUSE)))
    # Every register has sold something.
    sleep(BEAT)
    return read_pages(port, pages, cookies, rounds, pause=PAUSE)


def _lines(alone: Run, together: Run, visits: Sequence[Visit], seconds: float) -> list[Measured]:
    pages = sorted(visit.milliseconds for visit in visits)
    p95 = pages[int(0.95 * (len(pages) - 1))]
    refused = len(alone.refused) + len(together.refused)
    return [
        _line("clients alone: ms of a ticket at p99", alone.at(0.99), _rate(alone, seconds)),
        _line(
            f"with {USERS} readers: ms of a ticket at p99",
            together.at(0.99),
            f"{_rate(together, seconds)}; a page at p95 takes {p95:.0f} ms",
        ),
        _line("tickets refused, of all", refused, f"{alone.broken + together.broken} cut off", 0),
        _line("memory of the workers, last minute beside the second", _growth(alone), "", 1.1),
    ]


def _line(what: str, figure: float, note: str, aim: float | None = None) -> Measured:
    return Measured("load", what, figure, aim, at_most=True, note=note)


def _growth(run: Run) -> float:
    minute = max(1, min(60 // BEAT, len(run.memory) // 3))
    return median(run.memory[-minute:]) / median(run.memory[minute : 2 * minute])


def _rate(run: Run, seconds: float) -> str:
    return f"p50 {run.at(0.5):.0f} ms, {len(run.latencies) / seconds:.0f} tickets a second"


def _say(name: str, run: Run, seconds: float) -> None:
    say(f"{name}: {_rate(run, seconds)}, p99 {run.at(0.99):.0f} ms, {run.broken} cut off")
    say(f"{name}: {len(run.refused)} refused {run.refused[:3]}; memory, kB: {run.memory[::6]}")
