"""What the journal says now of the operations that a printed report counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kkm.domain.statement import Statement
from kkm.domain.token import Claim
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation, Shift
from kkm.reading.fold import balance_before, fold, fold_by
from reports.parts.alarms import alarms_of
from reports.parts.claim import statement_of
from reports.report import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """A claim, the shifts it is about, the last operation that it counts, and the statement that
    the journal makes now of the same operations.
    """

    claim: Claim
    kkm: KKM
    shifts: Sequence[Shift]
    last: FiscalOperation
    statement: Statement

    @property
    def ends_closed(self) -> bool:
        """Whether the last shift had been closed when the paper was made."""
        return bool(self.shifts) and self.had_closed(self.shifts[-1])

    def had_closed(self, shift: Shift) -> bool:
        """Whether the shift had been closed when the paper was made."""
        if shift.is_open or shift.last_number is None:
            return False
        return shift.last_number <= self.claim.number


def recount(
    claim: Claim,
    split: Sequence[str],
    kkm: KKM,
    shifts: Sequence[Shift],
    last: FiscalOperation,
) -> Recount:
    """Count the operations of the shifts up to `last` again, with parts by columns of `split`."""
    operations = FiscalOperation.objects.of_shifts(shifts).filter(number__lte=last.number)
    parts: dict[tuple[int | str, ...], Totals] = {}
    if split:
        parts = fold_by(operations, *split)
        totals = Totals.sum(parts.values())
    else:
        totals = fold(operations)
    opening = last.balance
    if shifts:
        opening = balance_before(shifts[0])
    statement = statement_of(
        claim.kind,
        kkm,
        shifts,
        last,
        totals,
        parts=parts,
        opening=opening,
        closing=last.balance,
    )
    return Recount(claim=claim, kkm=kkm, shifts=shifts, last=last, statement=statement)


def no_figures(recount: Recount) -> Iterable[Row]:
    """The main figures of a kind whose paper cannot be checked."""
    return ()


# -- whether a frozen Z that the paper printed says otherwise. Each raises `Unreadable` ------------


def nothing_frozen(recount: Recount) -> bool:
    """False: the paper printed nothing of a frozen Z."""
    return False


def frozen_z_differs(recount: Recount) -> bool:
    """Whether any figure of a frozen Z differs from the operations of its shift."""
    closed = filter(recount.had_closed, recount.shifts)
    return any(map(alarms_of, closed))


def frozen_totals_differ(recount: Recount) -> bool:
    """Whether the totals of a frozen Z differ from the part of the statement for its shift."""
    for shift in recount.shifts:
        if dict(shift.frozen.totals.cells) != recount.statement.parts.get((shift.number,)):
            return True
    return False
