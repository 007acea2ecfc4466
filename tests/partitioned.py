"""Fiscal tables in partitions by register, on plain PostgreSQL: PARTITIONED=1 in the environment.

PostgreSQL enforces the keys of a table that is partitioned BY HASH of the register by the same
rules as a database of several machines does: each key holds the register. So the suite shows there
what such a database would refuse.
"""

import os

from django.db import transaction

from kkm.models import triggers
from kkm.spread import keys

PARTITIONED = os.environ.get("PARTITIONED") == "1"
PARTITIONS = 4

_CONSTRAINTS = """
    SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('p', 'u')
"""
_INDEXES = """
    SELECT pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass
        AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE conrelid = indrelid)
"""
_SEQUENCE = """
    SELECT objid::regclass::text FROM pg_depend
    WHERE refobjid = %s::regclass AND classid = 'pg_class'::regclass AND deptype = 'i'
        AND objid IN (SELECT seqrelid FROM pg_sequence)
"""
_PARTS = """
    SELECT i.indexrelid::regclass::text, h.inhrelid::regclass::text,
        row_number() OVER (PARTITION BY i.indexrelid ORDER BY h.inhrelid) - 1
    FROM pg_index i JOIN pg_inherits h ON h.inhparent = i.indexrelid
    WHERE i.indrelid = %s::regclass
"""


def partition(connection) -> None:
    """Make partitioned tables of the spread ones, which are empty yet."""
    models = keys.spread_models()
    with transaction.atomic():
        triggers.remove(connection)
        foreign = keys.foreign_keys(connection)
        keys.drop_keys(connection, foreign)
        keys.widen_primary_keys(connection)
        with connection.cursor() as cursor:
            for model in models:
                _partition(cursor, model._meta.db_table, keys.register_column(model))
        keys.add_keys(connection, foreign)
        triggers.install(connection)


def _partition(cursor, table: str, register: str) -> None:
    cursor.execute(_CONSTRAINTS, [table])
    constraints = cursor.fetchall()
    cursor.execute(_INDEXES, [table])
    indexes = cursor.fetchall()
    cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_whole")
    # Checks, defaults and identities come with the columns.
    cursor.execute(
        f"CREATE TABLE {table} (LIKE {table}_whole INCLUDING ALL EXCLUDING INDEXES) "
        f"PARTITION BY HASH ({register})"
    )
    for number in range(PARTITIONS):
        cursor.execute(
            f"CREATE TABLE {table}_{number} PARTITION OF {table} "
            f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
        )
    cursor.execute(f"DROP TABLE {table}_whole")
    _name_the_sequence(cursor, table)
    for name, definition in constraints:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for (definition,) in indexes:
        cursor.execute(definition)
    _name_the_parts(cursor, table)


def _name_the_sequence(cursor, table: str) -> None:
    """Give the sequence of the ids the name that the one of the whole table had."""
    cursor.execute(_SEQUENCE, [table])
    for (sequence,) in cursor.fetchall():
        if sequence != f"{table}_id_seq":
            cursor.execute(f"ALTER SEQUENCE {sequence} RENAME TO {table}_id_seq")


def _name_the_parts(cursor, table: str) -> None:
    """Give the indexes of the partitions the names of those of the table, which refusals print."""
    cursor.execute(_PARTS, [table])
    for name, part, number in cursor.fetchall():
        cursor.execute(f"ALTER INDEX {part} RENAME TO {name}_{number}")


def key_of_id(table: str) -> tuple[str, ...]:
    """The columns of the unique key that the id is in, by their names."""
    if PARTITIONED and table in keys.spread_tables():
        return "id", keys.REGISTER
    return ("id",)
