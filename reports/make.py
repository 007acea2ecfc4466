"""How each report is made of the shifts it is about. Every maker has one signature:

make(kkm, shifts, *, period, now, by) -> Report      shifts: at least one, in order, with register
                                                     and registration read
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kkm.domain import identities
from kkm.domain.kinds import OperationKind as K
from kkm.domain.period import Period
from kkm.domain.snapshot import Snapshot
from kkm.domain.statement import Statement
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation, Registration, Shift
from kkm.reading.fold import (
    balance_before,
    by_section,
    fold,
    fold_by,
    snapshot_at,
)
from kkm.reading.frozen import heading_of_shift, heading_of_stay
from reports.parts import blocks, labels
from reports.parts.alarms import alarms_of
from reports.parts.claim import PARTS, statement
from reports.parts.heading import actor, cashier, clock, clock_of, report, times
from reports.parts.tables import tape, z_table
from reports.report import Block, Report, Row
from reports.scope import bounds


def z(kkm: KKM, shifts: Sequence[Shift], *, period: Period, now: datetime, by: str) -> Report:
    """The frozen Z of one closed shift: made by its closing, whoever looks at it."""
    snapshot, frozen = shifts[0].frozen, shifts[0].z
    ends = {"opening": snapshot.opening, "closing": snapshot.closing}
    return _shift_report(
        "z",
        _("Z-ОТЧЕТ"),
        _("СМЕННЫЙ ОТЧЕТ (ЗАКРЫТИЕ СМЕНЫ)"),
        snapshot,
        statement=statement("z", kkm, shifts, frozen.operation, snapshot.totals, **ends),
        frozen=True,
        made_at=frozen.operation.occurred_at,
        made_by=cashier(snapshot.heading),
        alarms=alarms_of(shifts[0]),
    )


def x(kkm: KKM, shifts: Sequence[Shift], *, period: Period, now: datetime, by: str) -> Report:
    """The same figures for a shift that is open; of a past day: at its end, or just before the Z
    (domain.md 3).
    """
    shift = shifts[0]
    end = bounds(period)[1]
    operations = shift.operations.filter(occurred_at__lt=end).exclude(kind=K.CLOSE_SHIFT)
    last = operations.order_by("number").last()
    at = now if now < end else last.occurred_at
    snapshot = snapshot_at(shift, at=at, operations=operations.filter(number__lte=last.number))
    claim = statement(
        "x", kkm, shifts, last, snapshot.totals, opening=snapshot.opening, closing=snapshot.closing
    )
    snapshot = replace(snapshot, heading=replace(snapshot.heading, closed_at=""))
    title = _("СМЕННЫЙ ОТЧЕТ (ОТКРЫТИЕ СМЕНЫ)")
    return _shift_report(
        "x", _("X-ОТЧЕТ"), title, snapshot, statement=claim, made_at=now, made_by=by
    )


def period(kkm: KKM, shifts: Sequence[Shift], *, period: Period, now: datetime, by: str) -> Report:
    """The sum of the shifts closed within a period, with a line for each Z."""
    snapshots = [shift.frozen for shift in shifts]
    totals = Totals.sum(snapshot.totals for snapshot in snapshots)
    return report(
        "period",
        _("ФИСКАЛЬНЫЙ ОТЧЕТ"),
        _("ЗА ПЕРИОД {period}").format(period=period),
        replace(heading_of_shift(shifts[-1]), registration_number=_numbers(kkm, shifts)),
        _period_blocks(shifts, snapshots, totals),
        facts=(Row(_("ДАТА И ВРЕМЯ ОТЧЕТА"), clock(now)),),
        identities=identities.of_period(snapshots, totals),
        documents=(_("ДОКУМЕНТОВ ЗА ПЕРИОД"), totals.count("documents")),
        statement=_of_zs("period", kkm, shifts, shifts[-1].z.operation, snapshots),
        made_at=now,
        made_by=by,
    )


def _of_zs(
    kind: str,
    kkm: KKM,
    shifts: Sequence[Shift],
    last: FiscalOperation,
    snapshots: Sequence[Snapshot],
) -> Statement:
    """The claim of a report that is a sum of frozen Z's; of none, if the register never worked."""
    parts = {
        (one.number,): snapshot.totals for one, snapshot in zip(shifts, snapshots, strict=True)
    }
    ends = (
        (snapshots[0].opening, snapshots[-1].closing) if snapshots else (last.balance, last.balance)
    )
    return statement(
        kind,
        kkm,
        shifts,
        last,
        Totals.sum(parts.values()),
        parts=parts,
        opening=ends[0],
        closing=ends[1],
    )


def _numbers(kkm: KKM, shifts: Sequence[Shift]) -> str:
    """Every РНМ under which consecutive shifts were worked, in order."""
    worked = kkm.registrations.filter(
        shifts__number__range=(shifts[0].number, shifts[-1].number)
    ).distinct()
    return ", ".join(worked.order_by("first_number").values_list("registration_number", flat=True))


