"""The operations where shifts and registrations begin or end, gathered while a journal is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation
from kkm.models import KKM, FiscalOperation
from kkm.models.operation import OperationQuerySet

_CLOSE = int(OperationKind.CLOSE_SHIFT)
_FIRST_ACT = int(OperationKind.ACTIVATION)  # acts have this kind and higher ones


class Milestone(NamedTuple):
    """What is kept of such an operation; `occurred` in seconds since 1970-01-01 UTC."""

    number: int
    kind: int
    occurred: int
    details: str


class Milestones:
    """The milestones of one journal, up to the operation that was read last.

    `closings_and_acts`: in their order. `shift_beginnings`: the first document of each shift, its
    number and when it was made. `last_read`: the number of the last operation read.
    """

    def __init__(self) -> None:
        self.closings_and_acts: list[Milestone] = []
        self.shift_beginnings: dict[int, int] = {}
        self.last_read = 0
        # The next shift begins with this number, or after the acts that begin with it.
        self._next_beginning = 1

    def meet(self, operation: Operation | Milestone) -> None:
        """Take the next operation."""
        self.last_read = operation.number
        if operation.kind >= _CLOSE or operation.number == self._next_beginning:
            milestone = Milestone(
                operation.number, operation.kind, operation.occurred, operation.details
            )
            self._keep(milestone)

    def _keep(self, milestone: Milestone) -> None:
        if milestone.kind >= _CLOSE:
            self.closings_and_acts.append(milestone)
        if milestone.number == self._next_beginning:
            if milestone.kind >= _FIRST_ACT:
                self._next_beginning += 1
            else:
                self.shift_beginnings[milestone.number] = milestone.occurred
        if milestone.kind == _CLOSE:
            self._next_beginning = milestone.number + 1

    def begin_after(self, kkm: KKM, closing: int) -> None:
        """Take those up to the closing of a shift, by its number; nothing up to 0.

        Other operations are not read. Where a shift ends is known by its row and by its Z.
        """
        if not closing:
            return
        read = kkm.operations.filter(number__lte=closing).order_by("number")
        closed = kkm.shifts.filter(last_number__lt=closing)
        ends = {closing, *closed.values_list("last_number", flat=True)}
        ends.update(read.filter(z__kkm=kkm).values_list("number", flat=True))
        rows = [*_rows(read.acts()), *_rows(read.filter(kind=_CLOSE, number__in=ends))]
        acts = {row.number for row in rows if row.kind >= _FIRST_ACT}
        beginnings = set()
        for number in (0, *ends):
            number += 1
            while number in acts:
                number += 1
            beginnings.add(number)
        rows += _rows(read.filter(number__in=beginnings))
        for row in sorted(set(rows)):
            self.meet(row)

    def catch_up(self, kkm: KKM) -> None:
        """Take what was written since the journal was read."""
        later = FiscalOperation.objects.filter(kkm=kkm, number__gt=self.last_read)
        for row in _rows(later.order_by("number")):
            self.meet(row)


def _rows(operations: OperationQuerySet) -> Iterator[Milestone]:
    rows = operations.values_list("number", "kind", "occurred_at", "details")
    for number, kind, occurred_at, details in rows:
        yield Milestone(number, kind, seconds(occurred_at), details)


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970-01-01 UTC, as the journal is read: −1 for a moment between two."""
    if moment.microsecond:
        return -1
    return int(moment.timestamp())
