"""A fleet in a database of its own: registers that several inspectors control, and days of trade.

It is kept between runs, and made anew when its size, the schema or the code that makes it differ.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.ground import comment_of, drop, fresh, in_process, mark, set_up, url_of_kept
from bench.measured import say

ROOT = Path(__file__).resolve().parent.parent
# The heads of the journals are signed: their key is kept as long as the database.
KEYS = ROOT / "var" / "bench-keys"
# Whatever changes what a fleet has.
SOURCES = (
    "bench/fleet*.py",
    "kkm/demo/*.py",
    "kkm/migrations/*.py",
    "inspector/migrations/*.py",
)
CHUNK = 100
PEOPLE = 8


class Fleet(NamedTuple):
    """How many registers, and how many shifts each of them has."""

    name: str
    registers: int
    days: int


# Three million operations; the same with ten registers; and one to see that it runs.
WHOLE = Fleet("fleet", 10_000, 8)
SMALL = Fleet("fleet_small", 10, 8)
QUICK = Fleet("fleet_quick", 100, 3)


def kept(fleet: Fleet) -> str:
    """The URL of the database of a fleet, which is made first if there is none like it."""
    os.environ["SIGNING_KEYS"] = str(KEYS)
    url = url_of_kept(fleet.name)
    if comment_of(fleet.name) == _fingerprint(fleet):
        return url
    drop(fleet.name)
    with fresh(fleet.name):
        _in_processes(url, fleet)
    # Only now, because the first fleet makes the key.
    mark(fleet.name, _fingerprint(fleet))
    return url


def _fingerprint(fleet: Fleet) -> str:
    """What a fleet depends on, in one line: its size, its sources, and the key of its heads."""
    digest = hashlib.sha256(repr(fleet).encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    for key in sorted(KEYS.glob("*.pem")):
        digest.update(key.name.encode())
    return digest.hexdigest()


def _in_processes(url: str, fleet: Fleet) -> None:
    """Make the rows of the registers in one process, and their journals in one for each core."""
    start = perf_counter()
    # Nothing is lost by a crash: the database is then made anew.
    os.environ["PGOPTIONS"] = "-c synchronous_commit=off"
    context = get_context("spawn")
    registers = in_process(_register_all, url, fleet)
    chunks = []
    for first in range(0, len(registers), CHUNK):
        chunks.append(registers[first : first + CHUNK])
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, context, set_up, (url,)) as pool:
        making = [pool.submit(_write_all, chunk, fleet) for chunk in chunks]
        operations = 0
        for done, chunk in enumerate(making, 1):
            operations += chunk.result()
            if done * 10 % len(chunks) < 10:
                took = perf_counter() - start
                say(f"{fleet.name}: {operations:,} operations, {took:.0f} s")
    in_process(_finish, url)
    del os.environ["PGOPTIONS"]


def _register_all(url: str, fleet: Fleet) -> list[int]:
    set_up(url, migrate=True)
    from bench.fleet_rows import make_registers, weeks_of

    return make_registers(fleet.registers, weeks_of(fleet.days), PEOPLE)


def _write_all(registers: Sequence[int], fleet: Fleet) -> int:
    """Write journals of registers, by their ids, and return how many operations they have."""
    from bench.fleet_journal import write
    from bench.fleet_rows import plans, weeks_of

    return sum(map(write, plans(registers, weeks_of(fleet.days))))


def _finish(url: str) -> None:
    set_up(url)
    from bench.fleet_rows import evidence
    from bench.ground import analyze

    evidence()
    analyze()
