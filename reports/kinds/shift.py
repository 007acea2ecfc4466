"""The shift report: the figures of one shift, open or closed, and its operations one by one."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain import identities
from kkm.reading.fold import fold_by, snapshot_at
from reports.kinds.kind import Kind
from reports.parts.alarms import alarms_of
from reports.parts.claim import statement_of
from reports.parts.heading import assemble, report_time, times
from reports.parts.recount import frozen_z_differs
from reports.parts.shift_report import documents, shift_blocks, shift_figures
from reports.parts.tables import tape
from reports.report import Block, Report
from reports.scope import ReportScope, shifts_of_day

NAME = "shift"
SPLIT = ("number", "actor_code", "actor_name")


def make(scope: ReportScope) -> Report:
    """The frozen figures of a closed shift, or those of an open one at this moment."""
    shift = scope.last_shift
    operations, last = scope.operations_up_to_now()
    alarms: tuple[str, ...] = ()
    if shift.is_open:
        snapshot = snapshot_at(shift, at=scope.now, operations=operations, last=last)
    else:
        snapshot = shift.frozen
        alarms = alarms_of(shift)
    statement = statement_of(
        NAME,
        scope.kkm,
        scope.shifts,
        last,
        snapshot.totals,
        parts=fold_by(operations, *SPLIT),
        opening=snapshot.opening,
        closing=snapshot.closing,
    )
    listed = Block(_("ОПЕРАЦИИ СМЕНЫ"), table=tape(operations.order_by("number")))
    name = _("Сменный отчёт, смена № {number}")
    report = assemble(
        NAME,
        name=name.format(number=shift.number),
        title=_("СМЕННЫЙ ОТЧЕТ"),
        subtitle=_("СМЕНА № {number}").format(number=shift.number),
        heading=snapshot.heading,
        facts=(*times(snapshot.heading), report_time(scope.now)),
        blocks=(*shift_blocks(snapshot, frozen=not shift.is_open), listed),
        documents=documents(snapshot.totals),
        identities=identities.of_snapshot(snapshot),
        kkm=scope.kkm,
        last=last,
        statement=statement,
        made_at=scope.now,
        made_by=scope.by,
    )
    return replace(report, alarms=alarms)


KIND = Kind(
    name=NAME,
    title=gettext_lazy("Сменный отчёт"),
    find_shifts=shifts_of_day,
    hint=gettext_lazy("Итоги смены и список всех её операций. Выберите день смены."),
    make=make,
    main_figures=shift_figures,
    split=SPLIT,
    contradicts_frozen=frozen_z_differs,
)
