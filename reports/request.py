"""A report that is asked for, and the report that is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kkm.domain.period import Period
from kkm.models import KKM, Shift
from reports import scope
from reports.kinds.kind import Kind
from reports.report import Report
from reports.scope import ReportScope


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A register, a day or days, when it is asked and by whom, and the number of one shift if
    one is named.
    """

    kkm: KKM
    period: Period
    now: datetime
    by: str
    shift: int | None = None


@dataclass(frozen=True, slots=True)
class MadeReport:
    """A report, the shifts that there were to choose from, and the number of the chosen one (None:
    all together).
    """

    report: Report
    choice: Sequence[Shift]
    chosen: int | None


def make_report(kind: Kind, request: ReportRequest, today: date) -> MadeReport:
    """Make the report that is asked for.

    NothingToReport if no shift fits, or not the one that was named.
    """
    choice = kind.find_shifts(request.kkm, request.period, today)
    chosen = [shift for shift in choice if request.shift in (None, shift.number)]
    if not chosen:
        raise scope.nothing(request.kkm, request.period, choice)
    if not kind.takes_many:
        chosen = chosen[-1:]
    report = kind.make(
        ReportScope(
            kkm=request.kkm,
            shifts=chosen,
            period=request.period,
            now=request.now,
            by=request.by,
        )
    )
    days = ""
    if not kind.has_end:
        days = str(request.period)
    up_to = None
    if chosen[-1].last_number != report.number:
        up_to = report.number
    report = replace(report, days=days, shifts=(chosen[0].number, chosen[-1].number), up_to=up_to)
    number = None
    if not kind.takes_many or (kind.offers_all_shifts and request.shift is not None):
        number = chosen[0].number
    return MadeReport(report, choice, number)
