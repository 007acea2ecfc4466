"""Checking a journal of a million operations of three positions each, as `kkm.audit` does it,
beside bare SHA-256 over the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import orjson

from bench.ground import database, set_up
from bench.measured import Measured, say

FIRST = date(2023, 7, 1)
SHIFTS, TICKETS = 1_000, 999  # with its Z a shift has a thousand operations
SAMPLE = 100_000  # operations whose sealed bytes are held in memory at once


class Checked(NamedTuple):
    """What one check took: operations a second, and the most memory that its process ever had,
    in MB.
    """

    rate: float
    memory: float


def measure(directory: Path, quick: bool) -> list[Measured]:
    """The same journal in both databases; each check in a process of its own, which may use one
    core.
    """
    shifts, rounds = (20, 1) if quick else (SHIFTS, 3)
    with database("verification") as url:
        urls = {"SQLite": f"sqlite:///{directory / 'verification.sqlite3'}", "PostgreSQL": url}
        _together(_build, [(name, url, shifts) for name, url in urls.items()])
        hashed = _alone(_hashed, urls["SQLite"])
        say(f"verification: bare SHA-256 {hashed:,.0f} operations a second")
        checks: dict[str, list[Checked]] = {name: [] for name in urls}
        for number in range(rounds):
            say(f"verification: round {number + 1} of {rounds}")
            for name in checks:
                checks[name].append(_alone(_checked, urls[name], shifts))
        return [line for name in checks for line in _lines(name, checks[name], hashed)]


def _lines(name: str, checks: list[Checked], hashed: float) -> list[Measured]:
    rate, memory = median(check.rate for check in checks), max(check.memory for check in checks)
    say(f"verification, {name}: {rate:,.0f} operations a second, {memory:.0f} MB")
    beside = f"bare SHA-256 over the same bytes in memory: {hashed / 1000:,.0f}"
    return [
        Measured(
            "verification",
            f"{name}, thousands of operations a second",
            rate / 1000,
            40.0,
            note=beside,
        ),
        Measured(
            "verification", f"{name}, most memory of the process, MB", memory, 150.0, at_most=True
        ),
    ]


def _alone(work: Callable, *arguments: object):
    """What `work` returns in a process of its own."""
    return _together(work, [arguments])[0]


def _together(work: Callable, calls: list[tuple]) -> list:
    """What it returns for each call, all at the same time, each in a process of its own."""
    pools = [ProcessPoolExecutor(1, mp_context=get_context("spawn")) for _ in calls]
    try:
        return [
            future.result()
            for future in [
                pool.submit(work, *call) for pool, call in zip(pools, calls, strict=True)
            ]
        ]
    finally:
        for pool in pools:
            pool.shutdown()


def _build(name: str, url: str, shifts: int) -> None:
    """The journal of one register, written through the door a shift at a time."""
    set_up(url, migrate=True)
    from bench.registers import day_of_trade, new_register
    from kkm import journal

    kkm = new_register(opened=FIRST)
    for number in range(shifts):
        if number * 10 % shifts < 10:
            say(f"verification: writing the journal in {name}, shift {number + 1} of {shifts}")
        entries = day_of_trade(FIRST + timedelta(days=number), TICKETS, positions=3)
        journal.record_many(kkm=kkm, entries=entries, received_at=[entry.at for entry in entries])
        if number == 9:
            _analyze()
    _analyze()


def _analyze() -> None:
    """As autovacuum does it in time, where it is on: without figures of its tables PostgreSQL
    plans badly.
    """
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _checked(url: str, shifts: int) -> Checked:
    """One whole check on one core. AssertionError if it does not find the journal whole."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    set_up(url)
    from kkm.audit.full import full_audit
    from kkm.models import KKM

    kkm = KKM.objects.get()
    start = perf_counter()
    verdict = full_audit(kkm)
    took = perf_counter() - start
    expected = shifts * (TICKETS + 1) + 1
    if not verdict.holds or verdict.operations != expected:
        raise AssertionError(
            f"{verdict.operations} operations of {expected}, {len(verdict.findings)} findings"
        )
    return Checked(
        verdict.operations / took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    )


def _hashed(url: str) -> float:
    """How many operations' sealed bytes SHA-256 takes a second when they already lie in memory."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    set_up(url)
    from kkm.audit.reading import operations
    from kkm.domain.check import fields_of
    from kkm.models import KKM

    kkm, arrays, seals = KKM.objects.get(), [], [""]
    for operation in islice(operations(kkm), SAMPLE):
        arrays.append(orjson.dumps(fields_of(operation, seals[-1], kkm.serial_number)))
        seals.append(operation.seal)
    start = perf_counter()
    found = [hashlib.sha256(array).hexdigest() for array in arrays]
    took = perf_counter() - start
    if found != seals[1:]:
        raise AssertionError("these are not the bytes that were sealed")
    return len(arrays) / took
