"""The algebra of reports: sums of operations that may be added in any order and grouping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kkm.domain.kinds import (
    DIRECTION,
    PLACEMENTS,
    TICKETS,
    OperationKind,
    PaymentType,
    PositionRole,
)
from kkm.domain.money import ZERO, Money
from kkm.domain.ticket import Act, Document, Modifier, Placement, Position, Ticket

Cells = Mapping[str, int]
_NO_RATE = "none"


def natural_order(code: str) -> tuple[str, str]:
    """A sort key of codes in natural order: «2» before «10»."""
    return code.zfill(20), code


class Totals:
    """A frozen map of non-zero integers, `measure/kind[/key]` → count or tiyn, with `+` and a zero,
    `Totals()`.

    tickets, amount, change        of a kind of ticket: how many, their sum, the change given
    payments, paid                 of a kind by payment type: in how many tickets it occurs, its sum
    positions, goods               of a kind by section: how many positions, their sum before
                                   discounts and markups
    discounts, discount            of a kind: how many discounts (on positions and on tickets),
                                   their sum; markups, markup likewise
    turnover, vat                  of a kind by rate (thousandths of a percent, or «none»)
    placements, placed             of a kind of money placement: how many, their sum
    offline                        of a kind: how many were made offline
    documents                      tickets, placements and closings together (no kind)
    """

    __slots__ = ("cells",)

    cells: Cells

    def __init__(self, cells: Cells | Iterable[tuple[str, int]] = ()) -> None:
        known = {key: value for key, value in dict(cells).items() if value}
        object.__setattr__(self, "cells", MappingProxyType(known))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Totals are frozen")

    def __add__(self, other: Totals) -> Totals:
        if not isinstance(other, Totals):
            return NotImplemented
        return Totals.sum((self, other))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and self.cells == other.cells

    def __hash__(self) -> int:
        return hash(frozenset(self.cells.items()))

    def __bool__(self) -> bool:
        return bool(self.cells)

    def __repr__(self) -> str:
        return f"Totals({dict(sorted(self.cells.items()))})"

    @classmethod
    def sum(cls, many: Iterable[Totals]) -> Totals:
        """Add many at once."""
        cells: dict[str, int] = {}
        for totals in many:
            for key, value in totals.cells.items():
                cells[key] = cells.get(key, 0) + value
        return cls(cells)

    @classmethod
    def of(cls, entry: Document | Act) -> Totals:
        """What one operation is worth. Acts are worth nothing."""
        if isinstance(entry, Act):
            return cls()
        kind = entry.kind
        parts = [cls({"documents": 1, f"offline/{kind:d}": int(entry.offline)})]
        if isinstance(entry, Ticket):
            parts += map(cls, _ticket_cells(entry))
        elif isinstance(entry, Placement):
            parts.append(cls({f"placements/{kind:d}": 1, f"placed/{kind:d}": entry.amount.tiyn}))
        return cls.sum(parts)

    def count(self, measure: str, *key: object) -> int:
        """The number in a cell, 0 where there is none."""
        return self.cells.get(_key(measure, *key), 0)

    def money(self, measure: str, *key: object) -> Money:
        """The sum in a cell."""
        return Money(self.cells.get(_key(measure, *key), 0))

    def total(self, measure: str) -> Money:
        """The sum over a measure's cells, whatever the kind and key."""
        tiyn = 0
        for key, value in self.cells.items():
            if key.partition("/")[0] == measure:
                tiyn += value
        return Money(tiyn)

    def over(self, measure: str, kind: OperationKind) -> dict[str, int]:
        """A measure of one kind by its key: {section: tiyn}, {rate: tiyn}, {payment type:
        count}.
        """
        prefix = _key(measure, kind) + "/"
        found = {}
        for key, value in self.cells.items():
            if key.startswith(prefix):
                found[key.removeprefix(prefix)] = value
        return found

    @property
    def sections(self) -> list[str]:
        """Codes of the sections that occur, in natural order."""
        codes = self._last_keys("positions/")
        return sorted(codes, key=natural_order)

    @property
    def rates(self) -> list[int | None]:
        """VAT rates that have a turnover or VAT, highest first, «без НДС» last."""
        names = self._last_keys("turnover/", "vat/")
        is_without_vat = _NO_RATE in names
        names.discard(_NO_RATE)
        rates: list[int | None] = [*sorted(map(int, names), reverse=True)]
        if is_without_vat:
            rates.append(None)
        return rates

    def _last_keys(self, *prefixes: str) -> set[str]:
        """What stands after the measure and the kind in the names of cells."""
        keys = set()
        for cell in self.cells:
            if cell.startswith(prefixes):
                _measure, _kind, key = cell.split("/", 2)
                keys.add(key)
        return keys

    @property
    def revenue(self) -> Money:
        """Sales − sale returns − purchases + purchase returns (domain.md 2, rule 6)."""
        return Money.sum(self.money("amount", kind) * DIRECTION[kind] for kind in TICKETS)

    @property
    def cash_flow(self) -> Money:
        """By how much the drawer's cash has changed (domain.md 2, rule 5)."""
        flow = ZERO
        for kind in PLACEMENTS:
            flow += self.money("placed", kind) * DIRECTION[kind]
        for kind in TICKETS:
            flow += self.money("paid", kind, PaymentType.CASH) * DIRECTION[kind]
        return flow


