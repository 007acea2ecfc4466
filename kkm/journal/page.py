"""The open page of one register's journal: what the last operation left behind, read under the
lock, and rows on their way in.

The statements are written out and values travel as plain tuples: an append is a handful of short
statements, and the ORM would spend more time composing them than the database executing them. Only
`kkm.journal` uses this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import NamedTuple
from weakref import WeakSet

from django.db import connection, models, transaction
from django.utils import timezone

from kkm.domain import seal as seals
from kkm.domain.balance import Balance
from kkm.domain.kinds import TICKETS, OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.ticket import Entry, Ticket
from kkm.fields import MoneyField
from kkm.journal import rows
from kkm.models import KKM, FiscalOperation, Position, Registration, Shift, VatRate
from kkm.models.operation import BALANCE_COLUMNS, PAYMENT_COLUMNS

_BALANCE = list(BALANCE_COLUMNS.values())
_TICKETS = " + ".join(BALANCE_COLUMNS[f"{kind.name.lower()}_count"] for kind in TICKETS)
_CONTENT = ["id", "kind", "amount", *PAYMENT_COLUMNS.values(), "change", "details"]
_SEALED_LINE = rows.columns(Position)[2:]  # without the operation and the line's number
_VAT = _SEALED_LINE.index("vat")
_BATCH = 200

_JOURNAL, _LINES, _REGISTER, _REGISTRATION, _SHIFT, _RATES = (
    model._meta.db_table for model in (FiscalOperation, Position, KKM, Registration, Shift, VatRate)
)
# The condition on the external number is in its index's own words: SQLite would not use the index
# otherwise.
_LOCK = f"SELECT FROM {_REGISTER} WHERE id = %(kkm)s FOR NO KEY UPDATE"
_STATE = f"""
SELECT k.serial_number,
       EXISTS (
           SELECT 1 FROM {_JOURNAL}
           WHERE kkm_id = k.id AND external_number = {{number}} AND NOT (external_number = '')
       ),
       (
           SELECT {{listed}}(CAST(rate AS text), ',') FROM {_RATES}
           WHERE valid_from <= {{day}} AND (valid_to IS NULL OR valid_to > {{day}})
       ),
       o.number, o.seal, o.occurred_at, {", ".join(f"o.{column}" for column in _BALANCE)},
       r.id, r.registration_number, s.id, s.number, s.opened_at,
       (SELECT {_TICKETS} FROM {_JOURNAL} WHERE kkm_id = k.id AND number = s.first_number - 1),
       (SELECT MAX(number) FROM {_SHIFT} WHERE kkm_id = k.id),
       (
           SELECT kind FROM {_JOURNAL}
           WHERE kkm_id = k.id AND kind >= 30 AND kind IN (40, 41)
           ORDER BY number DESC LIMIT 1
       )
FROM {_REGISTER} k
LEFT JOIN {_JOURNAL} o ON o.kkm_id = k.id
    AND o.number = (SELECT MAX(number) FROM {_JOURNAL} WHERE kkm_id = k.id)
