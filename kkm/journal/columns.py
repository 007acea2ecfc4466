"""An entry as the columns of its rows, and a row as the operation that it is.

Values travel as plain tuples: an append is a handful of short statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, models

from kkm.domain import seal as seals
from kkm.domain.kinds import PaymentType
from kkm.domain.money import Money
from kkm.domain.operation import CASH, Operation, SealedLine
from kkm.domain.ticket import Act, Document
from kkm.fields import (
    MoneyField,
    SealField,
    null_for_zero,
    packed_details,
    seal_bytes,
    unpacked_details,
)
from kkm.models import FiscalOperation


class Content(NamedTuple):
    """What makes two entries with one external number the same. Sums in tiyn."""

    kind: int
    amount: int
    payments: tuple[int, ...]
    change: int
    details: str
    lines: Sequence[SealedLine]

    def is_same(self, other: Content) -> bool:
        """Whether both agree, VAT aside: it follows from the rest, and that of older tickets was
        counted by another rule.
        """
        if self._replace(lines=()) != other._replace(lines=()):
            return False
        return list(map(_without_vat, self.lines)) == list(map(_without_vat, other.lines))


def content_of(entry: Document | Act) -> Content:
    """The content of an entry as it is sealed and stored."""
    return Content(
        kind=int(entry.kind),
        amount=entry.amount.tiyn,
        payments=tuple(entry.paid(payment).tiyn for payment in PaymentType),
        change=entry.change.tiyn,
        details=seals.canonical(dict(entry.details)),
        lines=_lines(entry),
    )


def stored_content(row: Sequence[Any], lines: Sequence[Sequence[Any]]) -> Content:
    """The content of an operation in the journal, from its columns and those of its lines as they
    are stored.
    """
    kind, amount, *payments, change, details = row
    sealed = list(map(_sealed_line, lines))
    return Content(kind, amount, tuple(payments), change, details, sealed)


def _sealed_line(line: Sequence[Any]) -> SealedLine:
    *before, details = line
    return (*before, unpacked_details(details))


def _without_vat(line: SealedLine) -> tuple[Any, ...]:
    *before, _vat, details = line
    return (*before, details)


def _lines(entry: Document | Act) -> list[SealedLine]:
    lines = []
    for line in entry.lines:
        sealed = (
            int(line.role),
            line.section,
            line.name,
            line.quantity,
            line.price.tiyn,
            line.goods.tiyn,
            line.discount.tiyn,
            line.markup.tiyn,
            line.rate,
            line.vat.tiyn,
            seals.canonical(dict(line.details)),
        )
        lines.append(sealed)
    return lines


def operation_of(row: Sequence[Any]) -> FiscalOperation:
    """The operation that a row written just now is, without reading it back."""
    fields = FiscalOperation._meta.concrete_fields
    names = []
    values = []
    for field, value in zip(fields, row, strict=True):
        names.append(field.attname)
        values.append(_in_python(field, value))
    return FiscalOperation.from_db(connection.alias, names, values)


def _in_python(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.DateTimeField):
        return moment(value)
    if isinstance(field, MoneyField):
        return Money(value or 0)
    if isinstance(field, SealField):
        return _seal_of(value)
    return value


def operation_row(
    kkm: int, at: datetime, received_at: datetime, operation: Operation
) -> tuple[Any, ...]:
    """The row of an operation, in the order of its columns. One without a shift has none there."""
    totals, counts = operation.balance[:4], operation.balance[4:-1]
    paid = map(null_for_zero, operation.payments)
    return (
        kkm,
        stored(at),
        stored(received_at),
        operation.amount,
        *paid,
        null_for_zero(operation.change),
        *totals,
        operation.balance[CASH],
        *counts,
        operation.number,
        operation.shift or None,
        operation.kind,
        operation.offline,
        operation.actor_code,
        operation.actor_name,
        operation.external_number,
        operation.fiscal_sign,
        operation.details,
        stored_seal(operation.seal),
    )


def line_row(kkm: int, number: int, place: int, line: SealedLine) -> tuple[Any, ...]:
    """The row of a line of an operation, in the order of its columns."""
    role, section, name, quantity, price, *sums, rate, vat, details = line
    key = (number, rate, place, role)
    texts = (section, name, packed_details(details))
    return (kkm, quantity, price, *sums, vat, *key, *texts)


def stored_seal(seal: str) -> str | bytes:
    """A seal as the driver takes it; PostgreSQL reads the text as bytes, in COPY too."""
    if connection.vendor == "postgresql":
        return f"\\x{seal}"
    return seal_bytes(seal)


def _seal_of(value: str | bytes) -> str:
    """What `stored_seal` was given."""
    if isinstance(value, str):
        return value.removeprefix("\\x")
    return value.hex()


def moment(value: datetime | str) -> datetime:
    """A time as the driver returns it (SQLite: text in UTC), aware of its zone."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value


def stored(value: datetime) -> Any:
    """A time as the driver takes it."""
    return connection.ops.adapt_datetimefield_value(value)
