"""The table of reports: each is a row, kind → scope, what is asked for, and how it is made.

A seventh report is a row, not a route.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from kkm.domain.period import Period
from kkm.models import KKM, Shift
from reports import make, scope
from reports.report import Report


@dataclass(frozen=True, slots=True)
class Question:
    """What the inspector asks: a register, a day or days, perhaps one shift; when he asks and
    who he is.
    """

    kkm: KKM
    period: Period
    now: datetime
    by: str
    shift: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table. `shifts` finds what may be chosen from; `make` makes the report of the
    chosen (of one, or of all).
    """

    name: str
    title: str
    shifts: Callable[[KKM, Period, date], list[Shift]]
    make: Callable[..., Report]
    has_end: bool = False
    takes_many: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("z", _("Сменный Z-отчёт (закрытие смены)"), scope.closed, make.z),
        Kind("x", _("Сменный X-отчёт (открытие смены)"), scope.for_x, make.x),
        Kind(
            "period",
            _("Фискальный отчёт за период"),
            scope.closed,
            make.period,
            has_end=True,
            takes_many=True,
        ),
        Kind("cashiers", _("Отчёт по кассирам"), scope.of_day, make.cashiers, takes_many=True),
        Kind("shift", _("Сменный отчёт"), scope.of_day, make.shift),
        Kind("sections", _("Отчёт по секциям"), scope.of_day, make.sections, takes_many=True),
    )
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A report, the shifts there were to choose from, and the number of the chosen one (None:
    all together).
    """

    report: Report
    choice: list[Shift]
    chosen: int | None


def answer(kind: Kind, question: Question, today: date) -> Answer:
    """Make the report that is asked for.

    NothingToReport if no shift fits, or not the one that was named.
    """
    choice = kind.shifts(question.kkm, question.period, today)
    chosen = [shift for shift in choice if question.shift in (None, shift.number)]
    if not chosen:
        raise scope.nothing(question.kkm, question.period, choice)
    if not kind.takes_many:
        chosen = chosen[-1:]
    report = kind.make(
        question.kkm, chosen, period=question.period, now=question.now, by=question.by
    )
    one = not kind.takes_many or (question.shift is not None and not kind.has_end)
    return Answer(report, choice, chosen[0].number if one else None)
