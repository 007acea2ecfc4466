"""A register's journal from the database as a stream of plain operations.

It takes constant memory and makes no objects of the ORM, which would cost too much time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from itertools import chain
from math import inf

from django.db import connection, transaction
from django.db.models import Max

from kkm.domain.operation import LINE_FIELDS, Operation, SealedLine
from kkm.fields import unpacked_details, zero_for_null
from kkm.models import KKM, FiscalOperation, Position, ZReport
from kkm.models.operation import BALANCE_COLUMNS, PAYMENT_COLUMNS

# Whole seconds since 1970-01-01 UTC. −1 for a moment between two seconds: the journal writes none,
# and no seal fits it.
_SECONDS = {
    "postgresql": (
        "CASE WHEN {0} = date_trunc('second', {0}) THEN EXTRACT(EPOCH FROM {0})::bigint ELSE -1 END"
    ),
    "sqlite": "CASE WHEN instr({0}, '.') THEN -1 ELSE CAST(strftime('%%s', {0}) AS INTEGER) END",
}
# A Z-report that belongs to an operation of another shift gets a text that no seal fits.
_FROZEN_Z = """
    CASE
        WHEN z.shift_number = o.shift_number THEN z.text
        WHEN z.shift_number IS NULL THEN ''
        ELSE 'Z of another shift'
    END
"""
_OPERATIONS_SQL = f"""
    SELECT
        o.number, o.kind, COALESCE(o.shift_number, 0), {{occurred}}, {{received}}, o.offline,
        o.actor_code, o.actor_name, o.external_number, o.fiscal_sign,
        o.amount, {{paid}}, {{balance}}, o.details, {{seal}}, {_FROZEN_Z}
    FROM {FiscalOperation._meta.db_table} o
    LEFT JOIN {ZReport._meta.db_table} z ON z.kkm_id = o.kkm_id AND z.number = o.number
    WHERE o.kkm_id = %s AND o.number BETWEEN %s AND %s
    ORDER BY o.number
"""
_LINES_SQL = f"""
    SELECT p.number, p.line, {{columns}}
    FROM {Position._meta.db_table} p
    WHERE p.kkm_id = %s AND p.number BETWEEN %s AND %s
    ORDER BY p.number, p.line
"""
_PAID = [*PAYMENT_COLUMNS.values(), "change"]
# Hexadecimal digits, as it is sealed.
_SEAL = {"postgresql": "encode(o.seal, 'hex')", "sqlite": "lower(hex(o.seal))"}
_PAYMENTS = len(PAYMENT_COLUMNS)
# How many rows are fetched at a time. SQLite reads them from its own pages: few enough to stay in
# the processor's cache. PostgreSQL sends them from another process.
_CHUNK = {"sqlite": 100, "postgresql": 6000}
_NO_LINE = (inf,)  # after the last line: no operation has this number


def operations(kkm: KKM, first: int = 1, last: int | None = None) -> Iterator[Operation]:
    """Operations of a register by number, each with its lines and its frozen Z-report.

    From `first` to `last`; without `last` up to the one that is the last at the start.
    """
    with _reading():
        if last is None:
            last = kkm.operations.aggregate(last=Max("number"))["last"] or 0
        parameters = [kkm.pk, first, last]
        with (
            closing(_chunks(_lines_sql(), parameters)) as line_chunks,
            closing(_chunks(_operations_sql(), parameters)) as operation_chunks,
        ):
            lines = chain.from_iterable(line_chunks)
            line = next(lines, _NO_LINE)
            for row in chain.from_iterable(operation_chunks):
                number = row[0]
                own: list[SealedLine] = []
                while line[0] <= number:
                    own.append(_line(line, number, len(own) + 1))
                    line = next(lines, _NO_LINE)
                yield _operation(row, tuple(own))


def _reading() -> AbstractContextManager:
    """A transaction on PostgreSQL, which streams only within one.

    None on SQLite, where it would begin by locking out all writers.
    """
    if connection.vendor == "sqlite":
        return nullcontext()
    return transaction.atomic()


def _operation(row: tuple, lines: tuple[SealedLine, ...]) -> Operation:
    (
        number,
        kind,
        shift,
        occurred,
        received,
        offline,
        actor_code,
        actor_name,
        external_number,
        fiscal_sign,
        amount,
        *sums,
        details,
        seal,
        z,
    ) = row
    return Operation(
        number,
        kind,
        shift,
        occurred,
        received,
        bool(offline),
        actor_code,
        actor_name,
        external_number,
        fiscal_sign,
        amount,
        tuple(sums[:_PAYMENTS]),
        sums[_PAYMENTS],
        tuple(sums[_PAYMENTS + 1 :]),
        details,
        seal,
        lines,
        z,
    )


def _line(row: tuple, number: int, expected_place: int) -> SealedLine:
    """What is sealed of a line: its row without the operation's number and the place.

    A line that is out of its place gets details that no seal fits; so does one of an operation
    that is missing, at the operation after it.
    """
    place = row[1]
    if row[0] != number or place != expected_place:
        return (*row[2:-1], f"line {place}")
    return (*row[2:-1], unpacked_details(row[-1]))


def _chunks(statement: str, parameters: list) -> Generator[list[tuple], None, None]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        fetch = partial(cursor.fetchmany, _CHUNK[connection.vendor])
        if connection.vendor == "sqlite":
            yield from iter(fetch, [])
        else:
            yield from _fetched_ahead(fetch)


def _fetched_ahead(fetch: Callable[[], list[tuple]]) -> Iterator[list[tuple]]:
    """While one chunk is worked on, PostgreSQL makes the next: a thread waits for it."""
    rows = fetch()
    with ThreadPoolExecutor(1) as executor:
        while rows:
            coming = executor.submit(fetch)
            yield rows
            rows = coming.result()


def _operations_sql() -> str:
    seconds = _SECONDS[connection.vendor]
    return _OPERATIONS_SQL.format(
        occurred=seconds.format("o.occurred_at"),
        received=seconds.format("o.received_at"),
        paid=", ".join(zero_for_null(f"o.{column}") for column in _PAID),
        balance=_listed("o", BALANCE_COLUMNS.values()),
        seal=_SEAL[connection.vendor],
    )


def _lines_sql() -> str:
    return _LINES_SQL.format(columns=_listed("p", LINE_FIELDS))


def _listed(table: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)
