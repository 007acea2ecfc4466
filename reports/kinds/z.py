"""The Z report: the totals of one closed shift, frozen by its closing."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.kinds.kind import Kind
from reports.parts.alarms import alarms_of
from reports.parts.claim import statement_of
from reports.parts.heading import cashier
from reports.parts.recount import frozen_z_differs
from reports.parts.shift_report import shift_figures, x_or_z_report
from reports.report import Report
from reports.scope import ReportScope, closed_shifts

NAME = "z"


def make(scope: ReportScope) -> Report:
    """The frozen Z of one closed shift: made by its closing, whoever looks at it."""
    shift = scope.last_shift
    snapshot = shift.frozen
    closing = shift.z.operation
    statement = statement_of(
        NAME,
        scope.kkm,
        scope.shifts,
        closing,
        snapshot.totals,
        opening=snapshot.opening,
        closing=snapshot.closing,
    )
    name = _("Z-отчёт № {number}")
    return x_or_z_report(
        NAME,
        name=name.format(number=shift.number),
        title=_("Z-ОТЧЕТ"),
        subtitle=_("СМЕННЫЙ ОТЧЕТ (ЗАКРЫТИЕ СМЕНЫ)"),
        snapshot=snapshot,
        kkm=scope.kkm,
        last=closing,
        statement=statement,
        made_at=closing.occurred_at,
        made_by=cashier(snapshot.heading),
        frozen=True,
        alarms=alarms_of(shift),
    )


KIND = Kind(
    name=NAME,
    title=gettext_lazy("Сменный Z-отчёт (закрытие смены)"),
    find_shifts=closed_shifts,
    hint=gettext_lazy("Итоги закрытой смены, как их зафиксировал Z-отчёт. Выберите день закрытия."),
    make=make,
    main_figures=shift_figures,
    contradicts_frozen=frozen_z_differs,
)