LEFT JOIN {_REGISTRATION} r ON r.kkm_id = k.id AND r.closed_at IS NULL
LEFT JOIN {_SHIFT} s ON s.kkm_id = k.id AND s.closed_at IS NULL
WHERE k.id = {{kkm}}"""
_ASKED = {"kkm": "%(kkm)s", "number": "%(number)s", "day": "%(day)s"}
# PostgreSQL takes ten times longer to plan this statement than to execute it, hence once for a
# connection; and the lock travels with it, in one message of two statements, of which the second
# begins, and takes its snapshot, when the first has the lock.
_PREPARE = (
    f"PREPARE alsep_state (bigint, text, date) AS "
    f"{_STATE.format(kkm='$1', number='$2', day='$3', listed='string_agg')}"
)
_LOCK_AND_STATE = f"{_LOCK}; EXECUTE alsep_state ({', '.join(_ASKED.values())})"
_prepared = WeakSet()
_REPEATED = (
    f"SELECT {', '.join(_CONTENT)} FROM {_JOURNAL} WHERE kkm_id = %s AND external_number = %s AND "
    f"NOT (external_number = '')"
)
_TAKEN = (
    f"SELECT external_number FROM {_JOURNAL} WHERE kkm_id = %s AND NOT (external_number = '') AND "
    f"external_number IN ({{}})"
)
_IDS = f"SELECT id FROM {_JOURNAL} WHERE kkm_id = %s AND number >= %s ORDER BY number"
_REPEATED_LINES = (
    f"SELECT {', '.join(_SEALED_LINE)} FROM {_LINES} WHERE operation_id = %s ORDER BY line"
)
_RATES_ON = (
    f"SELECT rate FROM {_RATES} WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)"
)
_RATES_SO_FAR = f"SELECT rate FROM {_RATES} WHERE valid_from <= %s"


class Head(NamedTuple):
    """What the last operation left behind."""

    number: int = 0
    seal: str = seals.GENESIS
    occurred_at: datetime | None = None
    balance: Balance = Balance()


class OpenShift(NamedTuple):
    """The shift that is open; `tickets_before`: how many tickets of all kinds there had ever
    been when it opened.
    """

    id: int
    number: int
    opened_at: datetime
    tickets_before: int


class Page:
    """A register's state and the rows not yet written.

    Made by `opened` only, inside its transaction.
    """

    def __init__(
        self, kkm_id: int, external_number: str, day: date | None, state: Sequence, cursor
    ) -> None:
        self.serial_number, taken, rates, *state = state
        self.kkm_id, self._cursor = kkm_id, cursor
        balance = state[3 : 3 + len(_BALANCE)]
        registration, number, shift, shift_number, opened_at, tickets, last_shift, blocking = state[
            3 + len(_BALANCE) :
        ]
        self.head = Head()
        if state[0] is not None:
            named = zip(Balance._fields, balance, strict=True)
            self.head = Head(
                state[0],
                state[1],
                moment(state[2]),
                Balance(*(Balance.of(name, value) for name, value in named)),
            )
        self.registration_id: int | None = registration
        self.registration_number: str = number or ""
        self.shift: OpenShift | None = (
            OpenShift(shift, shift_number, moment(opened_at), tickets) if shift else None
        )
        self.last_shift_number: int = last_shift or 0
        self.blocked = blocking == OperationKind.BLOCK
        self.written: list[int] = []
        self._operations: list[tuple] = []
        self._lines: list[list[tuple]] = []
        self._queued: set[str] = set()
        self._taken: set[str] = {external_number} if taken else set()
        self._rates = {day: {int(rate) for rate in (rates or "").split(",") if rate}}

    def expect(self, external_numbers: list[str]) -> None:
        """Ask once which of many external numbers are taken."""
        named = [number for number in external_numbers if number]
        for start in range(0, len(named), _BATCH):
            some = named[start : start + _BATCH]
            self._cursor.execute(_TAKEN.format(", ".join(["%s"] * len(some))), [self.kkm_id, *some])
            self._taken |= {number for (number,) in self._cursor.fetchall()}

    def repeated(self, entry: Entry) -> tuple[int, bool] | None:
        """The id of the operation that has this entry's external number already, and whether the
        content is the same.
        """
        if not entry.external_number or entry.external_number not in self._taken | self._queued:
            return None
        self.flush()
        self._cursor.execute(_REPEATED, [self.kkm_id, entry.external_number])
        row = self._cursor.fetchone()
        if row is None:
            return None
        self._cursor.execute(_REPEATED_LINES, [row[0]])
        lines = [_without_vat(line) for line in self._cursor.fetchall()]
        asked = [_without_vat(line) for line in _lines(entry)]
        return row[0], (tuple(row[1:]), lines) == (_content(entry), asked)

    def unknown_rate(
        self, rates: set[int | None], day: date, *, or_before: bool = False
    ) -> int | None:
        """A VAT rate among `rates` that is not in force on a day; `or_before`: nor ever was up
        to it.
        """
        asked = rates - {None}
        if not asked:
            return None
        if day not in self._rates:
            self._cursor.execute(_RATES_ON, [day, day])
            self._rates[day] = self._fetched_rates()
        unknown = asked - self._rates[day]
        if unknown and or_before:
            self._cursor.execute(_RATES_SO_FAR, [day])
            unknown -= self._fetched_rates()
        return min(unknown, default=None)

    def _fetched_rates(self) -> set[int]:
        return {rate for (rate,) in self._cursor.fetchall()}

    def append(self, entry: Entry, balance: Balance, received_at: datetime, z: str = "") -> None:
        """Number, seal and queue one operation; `z` is the text of the Z that it freezes."""
        number, at, received = self.head.number + 1, entry.at, received_at.replace(microsecond=0)
        amount, *payments, change, details = _content(entry)[1:]
        occurred, lines, cells = int(at.timestamp()), _lines(entry), tuple(balance.cells.values())
        sign = ""
        if entry.kind in TICKETS:
            sign = seals.fiscal_sign(
                self.head.seal, self.serial_number, number, entry.kind, occurred, amount
            )
        actor = (entry.actor_code, entry.actor_name, entry.external_number, sign)
        in_shift = self.shift if entry.kind < OperationKind.ACTIVATION else None
        array = seals.fields(
            self.head.seal,
            self.serial_number,
            number,
            int(entry.kind),
            in_shift.number if in_shift else 0,
            occurred,
            int(received.timestamp()),
            entry.offline,
            *actor,
            amount,
            payments,
            change,
            cells,
            details,
            seals.digest(z) if z else "",
            lines,
        )
        seal = seals.seal(array)
        shift = in_shift.id if in_shift else None
        clocks = (_stored(at), _stored(received), entry.offline)
        key = (self.kkm_id, number, int(entry.kind), shift)
        self._operations.append(
            (*key, *clocks, *actor, amount, *payments, change, *cells, details, seal)
        )
        self._lines.append(lines)
        self._queued.add(entry.external_number)
        self.head = Head(number, seal, at, balance)

    def flush(self) -> None:
        """Write what is queued; the ids of the operations are added to `written`, in order."""
        if not self._operations:
            return
        ids = self._write_operations()
        numbered = ((of, enumerate(lines, 1)) for of, lines in zip(ids, self._lines, strict=True))
        rows.write(
            self._cursor,
            Position,
            [(operation, number, *line) for operation, lines in numbered for number, line in lines],
        )
        self._last = (ids[-1], *self._operations[-1])
        self._operations, self._lines = [], []
        self.written += ids

    def _write_operations(self) -> list[int]:
        first = self.head.number - len(self._operations) + 1
        if len(self._operations) == 1:
            rows.insert(self._cursor, FiscalOperation, self._operations, returning="id")
        else:
            rows.write(self._cursor, FiscalOperation, self._operations)
            self._cursor.execute(_IDS, [self.kkm_id, first])
        return [operation for (operation,) in self._cursor.fetchall()]

    @property
    def last(self) -> FiscalOperation:
        """The last operation written, without reading it back."""
        fields = FiscalOperation._meta.concrete_fields
        values = [_in_python(field, value) for field, value in zip(fields, self._last, strict=True)]
        return FiscalOperation.from_db(
            connection.alias, [field.attname for field in fields], values
        )


@contextmanager
def opened(kkm: KKM, entry: Entry | None = None) -> Iterator[Page]:
    """Lock the register, read its state, and give the page to write on; everything is committed
    together or not at all.

    What the checks of `entry` ask is read at once with the state. On SQLite the transaction itself
    is the lock (BEGIN IMMEDIATE).
    """
    day = day_of_rates(entry) if entry else None
    asked = {"kkm": kkm.pk, "number": entry.external_number if entry else "", "day": day}
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _prepare(cursor)
            cursor.execute(_LOCK_AND_STATE, asked)
        else:
            cursor.execute(_STATE.format(**_ASKED, listed="group_concat"), asked)
        page = Page(kkm.pk, asked["number"], day, cursor.fetchone(), cursor)
        yield page
        page.flush()


def day_of_rates(entry: Entry) -> date:
    """The day by whose rates an entry is judged: a return has its sale's (Tax Code 2026, art.

    464).
    """
    sold_at = entry.sold_at if isinstance(entry, Ticket) else None
    return timezone.localdate(sold_at or entry.at)


def _prepare(cursor) -> None:
    if connection.connection not in _prepared:
        cursor.execute(_PREPARE)
        _prepared.add(connection.connection)


def moment(value: datetime | str | None) -> datetime | None:
    """A time as the driver returns it (SQLite: text in UTC) as an aware one."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def _in_python(field: models.Field, value):
    if isinstance(field, models.DateTimeField):
        return moment(value)
    return Money(value) if isinstance(field, MoneyField) else value


def _stored(value: datetime):
    return connection.ops.adapt_datetimefield_value(value)


def _content(entry: Entry) -> tuple:
    """What makes two entries with one external number the same: kind, sums and details, in the
    order of `_CONTENT`.
    """
    amount, change = getattr(entry, "amount", Money()), getattr(entry, "change", Money())
    paid = getattr(entry, "paid", lambda payment: Money())
    sums = (amount, *(paid(payment) for payment in PaymentType), change)
    return (int(entry.kind), *(money.tiyn for money in sums), seals.canonical(dict(entry.details)))


def _without_vat(line: Sequence) -> tuple:
    """A line without what follows from the rest: older tickets counted their VAT by another
    rule.
    """
    return (*line[:_VAT], *line[_VAT + 1 :])


def _lines(entry: Entry) -> list[tuple]:
    """The lines of an entry as sealed and stored."""
    return [
        (
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
        for line in getattr(entry, "lines", ())
    ]
