"""Where shifts and registrations begin and end in a journal, gathered while it is read."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation
from kkm.models import KKM, FiscalOperation

_CLOSE, _ACTIVATION = int(OperationKind.CLOSE_SHIFT), int(OperationKind.ACTIVATION)


class Mark(NamedTuple):
    """An operation that begins or ends something; `occurred` in seconds."""

    number: int
    kind: int
    occurred: int
    details: str


class Marks:
    """`ends`: closings and acts in their order.

    `beginnings`: when the document was made with which a shift must begin, by its number.
    """

    def __init__(self) -> None:
        self.ends: list[Mark] = []
        self.beginnings: dict[int, int] = {}
        self.read = 0  # the number of the last operation met
        self._first = (
            1  # the next shift begins with this number, or after the acts that begin with it
        )

    def meet(self, operation: Operation | Mark) -> None:
        """The next operation."""
        self.read = operation.number
        if operation.kind >= _CLOSE or operation.number == self._first:
            self._keep(
                Mark(operation.number, operation.kind, operation.occurred, operation.details)
            )

    def _keep(self, mark: Mark) -> None:
        if mark.kind >= _CLOSE:
            self.ends.append(mark)
        if mark.number == self._first and mark.kind >= _ACTIVATION:
            self._first += 1
        elif mark.number == self._first:
            self.beginnings[mark.number] = mark.occurred
        if mark.kind == _CLOSE:
            self._first = mark.number + 1

    def catch_up(self, kkm: KKM) -> None:
        """What was written since the reading."""
        later = FiscalOperation.objects.filter(kkm=kkm, number__gt=self.read).order_by("number")
        for number, kind, at, details in later.values_list(
            "number", "kind", "occurred_at", "details"
        ):
            self.meet(Mark(number, kind, seconds(at), details))


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970-01-01 UTC as the journal is read: −1 for a moment between two."""
    return -1 if moment.microsecond else int(moment.timestamp())
