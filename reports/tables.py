"""Tables of a report: the Z's of a period, the control tape of a shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kkm.domain.kinds import OperationKind as K
from kkm.domain.snapshot import Snapshot
from kkm.models import FiscalOperation, Shift
from reports import words
from reports.report import Column, Table


def day_form(moments: Iterable[datetime]) -> str:
    """How the days of one table are written: «31.12», or «31.12.2025» when the table spans more than one year."""
    years = {timezone.localtime(moment).year for moment in moments}
    return "%d.%m.%Y" if len(years) > 1 else "%d.%m"


def z_table(shifts: Sequence[Shift], snapshots: Sequence[Snapshot]) -> Table:
    """A line for each Z; days with the year when they span more than one."""
    day = day_form(shift.closed_at for shift in shifts)
    columns = (
        Column(_("№ / ЗАКРЫТА"), roll=15, wide=23 if "%Y" in day else 18),
        Column(_("ЧЕКОВ"), numeric=True, wide=8),
        Column(_("ПРОДАЖ"), roll=12, numeric=True, wide=16),
        Column(_("ВОЗВР.ПРОД"), roll=12, numeric=True, wide=14),
        Column(_("ПОКУПОК"), roll=10, numeric=True, wide=14),
        Column(_("ВОЗВР.ПОК"), numeric=True, wide=14),
        Column(_("ВЫРУЧКА"), numeric=True, wide=16),
    )
    return Table(
        columns,
        [_z_line(one, snapshot, day) for one, snapshot in zip(shifts, snapshots, strict=True)],
    )


def _z_line(shift: Shift, snapshot: Snapshot, day: str) -> tuple:
    totals = snapshot.totals
    amounts = (totals.money("amount", kind) for kind in words.RETURNS_BESIDE)
    tickets = sum(totals.count("tickets", kind) for kind in words.RETURNS_BESIDE)
    return (
        f"{shift.number} {timezone.localtime(shift.closed_at):{day} %H:%M}",
        tickets,
        *amounts,
        totals.revenue,
    )


def tape(operations: Iterable[FiscalOperation]) -> Table:
    """A line for each operation; days with the year when they span more than one."""
    operations = list(operations)
    day = day_form(operation.occurred_at for operation in operations)
    columns = (
        Column("№", roll=8, wide=8),
        Column(_("ВРЕМЯ"), roll=15, wide=20 if "%Y" in day else 15),
        Column(_("ОПЕРАЦИЯ"), roll=13, wide=23),
        Column(_("СУММА"), roll=12, numeric=True, wide=15),
        Column(_("ОПЛАТА"), wide=21),
        Column(_("КАССИР"), wide=18),
    )
    return Table(columns, [_tape_line(operation, day) for operation in operations])


def _tape_line(operation: FiscalOperation, day: str) -> tuple:
    marks = [_("автономно")] * operation.offline + [_("получена позже")] * operation.is_late
    marked = f" ({', '.join(marks)})" if marks else ""
    amount = "" if operation.kind == K.CLOSE_SHIFT else operation.amount
    payments = operation.payment_names if operation.is_ticket else ""
    clock = f"{timezone.localtime(operation.occurred_at):{day} %H:%M:%S}"
    return (
        str(operation.number),
        clock,
        f"{operation.kind_name}{marked}",
        amount,
        payments,
        operation.actor,
    )
