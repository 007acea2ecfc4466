"""A report over one or several shifts of a day, which its subtitle names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from kkm.domain.identities import Identity
from kkm.domain.statement import Statement
from kkm.domain.totals import Totals
from kkm.models import FiscalOperation, Shift
from kkm.reading.frozen import heading_of_shift
from reports.parts.heading import assemble, report_time, start_and_end
from reports.report import Block, Counted, Report, Row
from reports.scope import ReportScope


def day_report(
    kind: str,
    scope: ReportScope,
    *,
    name: str,
    title: str,
    blocks: Iterable[Block],
    identities: Iterable[Identity],
    totals: Totals,
    last: FiscalOperation,
    statement: Statement | None = None,
) -> Report:
    """A report of the operations up to `last`, whose totals are `totals`.

    `name` is that of the kind; the shifts are added.
    """
    shifts = _named_shifts(scope.shifts)
    return assemble(
        kind,
        name=f"{name}, {shifts}",
        title=title,
        subtitle=_subtitle(scope.shifts),
        heading=heading_of_shift(scope.last_shift),
        facts=_facts(scope),
        blocks=blocks,
        documents=documents(totals),
        identities=identities,
        kkm=scope.kkm,
        last=last,
        statement=statement,
        made_at=scope.now,
        made_by=scope.by,
    )


def documents(totals: Totals) -> Row:
    """How many documents the shifts have."""
    return Row(_("ДОКУМЕНТОВ"), totals.count("documents"), counted=Counted())


def _named_shifts(shifts: Sequence[Shift]) -> str:
    words = _("смены № {numbers}")
    if len(shifts) == 1:
        words = _("смена № {numbers}")
    return words.format(numbers=_numbers(shifts))


def _numbers(shifts: Sequence[Shift]) -> str:
    return ", ".join(str(shift.number) for shift in shifts)


def _subtitle(shifts: Sequence[Shift]) -> str:
    numbers = _numbers(shifts)
    if len(shifts) == 1:
        return _("СМЕНА № {number}").format(number=numbers)
    return _("СМЕНЫ № {number}").format(number=numbers)


def _facts(scope: ReportScope) -> Iterator[Row]:
    yield from start_and_end(scope.first_shift.opened_at, scope.last_shift.closed_at)
    yield report_time(scope.now)
