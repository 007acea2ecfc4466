"""The X report: the figures of a Z for a shift that is still open (domain.md 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain.kinds import OperationKind
from kkm.domain.period import Period
from kkm.models import KKM, Shift
from kkm.reading.fold import snapshot_at
from reports.kinds.kind import Kind
from reports.parts.claim import statement_of
from reports.parts.shift_report import shift_figures, x_or_z_report
from reports.report import Report
from reports.scope import ReportScope, bounds, in_order, last_of

NAME = "x"


def _open_shifts(kkm: KKM, period: Period, today: date) -> list[Shift]:
    """Today: the shift that is open now. A past day: the shifts that were open at some moment of
    it.
    """
    shifts = in_order(kkm.shifts.touching(*bounds(period)))
    if period.first >= today:
        shifts = shifts.open()
    return list(shifts)


def make(scope: ReportScope) -> Report:
    """The shift now; for a past day: at the end of the day, or just before the Z."""
    shift = scope.last_shift
    end_of_day = bounds(scope.period)[1]
    before_z = shift.operations.exclude(kind=OperationKind.CLOSE_SHIFT)
    operations = before_z.filter(occurred_at__lt=end_of_day)
    last = last_of(operations)
    at = scope.now
    if at >= end_of_day:
        at = last.occurred_at
    counted = operations.filter(number__lte=last.number)
    snapshot = snapshot_at(shift, at=at, operations=counted, last=last)
    statement = statement_of(
        NAME,
        scope.kkm,
        scope.shifts,
        last,
        snapshot.totals,
        opening=snapshot.opening,
        closing=snapshot.closing,
    )
    as_open = replace(snapshot.heading, closed_at="")
    name = _("X-отчёт, смена № {number}")
    return x_or_z_report(
        NAME,
        name=name.format(number=shift.number),
        title=_("X-ОТЧЕТ"),
        subtitle=_("СМЕННЫЙ ОТЧЕТ (ОТКРЫТИЕ СМЕНЫ)"),
        snapshot=replace(snapshot, heading=as_open),
        kkm=scope.kkm,
        last=last,
        statement=statement,
        made_at=scope.now,
        made_by=scope.by,
    )


KIND = Kind(
    name=NAME,
    title=gettext_lazy("Сменный X-отчёт (открытие смены)"),
    find_shifts=_open_shifts,
    hint=gettext_lazy("Итоги открытой смены на этот момент."),
    make=make,
    main_figures=shift_figures,
    nothing_today=gettext_lazy("Смена закрыта, X-отчёта нет."),
)
