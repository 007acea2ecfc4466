"""What a register carries on from operation to operation and never resets."""

from __future__ import annotations

from typing import Any, NamedTuple

from kkm.domain.kinds import DIRECTION, PLACEMENTS, TICKETS, OperationKind
from kkm.domain.money import ZERO, Money


class Balance(NamedTuple):
    """Non-resettable totals and lifetime counts by kind, and the cash in the drawer (domain.md
    2, rules 4, 5, 9).
    """

    sale_total: Money = ZERO
    purchase_total: Money = ZERO
    sale_return_total: Money = ZERO
    purchase_return_total: Money = ZERO
    sale_count: int = 0
    purchase_count: int = 0
    sale_return_count: int = 0
    purchase_return_count: int = 0
    deposit_count: int = 0
    withdrawal_count: int = 0
    cash: Money = ZERO

    def total(self, kind: OperationKind) -> Money:
        """The non-resettable total of one kind of ticket."""
        total: Money = getattr(self, f"{kind.name.lower()}_total")
        return total

    def count(self, kind: OperationKind) -> int:
        """How many tickets or placements of this kind there have ever been."""
        count: int = getattr(self, f"{kind.name.lower()}_count")
        return count

    @property
    def tickets(self) -> int:
        """How many tickets of all kinds there have ever been."""
        return sum(self.count(kind) for kind in TICKETS)

    def after(self, kind: OperationKind, amount: Money = ZERO, cash: Money = ZERO) -> Balance:
        """The balance after an operation of `amount`, of which `cash` in cash.

        The cash may come out negative: the door refuses that.
        """
        if kind not in DIRECTION:
            return self
        name = kind.name.lower()
        changed: dict[str, Any] = {
            f"{name}_count": self.count(kind) + 1,
            "cash": self.cash + cash * DIRECTION[kind],
        }
        if kind not in PLACEMENTS:
            changed[f"{name}_total"] = self.total(kind) + amount
        return self._replace(**changed)

    @property
    def cells(self) -> dict[str, int]:
        """Plain integers by name: tiyn and counts."""
        cells = {}
        for name, value in self._asdict().items():
            if isinstance(value, Money):
                value = value.tiyn
            cells[name] = value
        return cells

    @classmethod
    def from_cells(cls, cells: dict[str, int]) -> Balance:
        """The inverse of `cells`."""
        values: dict[str, Any] = {}
        for name, value in cells.items():
            if name.endswith("_count"):
                values[name] = value
            else:
                values[name] = Money(value)
        return cls(**values)
