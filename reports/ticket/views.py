"""A buyer looks at his ticket: the page that its QR opens.

Open to everybody; only who holds the ticket knows all four of its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kkm import throttle
from kkm.domain.limits import MONEY_LIMIT
from kkm.domain.moments import all_at_wall_clock
from kkm.domain.money import Money
from kkm.domain.seal import number_in_sign
from kkm.fields import RegistrationNumberField
from kkm.models import FiscalOperation, Registration
from reports.report import Row
from reports.ticket.layout import RULE, qr, ticket_ending, ticket_pdf, ticket_rows, ticket_url
from reports.verify.guess_limit import TICKETS
from reports.verify.views import unlisted

_SIGN = re.compile(
    r"[0-9]{7,24}"
)  # the operation's number, of 18 digits at most, and six more (`kkm.domain.seal`)
_QR_TIME = "%Y%m%dT%H%M%S"
_TIMES = (_QR_TIME, "%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
_YEARS = range(2000, 2100)
_SPACES = re.compile(r"\s")
_LONGEST = 40


class TicketForm(forms.Form):
    """What tells one ticket from all others, by the letters of its QR (domain.md 3)."""

    i = forms.CharField(
        label=_("Фискальный признак"), max_length=_LONGEST, help_text=_("Только цифры.")
    )
    f = forms.CharField(label=_("Код ККМ КГД (РНМ)"), max_length=_LONGEST, help_text=_("12 цифр."))
    s = forms.CharField(
        label=_("Итоговая сумма, ₸"), max_length=_LONGEST, help_text=_("Например, 1 250.50.")
    )
    t = forms.CharField(
        label=_("Дата и время"),
        max_length=_LONGEST,
        help_text=_("С секундами: 12.03.2026 12:00:00."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, keyboard in (("i", "numeric"), ("f", "numeric"), ("s", "decimal"), ("t", "text")):
            self.fields[name].widget.attrs |= {
                "inputmode": keyboard,
                "autocomplete": "off",
                "spellcheck": "false",
            }
        self.helper = FormHelper()
        self.helper.form_method, self.helper.disable_csrf, self.helper.form_class = (
            "get",
            True,
            "paper-form",
        )
        self.helper.add_input(Submit("", _("Найти чек"), css_class="btn-lg w-100"))

    def clean_i(self):
        """Decimal digits."""
        sign = _SPACES.sub("", self.cleaned_data["i"])
        if not _SIGN.fullmatch(sign):
            raise ValidationError("i")
        return sign

    def clean_f(self):
        """An РНМ."""
        return RegistrationNumberField().to_python(_SPACES.sub("", self.cleaned_data["f"]))

    def clean_s(self):
        """Tenge and tiyn."""
        try:
            amount = Money.parse(self.cleaned_data["s"])
        except ValueError as error:
            raise ValidationError("s") from error
        if not Money() <= amount < MONEY_LIMIT:
            raise ValidationError("s")
        return amount

    def clean_t(self):
        """The moments that the clock on the wall showed so: two in the night when it was put
        back.
        """
        moment = next(
            (
                moment
                for pattern in _TIMES
                if (moment := _read(self.cleaned_data["t"].strip(), pattern))
            ),
            None,
        )
        if moment is None or moment.year not in _YEARS:
            raise ValidationError("t")
        return all_at_wall_clock(moment, timezone.get_default_timezone())


def _read(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)
    except ValueError:
        return None


def found(asked: dict) -> FiscalOperation | None:
    """The ticket of which all four agree.

    Its number, which stands in the sign, finds it among those of the register by the index.
    """
    registrations = dict(
        Registration.objects.filter(registration_number=asked["f"]).values_list("pk", "kkm")
    )
    tickets = FiscalOperation.objects.tickets().filter(
        kkm__in=registrations.values(),
        number=number_in_sign(asked["i"]),
        fiscal_sign=asked["i"],
        amount=asked["s"],
        occurred_at__in=asked["t"],
        shift__registration__in=registrations,
    )
    whole = tickets.select_related("kkm__taxpayer", "kkm__ofd", "shift__registration", "shift__z")
    return whole.prefetch_related("positions").first()


@unlisted
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The ticket on the screen."""
    return _answered(request, _on_screen)


@unlisted
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The same on a roll."""
    return _answered(request, _on_paper)


def _answered(
    request: HttpRequest, show: Callable[[HttpRequest, FiscalOperation], HttpResponse]
) -> HttpResponse:
    """A ticket that is asked for in its right words, or the form.

    Only what could have been a ticket counts as a guess.
    """
    if not TicketForm.base_fields.keys() & request.GET.keys():
        return render(request, "consumer/form.html", {"form": TicketForm()})
    if throttle.is_locked(request, TICKETS):
        return render(request, "consumer/locked.html", status=429)
    form = TicketForm(request.GET)
    ticket = found(form.cleaned_data) if form.is_valid() else None
    if ticket:
        return show(request, ticket)
    if form.is_valid():
        throttle.failed(request, TICKETS)
    return render(
        request, "consumer/missing.html", {"form": TicketForm(initial=_typed(request))}, status=404
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was asked, to be mended; the time as tickets print it."""
    typed = {name: request.GET.get(name, "")[:_LONGEST] for name in TicketForm.base_fields}
    moment = _read(typed["t"], _QR_TIME)
    return {**typed, "t": f"{moment:%d.%m.%Y %H:%M:%S}"} if moment else typed


def _on_screen(request: HttpRequest, ticket: FiscalOperation) -> HttpResponse:
    parts = list(_parts(ticket_rows(ticket)))
    shown = {
        "ticket": ticket,
        "parts": parts,
        "ending": ticket_ending(ticket),
        "qr": qr(ticket_url(ticket)),
    }
    response = render(request, "consumer/ticket.html", {**shown, "query": request.GET.urlencode()})
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the ticket
    return response


def _on_paper(request: HttpRequest, ticket: FiscalOperation) -> HttpResponse:
    name = f'inline; filename="ticket-{ticket.fiscal_sign}.pdf"'
    return HttpResponse(
        ticket_pdf(ticket), content_type="application/pdf", headers={"Content-Disposition": name}
    )


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """What stands between the rules."""
    return (list(part) for is_rule, part in groupby(rows, lambda row: row is RULE) if not is_rule)
