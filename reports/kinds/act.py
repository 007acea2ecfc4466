"""The act of deregistration, with the fiscal report for the whole registration (domain.md 1).

It is made of an operation of the journal and has an address of its own: it is not asked for by
days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain import identities
from kkm.domain.identities import Identity
from kkm.domain.period import Period
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from kkm.local_time import clock
from kkm.models import FiscalOperation, Registration, Shift
from kkm.reading.frozen import heading_of_registration
from reports.kinds.kind import PaperKind
from reports.parts.heading import assemble, signatures
from reports.parts.period_report import SPLIT, period_blocks, period_figures, statement_of_zs
from reports.parts.recount import Recount, frozen_totals_differ
from reports.report import Block, Report, Row
from reports.scope import end_of

NAME = "act"


def make(
    operation: FiscalOperation,
    registration: Registration,
    shifts: Sequence[Shift],
    *,
    now: datetime,
    by: str,
) -> Report:
    """The act of the operation that ended a registration; `shifts` may be none."""
    snapshots = [shift.frozen for shift in shifts]
    totals = Totals.sum(snapshot.totals for snapshot in snapshots)
    subtitle = _("С ФИСКАЛЬНЫМ ОТЧЕТОМ ЗА {period}").format(period=_days(registration))
    kkm = operation.kkm
    day = timezone.localdate(operation.occurred_at)
    name = _("Акт снятия ККМ с учёта № {number}")
    return assemble(
        NAME,
        name=name.format(number=operation.number),
        title=_("АКТ СНЯТИЯ ККМ С УЧЕТА"),
        subtitle=subtitle,
        heading=heading_of_registration(registration),
        facts=_facts(operation, registration),
        blocks=(*_figure_blocks(shifts, snapshots, totals), signatures()),
        documents=Row(_("ДОКУМЕНТОВ ЗА ВРЕМЯ УЧЕТА"), totals.count("documents")),
        identities=_identities(snapshots, totals),
        kkm=kkm,
        last=operation,
        statement=statement_of_zs(NAME, kkm, shifts, operation, snapshots),
        made_at=now,
        made_by=by,
        days=str(Period.day(day)),
    )


def _days(registration: Registration) -> Period:
    return Period(
        timezone.localdate(registration.opened_at),
        timezone.localdate(end_of(registration)),
    )


def _figure_blocks(
    shifts: Sequence[Shift], snapshots: Sequence[Snapshot], totals: Totals
) -> tuple[Block, ...]:
    if shifts:
        return period_blocks(shifts, snapshots, totals)
    return (Block(_("СМЕНЫ"), (Row(_("СМЕН НЕ БЫЛО")),)),)


def _identities(snapshots: Sequence[Snapshot], totals: Totals) -> Sequence[Identity]:
    if snapshots:
        return identities.of_period(snapshots, totals)
    return ()


def _facts(operation: FiscalOperation, registration: Registration) -> Iterator[Row]:
    comment = operation.facts.get("comment")
    yield Row(_("АКТ №"), operation.number)
    yield Row(_("СНЯТА С УЧЕТА"), clock(operation.occurred_at))
    yield Row(_("СОСТОЯЛА НА УЧЕТЕ С"), clock(registration.opened_at))
    yield Row(_("ОСНОВАНИЕ"), _(operation.facts.get("reason", "")))
    if comment:
        yield Row(_("КОММЕНТАРИЙ"), comment)
    yield Row(_("ДОЛЖНОСТНОЕ ЛИЦО"), operation.actor_name)


def _main_figures(recount: Recount) -> Iterator[Row]:
    return period_figures(recount, _("ДОКУМЕНТОВ ЗА ВРЕМЯ УЧЕТА"))


def _contradicts(recount: Recount) -> bool:
    ended = recount.kkm.registrations.filter(last_number=recount.claim.number)
    return not ended.exists() or frozen_totals_differ(recount)


KIND = PaperKind(
    name=NAME,
    title=gettext_lazy("Акт снятия ККМ с учёта"),
    main_figures=_main_figures,
    split=SPLIT,
    contradicts_frozen=_contradicts,
    number_label=gettext_lazy("АКТ №"),
    moment_label=gettext_lazy("СНЯТА С УЧЕТА"),
)
