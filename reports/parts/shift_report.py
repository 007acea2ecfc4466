"""What X, Z and the shift report have in common: the figures of one shift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from kkm.domain import identities
from kkm.domain.heading import ShiftHeading
from kkm.domain.seal import fingerprint
from kkm.domain.snapshot import Snapshot
from kkm.domain.statement import Statement
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation
from reports.parts import blocks
from reports.parts.heading import assemble, cashier, clock_of, times
from reports.parts.recount import Recount
from reports.report import Block, Counted, Report, Row, Span


def x_or_z_report(
    kind: str,
    *,
    name: str,
    title: str,
    subtitle: str,
    snapshot: Snapshot,
    kkm: KKM,
    last: FiscalOperation,
    statement: Statement,
    made_at: datetime,
    made_by: str,
    frozen: bool = False,
    alarms: tuple[str, ...] = (),
) -> Report:
    """X and Z have one structure."""
    heading = snapshot.heading
    report = assemble(
        kind,
        name=name,
        title=title,
        subtitle=subtitle,
        heading=heading,
        facts=_facts(heading),
        blocks=shift_blocks(snapshot, frozen=frozen),
        documents=documents(snapshot.totals),
        identities=identities.of_snapshot(snapshot),
        kkm=kkm,
        last=last,
        statement=statement,
        made_at=made_at,
        made_by=made_by,
    )
    return replace(report, frozen=frozen, alarms=alarms)


def _facts(heading: ShiftHeading) -> Iterator[Row]:
    yield Row(_("СМЕНА №"), heading.shift_number, counted=Counted())
    yield from times(heading)
    yield Row(_("ДАТА И ВРЕМЯ ОТЧЕТА"), clock_of(heading.reported_at))
    yield Row(_("КАССИР"), cashier(heading))


def shift_blocks(snapshot: Snapshot, *, frozen: bool) -> tuple[Block, ...]:
    """Sections, discounts, markups, taxes, and the totals of the register at both ends."""
    of_totals = blocks.of_totals(snapshot.totals, snapshot.heading.sections)
    return (*of_totals, blocks.register_totals(snapshot, frozen=frozen))


def documents(totals: Totals) -> Row:
    """How many documents the shift has."""
    return Row(_("ДОКУМЕНТОВ ЗА СМЕНУ"), totals.count("documents"), counted=Counted())


def shift_figures(recount: Recount) -> Iterator[Row]:
    """The main figures of a report of one shift, in the words of its paper."""
    statement = recount.statement
    totals = statement.sums
    at_end = _("НЕОБНУЛ. СУММЫ НА МОМЕНТ ОТЧЕТА")
    if recount.ends_closed:
        at_end = _("НЕОБНУЛ. СУММЫ НА КОНЕЦ СМЕНЫ")
    yield from blocks.ticket_sums(totals)
    yield Row(_("ВЫРУЧКА"), totals.revenue, strong=True)
    yield Row(_("НАЛИЧНЫХ В КАССЕ"), statement.closing.cash, strong=True)
    yield Row(at_end, strong=True)
    yield from blocks.non_resettable(statement.closing, Span.UP_TO_END)
    yield documents(totals)
    yield control_value(statement)


def control_value(statement: Statement) -> Row:
    """The control value of the last operation that the paper counts."""
    return Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(statement.seal), strong=True)
