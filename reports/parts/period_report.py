"""What the fiscal report for a period and the act of deregistration have in common: a sum of
frozen Z's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from kkm.domain.snapshot import Snapshot
from kkm.domain.statement import Key, Statement
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation, Shift
from reports.parts import blocks
from reports.parts.claim import statement_of
from reports.parts.recount import Recount
from reports.parts.shift_report import control_value
from reports.parts.tables import named_z, z_table
from reports.report import Block, CountedZs, Row, Span

SPLIT = ("shift_number",)


def period_blocks(
    shifts: Sequence[Shift], snapshots: Sequence[Snapshot], totals: Totals
) -> tuple[Block, ...]:
    """The figures of shifts, at least one, with a line for each Z."""
    first, last = snapshots[0], snapshots[-1]
    first_z, last_z = named_z(shifts[0]), named_z(shifts[-1])
    zs = CountedZs(first_z.day, last_z.day)
    numbers = f"{first_z.shift} / {last_z.shift}"
    cash_at_end = last.closing.cash
    summary = (
        Row(_("КОЛИЧЕСТВО СМЕН (Z-ОТЧЕТОВ)"), len(shifts), counted=zs),
        Row(_("ПЕРВАЯ / ПОСЛЕДНЯЯ СМЕНА"), numbers, zs=(first_z, last_z)),
        Row(_("НЕОБНУЛ. СУММЫ НА НАЧАЛО ПЕРИОДА"), strong=True),
        *blocks.non_resettable(first.opening, Span.BEFORE, indent=1),
    )
    ending = (
        Row(_("НЕОБНУЛ. СУММЫ НА КОНЕЦ ПЕРИОДА"), strong=True),
        *blocks.non_resettable(last.closing, Span.UP_TO_END, indent=1),
        Row(_("НАЛИЧНЫХ НА НАЧАЛО ПЕРИОДА"), first.opening.cash, counted=blocks.CASH_BEFORE),
        *blocks.placements(totals),
        Row(_("НАЛИЧНЫХ НА КОНЕЦ ПЕРИОДА"), cash_at_end, strong=True, counted=blocks.CASH_AT_END),
    )
    return (
        Block(_("СМЕНЫ"), summary),
        Block(_("Z-ОТЧЕТЫ ЗА ПЕРИОД"), table=z_table(shifts, snapshots)),
        blocks.period_tickets(totals),
        Block(_("ИТОГИ НА КОНЕЦ"), ending),
        *blocks.of_totals(totals, _latest_names_of_sections(snapshots)),
    )


def _latest_names_of_sections(snapshots: Sequence[Snapshot]) -> dict[str, str]:
    names: dict[str, str] = {}
    for snapshot in snapshots:
        names |= snapshot.heading.sections
    return names


def statement_of_zs(
    kind: str,
    kkm: KKM,
    shifts: Sequence[Shift],
    last: FiscalOperation,
    snapshots: Sequence[Snapshot],
) -> Statement:
    """The statement of a sum of frozen Z's up to the operation `last`.

    If there are none, the balance is that of `last` at both ends.
    """
    opening = closing = last.balance
    if snapshots:
        opening = snapshots[0].opening
        closing = snapshots[-1].closing
    parts: dict[Key, Totals] = {}
    for shift, snapshot in zip(shifts, snapshots, strict=True):
        parts[(shift.number,)] = snapshot.totals
    totals = Totals.sum(parts.values())
    return statement_of(
        kind, kkm, shifts, last, totals, parts=parts, opening=opening, closing=closing
    )


def period_figures(recount: Recount, documents: str) -> Iterator[Row]:
    """The main figures of a sum of Z's, in the words of its paper; `documents` is how the paper
    calls their number.
    """
    statement = recount.statement
    totals = statement.sums
    yield from blocks.ticket_sums(totals)
    yield Row(_("ВЫРУЧКА ЗА ПЕРИОД"), totals.revenue, strong=True)
    yield Row(_("НАЛИЧНЫХ НА КОНЕЦ ПЕРИОДА"), statement.closing.cash, strong=True)
    yield Row(_("НЕОБНУЛ. СУММЫ НА КОНЕЦ ПЕРИОДА"), strong=True)
    yield from blocks.non_resettable(statement.closing, Span.UP_TO_END)
    yield Row(documents, totals.count("documents"))
    yield control_value(statement)