def _nothing_paid() -> list[int]:
    return [0] * len(PaymentType)


@dataclass(slots=True)
class TicketSums:
    """Sums over tickets of one kind. Money in tiyn.

    `paid` and `payments`, by the number of the payment type: the sum, and how many tickets have it.
    """

    tickets: int = 0
    amount: int = 0
    change: int = 0
    paid: list[int] = field(default_factory=_nothing_paid)
    payments: list[int] = field(default_factory=_nothing_paid)


def ticket_cells(kind: int, sums: TicketSums) -> dict[str, int]:
    """What tickets are worth without their lines."""
    cells = {
        f"tickets/{kind:d}": sums.tickets,
        f"amount/{kind:d}": sums.amount,
        f"change/{kind:d}": sums.change,
    }
    for payment in PaymentType:
        cells[f"payments/{kind:d}/{payment:d}"] = sums.payments[payment]
        cells[f"paid/{kind:d}/{payment:d}"] = sums.paid[payment]
    return cells


@dataclass(slots=True)
class LineSums:
    """Sums over lines of tickets that have one kind, role, section and rate. Money in tiyn, `vat`
    never negative.
    """

    lines: int = 0
    goods: int = 0
    vat: int = 0
    discounts: int = 0
    discount: int = 0
    markups: int = 0
    markup: int = 0


def line_cells(
    kind: int, role: int, section: str, rate: int | None, sums: LineSums
) -> dict[str, int]:
    """What lines are worth: the only place where lines become cells of `Totals`."""
    rate_name = rate_key(rate)
    vat = sums.vat
    if role == PositionRole.DISCOUNT:
        vat = -vat
    cells = {
        f"discounts/{kind:d}": sums.discounts,
        f"discount/{kind:d}": sums.discount,
        f"markups/{kind:d}": sums.markups,
        f"markup/{kind:d}": sums.markup,
        f"turnover/{kind:d}/{rate_name}": sums.goods - sums.discount + sums.markup,
        f"vat/{kind:d}/{rate_name}": vat,
    }
    if role == PositionRole.ITEM:
        cells[f"positions/{kind:d}/{section}"] = sums.lines
        cells[f"goods/{kind:d}/{section}"] = sums.goods
    return cells


def _ticket_cells(ticket: Ticket) -> Iterator[Cells]:
    sums = TicketSums(tickets=1, amount=ticket.amount.tiyn, change=ticket.change.tiyn)
    for payment in PaymentType:
        paid = ticket.paid(payment)
        sums.paid[payment] = paid.tiyn
        sums.payments[payment] = int(bool(paid))
    yield ticket_cells(ticket.kind, sums)
    for line in ticket.lines:
        yield line_cells(ticket.kind, line.role, line.section, line.rate, _sums_of(line))


def _sums_of(line: Position | Modifier) -> LineSums:
    return LineSums(
        lines=1,
        goods=line.goods.tiyn,
        vat=line.vat.tiyn,
        discounts=int(bool(line.discount)),
        discount=line.discount.tiyn,
        markups=int(bool(line.markup)),
        markup=line.markup.tiyn,
    )


def rate_key(rate: int | None) -> str:
    """A VAT rate as part of the name of a cell."""
    if rate is None:
        return _NO_RATE
    return str(rate)


def _key(measure: str, *parts: object) -> str:
    """The name of a cell; a kind or a payment type is written as its number."""
    names = [measure]
    for part in parts:
        if isinstance(part, int):
            names.append(f"{part:d}")
        else:
            names.append(str(part))
    return "/".join(names)
