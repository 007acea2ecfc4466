"""Many clients, few registers, gunicorn: clients are killed, answers are lost, and every
acknowledged ticket is in the journal once.

The suite runs a short storm. STORM_SECONDS=60 STORM_CLIENTS=64 STORM_REGISTERS=16 make a long one
of the same test.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.utils import timezone

from kkm.audit.audit import full_audit
from kkm.models import KKM, ApiKey, FiscalOperation
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD, make_cashier
from tests.stories import activate

SECONDS = int(os.environ.get("STORM_SECONDS", breadth(3, 6)))
CLIENTS = int(os.environ.get("STORM_CLIENTS", "8"))
REGISTERS = int(os.environ.get("STORM_REGISTERS", "4"))
PROCESSES = max(2, CLIENTS // 16)
LOST = 10  # of a hundred answers
ROOT = Path(settings.BASE_DIR)


def environment() -> dict:
    """For processes of their own that stand on the database of this test."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{facts['NAME']}"
    else:
        url = f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT'] or 5432}/{facts['NAME']}"
    own = {
        "DATABASE_URL": url,
        "STATE_DIR": str(settings.STATE_DIR),
        "SIGNING_KEYS": str(settings.SIGNING_KEYS),
        "ALSEP_ENV": "development",
    }
    mine = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {
        **mine,
        **own,
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "alsep.settings",
        "WEB_CONCURRENCY": "3",
    }


@pytest.fixture
def server(transactional_db, tmp_path):
    """The port of gunicorn as it is deployed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--access-logfile", "/dev/null", "alsep.wsgi"]
    with (tmp_path / "gunicorn.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**environment(), "PORT": str(port)}, stdout=log, stderr=log
        )
        for _attempt in range(300):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
        process.terminate()
        process.wait(30)


@pytest.fixture
def registers(transactional_db) -> list[KKM]:
    """Registers of one cashier, on the record."""
    ApiKey.issue("storm", at=timezone.now(), secret=KEY)
    kkms = [KKMFactory() for _ in range(REGISTERS)]
    cashier = make_cashier(kkms[0])
    cashier.kkms.set(kkms)
    cashier.password = PBKDF2PasswordHasher().encode(
        PASSWORD, "salt", 1000
    )  # gunicorn runs with the hashers of production
    cashier.save()
    for kkm in kkms:
        activate(kkm, at=timezone.now().replace(microsecond=0))
    return kkms


def storm(port: int, log: Path, seconds: int) -> subprocess.Popen:
    """A process of clients."""
    asked = {
        "storm": CLIENTS // PROCESSES,
        "registers": REGISTERS,
        "seconds": seconds,
        "drop": LOST,
        "log": log,
    }
    asked |= {"base": f"http://127.0.0.1:{port}", "key": KEY, "login": LOGIN, "password": PASSWORD}
    command = [
        sys.executable,
        "manage.py",
        "kassa",
        *(f"--{name}={value}" for name, value in asked.items()),
    ]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def until_sold(logs: list[Path]) -> None:
    """Wait until a client has sold something: processes take their time to begin."""
    for _attempt in range(600):
        if acknowledged(logs):
            return
        time.sleep(0.1)
    raise TimeoutError("no client has sold anything")


def acknowledged(logs: list[Path]) -> list[tuple[str, str, str]]:
    """Serial number, external number and fiscal sign of every ticket that a client was told of;
    a line cut by a kill is none.
    """
    lines = [
        line for log in logs if log.exists() for line in log.read_text().splitlines(keepends=True)
    ]
    return [tuple(line.split()) for line in lines if line.endswith("\n")]


def test_every_acknowledged_ticket_is_in_the_journal_once(server, registers, tmp_path):
    dice, killed = random.Random(64), 0
    logs = [tmp_path / f"{number}.log" for number in range(PROCESSES)]
    running = [storm(server, log, SECONDS) for log in logs]
    until_sold(logs)
    end = time.monotonic() + SECONDS
    while (left := int(end - time.monotonic())) > 1:
        time.sleep(dice.uniform(0.5, 1.5) * max(1, SECONDS / 20))
        victim = dice.randrange(PROCESSES)
        running[victim].send_signal(signal.SIGKILL)
        running[victim].wait()
        killed += 1
        logs.append(tmp_path / f"{len(logs)}.log")
        running[victim] = storm(server, logs[-1], left)
    for process in running:
        process.wait(SECONDS + 60)

    told = acknowledged(logs)
    rows = list(
        FiscalOperation.objects.tickets().values_list(
            "kkm__serial_number", "external_number", "fiscal_sign"
        )
    )
    sys.stdout.write(
        f"{len(told)} tickets acknowledged, {len(rows)} in the journals, {killed} processes of clients killed\n"
    )
    assert killed >= 1
    assert len(told) > 20
    assert len(set(told)) == len(told)
    assert set(told) <= set(rows)
    assert len({row[:2] for row in rows}) == len(rows)
    assert [finding for kkm in registers for finding in full_audit(kkm).findings] == []
