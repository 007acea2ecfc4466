"""Operations in plain values, and what they are worth: for reading back a million of them, where
objects would cost too much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kkm.domain import seal as seals
from kkm.domain.balance import Balance
from kkm.domain.kinds import (
    DIRECTION,
    PLACEMENTS,
    TICKETS,
    OperationKind,
)
from kkm.domain.totals import LineSums, TicketSums, line_cells, ticket_cells

START = tuple(Balance().cells.values())
FIELDS = Balance._fields
CASH = FIELDS.index("cash")
_COUNT = {int(kind): FIELDS.index(f"{kind.name.lower()}_count") for kind in (*TICKETS, *PLACEMENTS)}
_TOTAL = {int(kind): FIELDS.index(f"{kind.name.lower()}_total") for kind in TICKETS}
_DIRECTION = {int(kind): sign for kind, sign in DIRECTION.items()}
_CLOSE = int(OperationKind.CLOSE_SHIFT)


# A line of a ticket as it is sealed; the rate may be None. It is a plain tuple: orjson writes no
# others as arrays.
LINE_FIELDS = (
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
)
SealedLine = tuple[int, str, str, int, int, int, int, int, int | None, int, str]


class Operation(NamedTuple):
    """An operation in plain values.

    `shift` is the shift's number, 0 outside one; `balance` as `Balance`; `z` the frozen text or "".
    """

    number: int
    kind: int
    shift: int
    occurred: int
    received: int
    offline: bool
    actor_code: str
    actor_name: str
    external_number: str
    fiscal_sign: str
    amount: int
    payments: tuple[int, ...]
    change: int
    balance: tuple[int, ...]
    details: str
    seal: str
    lines: Sequence[SealedLine]
    z: str = ""


def sealed_fields(operation: Operation, previous: str, serial_number: str) -> list[Any]:
    """What the seal of an operation covers: the array that `kkm.domain.seal` specifies."""
    z_digest = ""
    if operation.z:
        z_digest = seals.digest(operation.z)
    return [
        seals.VERSION,
        previous,
        serial_number,
        operation.number,
        operation.kind,
        operation.shift,
        operation.occurred,
        operation.received,
        operation.offline,
        operation.actor_code,
        operation.actor_name,
        operation.external_number,
        operation.fiscal_sign,
        operation.amount,
        operation.payments,
        operation.change,
        operation.balance,
        operation.details,
        z_digest,
        operation.lines,
    ]


def fiscal_sign_of(operation: Operation, previous: str, serial_number: str) -> str:
    """The fiscal sign that a ticket must have after the seal `previous`."""
    return seals.fiscal_sign(
        previous,
        serial_number,
        operation.number,
        operation.kind,
        operation.occurred,
        operation.amount,
    )


def after(balance: tuple[int, ...], operation: Operation) -> tuple[int, ...]:
    """The balance that an operation must leave behind; the same as `Balance.after`, in plain
    integers.
    """
    kind = operation.kind
    if kind not in _COUNT:
        return balance
    cells = list(balance)
    cells[_COUNT[kind]] += 1
    cells[CASH] += _DIRECTION[kind] * operation.payments[0]
    if kind in _TOTAL:
        cells[_TOTAL[kind]] += operation.amount
    return tuple(cells)


def cells_of(operations: Iterable[Operation]) -> dict[str, int]:
    """What operations are worth together: the cells of the sum of their `Totals`."""
    fold = Fold()
    for operation in operations:
        fold.add(operation)
    return fold.cells


class Fold:
    """Operations added up in place.

    A million of them cannot afford a value for each, nor the names of its cells: they come at the
    end.
    """

    def __init__(self) -> None:
        self._documents = 0
        self._offline: dict[int, int] = defaultdict(int)  # by kind
        self._tickets: dict[int, TicketSums] = defaultdict(TicketSums)  # by kind
        self._placements: dict[int, int] = defaultdict(int)  # by kind
        self._placed: dict[int, int] = defaultdict(int)  # by kind
        # By kind, role, section and rate.
        self._lines: dict[tuple[int, int, str, int | None], LineSums] = defaultdict(LineSums)

    def add(self, operation: Operation) -> None:
        """One more."""
        kind = operation.kind
        self._documents += 1
        if operation.offline:
            self._offline[kind] += 1
        if kind in _TOTAL:
            self._add_ticket(kind, operation)
        elif kind != _CLOSE:
            self._placements[kind] += 1
            self._placed[kind] += operation.amount

    def _add_ticket(self, kind: int, operation: Operation) -> None:
        sums = self._tickets[kind]
        sums.tickets += 1
        sums.amount += operation.amount
        sums.change += operation.change
        for payment, money in enumerate(operation.payments):
            if money:
                sums.paid[payment] += money
                sums.payments[payment] += 1
        for (
            role,
            section,
            _name,
            _quantity,
            _price,
            goods,
            discount,
            markup,
            rate,
            vat,
            _details,
        ) in operation.lines:
            line_sums = self._lines[kind, role, section, rate]
            line_sums.lines += 1
            line_sums.goods += goods
            line_sums.vat += vat
            if discount:
                line_sums.discounts += 1
                line_sums.discount += discount
            if markup:
                line_sums.markups += 1
                line_sums.markup += markup

    @property
    def cells(self) -> dict[str, int]:
        """By their names in `Totals`, those that are not zero."""
        cells: dict[str, int] = defaultdict(int, documents=self._documents)
        for kind, count in self._offline.items():
            cells[f"offline/{kind:d}"] = count
        for kind, ticket_sums in self._tickets.items():
            cells |= ticket_cells(kind, ticket_sums)
        for kind, count in self._placements.items():
            cells[f"placements/{kind:d}"] = count
        for kind, amount in self._placed.items():
            cells[f"placed/{kind:d}"] = amount
        for key, line_sums in self._lines.items():
            for name, value in line_cells(*key, line_sums).items():
                cells[name] += value
        return {name: value for name, value in cells.items() if value}
