"""The open page of one register's journal: what the last operation left behind, read under the
lock, and the rows that are still to be written.

Only `kkm.journal` uses this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from kkm.domain import seal as seals
from kkm.domain.balance import Balance
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation, SealedLine, fiscal_sign_of, sealed_fields
from kkm.domain.ticket import Act, Document, Ticket
from kkm.errors import ExternalNumberTaken
from kkm.journal import rows, statements
from kkm.journal.columns import (
    content_of,
    line_row,
    moment,
    operation_of,
    operation_row,
    stored_content,
)
from kkm.models import KKM, FiscalOperation, Position
from kkm.models.operation import BALANCE_COLUMNS

_BATCH = 200
_NEVER = datetime.min.replace(tzinfo=UTC)


class LastOperation(NamedTuple):
    """What the last operation left behind; before the first one nothing."""

    number: int = 0
    seal: str = seals.GENESIS
    occurred_at: datetime = _NEVER
    balance: Balance = Balance()


class OpenShift(NamedTuple):
    """The shift that is open.

    `tickets_before`: how many tickets of all kinds there had ever been when it opened.
    """

    number: int
    opened_at: datetime
    tickets_before: int


@dataclass(frozen=True)
class Recorded:
    """The operation that an entry became: the register's id and the number in its journal.

    `repeated`: it had been there before, and nothing was written. Otherwise `shift_number` is the
    number of its shift (0: of none), `tickets` how many tickets the shift had with it, and
    `registration_number` the РНМ of the register then.
    """

    kkm_id: int
    number: int
    repeated: bool = False
    shift_number: int = 0
    tickets: int = 0
    registration_number: str = ""
    id: int = 0
    row: Sequence[Any] = ()

    @cached_property
    def operation(self) -> FiscalOperation:
        """The operation; it is read from the database only if it had been there before."""
        if self.repeated:
            return FiscalOperation.objects.get(kkm=self.kkm_id, number=self.number)
        return operation_of((self.id, *self.row))


class Queued(NamedTuple):
    """An operation still to be written: the columns of its row and of its lines, and what
    `Recorded` says of it.
    """

    row: tuple[Any, ...]
    number: int
    lines: Sequence[SealedLine]
    shift_number: int
    tickets: int
    registration_number: str


class Page:
    """A register's state and the rows not yet written.

    Made by `opened` only, inside its transaction.
    """

    def __init__(
        self,
        kkm_id: int,
        external_number: str,
        day: date | None,
        state: Mapping[str, Any],
        cursor: CursorWrapper,
    ) -> None:
        self.kkm_id = kkm_id
        self._cursor = cursor
        self.serial_number: str = state["serial_number"]
        self.last = _last_operation(state)
        self.shift = _open_shift(state)
        self.last_shift_number: int = state["last_shift_number"] or 0
        self.activation_number: int | None = state["activation_number"]
        self.registration_number: str = state["registration_number"] or ""
        self.blocked_by_operation = state["last_blocking"] == OperationKind.BLOCK
        self.written: list[Recorded] = []
        self._queue: list[Queued] = []
        self._queued_numbers: set[str] = set()
        self._taken_numbers: set[str] = set()
        if state["is_number_taken"]:
            self._taken_numbers.add(external_number)
        self._rates = {day: _rates(state["rates"])}

    def expect(self, external_numbers: Sequence[str]) -> None:
        """Ask once which of many external numbers are taken."""
        numbers = list(filter(None, external_numbers))
        for start in range(0, len(numbers), _BATCH):
            batch = numbers[start : start + _BATCH]
            places = ", ".join(["%s"] * len(batch))
            self._cursor.execute(
                statements.TAKEN_NUMBERS.format(places),
                [self.kkm_id, *batch],
            )
            self._taken_numbers |= self._first_column()

    def earlier(self, entry: Document) -> Recorded | None:
        """The operation that this entry has become already, by its external number.

        ExternalNumberTaken if the content is another.
        """
        number = entry.external_number
        if not number or number not in self._taken_numbers | self._queued_numbers:
            return None
        self.flush()
        self._cursor.execute(statements.REPEATED, [self.kkm_id, number])
        found = self._cursor.fetchone()
        if found is None:
            return None
        operation_id, operation_number, *columns = found
        place = [self.kkm_id, operation_number]
        self._cursor.execute(statements.REPEATED_LINES, place)
        content = stored_content(columns, self._cursor.fetchall())
        if not content.is_same(content_of(entry)):
            raise ExternalNumberTaken(external_number=number)
        return Recorded(self.kkm_id, operation_number, repeated=True, id=operation_id)

    def unknown_rate(
        self, rates: set[int | None], day: date, *, or_before: bool = False
    ) -> int | None:
        """A VAT rate among `rates` that is not in force on a day; `or_before`: nor ever was up
        to it.
        """
        unknown = {rate for rate in rates if rate is not None}
        if not unknown:
            return None
        if day not in self._rates:
            self._cursor.execute(statements.RATES_ON, [day, day])
            self._rates[day] = self._first_column()
        unknown -= self._rates[day]
        if unknown and or_before:
            self._cursor.execute(statements.RATES_SO_FAR, [day])
            unknown -= self._first_column()
        return min(unknown, default=None)

    def _first_column(self) -> set[Any]:
        return {value for (value,) in self._cursor.fetchall()}

    def append(
        self, entry: Document | Act, balance: Balance, received_at: datetime, z: str = ""
    ) -> None:
        """Number, seal and queue one operation; `z` is the text of the Z that it freezes."""
        received_at = received_at.replace(microsecond=0)
        shift = None
        if not isinstance(entry, Act):
            shift = self.shift
        operation = self._sealed(entry, balance, received_at, shift, z)
        row = operation_row(self.kkm_id, entry.at, received_at, operation)
        tickets = 0
        if shift:
            tickets = balance.tickets - shift.tickets_before
        queued = Queued(
            row,
            operation.number,
            operation.lines,
            operation.shift,
            tickets,
            self.registration_number,
        )
        self._queue.append(queued)
        self._queued_numbers.add(entry.external_number)
        self.last = LastOperation(operation.number, operation.seal, entry.at, balance)

    def _sealed(
        self,
        entry: Document | Act,
        balance: Balance,
        received_at: datetime,
        shift: OpenShift | None,
        z: str,
    ) -> Operation:
        """The next operation of the journal, with its number, fiscal sign and seal."""
        content = content_of(entry)
        shift_number = 0
        if shift:
            shift_number = shift.number
        operation = Operation(
            number=self.last.number + 1,
            kind=content.kind,
            shift=shift_number,
            occurred=int(entry.at.timestamp()),
            received=int(received_at.timestamp()),
            offline=entry.offline,
            actor_code=entry.actor_code,
            actor_name=entry.actor_name,
            external_number=entry.external_number,
            fiscal_sign="",
            amount=content.amount,
            payments=content.payments,
            change=content.change,
            balance=tuple(balance.cells.values()),
            details=content.details,
            seal="",
            lines=content.lines,
            z=z,
        )
        if isinstance(entry, Ticket):
            sign = fiscal_sign_of(operation, self.last.seal, self.serial_number)
            operation = operation._replace(fiscal_sign=sign)
        seal = seals.seal(sealed_fields(operation, self.last.seal, self.serial_number))
        return operation._replace(seal=seal)

    def flush(self) -> None:
        """Write what is queued; the operations are added to `written`, in order."""
        if not self._queue:
            return
        ids = self._write_operations()
        lines = []
        for operation_id, queued in zip(ids, self._queue, strict=True):
            number = queued.number
            for place, line in enumerate(queued.lines, 1):
                lines.append(line_row(self.kkm_id, number, place, line))
            self.written.append(
                Recorded(
                    self.kkm_id,
                    number,
                    id=operation_id,
                    shift_number=queued.shift_number,
                    tickets=queued.tickets,
                    registration_number=queued.registration_number,
                    row=queued.row,
                )
            )
        rows.write(self._cursor, Position, lines)
        self._queue = []

    def _write_operations(self) -> list[int]:
        queued_rows = [queued.row for queued in self._queue]
        if len(queued_rows) == 1:
            rows.insert(self._cursor, FiscalOperation, queued_rows, returning="id")
        else:
            first = self.last.number - len(queued_rows) + 1
            rows.write(self._cursor, FiscalOperation, queued_rows)
            self._cursor.execute(statements.OPERATION_IDS, [self.kkm_id, first])
        return [operation_id for (operation_id,) in self._cursor.fetchall()]


@contextmanager
def opened(kkm: KKM, entry: Document | None = None) -> Iterator[Page]:
    """Lock the register, read its state, and give the page to write on; everything is committed
    together or not at all.

    What the checks of `entry` ask is read at once with the state. On SQLite the transaction itself
    is the lock (BEGIN IMMEDIATE).
    """
    external_number, day = "", None
    if entry:
        external_number, day = entry.external_number, day_of_rates(entry)
    with transaction.atomic(), connection.cursor() as cursor:
        statements.STATE.ask(cursor, kkm=kkm.pk, number=external_number, day=day)
        page = Page(kkm.pk, external_number, day, _fetched_by_name(cursor), cursor)
        yield page
        page.flush()


def day_of_rates(entry: Document) -> date:
    """The day whose VAT rates count for an entry: of a return the day of its sale (Tax Code 2026,
    art. 464).
    """
    if isinstance(entry, Ticket) and entry.sold_at:
        return timezone.localdate(entry.sold_at)
    return timezone.localdate(entry.at)


def _fetched_by_name(cursor: CursorWrapper) -> dict[str, Any]:
    """The next row, its values by the names of their columns."""
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def _last_operation(state: Mapping[str, Any]) -> LastOperation:
    if state["number"] is None:
        return LastOperation()
    cells = {}
    for name, column in BALANCE_COLUMNS.items():
        cells[name] = state[column]
    balance = Balance.from_cells(cells)
    seal = bytes(state["seal"]).hex()
    return LastOperation(state["number"], seal, moment(state["occurred_at"]), balance)


def _open_shift(state: Mapping[str, Any]) -> OpenShift | None:
    if state["shift_number"] is None:
        return None
    return OpenShift(
        number=state["shift_number"],
        opened_at=moment(state["shift_opened_at"]),
        tickets_before=state["tickets_before"],
    )


def _rates(listed: str | None) -> set[int]:
    """VAT rates that are listed with commas between them."""
    return set(map(int, filter(None, (listed or "").split(","))))
