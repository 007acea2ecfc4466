"""The list of a shift's operations, and the page of an operation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from inspector.access import CabinetRequest, cabinet_view, controlled, get_kkm
from inspector.access_log import Action, log
from inspector.forms.operations import OperationsQuery, ShiftQuery
from inspector.operation_details import operation_details, position_details
from inspector.pages import page_of
from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.money import Money
from kkm.domain.totals import Totals, rate_key
from kkm.domain.vat import rate_name
from kkm.models import KKM, FiscalOperation, Shift
from kkm.models.operation import (
    KIND_NAMES,
    PAYMENT_NAMES,
    KindSum,
    OperationQuerySet,
    numbers_of_shifts,
)
from kkm.reading.asked_lines import AskedLines
from kkm.reading.fold import fold_lines, totals_of_lines
from kkm.reading.returns import check_returns, returned
from reports.ticket.layout import qr, ticket_url

PAGE = 100


@cabinet_view
def operations(request, serial):
    """Operations of the last shift, of the one that is asked for, or of shifts `shift` through
    `through`, newest first.
    """
    kkm = get_kkm(request, serial)
    query = ShiftQuery(request.GET)
    asked = query.asked
    number = asked["shift"]
    shift = _shift(kkm, number)
    through = _last_of_range(kkm, shift, asked["through"])
    shown = shift or number or "—"
    if through:
        shown = f"{shift} — {through}"
    log(request, Action.VIEW, kkm, _("История операций, смена %(number)s") % {"number": shown})
    context = {"kkm": kkm, "shift": shift, "through": through, "number": number}
    if query["shift"].errors:
        context["wrong_shift"] = query["shift"]
    if shift and through:
        of_range = kkm.operations.filter(numbers_of_shifts(shift, through))
        context |= _tape(request, of_range)
    elif shift:
        context |= _tape(request, shift.operations)
    return render(request, "cabinet/operations.html", context)


def _shift(kkm: KKM, number: int | None) -> Shift | None:
    shifts = kkm.shifts.order_by("-number")
    if number:
        shifts = shifts.filter(number=number)
    return shifts.first()


def _last_of_range(kkm: KKM, first: Shift | None, number: int | None) -> Shift | None:
    """The shift up to which operations are asked for; None if they are of one shift."""
    if first is None or number is None or number <= first.number:
        return None
    return kkm.shifts.filter(number__range=(first.number + 1, number)).order_by("number").last()


def _tape(request: CabinetRequest, operations: OperationQuerySet) -> dict:
    """The page of operations; in `tape` each with what is known of the ticket that it returns."""
    query = OperationsQuery(request.GET, operations=operations)
    asked = query.asked
    found = query.lines.narrow(operations.matching(**asked))
    page = page_of(request, found.order_by("-number"), PAGE)
    checked_returns = check_returns(page.object_list)
    kinds = found.by_kind(asked["payment"])
    return {
        "query": query,
        "pills": list(query.pills),
        "page": page,
        "tape": [(row, checked_returns.get(row.pk)) for row in page.object_list],
        "kinds": kinds,
        "net": _net(asked, kinds),
        "line_sums": list(_line_sums(query.lines, found)),
    }


def _net(asked: Mapping[str, Any], kinds: Sequence[KindSum]) -> tuple[str, Money] | None:
    """What all kinds come to together, with its name: the revenue of tickets, what has come in
    and gone out by a payment; None of other operations.
    """
    total = Money.sum(one.flow for one in kinds)
    if asked["payment"] is not None and not asked["kinds"]:
        return _("Приход − расход"), total
    if asked["payment"] is None and asked["kinds"] == TICKETS:
        return _("Выручка"), total
    return None


class LineSums(NamedTuple):
    """What the lines that are asked for come to in the tickets of a kind."""

    name: object
    positions: int
    goods: Money
    discounts: int
    discount: Money
    markups: int
    markup: Money
    turnover: Money
    vat: Money


def _line_sums(lines: AskedLines, found: OperationQuerySet) -> Iterator[LineSums]:
    """For each kind of ticket that has such lines; nothing where no lines are asked for."""
    if not lines:
        return
    totals = fold_lines(lines.of(found))
    for kind in TICKETS:
        if _has_lines(totals, kind):
            yield LineSums(
                name=KIND_NAMES[kind],
                positions=sum(totals.over("positions", kind).values()),
                goods=_sum_over(totals, "goods", kind),
                discounts=totals.count("discounts", kind),
                discount=totals.money("discount", kind),
                markups=totals.count("markups", kind),
                markup=totals.money("markup", kind),
                turnover=_sum_over(totals, "turnover", kind),
                vat=_sum_over(totals, "vat", kind),
            )


def _has_lines(totals: Totals, kind: OperationKind) -> bool:
    measures = ("positions", "turnover", "vat")
    return any(totals.over(measure, kind) for measure in measures)


def _sum_over(totals: Totals, measure: str, kind: OperationKind) -> Money:
    return Money(sum(totals.over(measure, kind).values()))


@cabinet_view
def operation(request, serial, number):
    """The page of an operation: a ticket with its positions, a placement, the closing of a shift,
    an act.
    """
    kkm = get_kkm(request, serial)
    found = _get_operation(kkm, number)
    log(request, Action.VIEW, kkm, found)
    context = {"kkm": kkm, "operation": found, "details": operation_details(found.facts)}
    context |= _neighbours(kkm, number)
    if found.is_ticket:
        context |= _of_ticket(found)
        context |= _of_return(request, found)
    return render(request, "cabinet/operation.html", context)


def _neighbours(kkm: KKM, number: int) -> dict[str, int | None]:
    """The numbers of the operations before and after one, where there are such."""
    near = kkm.operations.filter(number__in=(number - 1, number + 1))
    numbers = list(near.values_list("number", flat=True))
    before = next((one for one in numbers if one < number), None)
    after = next((one for one in numbers if one > number), None)
    return {"before": before, "after": after}


def _get_operation(kkm: KKM, number: int) -> FiscalOperation:
    operations = kkm.operations.select_related("shift__registration", "kkm__ofd")
    return get_object_or_404(operations.prefetch_related("positions"), number=number)


def _of_ticket(found: FiscalOperation) -> dict:
    lines = []
    for line in found.positions.all():
        lines.append((line, list(position_details(line.facts))))
    paid = []
    for payment, money in found.payments.items():
        paid.append((PAYMENT_NAMES[payment], money))
    address = ticket_url(found)
    return {
        "lines": lines,
        "paid": paid,
        "vat": _vat(found),
        "address": address,
        "qr": qr(address),
    }


def _of_return(request: CabinetRequest, found: FiscalOperation) -> dict:
    """The ticket that a return names; the returns of a ticket.

    `visible`: ids of the registers among them that the user may open.
    """
    checked_return = check_returns([found]).get(found.pk)
    ticket: FiscalOperation | None = found
    if checked_return:
        ticket = checked_return.ticket
    if ticket is None:
        return {"checked_return": checked_return}
    of_ticket = returned([ticket])[ticket.pk]
    kkms = {ticket.kkm_id}
    for one in of_ticket.returns:
        kkms.add(one.kkm_id)
    visible = controlled(request.user).filter(pk__in=kkms).values_list("pk", flat=True)
    return {
        "checked_return": checked_return,
        "returned": of_ticket,
        "visible": set(visible),
    }


def _vat(found: FiscalOperation) -> list[tuple[str, Money, Money]]:
    """(rate, turnover, VAT) of a ticket, each rate once."""
    totals = totals_of_lines(found)
    rows = []
    for rate in totals.rates:
        turnover = totals.money("turnover", found.kind, rate_key(rate))
        vat = totals.money("vat", found.kind, rate_key(rate))
        rows.append((rate_name(rate), turnover, vat))
    return rows
