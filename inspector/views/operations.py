"""The list of a shift's operations, and the page of an operation."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from inspector.access import CabinetRequest, cabinet_view, controlled, get_kkm
from inspector.access_log import Action, log
from inspector.forms.cabinet import OperationsQuery, ShiftQuery
from inspector.operation_details import operation_details, position_details
from inspector.pages import page_of
from kkm.domain.money import Money
from kkm.domain.totals import rate_key
from kkm.domain.vat import rate_name
from kkm.models import KKM, FiscalOperation, Shift
from kkm.models.operation import PAYMENT_NAMES, OperationQuerySet
from kkm.reading.fold import fold
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
        numbers = (shift.number, through.number)
        context |= _tape(request, kkm.operations.filter(shift__number__range=numbers))
    elif shift:
        context |= _tape(request, shift.operations.all())
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
    found = operations.matching(**asked)
    page = page_of(request, found.order_by("-number"), PAGE)
    checked_returns = check_returns(page.object_list)
    return {
        "query": query,
        "page": page,
        "tape": [(row, checked_returns.get(row.pk)) for row in page.object_list],
        "kinds": found.by_kind(asked["payment"]),
        "narrowed": any(value is not None for value in asked.values()),
    }


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
    totals = fold(FiscalOperation.objects.filter(pk=found.pk))
    rows = []
    for rate in totals.rates:
        turnover = totals.money("turnover", found.kind, rate_key(rate))
        vat = totals.money("vat", found.kind, rate_key(rate))
        rows.append((rate_name(rate), turnover, vat))
    return rows
