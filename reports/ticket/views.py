"""The pages that the QR of a ticket opens, for its buyer.

They are open to everybody: only a person who holds the ticket knows all four of its values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kkm import throttle
from kkm.models import FiscalOperation
from reports.report import Row
from reports.ticket.layout import RULE, qr, ticket_ending, ticket_pdf, ticket_rows, ticket_url
from reports.ticket.search import TicketForm, find_ticket, typed_values
from reports.verify.guess_limit import TICKETS
from reports.verify.views import unlisted


@unlisted
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The ticket on the screen."""
    return _ticket_or_form(request, _on_screen)


@unlisted
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The same on a roll."""
    return _ticket_or_form(request, _on_paper)


def _ticket_or_form(
    request: HttpRequest, show: Callable[[HttpRequest, FiscalOperation], HttpResponse]
) -> HttpResponse:
    """The ticket that is asked for, or the form.

    Only values that a ticket could have are counted as a guess.
    """
    if not TicketForm.base_fields.keys() & request.GET.keys():
        return render(request, "consumer/form.html", {"form": TicketForm()})
    if throttle.is_locked(request, TICKETS):
        return render(request, "consumer/locked.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    form = TicketForm(request.GET)
    if form.is_valid():
        ticket = find_ticket(form.cleaned_data)
        if ticket:
            return show(request, ticket)
        throttle.failed(request, TICKETS)
    shown = TicketForm(typed_values(request.GET))
    template = "consumer/form.html"
    if form.is_valid():
        template = "consumer/missing.html"
    return render(request, template, {"form": shown}, status=HTTPStatus.NOT_FOUND)


def _on_screen(request: HttpRequest, ticket: FiscalOperation) -> HttpResponse:
    context = {
        "ticket": ticket,
        "parts": list(_parts(ticket_rows(ticket))),
        "ending": ticket_ending(ticket),
        "qr": qr(ticket_url(ticket)),
        "query": request.GET.urlencode(),
    }
    response = render(request, "consumer/ticket.html", context)
    # The address has the values of the ticket in it.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _on_paper(request: HttpRequest, ticket: FiscalOperation) -> HttpResponse:
    response = HttpResponse(ticket_pdf(ticket), content_type="application/pdf")
    name = f"ticket-{ticket.fiscal_sign}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows between the rules."""
    for is_rule, part in groupby(rows, lambda row: row is RULE):
        if not is_rule:
            yield list(part)
