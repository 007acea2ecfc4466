"""Which tables a Citus keeps whole on each of its machines (docs/operations.md)."""

from __future__ import annotations

from typing import Any

_HAS_CITUS = "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL"
_WHOLE = "SELECT logicalrelid::regclass::text FROM pg_dist_partition WHERE partmethod = 'n'"


def tables_of_each_machine(connection: Any) -> set[str]:
    """Their names: none without Citus.

    A trigger of such a table can ask no rows of registers, which stand on one machine each.
    """
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_HAS_CITUS)
        if not cursor.fetchone()[0]:
            return set()
        cursor.execute(_WHOLE)
        return {table for (table,) in cursor.fetchall()}
