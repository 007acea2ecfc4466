"""The check of a journal by `kkm.audit`, beside bare SHA-256 over the same bytes.

The journal has a million operations of three positions each.
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

from bench.ground import analyze, database, set_up
from bench.measured import Measured, say

FIRST = date(2023, 7, 1)
# With its closing a shift has a thousand operations.
SHIFTS, TICKETS = 1_000, 999
# The number of operations whose sealed bytes are held in memory at once.
SAMPLE = 100_000


class Checked(NamedTuple):
    """The cost of one check: operations a second, and the peak memory of its process in MB."""

    rate: float
    memory: float


def measure(directory: Path, quick: bool) -> list[Measured]:
    """Check the same journal in both databases.

    Each check runs in a process of its own that may use one core.
    """
    shifts, rounds = (20, 1) if quick else (SHIFTS, 3)
    with database("verification") as postgresql:
        urls = {
            "SQLite": f"sqlite:///{directory / 'verification.sqlite3'}",
            "PostgreSQL": postgresql,
        }
        _together(_build, [(name, url, shifts) for name, url in urls.items()])
        hashed = _alone(_hashed, urls["SQLite"])
        say(f"verification: bare SHA-256 {hashed:,.0f} operations a second")
        checks: dict[str, list[Checked]] = {name: [] for name in urls}
        for number in range(rounds):
            say(f"verification: round {number + 1} of {rounds}")
            for name, url in urls.items():
                checks[name].append(_alone(_checked, url, shifts))
    lines = []
    for name, of_database in checks.items():
        lines += _lines(name, of_database, hashed)
    return lines


def _lines(name: str, checks: list[Checked], hashed: float) -> list[Measured]:
    rate = median(check.rate for check in checks)
    memory = max(check.memory for check in checks)
    say(f"verification, {name}: {rate:,.0f} operations a second, {memory:.0f} MB")
    speed = Measured(
        part="verification",
        what=f"{name}, thousands of operations a second",
        ratio=rate / 1000,
        aim=40.0,
        note=f"bare SHA-256 over the same bytes in memory: {hashed / 1000:,.0f}",
    )
    size = Measured(
        part="verification",
        what=f"{name}, most memory of the process, MB",
        ratio=memory,
        aim=150.0,
        at_most=True,
    )
    return [speed, size]


def _alone(work: Callable, *arguments: object):
    """The result of `work` in a process of its own."""
    return _together(work, [arguments])[0]


def _together(work: Callable, calls: list[tuple]) -> list:
    """The result of `work` for each call; the calls run in parallel processes."""
    pools = []
    futures = []
    try:
        for arguments in calls:
            pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            pools.append(pool)
            futures.append(pool.submit(work, *arguments))
        return [future.result() for future in futures]
    finally:
        for pool in pools:
            pool.shutdown()


def _build(name: str, url: str, shifts: int) -> None:
    """Write the journal of one register through the door, a shift at a time."""
    set_up(url, migrate=True)
    from bench.registers import new_register, record_day

    kkm = new_register(opened=FIRST)
    for number in range(shifts):
        # Ten lines at most.
        if number * 10 % shifts < 10:
            say(f"verification: writing the journal in {name}, shift {number + 1} of {shifts}")
        record_day(kkm, FIRST + timedelta(days=number), TICKETS)
        if number == 9:
            analyze()
    analyze()


def _checked(url: str, shifts: int) -> Checked:
    """One whole check on one core. AssertionError if the journal is not whole."""
    _use_one_core()
    set_up(url)
    from kkm.audit.audit import full_audit
    from kkm.models import KKM

    kkm = KKM.objects.get()
    start = perf_counter()
    verdict = full_audit(kkm)
    took = perf_counter() - start
    expected = shifts * (TICKETS + 1) + 1
    if not verdict.holds or verdict.operations != expected:
        findings = len(verdict.findings)
        raise AssertionError(f"{verdict.operations} operations of {expected}, {findings} findings")
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Checked(verdict.operations / took, kilobytes / 1024)


def _use_one_core() -> None:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})


def _hashed(url: str) -> float:
    """The rate of SHA-256, in operations a second, over sealed bytes that are in memory already."""
    _use_one_core()
    set_up(url)
    from kkm.audit.journal_stream import operations
    from kkm.domain.operation import sealed_fields
    from kkm.models import KKM

    kkm = KKM.objects.get()
    arrays = []
    seals = []
    previous = ""
    for operation in islice(operations(kkm), SAMPLE):
        fields = sealed_fields(operation, previous, kkm.serial_number)
        arrays.append(orjson.dumps(fields))
        seals.append(operation.seal)
        previous = operation.seal
    start = perf_counter()
    found = [hashlib.sha256(array).hexdigest() for array in arrays]
    took = perf_counter() - start
    if found != seals:
        raise AssertionError("these are not the bytes that were sealed")
    return len(arrays) / took
