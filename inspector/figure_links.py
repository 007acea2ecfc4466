"""Addresses of what stands behind a row of a report: the operations that it counts, Z's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from inspector.forms.operations import cashier_label, kinds_label, section_label
from reports.report import Counted, CountedZs, NamedZ, Report, Span

Query = dict[str, object]


@dataclass(frozen=True, slots=True)
class FigureLinks:
    """`reports.report.Links` of a report on screen: pages of the cabinet.

    `first` and `last` are its shifts, `up_to` its last operation unless it counts whole shifts.
    """

    serial: str
    first: int
    last: int
    up_to: int | None

    @classmethod
    def of(cls, report: Report) -> FigureLinks | None:
        """None for a report that adds up no shifts."""
        if report.shifts is None:
            return None
        first, last = report.shifts
        return cls(report.serial, first, last, report.up_to)

    def address(self, counted: Counted | CountedZs) -> str:
        """The parameters are those of `inspector.forms`: `ShiftQuery` and `OperationsQuery`, or
        `PeriodForm`.
        """
        if isinstance(counted, CountedZs):
            days: Query = {"date": counted.first, "to": counted.last}
            return self._page("z_reports", days)
        return self._page("operations", self._shifts(counted.span) | _conditions(counted))

    def z_address(self, z: NamedZ) -> str:
        """The Z of a shift."""
        return self._page("report", {"type": "z", "date": z.day, "shift": z.shift})

    def operation_address(self, number: int) -> str:
        """A ticket, a placement, the closing of a shift."""
        return reverse("operation", args=[self.serial, number])

    def _page(self, name: str, query: Query) -> str:
        return f"{reverse(name, args=[self.serial])}?{urlencode(query)}"

    def _shifts(self, span: Span) -> Query:
        """Shifts are numbered from 1 in each register."""
        if span == Span.BEFORE:
            return _range(1, self.first - 1)
        first = 1
        if span == Span.REPORTED:
            first = self.first
        shifts = _range(first, self.last)
        if self.up_to is not None:
            shifts["up_to"] = self.up_to
        return shifts


def _range(first: int, last: int) -> Query:
    shifts: Query = {"shift": first}
    if last != first:
        shifts["through"] = last
    return shifts


def _conditions(counted: Counted) -> Query:
    asked: Query = {}
    if counted.kinds:
        asked["kind"] = kinds_label(counted.kinds)
    if counted.payment is not None:
        asked["payment"] = counted.payment.value
    if counted.offline is not None:
        asked["offline"] = "yes" if counted.offline else "no"
    if counted.cashier is not None:
        asked["cashier"] = cashier_label(*counted.cashier)
    if counted.section is not None:
        asked["section"] = section_label(counted.section)
    if counted.rate is not None:
        asked["rate"] = counted.rate
    if counted.modified is not None:
        asked["modified"] = counted.modified.value
    return asked
