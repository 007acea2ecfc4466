"""Tables of a report: the Z's of a period, the control tape of a shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from kkm.local_time import short_clock, year_of
from kkm.models import FiscalOperation, Shift
from reports.parts import labels
from reports.report import Column, Counted, NamedZ, Table, Value
from reports.scope import end_of


def z_table(shifts: Sequence[Shift], snapshots: Sequence[Snapshot]) -> Table:
    """A line for each Z, and what they come to; days with the year when they span more than one."""
    year = _lie_in_several_years(map(end_of, shifts))
    width_of_moment = 13
    if year:
        width_of_moment = 17
    columns = (
        Column("№", roll=3, wide=6, roll_title="№ /"),
        Column(_("ЗАКРЫТА"), roll=11, wide=width_of_moment),
        Column(_("ЧЕКОВ"), numeric=True, wide=7),
        Column(_("ПРОДАЖ"), roll=12, numeric=True, wide=16),
        Column(_("ВОЗВР.ПРОД"), roll=12, numeric=True, wide=14),
        Column(_("ПОКУПОК"), roll=10, numeric=True, wide=14),
        Column(_("ВОЗВР.ПОК"), numeric=True, wide=14),
        Column(_("ВЫРУЧКА"), numeric=True, wide=16),
    )
    lines = []
    for shift, snapshot in zip(shifts, snapshots, strict=True):
        lines.append(_z_line(shift, snapshot, year=year))
    total = Totals.sum(snapshot.totals for snapshot in snapshots)
    return Table(
        columns,
        lines,
        total=(_("ИТОГО"), "", *_sums(total)),
        counted=(None, None, *_COUNTED),
        zs=tuple(map(named_z, shifts)),
    )


def named_z(shift: Shift) -> NamedZ:
    """The Z of a closed shift."""
    return NamedZ(shift.number, timezone.localdate(end_of(shift)))


def _lie_in_several_years(moments: Iterable[datetime]) -> bool:
    """Whether a date without its year would not tell the day."""
    return len({year_of(moment) for moment in moments}) > 1


def _z_line(shift: Shift, snapshot: Snapshot, *, year: bool) -> tuple[Value, ...]:
    closed_at = short_clock(end_of(shift), year=year, seconds=False)
    return (str(shift.number), closed_at, *_sums(snapshot.totals))


# What each of `_sums` counts.
_COUNTED = (
    Counted(TICKETS),
    *(Counted((kind,)) for kind in labels.EACH_WITH_ITS_RETURN),
    Counted(TICKETS),
)


def _sums(totals: Totals) -> tuple[Value, ...]:
    """The number of tickets, their sum by kind, the revenue."""
    tickets = 0
    amounts = []
    for kind in labels.EACH_WITH_ITS_RETURN:
        tickets += totals.count("tickets", kind)
        amounts.append(totals.money("amount", kind))
    return (tickets, *amounts, totals.revenue)


def tape(operations: Iterable[FiscalOperation]) -> Table:
    """A line for each operation; days with the year when they span more than one."""
    listed = list(operations)
    year = _lie_in_several_years(operation.occurred_at for operation in listed)
    width_of_moment = 15
    if year:
        width_of_moment = 20
    columns = (
        Column("№", roll=8, wide=8),
        Column(_("ВРЕМЯ"), roll=15, wide=width_of_moment),
        Column(_("ОПЕРАЦИЯ"), roll=13, wide=23),
        Column(_("СУММА"), roll=12, numeric=True, wide=15),
        Column(_("ОПЛАТА"), wide=21),
        Column(_("КАССИР"), wide=18),
    )
    lines = [_tape_line(operation, year=year) for operation in listed]
    return Table(columns, lines, operations=tuple(operation.number for operation in listed))


def _tape_line(operation: FiscalOperation, *, year: bool) -> tuple[Value, ...]:
    amount: Value = operation.amount
    if operation.kind == OperationKind.CLOSE_SHIFT:
        amount = ""
    payments = ""
    if operation.is_ticket:
        payments = operation.payment_names
    return (
        str(operation.number),
        short_clock(operation.occurred_at, year=year),
        _operation_name(operation),
        amount,
        payments,
        operation.actor,
    )


def _operation_name(operation: FiscalOperation) -> str:
    """«Продажа (автономно, получена позже)»"""
    notes = []
    if operation.offline:
        notes.append(_("автономно"))
    if operation.is_delayed:
        notes.append(_("получена позже"))
    if not notes:
        return str(operation.kind_name)
    return f"{operation.kind_name} ({', '.join(notes)})"
