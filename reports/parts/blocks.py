"""Snapshots and totals as blocks of rows: what X and Z, the fiscal report, the cashier and the
section report consist of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from kkm.domain.balance import Balance
from kkm.domain.kinds import TICKETS, OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals, natural_order, rate_key
from kkm.domain.vat import rate_name
from kkm.reading.asked_lines import TAXED, Modified
from kkm.reading.fold import SectionSums
from reports.parts import labels
from reports.report import Block, Counted, Row, Span, Tally

K = OperationKind
CASH_BEFORE = Counted(payment=PaymentType.CASH, span=Span.BEFORE)
CASH_AT_END = Counted(payment=PaymentType.CASH, span=Span.UP_TO_END)


def of_totals(totals: Totals, names: Mapping[str, str]) -> tuple[Block, ...]:
    """Sections with their result, discounts, markups, taxes; `names` are those of sections."""
    return (
        sections(totals, names),
        section_result(totals),
        discounts(totals),
        markups(totals),
        taxes(totals),
    )


def ticket_sums(totals: Totals) -> Iterator[Row]:
    """The sum and the number of tickets of each kind."""
    for kind in TICKETS:
        amount = totals.money("amount", kind)
        count = totals.count("tickets", kind)
        counted = Counted((kind,))
        yield Row(str(labels.TICKETS[kind]), amount, count=count, counted=counted)


def sections(totals: Totals, names: Mapping[str, str]) -> Block:
    """Positions by section, kinds that occur only."""
    rows: list[Row] = []
    for code in totals.sections:
        rows.append(_section_title(code, names))
        for kind in TICKETS:
            if count := totals.count("positions", kind, code):
                goods = totals.money("goods", kind, code)
                counted = Counted((kind,), section=code)
                rows.append(Row(str(labels.PLURAL[kind]), goods, lead=count, counted=counted))
    return Block(_("ОТЧЕТ ПО СЕКЦИЯМ"), tuple(rows) or (Row(_("ПОЗИЦИЙ НЕТ")),))


def sections_in_full(
    of_shifts: Iterable[Mapping[tuple[int, str], SectionSums]], names: Mapping[str, str]
) -> Block:
    """Positions by section: goods, discounts and markups of positions, and what they come to.

    Kinds of ticket that occur only. Discounts and markups on whole tickets belong to no section.
    """
    sums: dict[tuple[int, str], SectionSums] = defaultdict(SectionSums)
    for of_shift in of_shifts:
        for key, one in of_shift.items():
            sums[key] += one
    rows: list[Row] = []
    for code in sorted({code for _kind, code in sums}, key=natural_order):
        rows.append(_section_title(code, names))
        for kind in TICKETS:
            if (kind, code) in sums:
                rows += _of_section(kind, code, sums[kind, code])
    return Block(_("ОТЧЕТ ПО СЕКЦИЯМ"), tuple(rows) or (Row(_("ПОЗИЦИЙ НЕТ")),))


def _of_section(kind: K, code: str, sums: SectionSums) -> Iterator[Row]:
    counted = Counted((kind,), section=code)
    discounted = replace(counted, modified=Modified.DISCOUNT)
    marked_up = replace(counted, modified=Modified.MARKUP)
    title = str(labels.PLURAL[kind])
    yield Row(title, sums.goods, lead=sums.positions, counted=counted)
    yield Row(_("СКИДКИ"), -sums.discount, indent=5, counted=discounted)
    yield Row(_("НАЦЕНКИ"), sums.markup, indent=5, counted=marked_up)
    yield Row(_("ИТОГ"), sums.result, indent=5, strong=True, counted=counted)


def _section_title(code: str, names: Mapping[str, str]) -> Row:
    name = names.get(code, "").upper()
    if not name and not code:
        name = str(labels.DEFAULT_SECTION)
    section = _("СЕКЦИЯ")
    return Row(f"{section} {name}".rstrip(), code, strong=True)


def section_result(totals: Totals) -> Block:
    """How many positions, and what they came to after discounts and markups."""
    return Block(_("ИТОГ ПО СЕКЦИЯМ"), tuple(section_sums(totals)))


def section_sums(totals: Totals) -> Iterator[Row]:
    """The same as rows, one for each kind of ticket."""
    for kind in TICKETS:
        count = sum(totals.over("positions", kind).values())
        amount = totals.money("amount", kind)
        counted = Counted((kind,))
        yield Row(str(labels.PLURAL[kind]), amount, lead=count, counted=counted)


def discounts(totals: Totals) -> Block:
    """Each discount counts, on positions and on tickets."""
    return Block(_("СКИДКИ"), _by_kind(totals, Modified.DISCOUNT))


def markups(totals: Totals) -> Block:
    """Each markup counts, on positions and on tickets."""
    return Block(_("НАЦЕНКИ"), _by_kind(totals, Modified.MARKUP))


def _by_kind(totals: Totals, modified: Modified) -> tuple[Row, ...]:
    """A row for each kind of ticket; the measures of totals are called like `modified`."""
    rows = []
    for kind in TICKETS:
        number = totals.count(f"{modified}s", kind)
        money = totals.money(modified, kind)
        counted = Counted((kind,), modified=modified)
        rows.append(Row(str(labels.PLURAL[kind]), money, lead=number, counted=counted))
    return tuple(rows)


def taxes(totals: Totals) -> Block:
    """Turnover, VAT and turnover without VAT by rate and kind; VAT is the sum of the positions'
    (domain.md 2, rule 7).

    Every row that is not zero is printed: a rate that has VAT though its turnover is zero, and the
    turnover «без НДС» of a kind that has a rate, also a negative one (a discount on the ticket
    without a rate). So the turnovers of a kind add up to its tickets, and the VAT to its total.
    A kind of which nothing has a rate is no part of this block: registers do not print it.
    """
    rows: list[Row] = []
    taxed = [kind for kind in TICKETS if _has_rate(totals, kind)]
    for rate in totals.rates:
        rows += _without_vat(totals, taxed) if rate is None else _of_rate(totals, rate)
    for kind in taxed:
        counted = Counted((kind,), rate=TAXED)
        rows.append(Row(str(labels.VAT[kind]), vat(totals, kind), counted=counted))
    return Block(_("ОТЧЕТ ПО НАЛОГАМ"), tuple(rows) or (Row(_("НДС НЕ НАЧИСЛЕН")),))


def vat(totals: Totals, kind: K) -> Money:
    """VAT of all rates."""
    return Money(sum(totals.over("vat", kind).values()))


def _has_rate(totals: Totals, kind: K) -> bool:
    rates = totals.over("turnover", kind).keys() | totals.over("vat", kind).keys()
    return bool(rates - {rate_key(None)})


def _of_rate(totals: Totals, rate: int) -> Iterator[Row]:
    yield Row(_("НДС"), rate_name(rate), strong=True)
    with_vat = _("ОБОРОТ С НДС")
    for kind in TICKETS:
        turnover = totals.money("turnover", kind, rate_key(rate))
        included = totals.money("vat", kind, rate_key(rate))
        if turnover or included:
            net = turnover - included
            counted = Counted((kind,), rate=rate_key(rate))
            title = f"{labels.SINGULAR[kind]}, {with_vat}"
            yield Row(title, turnover, indent=1, counted=counted)
            yield Row(f"{_('НДС')} {rate_name(rate)}", included, indent=2, counted=counted)
            yield Row(_("ОБОРОТ БЕЗ НДС"), net, indent=2, counted=counted)


def _without_vat(totals: Totals, kinds: Sequence[K]) -> list[Row]:
    """What the goods without VAT of these kinds come to, and the discounts and markups without a
    rate.
    """
    of_turnover = _("ОБОРОТ")
    rows = []
    for kind in kinds:
        turnover = totals.money("turnover", kind, rate_key(None))
        if turnover:
            title = f"{labels.SINGULAR[kind]}, {of_turnover}"
            counted = Counted((kind,), rate=rate_key(None))
            rows.append(Row(title, turnover, indent=1, counted=counted))
    if not rows:
        return []
    return [Row(_("БЕЗ НДС"), strong=True), *rows]


def register_totals(snapshot: Snapshot, *, frozen: bool) -> Block:
    """Non-resettable totals at both ends, tickets by kind and payment, money placements, cash,
    revenue.
    """
    totals, opening, closing = snapshot.totals, snapshot.opening, snapshot.closing
    at_start = non_resettable(opening, Span.BEFORE)
    rows = [Row(_("НЕОБНУЛ. СУММЫ НА НАЧАЛО СМЕНЫ"), strong=True), *at_start]
    for kind in TICKETS:
        rows += _tickets(totals, closing, kind)
    rows.append(Row(_("НАЛИЧНЫХ НА НАЧАЛО СМЕНЫ"), opening.cash, counted=CASH_BEFORE))
    rows += placements(totals)
    rows += [
        Row(_("НАЛИЧНЫХ В КАССЕ"), closing.cash, strong=True, counted=CASH_AT_END),
        Row(_("ВЫРУЧКА"), totals.revenue, strong=True, counted=Counted(TICKETS)),
    ]
    end = _("НЕОБНУЛ. СУММЫ НА МОМЕНТ ОТЧЕТА")
    if frozen:
        end = _("НЕОБНУЛ. СУММЫ НА КОНЕЦ СМЕНЫ")
    rows += [Row(end, strong=True), *non_resettable(closing, Span.UP_TO_END)]
    return Block(_("ОТЧЕТ С ГАШЕНИЕМ") if frozen else _("ОТЧЕТ БЕЗ ГАШЕНИЯ"), tuple(rows))


def non_resettable(balance: Balance, span: Span, indent: int = 0) -> list[Row]:
    """The four totals that only grow. `span`: whether before the shifts or at their end."""
    rows = []
    for kind in TICKETS:
        total = balance.total(kind)
        counted = Counted((kind,), span=span)
        rows.append(Row(str(labels.PLURAL[kind]), total, indent=indent, counted=counted))
    return rows


def placements(totals: Totals) -> list[Row]:
    """Deposits and withdrawals."""
    return [
        Row(
            str(labels.PLURAL[kind]),
            totals.money("placed", kind),
            count=totals.count("placements", kind),
            counted=Counted((kind,)),
        )
        for kind in (K.DEPOSIT, K.WITHDRAWAL)
    ]


def _tickets(totals: Totals, closing: Balance, kind: K) -> Iterator[Row]:
    amount, change = totals.money("amount", kind), totals.money("change", kind)
    yield Row(
        str(labels.TICKETS[kind]),
        amount,
        count=totals.count("tickets", kind),
        strong=True,
        counted=Counted((kind,)),
    )
    for payment in PaymentType:
        if count := totals.count("payments", kind, payment):
            yield Row(
                str(labels.PAYMENT[payment]),
                totals.money("paid", kind, payment),
                lead=count,
                indent=2,
                counted=Counted((kind,), payment=payment),
            )
    if change:
        yield Row(_("ПОЛУЧЕНО"), amount + change, indent=2, counted=Counted((kind,)))
        yield Row(_("СДАЧА"), change, indent=2, counted=Counted((kind,)))
    if offline := totals.count("offline", kind):
        yield Row(
            _("В Т.Ч. АВТОНОМНЫХ ЧЕКОВ"),
            f"{offline:04d}",
            indent=2,
            counted=Counted((kind,), offline=True),
        )
    ever = Counted((kind,), span=Span.UP_TO_END)
    yield Row(_("ВСЕГО ЗА ВСЕ СМЕНЫ"), closing.count(kind), indent=2, counted=ever)


def period_tickets(totals: Totals) -> Block:
    """Tickets of a period by kind, each by payment; VAT, revenue."""
    rows: list[Row] = []
    for kind in labels.EACH_WITH_ITS_RETURN:
        amount, count = totals.money("amount", kind), totals.count("tickets", kind)
        row = Row(
            str(labels.TICKETS[kind]), amount, count=count, strong=True, counted=Counted((kind,))
        )
        rows.append(row)
        paid = {payment: totals.money("paid", kind, payment) for payment in PaymentType}
        rows += [
            Row(
                str(labels.PAYMENT[payment]),
                money,
                indent=2,
                counted=Counted((kind,), payment=payment),
            )
            for payment, money in paid.items()
            if money
        ]
    for kind in labels.EACH_WITH_ITS_RETURN:
        if kind == K.SALE or vat(totals, kind):
            counted = Counted((kind,), rate=TAXED)
            rows.append(Row(str(labels.PERIOD_VAT[kind]), vat(totals, kind), counted=counted))
    of_tickets = Counted(TICKETS)
    rows.append(Row(_("ВЫРУЧКА ЗА ПЕРИОД"), totals.revenue, strong=True, counted=of_tickets))
    return Block(_("ЧЕКИ ЗА ПЕРИОД"), tuple(rows))


def cashier(title: str, totals: Totals, who: tuple[str, str] | None = None) -> Block:
    """The tickets of the cashier `who` (code and name), or those of all."""
    return Block(
        title,
        tuple(
            Tally(
                f"{labels.CASHIER[kind]}:",
                totals.count("tickets", kind),
                totals.money("amount", kind),
                counted=Counted((kind,), cashier=who),
            )
            for kind in labels.EACH_WITH_ITS_RETURN
        ),
    )
