"""The fiscal report for a period: the sum of the shifts that were closed in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain import identities
from kkm.domain.totals import Totals
from kkm.models import KKM, Shift
from kkm.reading.frozen import heading_of_shift
from reports.kinds.kind import Kind
from reports.parts.heading import assemble, report_time
from reports.parts.period_report import SPLIT, period_blocks, period_figures, statement_of_zs
from reports.parts.recount import Recount, frozen_totals_differ
from reports.report import Counted, Report, Row
from reports.scope import ReportScope, closed_shifts

NAME = "period"


def make(scope: ReportScope) -> Report:
    """The sum of the shifts closed within a period, with a line for each Z."""
    shifts = scope.shifts
    snapshots = [shift.frozen for shift in shifts]
    totals = Totals.sum(snapshot.totals for snapshot in snapshots)
    heading = replace(
        heading_of_shift(scope.last_shift),
        registration_number=_registration_numbers(scope.kkm, shifts),
    )
    last = scope.last_shift.z.operation
    name = _("Фискальный отчёт за период {period}")
    documents = totals.count("documents")
    return assemble(
        NAME,
        name=name.format(period=scope.period),
        title=_("ФИСКАЛЬНЫЙ ОТЧЕТ"),
        subtitle=_("ЗА ПЕРИОД {period}").format(period=scope.period),
        heading=heading,
        facts=(report_time(scope.now),),
        blocks=period_blocks(shifts, snapshots, totals),
        documents=Row(_("ДОКУМЕНТОВ ЗА ПЕРИОД"), documents, counted=Counted()),
        identities=identities.of_period(snapshots, totals),
        kkm=scope.kkm,
        last=last,
        statement=statement_of_zs(NAME, scope.kkm, shifts, last, snapshots),
        made_at=scope.now,
        made_by=scope.by,
    )


def _registration_numbers(kkm: KKM, shifts: Sequence[Shift]) -> str:
    """Every РНМ under which consecutive shifts were worked, in order."""
    numbers = (shifts[0].number, shifts[-1].number)
    worked = kkm.registrations.filter(shifts__number__range=numbers).distinct()
    in_order = worked.order_by("first_number")
    return ", ".join(in_order.values_list("registration_number", flat=True))


def _figures(recount: Recount) -> Iterator[Row]:
    return period_figures(recount, _("ДОКУМЕНТОВ ЗА ПЕРИОД"))


KIND = Kind(
    name=NAME,
    title=gettext_lazy("Фискальный отчёт за период"),
    find_shifts=closed_shifts,
    hint=gettext_lazy(
        "Сумма Z-отчётов за период, строка на каждый. Выберите первый и последний день."
    ),
    make=make,
    has_end=True,
    takes_many=True,
    main_figures=_figures,
    split=SPLIT,
    contradicts_frozen=frozen_totals_differ,
)
