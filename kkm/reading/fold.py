"""The database's fold: `Totals` of many operations by GROUP BY, and the figures of a shift at
any moment.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from kkm.domain.balance import Balance
from kkm.domain.heading import ShiftHeading
from kkm.domain.kinds import DOCUMENTS, PLACEMENTS, TICKETS, PaymentType, PositionRole
from kkm.domain.money import ZERO, Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals, rate_key
from kkm.local_time import local_iso
from kkm.models.operation import PAYMENT_COLUMNS, FiscalOperation, Position
from kkm.models.span import Shift
from kkm.reading.frozen import heading_of_shift

_COUNTS = {"n": Count("id"), "n_offline": Count("id", filter=Q(offline=True))}
_SUMS = {f"sum_{name}": Sum(name) for name in ("amount", "change", *PAYMENT_COLUMNS.values())}
_PAID = {
    f"n_{column}": Count("id", filter=Q(**{f"{column}__gt": 0}))
    for column in PAYMENT_COLUMNS.values()
}
_LINES = {
    "n": Count("id"),
    "n_discount": Count("id", filter=Q(discount__gt=0)),
    "n_markup": Count("id", filter=Q(markup__gt=0)),
    "sum_goods": Sum("goods"),
    "sum_discount": Sum("discount"),
    "sum_markup": Sum("markup"),
    "sum_vat": Sum("vat"),
}


def fold(operations: QuerySet) -> Totals:
    """Totals of the documents among `operations`."""
    return fold_by(operations).get((), Totals())


def fold_by(operations: QuerySet, *split: str) -> dict[tuple, Totals]:
    """The same, split by columns of the operation: {(value, …): Totals}.

    Two statements whatever the number of operations.
    """
    cells: dict[tuple, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    documents = operations.filter(kind__in=DOCUMENTS).order_by()
    for row in documents.values("kind", *split).annotate(**_COUNTS, **_SUMS, **_PAID):
        _add(cells[tuple(row[name] for name in split)], _operation_cells(row))
    within = [f"operation__{name}" for name in split]
    lines = Position.objects.filter(operation__in=documents.values("id")).order_by()
    for row in lines.values("operation__kind", "role", "section", "rate", *within).annotate(
        **_LINES
    ):
        _add(cells[tuple(row[name] for name in within)], _line_cells(row))
    return {key: Totals(value) for key, value in cells.items()}


@dataclass(frozen=True, slots=True)
class SectionSums:
    """What the positions of one section came to, before discounts and markups on whole tickets."""

    positions: int = 0
    goods: Money = ZERO
    discount: Money = ZERO
    markup: Money = ZERO

    def __add__(self, other: SectionSums) -> SectionSums:
        return SectionSums(
            positions=self.positions + other.positions,
            goods=self.goods + other.goods,
            discount=self.discount + other.discount,
            markup=self.markup + other.markup,
        )

    @property
    def result(self) -> Money:
        """Goods − discounts + markups of the positions themselves."""
        return self.goods - self.discount + self.markup


def by_section(operations: QuerySet) -> dict[int, dict[tuple[int, str], SectionSums]]:
    """{shift's id: {(kind of ticket, section): sums}} of positions, in one statement."""
    positions = Position.objects.filter(
        operation__in=operations.order_by().values("id"), role=PositionRole.ITEM
    )
    sums = {name: Sum(name) for name in ("goods", "discount", "markup")}
    rows = positions.order_by().values_list("operation__shift", "operation__kind", "section")
    found: dict[int, dict] = defaultdict(dict)
    for shift, kind, section, count, *amounts in rows.annotate(n=Count("id"), **_renamed(sums)):
        money = [Money(_tiyn(amount)) for amount in amounts]
        found[shift][kind, section] = SectionSums(count, *money)
    return found


def _renamed(sums: dict[str, Sum]) -> dict[str, Sum]:
    return {f"sum_{name}": total for name, total in sums.items()}


def _add(cells: dict[str, int], more: dict[str, int]) -> None:
    for key, value in more.items():
        cells[key] += value


def _tiyn(value) -> int:
    return value.tiyn if isinstance(value, Money) else int(value or 0)


def _operation_cells(row: dict) -> dict[str, int]:
    kind = row["kind"]
    cells = {"documents": row["n"], f"offline/{kind}": row["n_offline"]}
    if kind in PLACEMENTS:
        cells |= {f"placements/{kind}": row["n"], f"placed/{kind}": _tiyn(row["sum_amount"])}
    if kind in TICKETS:
        cells |= {
            f"tickets/{kind}": row["n"],
            f"amount/{kind}": _tiyn(row["sum_amount"]),
            f"change/{kind}": _tiyn(row["sum_change"]),
        }
        for payment in PaymentType:
            column = PAYMENT_COLUMNS[payment]
            cells |= {
                f"payments/{kind}/{payment:d}": row[f"n_{column}"],
                f"paid/{kind}/{payment:d}": _tiyn(row[f"sum_{column}"]),
            }
    return cells


def _line_cells(row: dict) -> dict[str, int]:
    kind, rate = row["operation__kind"], rate_key(row["rate"])
    sign = -1 if row["role"] == PositionRole.DISCOUNT else 1
    goods, discount, markup = (
        _tiyn(row[f"sum_{name}"]) for name in ("goods", "discount", "markup")
    )
    cells = {
        f"discounts/{kind}": row["n_discount"],
        f"discount/{kind}": discount,
        f"markups/{kind}": row["n_markup"],
        f"markup/{kind}": markup,
        f"turnover/{kind}/{rate}": goods - discount + markup,
        f"vat/{kind}/{rate}": sign * _tiyn(row["sum_vat"]),
    }
    if row["role"] == PositionRole.ITEM:
        cells |= {
            f"positions/{kind}/{row['section']}": row["n"],
            f"goods/{kind}/{row['section']}": goods,
        }
    return cells


def snapshot_at(shift: Shift, *, at: datetime, operations: QuerySet | None = None) -> Snapshot:
    """The figures of `shift` as reported at a moment: all its operations, or the given part of them
    from its start. Shift and register are read, nothing is written.
    """
    operations = shift.operations.all() if operations is None else operations
    last = operations.order_by("-number").first()
    opening = balance_before(shift)
    return Snapshot(
        heading=heading_of(shift, at=at, last=last),
        opening=opening,
        closing=last.balance if last else opening,
        totals=fold(operations),
    )


def balance_before(shift: Shift) -> Balance:
    """What the shift began with."""
    before = (
        FiscalOperation.objects.filter(kkm=shift.kkm_id, number__lt=shift.first_number)
        .order_by("-number")
        .first()
    )
    return before.balance if before else Balance()


def heading_of(shift: Shift, *, at: datetime, last: FiscalOperation | None = None) -> ShiftHeading:
    """What a report of the shift prints besides sums; times are local, ISO 8601 with the offset.

    Raises `Unreadable`.
    """
    heading = heading_of_shift(shift)
    return ShiftHeading(
        **heading.cells,
        serial_number=heading.serial_number,
        registration_number=heading.registration_number,
        shift_number=shift.number,
        opened_at=local_iso(shift.opened_at),
        closed_at=local_iso(shift.closed_at) if shift.closed_at else "",
        reported_at=local_iso(at),
        cashier_code=last.actor_code if last else "",
        cashier_name=last.actor_name if last else "",
        first_number=shift.first_number,
        last_number=last.number if last else shift.first_number,
    )
