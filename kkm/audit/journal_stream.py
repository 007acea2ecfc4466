"""A register's journal from the database as a stream of plain operations, in constant memory,
without the ORM's objects.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from itertools import chain

from django.db import connection, transaction

from kkm.domain.operation import Operation, SealedLine
from kkm.models import KKM, FiscalOperation, Position, Shift, ZReport
from kkm.models.operation import BALANCE_COLUMNS, PAYMENT_COLUMNS

_JOURNAL, _LINES, _SHIFT, _Z = (
    model._meta.db_table for model in (FiscalOperation, Position, Shift, ZReport)
)
_SECONDS = {  # −1 for a moment between two seconds: the door writes none, and no seal fits
    "postgresql": (
        "CASE WHEN {0} = date_trunc('second', {0}) THEN EXTRACT(EPOCH FROM {0})::bigint ELSE -1 END"
    ),
    "sqlite": "CASE WHEN instr({0}, '.') THEN -1 ELSE CAST(strftime('%%s', {0}) AS INTEGER) END",
}
# A Z that hangs on an operation of another shift says so, and no seal fits.
_FROZEN = (
    "CASE WHEN z.shift_id = o.shift_id THEN z.text WHEN z.shift_id IS NULL THEN '' ELSE 'Z of "
    "another shift' END"
)
_TEXTS = ["actor_code", "actor_name", "external_number", "fiscal_sign"]
_MONEY = ["amount", *PAYMENT_COLUMNS.values(), "change", *BALANCE_COLUMNS.values()]
_LINE = [
    "role",
    "section",
    "name",
    "quantity",
    "price",
    "goods",
    "discount",
    "markup",
    "rate",
    "vat",
    "details",
]
# Rows taken at a time: SQLite's from its own pages, few enough to stay in the processor's cache;
# PostgreSQL's from another process.
_CHUNK = {"sqlite": 100, "postgresql": 6000}
_NO_LINE = (0,)  # after the last one: no operation has this id


def operations(kkm: KKM, first: int = 1, last: int | None = None) -> Iterator[Operation]:
    """Operations of a register by number, each with its lines and its frozen Z, from `first` to
    `last`: None is the head that there was at the start.
    """
    with _reading():
        if last is None:
            last = (
                FiscalOperation.objects.filter(kkm=kkm)
                .order_by("number")
                .values_list("number", flat=True)
                .last()
                or 0
            )
        asked = [kkm.pk, first, last]
        with (
            closing(_chunks(_lines_sql(), asked)) as of_lines,
            closing(_chunks(_operations_sql(), asked)) as of_rows,
        ):
            lines = chain.from_iterable(of_lines)
            line = next(lines, _NO_LINE)
            for row in chain.from_iterable(of_rows):
                own: list[SealedLine] = []
                while line[0] == row[0]:
                    own.append(line[2:] if line[1] == len(own) + 1 else _misplaced(line))
                    line = next(lines, _NO_LINE)
                yield _operation(row, tuple(own))


def _reading() -> AbstractContextManager:
    """PostgreSQL streams within a transaction; on SQLite one would begin by locking out whoever
    writes.
    """
    return nullcontext() if connection.vendor == "sqlite" else transaction.atomic()


def _operation(row: tuple, lines: tuple[SealedLine, ...]) -> Operation:
    return Operation._make(
        (
            *row[1:6],
            bool(row[6]),
            *row[7:12],
            row[12:17],
            row[17],
            row[18:29],
            row[29],
            row[30],
            lines,
            row[31],
        )
    )


def _misplaced(row: tuple) -> SealedLine:
    """A line that is out of its place says so in its details, and no seal fits."""
    return (*row[2:-1], f"line {row[1]}")


def _chunks(statement: str, parameters: list) -> Generator[list[tuple], None, None]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        fetch = partial(cursor.fetchmany, _CHUNK[connection.vendor])
        yield from iter(fetch, []) if connection.vendor == "sqlite" else _ahead(fetch)


def _ahead(fetch: Callable[[], list[tuple]]) -> Iterator[list[tuple]]:
    """While one chunk is worked on, PostgreSQL makes the next: a thread waits for it."""
    rows = fetch()
    with ThreadPoolExecutor(1) as waiting:
        while rows:
            coming = waiting.submit(fetch)
            yield rows
            rows = coming.result()


def _operations_sql() -> str:
    occurred, received = (
        _SECONDS[connection.vendor].format(f"o.{column}")
        for column in ("occurred_at", "received_at")
    )
    columns = ", ".join(f"o.{column}" for column in (*_TEXTS, *_MONEY, "details", "seal"))
    return (
        f"SELECT o.id, o.number, o.kind, COALESCE(s.number, 0), {occurred}, {received}, o.offline, "
        f"{columns}, {_FROZEN} "
        f"FROM {_JOURNAL} o LEFT JOIN {_SHIFT} s ON s.id = o.shift_id AND s.kkm_id = o.kkm_id LEFT "
        f"JOIN {_Z} z ON z.operation_id = o.id "
        "WHERE o.kkm_id = %s AND o.number BETWEEN %s AND %s ORDER BY o.number"
    )


def _lines_sql() -> str:
    columns = ", ".join(f"p.{column}" for column in _LINE)
    return (
        f"SELECT p.operation_id, p.line, {columns} FROM {_JOURNAL} o JOIN {_LINES} p ON "
        f"p.operation_id = o.id "
        "WHERE o.kkm_id = %s AND o.number BETWEEN %s AND %s ORDER BY o.number, p.line"
    )
