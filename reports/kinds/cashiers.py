"""The cashier report: the tickets of each cashier."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain import identities
from kkm.domain.totals import Totals
from kkm.reading.fold import balance_before, fold, fold_by
from reports.kinds.kind import Kind
from reports.parts import blocks, labels
from reports.parts.claim import statement_of
from reports.parts.day_report import day_report, documents
from reports.parts.heading import actor
from reports.parts.recount import Recount
from reports.parts.shift_report import control_value
from reports.report import Block, Report, Row
from reports.scope import ReportScope, shifts_of_day

NAME = "cashiers"
SPLIT = ("actor_code", "actor_name")
Cashier = tuple[str, str]  # code and name


def make(scope: ReportScope) -> Report:
    """Tickets by cashier; the cashiers add up to the shifts."""
    operations, last = scope.operations_up_to_now()
    parts = fold_by(operations, *SPLIT)
    by_cashier = _in_order(parts)
    whole = fold(operations)
    statement = statement_of(
        NAME,
        scope.kkm,
        scope.shifts,
        last,
        whole,
        parts=parts,
        opening=balance_before(scope.first_shift),
        closing=last.balance,
    )
    return day_report(
        NAME,
        scope,
        name=_("Отчёт по кассирам"),
        title=_("ОТЧЕТ ПО КАССИРАМ"),
        blocks=_blocks(by_cashier, whole),
        identities=identities.of_split(list(by_cashier.values()), whole),
        totals=whole,
        last=last,
        statement=statement,
    )


def _in_order(by_cashier: dict[Cashier, Totals]) -> dict[Cashier, Totals]:
    """By code, codes in the order of numbers, and by name."""

    def code_and_name(item: tuple[Cashier, Totals]) -> tuple[str, str]:
        (code, name), _totals = item
        return code.zfill(20), name

    return dict(sorted(by_cashier.items(), key=code_and_name))


def _blocks(by_cashier: dict[Cashier, Totals], whole: Totals) -> Iterator[Block]:
    for (code, name), totals in by_cashier.items():
        if _has_tickets(totals):
            title = _("Кассир: {name}").format(name=actor(code, name))
            yield blocks.cashier(title, totals, (code, name))
    yield blocks.cashier(_("ИТОГО ПО КАССИРАМ"), whole)


def _has_tickets(totals: Totals) -> bool:
    return any(totals.count("tickets", kind) for kind in labels.EACH_WITH_ITS_RETURN)


def _figures(recount: Recount) -> Iterator[Row]:
    totals = recount.statement.sums
    for kind in labels.EACH_WITH_ITS_RETURN:
        amount = totals.money("amount", kind)
        count = totals.count("tickets", kind)
        yield Row(str(labels.CASHIER[kind]), amount, count=count)
    yield documents(totals)
    yield control_value(recount.statement)


KIND = Kind(
    name=NAME,
    title=gettext_lazy("Отчёт по кассирам"),
    find_shifts=shifts_of_day,
    hint=gettext_lazy("Операции дня по кассирам: чеки, возвраты, наличные. Выберите день."),
    make=make,
    takes_many=True,
    main_figures=_figures,
    split=SPLIT,
)