def act(
    operation: FiscalOperation,
    registration: Registration,
    shifts: Sequence[Shift],
    *,
    now: datetime,
    by: str,
) -> Report:
    """The act of deregistration, with the fiscal report for the whole registration (domain.md
    1); `shifts` may be none.
    """
    snapshots = [shift.frozen for shift in shifts]
    totals = Totals.sum(snapshot.totals for snapshot in snapshots)
    stay = Period(
        timezone.localdate(registration.opened_at), timezone.localdate(registration.closed_at)
    )
    figures = (
        _period_blocks(shifts, snapshots, totals)
        if shifts
        else (Block(_("СМЕНЫ"), (Row(_("СМЕН НЕ БЫЛО")),)),)
    )
    return report(
        "act",
        _("АКТ СНЯТИЯ ККМ С УЧЕТА"),
        _("С ФИСКАЛЬНЫМ ОТЧЕТОМ ЗА {period}").format(period=stay),
        heading_of_stay(registration),
        (*figures, _signatures()),
        facts=_act_facts(operation, registration),
        identities=identities.of_period(snapshots, totals) if shifts else (),
        documents=(_("ДОКУМЕНТОВ ЗА ВРЕМЯ УЧЕТА"), totals.count("documents")),
        statement=_of_zs("act", operation.kkm, shifts, operation, snapshots),
        made_at=now,
        made_by=by,
    )


def _act_facts(operation: FiscalOperation, registration: Registration) -> Iterator[Row]:
    comment = operation.facts.get("comment")
    yield Row(_("АКТ №"), operation.number)
    yield Row(_("СНЯТА С УЧЕТА"), clock(operation.occurred_at))
    yield Row(_("СОСТОЯЛА НА УЧЕТЕ С"), clock(registration.opened_at))
    yield Row(_("ОСНОВАНИЕ"), _(operation.facts.get("reason", "")))
    if comment:
        yield Row(_("КОММЕНТАРИЙ"), comment)
    yield Row(_("ДОЛЖНОСТНОЕ ЛИЦО"), operation.actor_name)


def _signatures() -> Block:
    line = "_" * 26
    return Block(
        _("ПОДПИСИ"),
        (Row(""), Row(_("ДОЛЖНОСТНОЕ ЛИЦО"), line), Row(""), Row(_("НАЛОГОПЛАТЕЛЬЩИК"), line)),
    )


def _period_blocks(
    shifts: Sequence[Shift], snapshots: Sequence[Snapshot], totals: Totals
) -> tuple[Block, ...]:
    first, last = snapshots[0], snapshots[-1]
    summary = (
        Row(_("КОЛИЧЕСТВО СМЕН (Z-ОТЧЕТОВ)"), len(shifts)),
        Row(_("ПЕРВАЯ / ПОСЛЕДНЯЯ СМЕНА"), f"{shifts[0].number} / {shifts[-1].number}"),
        Row(_("НЕОБНУЛ. СУММЫ НА НАЧАЛО ПЕРИОДА"), strong=True),
        *blocks.non_resettable(first.opening, indent=1),
    )
    ending = (
        Row(_("НЕОБНУЛ. СУММЫ НА КОНЕЦ ПЕРИОДА"), strong=True),
        *blocks.non_resettable(last.closing, indent=1),
        Row(_("НАЛИЧНЫХ НА НАЧАЛО ПЕРИОДА"), first.opening.cash),
        *blocks.placements(totals),
        Row(_("НАЛИЧНЫХ НА КОНЕЦ ПЕРИОДА"), last.closing.cash),
    )
    return (
        Block(_("СМЕНЫ"), summary),
        Block(_("Z-ОТЧЕТЫ ЗА ПЕРИОД"), table=z_table(shifts, snapshots)),
        blocks.period_tickets(totals),
        Block(_("ИТОГИ НА КОНЕЦ"), ending),
        *_totals_blocks(totals, _names(snapshots)),
    )


def cashiers(
    kkm: KKM, shifts: Sequence[Shift], *, period: Period, now: datetime, by: str
) -> Report:
    """Tickets by cashier; the cashiers add up to the shift."""
    operations, last = _up_to_now(shifts)
    by_cashier = fold_by(operations, "actor_code", "actor_name")
    named = sorted(by_cashier.items(), key=lambda item: (item[0][0].zfill(20), item[0][1]))
    at_work = [
        (name, totals)
        for name, totals in named
        if any(totals.count("tickets", kind) for kind in labels.RETURNS_BESIDE)
    ]
    whole = fold(operations)
    body = [
        blocks.cashier(_("Кассир: {name}").format(name=actor(*name)), totals)
        for name, totals in at_work
    ]
    body.append(blocks.cashier(_("ИТОГО ПО КАССИРАМ"), whole))
    checks = identities.of_split([totals for _name, totals in named], whole)
    claim = statement(
        "cashiers",
        kkm,
        shifts,
        last,
        whole,
        parts=by_cashier,
        opening=balance_before(shifts[0]),
        closing=last.balance,
    )
    return _of_shifts(_("ОТЧЕТ ПО КАССИРАМ"), shifts, body, checks, claim, now, by)


