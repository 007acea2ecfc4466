"""Operations in plain values, and what they are worth: for reading back a million of them, where objects would cost too much."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from kkm.domain.balance import Balance
from kkm.domain.kinds import DIRECTION, PLACEMENTS, TICKETS, OperationKind, PaymentType, PositionRole
from kkm.domain.totals import rate_key

START = tuple(Balance().cells.values())
FIELDS = Balance._fields
CASH = FIELDS.index("cash")
_COUNT = {kind: FIELDS.index(f"{kind.name.lower()}_count") for kind in (*TICKETS, *PLACEMENTS)}
_TOTAL = {kind: FIELDS.index(f"{kind.name.lower()}_total") for kind in TICKETS}
_CLOSE = int(OperationKind.CLOSE_SHIFT)


# role, section, name, quantity, price, goods, discount, markup, rate (or None), vat, details: as it is sealed
Line = tuple[int, str, str, int, int, int, int, int, int | None, int, str]


class Operation(NamedTuple):
    """An operation in plain values. `shift` is the shift's number, 0 outside one; `balance` as `Balance`; `z` the frozen text or ""."""

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
    lines: tuple[Line, ...]
    z: str = ""


def after(balance: tuple[int, ...], operation: Operation) -> tuple[int, ...]:
    """The balance that an operation must leave behind; the same as `Balance.after`, in plain integers."""
    kind = operation.kind
    if kind not in _COUNT:
        return balance
    cells = list(balance)
    cells[_COUNT[kind]] += 1
    cells[CASH] += DIRECTION[kind] * operation.payments[0]
    if kind in _TOTAL:
        cells[_TOTAL[kind]] += operation.amount
    return tuple(cells)


def add(cells: defaultdict, operation: Operation) -> None:
    """What `Totals.of` says, added in place: a million operations cannot afford a value for each."""
    kind = operation.kind
    keys = _keys(kind)
    cells["documents"] += 1
    if operation.offline:
        cells[keys.offline] += 1
    if kind in _TOTAL:
        cells[keys.tickets] += 1
        cells[keys.amount] += operation.amount
        cells[keys.change] += operation.change
        for (count, paid), money in zip(keys.payments, operation.payments, strict=True):
            if money:
                cells[count] += 1
                cells[paid] += money
        for line in operation.lines:
            _add_line(cells, keys, line)
    elif kind != _CLOSE:
        cells[keys.placements] += 1
        cells[keys.placed] += operation.amount


def _add_line(cells: defaultdict, keys: _Keys, line: Line) -> None:
    role, section, _name, _quantity, _price, goods, discount, markup, rate, vat, _details = line
    turnover, of_vat = _rate_keys(keys.kind, rate)
    cells[turnover] += goods - discount + markup
    if vat:
        cells[of_vat] += -vat if role == PositionRole.DISCOUNT else vat
    if discount:
        cells[keys.discounts] += 1
        cells[keys.discount] += discount
    if markup:
        cells[keys.markups] += 1
        cells[keys.markup] += markup
    if role == PositionRole.ITEM:
        positions, of_goods = _section_keys(keys.kind, section)
        cells[positions] += 1
        cells[of_goods] += goods


class _Keys(NamedTuple):
    kind: int
    tickets: str
    amount: str
    change: str
    offline: str
    discounts: str
    discount: str
    markups: str
    markup: str
    placements: str
    placed: str
    payments: tuple[tuple[str, str], ...]


@cache
def _keys(kind: int) -> _Keys:
    names = [f"{name}/{kind:d}" for name in _Keys._fields[1:-1]]
    return _Keys(kind, *names, tuple((f"payments/{kind:d}/{payment:d}", f"paid/{kind:d}/{payment:d}") for payment in PaymentType))


@cache
def _rate_keys(kind: int, rate: int | None) -> tuple[str, str]:
    return f"turnover/{kind:d}/{rate_key(rate)}", f"vat/{kind:d}/{rate_key(rate)}"


@cache
def _section_keys(kind: int, section: str) -> tuple[str, str]:
    return f"positions/{kind:d}/{section}", f"goods/{kind:d}/{section}"
