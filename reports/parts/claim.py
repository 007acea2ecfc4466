"""What a paper claims: filled in by its maker from the totals that it prints, and again from the
journal when somebody holds the paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kkm.domain.balance import Balance
from kkm.domain.statement import Key, Statement
from kkm.domain.token import Claim
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation, Shift
from kkm.reading.fold import balance_before, fold, fold_by

# By what a report prints its totals in parts; a report that is not named here has none
# (`kkm.domain.statement`).
PARTS = {
    "period": ("shift__number",),
    "act": ("shift__number",),
    "cashiers": ("actor_code", "actor_name"),
    "shift": ("number", "actor_code", "actor_name"),
}


def statement(
    kind: str,
    kkm: KKM,
    shifts: Sequence[Shift],
    last: FiscalOperation,
    totals: Totals,
    *,
    parts: Mapping[Key, Totals] | None = None,
    opening: Balance,
    closing: Balance,
) -> Statement:
    """What a report of these shifts up to the operation `last` claims; an act may have no
    shifts.
    """
    return Statement(
        kind=kind,
        serial=kkm.serial_number,
        first_shift=shifts[0].number if shifts else 0,
        last_shift=shifts[-1].number if shifts else 0,
        number=last.number,
        seal=last.seal,
        totals=dict(totals.cells),
        parts={key: dict(part.cells) for key, part in (parts or {}).items()},
        opening=opening,
        closing=closing,
    )


def anew(claim: Claim, kkm: KKM, shifts: Sequence[Shift], last: FiscalOperation) -> Statement:
    """What the journal says now of the operations that a paper counted: those of its shifts up
    to `last`.
    """
    operations = FiscalOperation.objects.filter(shift__in=shifts, number__lte=last.number)
    split = PARTS.get(claim.kind, ())
    parts = fold_by(operations, *split) if split else {}
    totals = Totals.sum(parts.values()) if split else fold(operations)
    opening = balance_before(shifts[0]) if shifts else last.balance
    return statement(
        claim.kind, kkm, shifts, last, totals, parts=parts, opening=opening, closing=last.balance
    )
