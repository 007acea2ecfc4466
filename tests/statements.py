"""Statements that go round the door and the ORM, and what the database says to them.

The tables are asked of the database itself.
"""

import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kkm.models.triggers import REFUSAL


def run(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def refused(sql, params=(), *, match=REFUSAL, error=IntegrityError):
    """The statement is refused with this sentence."""
    with pytest.raises(error, match=match), transaction.atomic():
        run(sql, params)


def columns_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        return [column[0] for column in cursor.description]


def rows_of(table, where="1 = 1"):
    """Rows as dictionaries."""
    columns = columns_of(table)
    order = ", ".join(primary_key(table))
    return [
        {name: plain(value) for name, value in zip(columns, row, strict=True)}
        for row in run(f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY {order}")
    ]


def plain(value):
    """PostgreSQL's driver gives bytes as a view."""
    return bytes(value) if isinstance(value, memoryview) else value


def primary_key(table):
    """Its columns: an id, or what stands in its place."""
    return ["id"] if "id" in columns_of(table) else ["kkm_id", "number", "line"]


def this(table, row):
    """The condition that finds a row, and its values."""
    key = primary_key(table)
    return " AND ".join(f"{name} = %s" for name in key), [row[name] for name in key]


def insert(table, row, verb="INSERT INTO", tail=""):
    names = ", ".join(row)
    return f"{verb} {table} ({names}) VALUES ({', '.join(['%s'] * len(row))}) {tail}", list(
        row.values()
    )


def unique_keys(table):
    """[(columns, condition)] of every unique index, partial ones too, as the database tells."""
    if connection.vendor == "postgresql":
        found = run(
            "SELECT ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey::int2[])), "
            "COALESCE(pg_get_expr(indpred, indrelid), '') FROM pg_index WHERE indisunique AND indrelid = %s::regclass",
            [table],
        )
        return [(tuple(columns), condition) for columns, condition in found]
    keys = [(("id",), "")] if "id" in columns_of(table) else []
    for _, name, unique, *_ in run(f"PRAGMA index_list({table})"):
        (sql,) = run("SELECT COALESCE(sql, '') FROM sqlite_master WHERE name = %s", [name])[0]
        if unique:
            columns = tuple(column for _, _, column in run(f"PRAGMA index_info({name})"))
            keys.append((columns, sql.partition(" WHERE ")[2]))
    return keys


def other(value):
    """Another value of the same type; 12 characters stay 12."""
    if isinstance(value, datetime):
        return value + timedelta(seconds=1)
    if isinstance(value, str):
        return (
            re.sub(r"\w", lambda match: "8" if match[0] == "9" else "9", value)
            if value.strip()
            else "x"
        )
    if isinstance(value, bytes):
        return value + b"x"
    return not value if isinstance(value, bool) else (value or 0) + 1_000


def over(table, columns, condition):
    """An existing row, and a new one that has the same key and differs in all other keys."""
    old = rows_of(table, condition or "1 = 1")[-1]
    keys = {column for key, _ in unique_keys(table) for column in key}
    return old, {
        name: other(value) if name in keys - set(columns) else value for name, value in old.items()
    }


def triggers_of(table):
    if connection.vendor == "postgresql":
        return {
            name
            for (name,) in run(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
                [table],
            )
        }
    return {
        name
        for (name,) in run(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
    }
