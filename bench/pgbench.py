"""The built-in transaction of pgbench (TPC-B-like), in a database of its own on the same server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from glob import glob

from bench.ground import CannotMeasure
from bench.measured import say

SCALE = 10
_INSTALLED = "/usr/lib/postgresql/*/bin/pgbench"


def pgbench() -> str:
    """The path of pgbench. CannotMeasure if it is not installed."""
    found = shutil.which("pgbench") or max(glob(_INSTALLED), default=None)
    if found is None:
        raise CannotMeasure(
            "pgbench is not installed; on Debian it comes with the package postgresql."
        )
    return found


def initialise(url: str) -> None:
    """Fill the tables of pgbench."""
    say(f"appends: filling pgbench's tables, scale {SCALE}")
    command = [pgbench(), "--initialize", "--quiet", f"--scale={SCALE}", url]
    subprocess.run(command, check=True, capture_output=True)


def transactions_per_second(url: str, clients: int, seconds: int) -> float:
    """Run pgbench for some seconds and return its rate."""
    threads = min(clients, os.cpu_count() or 1)
    command = [
        pgbench(),
        "--no-vacuum",
        f"--client={clients}",
        f"--jobs={threads}",
        f"--time={seconds}",
        url,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    return float(rate[1])
