"""The database's fold: `Totals` of many operations by GROUP BY, and the figures of a shift at
any moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from kkm.domain.balance import Balance
from kkm.domain.heading import ShiftHeading
from kkm.domain.kinds import DOCUMENTS, PLACEMENTS, TICKETS, PositionRole
from kkm.domain.money import ZERO, Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import LineSums, TicketSums, Totals, line_cells, ticket_cells
from kkm.local_time import local_iso
from kkm.models.operation import PAYMENT_COLUMNS, FiscalOperation
from kkm.models.span import Shift
from kkm.reading.frozen import heading_of_shift

_PAYMENTS = PAYMENT_COLUMNS.values()
_OPERATION_SUMS = {
    "operations": Count("id"),
    "offline_operations": Count("id", filter=Q(offline=True)),
    "sum_amount": Sum("amount"),
    "sum_change": Sum("change"),
    **{f"sum_{column}": Sum(column) for column in _PAYMENTS},
    **{f"n_{column}": Count("id", filter=Q((f"{column}__gt", 0))) for column in _PAYMENTS},
}
_LINE_SUMS = {
    "n": Count("positions__line"),
    "n_discount": Count("positions__line", filter=Q(positions__discount__gt=0)),
    "n_markup": Count("positions__line", filter=Q(positions__markup__gt=0)),
    "sum_goods": Sum("positions__goods"),
    "sum_discount": Sum("positions__discount"),
    "sum_markup": Sum("positions__markup"),
    "sum_vat": Sum("positions__vat"),
}
_SECTION_SUMS = {
    "n": Count("positions__line"),
    "sum_goods": Sum("positions__goods"),
    "sum_discount": Sum("positions__discount"),
    "sum_markup": Sum("positions__markup"),
}
Operations = QuerySet[FiscalOperation]
Key = tuple[Any, ...]
Row = Mapping[str, Any]


def fold(operations: Operations) -> Totals:
    """Totals of the documents among `operations`."""
    return fold_by(operations).get((), Totals())


def fold_by(operations: Operations, *split: str) -> dict[Key, Totals]:
    """The same, split by columns of the operation: {(value, …): Totals}.

    Two statements whatever the number of operations.
    """
    cells: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    documents = operations.filter(kind__in=DOCUMENTS).order_by()
    for row in documents.values("kind", *split).annotate(**_OPERATION_SUMS):
        _add(cells[_key(row, split)], _operation_cells(row))

    lines = documents.filter(positions__line__gt=0)
    for row in _line_rows(lines, *split):
        _add(cells[_key(row, split)], _line_cells(row))
    return {key: Totals(value) for key, value in cells.items()}


def fold_lines(operations: Operations) -> Totals:
    """What lines of tickets are worth by themselves, in one statement: of operations that were
    joined with the lines that are meant.
    """
    cells: dict[str, int] = defaultdict(int)
    for row in _line_rows(operations):
        _add(cells, _line_cells(row))
    return Totals(cells)


def totals_of_lines(operation: FiscalOperation) -> Totals:
    """What the lines of one ticket are worth, from its positions as they are loaded."""
    cells = []
    for line in operation.positions.all():
        sums = LineSums(
            lines=1,
            goods=line.goods.tiyn,
            vat=line.vat.tiyn,
            discount=line.discount.tiyn,
            markup=line.markup.tiyn,
        )
        cells.append(line_cells(operation.kind, line.role, line.section, line.rate, sums))
    return Totals.sum(map(Totals, cells))


def _line_rows(operations: Operations, *split: str) -> Iterable[Row]:
    columns = ("kind", "positions__role", "positions__section", "positions__rate", *split)
    return operations.order_by().values(*columns).annotate(**_LINE_SUMS)


def _key(row: Row, split: Sequence[str]) -> Key:
    return tuple(row[name] for name in split)


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


def by_section(operations: Operations) -> dict[int, dict[tuple[int, str], SectionSums]]:
    """{shift's number: {(kind of ticket, section): sums}} of positions, in one statement."""
    positions = operations.filter(positions__role=PositionRole.ITEM)
    columns = ("shift_number", "kind", "positions__section")
    found: dict[int, dict[tuple[int, str], SectionSums]] = defaultdict(dict)
    for row in positions.order_by().values(*columns).annotate(**_SECTION_SUMS):
        section = (row["kind"], row["positions__section"])
        found[row["shift_number"]][section] = SectionSums(
            positions=row["n"],
            goods=Money(_tiyn(row["sum_goods"])),
            discount=Money(_tiyn(row["sum_discount"])),
            markup=Money(_tiyn(row["sum_markup"])),
        )
    return found


def _add(cells: dict[str, int], more: Mapping[str, int]) -> None:
    for key, value in more.items():
        cells[key] += value


def _tiyn(value: Money | int | None) -> int:
    """A sum as the database returns it."""
    if isinstance(value, Money):
        return value.tiyn
    return int(value or 0)


def _operation_cells(row: Row) -> dict[str, int]:
    kind = row["kind"]
    cells = {
        "documents": row["operations"],
        f"offline/{kind}": row["offline_operations"],
    }
    if kind in PLACEMENTS:
        cells[f"placements/{kind}"] = row["operations"]
        cells[f"placed/{kind}"] = _tiyn(row["sum_amount"])
    if kind in TICKETS:
        sums = TicketSums(
            tickets=row["operations"],
            amount=_tiyn(row["sum_amount"]),
            change=_tiyn(row["sum_change"]),
        )
        for payment, column in PAYMENT_COLUMNS.items():
            sums.payments[payment] = row[f"n_{column}"]
            sums.paid[payment] = _tiyn(row[f"sum_{column}"])
        cells |= ticket_cells(kind, sums)
    return cells


def _line_cells(row: Row) -> dict[str, int]:
    sums = LineSums(
        lines=row["n"],
        goods=_tiyn(row["sum_goods"]),
        vat=_tiyn(row["sum_vat"]),
        discounts=row["n_discount"],
        discount=_tiyn(row["sum_discount"]),
        markups=row["n_markup"],
        markup=_tiyn(row["sum_markup"]),
    )
    return line_cells(
        row["kind"],
        row["positions__role"],
        row["positions__section"],
        row["positions__rate"],
        sums,
    )


def snapshot_at(
    shift: Shift,
    *,
    at: datetime,
    operations: Operations | None = None,
    last: FiscalOperation | None = None,
) -> Snapshot:
    """The figures of `shift` as reported at a moment: all its operations, or the given part of them
    from its start, with the last of these. Shift and register are read, nothing is written.
    """
    if operations is None:
        operations = shift.operations.all()
    if last is None:
        last = operations.order_by("-number").first()
    opening = balance_before(shift)
    closing = opening
    if last:
        closing = last.balance
    return Snapshot(
        heading=heading_of(shift, at=at, last=last),
        opening=opening,
        closing=closing,
        totals=fold(operations),
    )


def balance_before(shift: Shift) -> Balance:
    """What the shift began with."""
    earlier = FiscalOperation.objects.filter(kkm=shift.kkm_id, number__lt=shift.first_number)
    last = earlier.order_by("-number").first()
    if last is None:
        return Balance()
    return last.balance


def heading_of(shift: Shift, *, at: datetime, last: FiscalOperation | None = None) -> ShiftHeading:
    """What a report of the shift prints besides sums; times are local, ISO 8601 with the offset.

    `last` is the last operation of the report. Raises `Unreadable`.
    """
    heading = heading_of_shift(shift)
    closed_at = ""
    if shift.closed_at:
        closed_at = local_iso(shift.closed_at)
    cashier_code, cashier_name, last_number = "", "", shift.first_number
    if last:
        cashier_code, cashier_name = last.actor_code, last.actor_name
        last_number = last.number
    return ShiftHeading(
        **heading.cells,
        serial_number=heading.serial_number,
        registration_number=heading.registration_number,
        shift_number=shift.number,
        opened_at=local_iso(shift.opened_at),
        closed_at=closed_at,
        reported_at=local_iso(at),
        cashier_code=cashier_code,
        cashier_name=cashier_name,
        first_number=shift.first_number,
        last_number=last_number,
    )
