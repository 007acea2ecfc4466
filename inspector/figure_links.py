"""Addresses of what stands behind a row of a report: the operations that it counts, a Z."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from inspector.forms.operations import cashier_label
from kkm.models import KKM
from reports.report import Counted, NamedZ, Report


@dataclass(frozen=True, slots=True)
class FigureLinks:
    """`reports.report.Links` of a report on screen: pages of the cabinet."""

    page: str
    reports: str
    shifts: dict[str, int]

    @classmethod
    def of(cls, kkm: KKM, report: Report) -> FigureLinks | None:
        """None for a report that adds up no shifts."""
        if report.shifts is None:
            return None
        first, last = report.shifts
        shifts = {"shift": first}
        if last != first:
            shifts["through"] = last
        operations = reverse("operations", args=[kkm.serial_number])
        return cls(operations, reverse("report", args=[kkm.serial_number]), shifts)

    def address(self, counted: Counted) -> str:
        """The parameters are those of `inspector.forms.operations.OperationsQuery`."""
        asked: dict[str, object] = {**self.shifts, "kind": counted.kind.value}
        if counted.payment is not None:
            asked["payment"] = counted.payment.value
        if counted.offline is not None:
            asked["offline"] = "yes" if counted.offline else "no"
        if counted.cashier is not None:
            asked["cashier"] = cashier_label(*counted.cashier)
        return f"{self.page}?{urlencode(asked)}"

    def z_address(self, z: NamedZ) -> str:
        """The Z of a shift."""
        return f"{self.reports}?{urlencode({'type': 'z', 'date': z.day, 'shift': z.shift})}"
