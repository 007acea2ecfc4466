"""The section report: positions by section (order No. 626, item 108)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain import identities
from kkm.reading.fold import balance_before, by_section, fold
from kkm.reading.frozen import heading_of_shift
from reports.kinds.kind import Kind
from reports.parts import blocks
from reports.parts.claim import statement_of
from reports.parts.day_report import day_report, documents
from reports.parts.recount import Recount
from reports.parts.shift_report import control_value
from reports.report import Report, Row
from reports.scope import ReportScope, shifts_of_day

NAME = "sections"


def make(scope: ReportScope) -> Report:
    """Positions by section, and what they come to with discounts and markups."""
    operations, last = scope.operations_up_to_now()
    totals = fold(operations)
    statement = statement_of(
        NAME,
        scope.kkm,
        scope.shifts,
        last,
        totals,
        opening=balance_before(scope.first_shift),
        closing=last.balance,
    )
    names = heading_of_shift(scope.last_shift).sections
    body = (
        blocks.sections_in_full(by_section(operations).values(), names),
        blocks.section_result(totals),
        blocks.discounts(totals),
        blocks.markups(totals),
    )
    return day_report(
        NAME,
        scope,
        name=_("Отчёт по секциям"),
        title=_("ОТЧЕТ ПО СЕКЦИЯМ"),
        blocks=body,
        identities=identities.of_totals(totals),
        totals=totals,
        last=last,
        statement=statement,
    )


def _figures(recount: Recount) -> Iterator[Row]:
    totals = recount.statement.sums
    yield from blocks.section_sums(totals)
    yield documents(totals)
    yield control_value(recount.statement)


KIND = Kind(
    name=NAME,
    title=gettext_lazy("Отчёт по секциям"),
    find_shifts=shifts_of_day,
    hint=gettext_lazy("Обороты дня по секциям кассы. Выберите день."),
    make=make,
    takes_many=True,
    main_figures=_figures,
)