def sections(
    kkm: KKM, shifts: Sequence[Shift], *, period: Period, now: datetime, by: str
) -> Report:
    """Positions by section (order No. 626, item 108)."""
    operations, last = _up_to_now(shifts)
    totals = fold(operations)
    claim = statement(
        "sections",
        kkm,
        shifts,
        last,
        totals,
        opening=balance_before(shifts[0]),
        closing=last.balance,
    )
    names = heading_of_shift(shifts[-1]).sections
    body = (
        blocks.sections_in_full(by_section(operations).values(), names),
        blocks.section_result(totals),
        blocks.discounts(totals),
        blocks.markups(totals),
    )
    return _of_shifts(
        _("ОТЧЕТ ПО СЕКЦИЯМ"), shifts, body, list(identities.of_totals(totals)), claim, now, by
    )


def shift(kkm: KKM, shifts: Sequence[Shift], *, period: Period, now: datetime, by: str) -> Report:
    """One shift, open or closed: its figures, and its operations one by one."""
    (one,) = shifts
    operations, last = _up_to_now(shifts)
    snapshot = one.frozen if not one.is_open else snapshot_at(one, at=now, operations=operations)
    parts = fold_by(operations, *PARTS["shift"])
    ends = {"opening": snapshot.opening, "closing": snapshot.closing}
    body = (
        *_totals_blocks(snapshot.totals, snapshot.heading.sections),
        blocks.register(snapshot, frozen=not one.is_open),
    )
    listed = Block(_("ОПЕРАЦИИ СМЕНЫ"), table=tape(operations.order_by("number")))
    return report(
        "shift",
        _("СМЕННЫЙ ОТЧЕТ"),
        _("СМЕНА № {number}").format(number=one.number),
        snapshot.heading,
        (*body, listed),
        facts=(*times(snapshot.heading), Row(_("ДАТА И ВРЕМЯ ОТЧЕТА"), clock(now))),
        identities=identities.of_snapshot(snapshot),
        documents=(_("ДОКУМЕНТОВ ЗА СМЕНУ"), snapshot.totals.count("documents")),
        statement=statement("shift", kkm, shifts, last, snapshot.totals, parts=parts, **ends),
        made_at=now,
        made_by=by,
        alarms=() if one.is_open else alarms_of(one),
    )


def _shift_report(
    kind: str,
    title: str,
    subtitle: str,
    snapshot: Snapshot,
    *,
    frozen: bool = False,
    **more: object,
) -> Report:
    """X and Z have one structure."""
    heading, totals = snapshot.heading, snapshot.totals
    return report(
        kind,
        title,
        subtitle,
        heading,
        (*_totals_blocks(totals, heading.sections), blocks.register(snapshot, frozen=frozen)),
        facts=(
            Row(_("СМЕНА №"), heading.shift_number),
            *times(heading),
            Row(_("ДАТА И ВРЕМЯ ОТЧЕТА"), clock_of(heading.reported_at)),
            Row(_("КАССИР"), cashier(heading)),
        ),
        identities=identities.of_snapshot(snapshot),
        documents=(_("ДОКУМЕНТОВ ЗА СМЕНУ"), totals.count("documents")),
        frozen=frozen,
        **more,
    )


def _of_shifts(title, shifts, body, checks, claim, now, by) -> Report:
    """A report over one or several shifts of a day, which its subtitle names."""
    numbers = ", ".join(str(one.number) for one in shifts)
    subtitle = _("СМЕНА № {number}") if len(shifts) == 1 else _("СМЕНЫ № {number}")
    heading = heading_of_shift(shifts[-1])
    return report(
        claim.kind,
        title,
        subtitle.format(number=numbers),
        heading,
        tuple(body),
        facts=(
            Row(_("НАЧАЛО СМЕНЫ"), clock(shifts[0].opened_at)),
            *([] if shifts[-1].is_open else [Row(_("КОНЕЦ СМЕНЫ"), clock(shifts[-1].closed_at))]),
            Row(_("ДАТА И ВРЕМЯ ОТЧЕТА"), clock(now)),
        ),
        identities=checks,
        documents=(_("ДОКУМЕНТОВ"), claim.sums.count("documents")),
        statement=claim,
        made_at=now,
        made_by=by,
    )


def _totals_blocks(totals: Totals, names: Mapping[str, str]) -> tuple[Block, ...]:
    by_section = blocks.sections(totals, names), blocks.section_result(totals)
    return (*by_section, blocks.discounts(totals), blocks.markups(totals), blocks.taxes(totals))


def _names(snapshots: Sequence[Snapshot]) -> dict[str, str]:
    """Names of sections, the latest ones of a period."""
    return {
        code: name for snapshot in snapshots for code, name in snapshot.heading.sections.items()
    }


def _up_to_now(shifts: Sequence[Shift]) -> tuple[QuerySet[FiscalOperation], FiscalOperation]:
    """What there is of the shifts, and the last of it.

    Nothing that comes meanwhile is counted: a report is of one moment.
    """
    operations = FiscalOperation.objects.filter(shift__in=shifts)
    last = operations.order_by("number").last()
    return operations.filter(number__lte=last.number), last
