"""A register's journal from the database as a stream of plain operations, in constant memory, without the ORM's objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction

from kkm.domain.row import Line, Operation
from kkm.models import KKM, FiscalOperation, Position, Shift, ZReport
from kkm.models.operation import BALANCE_COLUMNS, PAYMENT_COLUMNS

_JOURNAL, _LINES, _SHIFT, _Z = (model._meta.db_table for model in (FiscalOperation, Position, Shift, ZReport))
_SECONDS = {  # −1 for a moment between two seconds: the door writes none, and no seal fits
    "postgresql": "CASE WHEN {0} = date_trunc('second', {0}) THEN EXTRACT(EPOCH FROM {0})::bigint ELSE -1 END",
    "sqlite": "CASE WHEN instr({0}, '.') THEN -1 ELSE CAST(strftime('%%s', {0}) AS INTEGER) END",
}
_TEXTS = ["actor_code", "actor_name", "external_number", "fiscal_sign"]
_MONEY = ["amount", *PAYMENT_COLUMNS.values(), "change", *BALANCE_COLUMNS.values()]
_LINE = ["role", "section", "name", "quantity", "price", "goods", "discount", "markup", "rate", "vat", "details"]
_CHUNK = 2000


def operations(kkm: KKM) -> Iterator[Operation]:
    """All operations of a register by number, each with its lines and its frozen Z, up to the head that there was at the start."""
    with _reading():
        head = FiscalOperation.objects.filter(kkm=kkm).order_by("number").values_list("number", flat=True).last()
        lines = _by_operation(_rows(_lines_sql(), [kkm.pk, head or 0]))
        following = next(lines, None)
        for row in _rows(_operations_sql(), [kkm.pk, head or 0]):
            own: tuple[Line, ...] = ()
            if following and following[0] == row[0]:
                own, following = following[1], next(lines, None)
            yield _operation(row, own)


def _reading() -> AbstractContextManager:
    """PostgreSQL streams within a transaction; on SQLite one would begin by locking out whoever writes."""
    return nullcontext() if connection.vendor == "sqlite" else transaction.atomic()


def _operation(row: tuple, lines: tuple[Line, ...]) -> Operation:
    _id, number, kind, shift, occurred, received, offline, code, name, external, sign = row[:11]
    texts = (code, name, external, sign)
    money, (details, seal, z) = row[11:29], row[29:]
    return Operation(
        number, kind, shift, occurred, received, bool(offline), *texts, money[0], money[1:6], money[6], money[7:], details, seal, lines, z
    )


def _by_operation(rows: Iterator[tuple]) -> Iterator[tuple[int, tuple[Line, ...]]]:
    """(operation's id, its lines); a line that is out of its place says so in its details, and no seal fits."""
    for operation, group in groupby(rows, key=itemgetter(0)):
        yield operation, tuple(_line(row, place) for place, row in enumerate(group, 1))


def _line(row: tuple, place: int) -> Line:
    return row[2:] if row[1] == place else (*row[2:-1], f"line {row[1]}")


def _rows(statement: str, parameters: list) -> Iterator[tuple]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _operations_sql() -> str:
    occurred, received = (_SECONDS[connection.vendor].format(f"o.{column}") for column in ("occurred_at", "received_at"))
    columns = ", ".join(f"o.{column}" for column in (*_TEXTS, *_MONEY, "details", "seal"))
    return (
        f"SELECT o.id, o.number, o.kind, COALESCE(s.number, 0), {occurred}, {received}, o.offline, {columns}, COALESCE(z.text, '') "
        f"FROM {_JOURNAL} o LEFT JOIN {_SHIFT} s ON s.id = o.shift_id AND s.kkm_id = o.kkm_id "
        f"LEFT JOIN {_Z} z ON z.operation_id = o.id AND z.shift_id = o.shift_id "
        "WHERE o.kkm_id = %s AND o.number <= %s ORDER BY o.number"
    )


def _lines_sql() -> str:
    columns = ", ".join(f"p.{column}" for column in _LINE)
    return (
        f"SELECT p.operation_id, p.line, {columns} FROM {_JOURNAL} o JOIN {_LINES} p ON p.operation_id = o.id "
        "WHERE o.kkm_id = %s AND o.number <= %s ORDER BY o.number, p.line"
    )
