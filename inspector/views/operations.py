"""The history of a shift's operations, and each of them opened."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from inspector.access import Action, CabinetRequest, cabinet_view, controlled, get_kkm, log
from inspector.forms.cabinet import OperationsQuery, ShiftQuery
from inspector.pages import page_of
from inspector.words import facts_in_words, goods_in_words
from kkm.domain.money import Money
from kkm.domain.totals import rate_key
from kkm.domain.vat import rate_name
from kkm.models import KKM, FiscalOperation, Shift
from kkm.models.operation import PAYMENT_NAMES
from kkm.reading.fold import fold
from kkm.reading.returns import looked_at, returned
from reports.ticket.layout import qr, ticket_url

PAGE = 100


@cabinet_view
def operations(request, serial):
    """The tape of the last shift, or of the one that is asked for, newest first."""
    kkm = get_kkm(request, serial)
    number = ShiftQuery(request.GET).asked["shift"]
    shift = _shift(kkm, number)
    log(
        request,
        Action.VIEW,
        kkm,
        _("История операций, смена %(number)s") % {"number": shift or number or "—"},
    )
    tape = _tape(request, shift) if shift else {}
    return render(
        request, "cabinet/operations.html", {"kkm": kkm, "shift": shift, "number": number, **tape}
    )


def _shift(kkm: KKM, number: int | None) -> Shift | None:
    shifts = kkm.shifts.filter(number=number) if number else kkm.shifts
    return shifts.order_by("-number").first()


def _tape(request: CabinetRequest, shift: Shift) -> dict:
    query = OperationsQuery(request.GET, operations=shift.operations)
    found = shift.operations.matching(**query.asked)
    page = page_of(request, found.order_by("-number"), PAGE)
    looked = looked_at(page.object_list)
    return {
        "query": query,
        "page": page,
        "tape": [(one, looked.get(one.pk)) for one in page.object_list],
        "kinds": found.by_kind(),
        "narrowed": any(value is not None for value in query.asked.values()),
    }


@cabinet_view
def operation(request, serial, number):
    """One line of the journal: a ticket with its positions, a placement, the closing of a shift,
    an act.
    """
    kkm = get_kkm(request, serial)
    found = _get_operation(kkm, number)
    log(request, Action.VIEW, kkm, found)
    more = _of_ticket(found) | _of_return(request, found) if found.is_ticket else {}
    told = facts_in_words(found.facts)
    return render(
        request, "cabinet/operation.html", {"kkm": kkm, "operation": found, "told": told, **more}
    )


def _get_operation(kkm: KKM, number: int) -> FiscalOperation:
    operations = kkm.operations.select_related("shift__registration", "kkm__ofd").prefetch_related(
        "positions"
    )
    return get_object_or_404(operations, number=number)


def _of_ticket(found: FiscalOperation) -> dict:
    paid = [(PAYMENT_NAMES[payment], money) for payment, money in found.payments.items()]
    address = ticket_url(found)
    lines = [(line, list(goods_in_words(line.facts))) for line in found.positions.all()]
    return {"lines": lines, "paid": paid, "vat": _vat(found), "address": address, "qr": qr(address)}


def _of_return(request: CabinetRequest, found: FiscalOperation) -> dict:
    """The ticket that a return names, and the returns of a ticket.

    `visible`: registers that the user may open.
    """
    looked = looked_at([found]).get(found.pk)
    ticket = looked.ticket if looked else found
    if ticket is None:
        return {"looked": looked}
    of_ticket = returned([ticket])[ticket.pk]
    shown = {ticket.kkm_id, *(one.kkm_id for one in of_ticket.returns)}
    visible = controlled(request.user).filter(pk__in=shown).values_list("pk", flat=True)
    return {"looked": looked, "returned": of_ticket, "visible": set(visible)}


def _vat(found: FiscalOperation) -> list[tuple[str, Money, Money]]:
    """(rate, turnover, VAT) of a ticket, each rate once."""
    totals = fold(FiscalOperation.objects.filter(pk=found.pk))
    rows = []
    for rate in totals.rates:
        key = rate_key(rate)
        turnover = totals.money("turnover", found.kind, key)
        vat = totals.money("vat", found.kind, key)
        rows.append((rate_name(rate), turnover, vat))
    return rows
