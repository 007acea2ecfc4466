"""A writing process is killed again and again: what it has acknowledged is there, whole, and the
numbering goes on.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from kkm.audit.audit import full_audit
from kkm.models import KKM
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.kkm.killing import Job
from tests.stories import activate, sell

KILLS = breadth(25, 100)
OPERATIONS = breadth(2_500, 10_000)


@pytest.fixture
def registers(transactional_db, now) -> list[KKM]:
    """Four registers on the record."""
    kkms = KKMFactory.create_batch(4)
    for kkm in kkms:
        activate(kkm, at=now)
    return kkms


def killed(job: Job) -> dict[int, dict[str, str | None]]:
    """{register: {external number: seal}} of all that was acknowledged."""
    state = {
        "STATE_DIR": str(settings.STATE_DIR),
        "SIGNING_KEYS": str(settings.SIGNING_KEYS),
        "DATABASE_URL": database_url(),
    }
    environment = {
        **os.environ,
        **state,
        "DJANGO_SETTINGS_MODULE": "alsep.settings",
        "ALSEP_ENV": "development",
        "DEBUG": "0",
    }
    command = [sys.executable, "-m", "tests.kkm.killing"]
    asked = json.dumps(job._asdict())
    done = subprocess.run(
        command,
        input=asked,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=settings.BASE_DIR,
        text=True,
        check=True,
    )
    acked: dict[int, dict[str, str | None]] = defaultdict(dict)
    for line in done.stdout.splitlines():
        kkm, name, seal = json.loads(line)
        acked[kkm][name] = seal
    return acked


def database_url() -> str:
    """The suite's own database, with the settings that Alsep itself has for it."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    user, password = quote(told["USER"]), quote(told["PASSWORD"])
    return f"postgres://{user}:{password}@{told['HOST']}:{told['PORT'] or 5432}/{told['NAME']}"


def test_what_was_acknowledged_before_a_kill_is_there_whole_and_once_and_the_numbering_goes_on(
    registers, now
):
    connection.close()
    acked = killed(Job([kkm.pk for kkm in registers], now.isoformat(), 626, KILLS, OPERATIONS))
    assert sum(map(len, acked.values())) >= OPERATIONS
    for kkm in registers:
        written = dict(
            kkm.operations.exclude(external_number="").values_list("external_number", "seal")
        )
        assert acked[kkm.pk].keys() <= written.keys()
        assert {(name, seal) for name, seal in acked[kkm.pk].items() if seal} <= set(
            written.items()
        )
        verdict = full_audit(kkm)
        assert verdict.findings == ()
        assert (
            verdict.operations == kkm.operations.count() == len(written) + 1
        )  # the activation has no external number
        assert sell(kkm, at=now + timedelta(hours=20)).number == verdict.operations + 1
    if connection.vendor == "sqlite":
        assert checked("integrity_check") == [("ok",)]
        assert checked("foreign_key_check") == []


def checked(pragma: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        return cursor.fetchall()
