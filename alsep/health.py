"""Is Alsep fit to answer? What `/healthz` says, found out anew at each question."""

import logging
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

log = logging.getLogger(__name__)


def examine() -> dict[str, str]:
    """`status` is ok or failing; beside it what each part says. Why the database failed goes to the log, not to the public."""
    try:
        parts = {"database": _database(), "migrations": _migrations()}
    except Error:
        log.exception("The database does not answer.")
        parts = {"database": "does not answer", "migrations": "unknown"}
    return {"status": "ok" if set(parts.values()) == {"ok"} else "failing"} | parts


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def _migrations() -> str:
    missing = _shipped() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(missing)} not applied" if missing else "ok"


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """The migrations of this code; they cannot change while the process lives."""
    return frozenset(MigrationLoader(None).graph.nodes)
