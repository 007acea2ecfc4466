"""Tables of a report: the Z's of a period, the control tape of a shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from kkm.domain.kinds import OperationKind as K
from kkm.domain.snapshot import Snapshot
from kkm.local_time import short_clock, year_of
from kkm.models import FiscalOperation, Shift
from reports.parts import labels
from reports.report import Column, Table


def z_table(shifts: Sequence[Shift], snapshots: Sequence[Snapshot]) -> Table:
    """A line for each Z; days with the year when they span more than one."""
    year = _lie_in_several_years(shift.closed_at for shift in shifts)
    columns = (
        Column(_("№ / ЗАКРЫТА"), roll=14, wide=23 if year else 18),
        Column(_("ЧЕКОВ"), numeric=True, wide=8),
        Column(_("ПРОДАЖ"), roll=12, numeric=True, wide=16),
        Column(_("ВОЗВР.ПРОД"), roll=12, numeric=True, wide=14),
        Column(_("ПОКУПОК"), roll=10, numeric=True, wide=14),
        Column(_("ВОЗВР.ПОК"), numeric=True, wide=14),
        Column(_("ВЫРУЧКА"), numeric=True, wide=16),
    )
    lines = []
    for shift, snapshot in zip(shifts, snapshots, strict=True):
        lines.append(_z_line(shift, snapshot, year=year))
    return Table(columns, lines)


def _lie_in_several_years(moments: Iterable[datetime]) -> bool:
    """Whether a date without its year would not tell the day."""
    return len({year_of(moment) for moment in moments}) > 1


def _z_line(shift: Shift, snapshot: Snapshot, *, year: bool) -> tuple:
    totals = snapshot.totals
    amounts = (totals.money("amount", kind) for kind in labels.RETURNS_BESIDE)
    tickets = sum(totals.count("tickets", kind) for kind in labels.RETURNS_BESIDE)
    return (
        f"{shift.number} {short_clock(shift.closed_at, year=year, seconds=False)}",
        tickets,
        *amounts,
        totals.revenue,
    )


def tape(operations: Iterable[FiscalOperation]) -> Table:
    """A line for each operation; days with the year when they span more than one."""
    listed = list(operations)
    year = _lie_in_several_years(operation.occurred_at for operation in listed)
    columns = (
        Column("№", roll=8, wide=8),
        Column(_("ВРЕМЯ"), roll=15, wide=20 if year else 15),
        Column(_("ОПЕРАЦИЯ"), roll=13, wide=23),
        Column(_("СУММА"), roll=12, numeric=True, wide=15),
        Column(_("ОПЛАТА"), wide=21),
        Column(_("КАССИР"), wide=18),
    )
    return Table(columns, [_tape_line(operation, year=year) for operation in listed])


def _tape_line(operation: FiscalOperation, *, year: bool) -> tuple:
    marks = [_("автономно")] * operation.offline + [_("получена позже")] * operation.is_late
    marked = f" ({', '.join(marks)})" if marks else ""
    amount = "" if operation.kind == K.CLOSE_SHIFT else operation.amount
    payments = operation.payment_names if operation.is_ticket else ""
    clock = short_clock(operation.occurred_at, year=year)
    return (
        str(operation.number),
        clock,
        f"{operation.kind_name}{marked}",
        amount,
        payments,
        operation.actor,
    )
