"""The statement of a report: what its maker claims of the totals that it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kkm.domain.balance import Balance
from kkm.domain.statement import Key, Statement
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation, Shift


def statement_of(
    kind: str,
    kkm: KKM,
    shifts: Sequence[Shift],
    last: FiscalOperation,
    totals: Totals,
    *,
    opening: Balance,
    closing: Balance,
    parts: Mapping[Key, Totals] | None = None,
) -> Statement:
    """What a report of these shifts up to the operation `last` claims.

    An act may have no shifts: then both numbers of shifts are 0.
    """
    numbers = [shift.number for shift in shifts] or [0]
    cells_of_parts = {}
    for key, part in (parts or {}).items():
        cells_of_parts[key] = dict(part.cells)
    return Statement(
        kind=kind,
        serial=kkm.serial_number,
        first_shift=numbers[0],
        last_shift=numbers[-1],
        number=last.number,
        seal=last.seal,
        totals=dict(totals.cells),
        parts=cells_of_parts,
        opening=opening,
        closing=closing,
    )
