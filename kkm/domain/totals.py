"""The algebra of reports: sums of operations that may be added in any order and grouping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kkm.domain.kinds import DIRECTION, DOCUMENTS, TICKETS, OperationKind, PaymentType, PositionRole
from kkm.domain.money import Money
from kkm.domain.ticket import Entry

Cells = Mapping[str, int]


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

    def __init__(self, cells: Cells | Iterable[tuple[str, int]] = ()) -> None:
        object.__setattr__(
            self,
            "cells",
            MappingProxyType({key: value for key, value in dict(cells).items() if value}),
        )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Totals are frozen")

    def __add__(self, other: Totals) -> Totals:
        return Totals.sum((self, other)) if isinstance(other, Totals) else NotImplemented

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
    def of(cls, entry: Entry) -> Totals:
        """What one operation is worth. Acts are worth nothing."""
        kind = entry.kind
        if kind not in DOCUMENTS:
            return cls()
        parts = [cls({"documents": 1, f"offline/{kind:d}": int(entry.offline)})]
        if kind in TICKETS:
            parts.append(
                cls(
                    {
                        f"tickets/{kind:d}": 1,
                        f"amount/{kind:d}": entry.amount.tiyn,
                        f"change/{kind:d}": entry.change.tiyn,
                    }
                )
            )
            parts += [
                cls(paid_cells(kind, payment, entry.paid(payment))) for payment in PaymentType
            ]
            parts += [cls(line_cells(kind, line)) for line in entry.lines]
        elif kind in DIRECTION:
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
        return Money(
            sum(value for key, value in self.cells.items() if key.partition("/")[0] == measure)
        )

    def over(self, measure: str, kind: OperationKind) -> dict[str, int]:
        """A measure of one kind by its key: {section: tiyn}, {rate: tiyn}, {payment type:
        count}.
        """
        prefix = _key(measure, kind) + "/"
        return {
            key[len(prefix) :]: value for key, value in self.cells.items() if key.startswith(prefix)
        }

    @property
    def sections(self) -> list[str]:
        """Codes of the sections that occur, in natural order."""
        codes = {key.split("/", 2)[2] for key in self.cells if key.startswith("positions/")}
        return sorted(codes, key=lambda code: (code.zfill(20), code))

    @property
    def rates(self) -> list[int | None]:
        """VAT rates that have a turnover or VAT, highest first, «без НДС» last."""
        names = {
            key.split("/", 2)[2] for key in self.cells if key.startswith(("turnover/", "vat/"))
        }
        return sorted((int(name) for name in names if name != "none"), reverse=True) + [None] * (
            "none" in names
        )

    @property
    def revenue(self) -> Money:
        """Sales − sale returns − purchases + purchase returns (domain.md 2, rule 6)."""
        return Money.sum(self.money("amount", kind) * DIRECTION[kind] for kind in TICKETS)

    @property
    def cash_flow(self) -> Money:
        """By how much the drawer's cash has changed (domain.md 2, rule 5)."""
        placed = Money.sum(
            self.money("placed", kind) * sign
            for kind, sign in DIRECTION.items()
            if kind not in TICKETS
        )
        return placed + Money.sum(
            self.money("paid", kind, PaymentType.CASH) * DIRECTION[kind] for kind in TICKETS
        )


def paid_cells(kind: OperationKind, payment: PaymentType, amount: Money) -> Cells:
    """Cells of one payment of one ticket."""
    return {
        f"payments/{kind:d}/{payment:d}": int(bool(amount)),
        f"paid/{kind:d}/{payment:d}": amount.tiyn,
    }


def line_cells(kind: OperationKind, line) -> Cells:
    """Cells of one line of a ticket."""
    rate = rate_key(line.rate)
    sign = -1 if line.role == PositionRole.DISCOUNT else 1
    cells = {
        f"discounts/{kind:d}": int(bool(line.discount)),
        f"discount/{kind:d}": line.discount.tiyn,
        f"markups/{kind:d}": int(bool(line.markup)),
        f"markup/{kind:d}": line.markup.tiyn,
        f"turnover/{kind:d}/{rate}": line.total.tiyn,
        f"vat/{kind:d}/{rate}": sign * line.vat.tiyn,
    }
    if line.role == PositionRole.ITEM:
        cells |= {
            f"positions/{kind:d}/{line.section}": 1,
            f"goods/{kind:d}/{line.section}": line.goods.tiyn,
        }
    return cells


def rate_key(rate: int | None) -> str:
    """A VAT rate as part of a key."""
    return "none" if rate is None else str(rate)


def _key(measure: str, *key: object) -> str:
    return "/".join(
        (measure, *(f"{part:d}" if isinstance(part, int) else str(part) for part in key))
    )
