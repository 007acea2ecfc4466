"""Indexes of PostgreSQL for the search of registers: by trigrams, of the extension pg_trgm.

They make the search of a whole country quick. Without the extension the search finds the same, and
reads every register. SQLite has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
# Tables and columns that `KKMQuerySet.search` looks into; the models of registers are few.
COLUMNS = (
    ("kkm_kkm", "serial_number"),
    ("kkm_kkm", "trade_name"),
    ("kkm_kkm", "address"),
    ("kkm_kkm", "address_kk"),
    ("kkm_taxpayer", "name"),
    ("kkm_taxpayer", "taxpayer_number"),
    ("kkm_registration", "registration_number"),
)


def install(connection: BaseDatabaseWrapper) -> bool:
    """Create what is missing; whether all is there now.

    False on SQLite, and where the server has no such extension or the role may not create it.
    """
    if connection.vendor != "postgresql":
        return False
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(EXTENSION)
    except Error:
        return False
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)
    return True


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the indexes; the extension stays, others may use it."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table, column in COLUMNS:
            cursor.execute(f"DROP INDEX IF EXISTS {_name(table, column)}")


def _statements() -> Iterator[str]:
    for table, column in COLUMNS:
        yield (
            f"CREATE INDEX IF NOT EXISTS {_name(table, column)} ON {table} "
            f"USING gin ({column} gin_trgm_ops)"
        )


def _name(table: str, column: str) -> str:
    return f"{table}_{column}_words"
