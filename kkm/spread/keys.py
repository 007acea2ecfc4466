"""Which tables are spread by register, and the keys that they need for it.

A machine that has the rows of a register can enforce a unique key alone only if the key holds the
register. So a table is spread when each of its keys does; every other table stands whole on each
machine. An id is unique only together with the register: it goes into the primary key with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Model, UniqueConstraint

from kkm.models import FISCAL_MODELS, KKM, LateOffline

REGISTER = "kkm_id"
# The row of a register goes with its journal, and so do tickets of it that were refused.
OF_REGISTERS: tuple[type[Model], ...] = (KKM, *FISCAL_MODELS, LateOffline)

_FOREIGN_KEYS = """
    SELECT
        quote_ident(conname), conrelid::regclass::text, confrelid::regclass::text,
        pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0
        AND connamespace = current_schema()::regnamespace
    ORDER BY conrelid::regclass::text, conname
"""
_PRIMARY_KEY = """
    SELECT
        quote_ident(c.conname),
        ARRAY(
            SELECT a.attname::text FROM pg_attribute a
            WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
        )
    FROM pg_constraint c
    WHERE c.contype = 'p' AND c.conrelid = %s::regclass
"""


class ForeignKey(NamedTuple):
    """A foreign key as PostgreSQL has it."""

    name: str
    table: str
    to: str
    definition: str


def spread_models() -> list[type[Model]]:
    """Models whose tables are spread by register."""
    found: list[type[Model]] = []
    for model in OF_REGISTERS:
        if not key_without_register(model):
            found.append(model)
    return found


def spread_tables() -> list[str]:
    """The names of their tables."""
    return [model._meta.db_table for model in spread_models()]


def keys_without_register() -> list[str]:
    """Names of the keys that keep tables of registers from being spread."""
    found = []
    for model in OF_REGISTERS:
        key = key_without_register(model)
        if key:
            found.append(key)
    return found


def register_column(model: type[Model]) -> str:
    """The column by which a table is spread."""
    if model is KKM:
        return "id"
    return REGISTER


def key_without_register(model: type[Model]) -> str:
    """The name of a unique key that lacks the register; empty: each but the id has it."""
    register = "kkm"
    if model is KKM:
        register = "id"
    table = model._meta.db_table
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            return f"{table}.{field.column}"
    for constraint in model._meta.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        if register not in constraint.fields:
            return f"{table}.{constraint.name}"
    return ""


def foreign_keys(connection: Any) -> list[ForeignKey]:
    """All of the database."""
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS)
        return [ForeignKey(*row) for row in cursor.fetchall()]


def drop_keys(connection: Any, keys: Iterable[ForeignKey]) -> None:
    """Take foreign keys off: the primary keys under them change."""
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}")


def add_keys(connection: Any, keys: Iterable[ForeignKey]) -> None:
    """Put foreign keys back as they were."""
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}",
            )


def widen_primary_keys(connection: Any) -> None:
    """Put the register into the primary key of each spread table that lacks it.

    No foreign key may name the table meanwhile.
    """
    with connection.cursor() as cursor:
        for model in spread_models():
            table = model._meta.db_table
            register = register_column(model)
            cursor.execute(_PRIMARY_KEY, [table])
            name, columns = cursor.fetchone()
            if register not in columns:
                wider = ", ".join([register, *columns])
                cursor.execute(
                    f"ALTER TABLE {table} DROP CONSTRAINT {name}, "
                    f"ADD CONSTRAINT {name} PRIMARY KEY ({wider})",
                )
