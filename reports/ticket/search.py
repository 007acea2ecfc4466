"""The search of a ticket by the four values of its QR."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kkm.domain.limits import MONEY_LIMIT
from kkm.domain.moments import all_at_wall_clock
from kkm.domain.money import Money
from kkm.domain.requisites import RegistrationNumber
from kkm.domain.seal import number_in_sign
from kkm.models import FiscalOperation, Registration

# A fiscal sign is the operation's number, of 18 digits at most, and six more (`kkm.domain.seal`).
_SIGN = re.compile(r"[0-9]{7,24}")
_QR_TIME = "%Y%m%dT%H%M%S"
_TIMES = (_QR_TIME, "%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
_YEARS = range(2000, 2100)
_SPACES = re.compile(r"\s")
_LONGEST = 40
_KEYBOARDS = {"i": "numeric", "f": "numeric", "s": "decimal", "t": "text"}


class TicketForm(forms.Form):
    """The four values of a ticket, under the letters that its QR has (domain.md 3)."""

    i = forms.CharField(
        label=_("Фискальный признак"),
        max_length=_LONGEST,
        help_text=_("Только цифры."),
        error_messages={"required": _("Введите фискальный признак.")},
    )
    f = forms.CharField(
        label=_("Код ККМ КГД (РНМ)"),
        max_length=_LONGEST,
        help_text=_("12 цифр."),
        error_messages={"required": _("Введите код ККМ КГД (РНМ).")},
    )
    s = forms.CharField(
        label=_("Итоговая сумма, ₸"),
        max_length=_LONGEST,
        help_text=_("Например, 1 250.50."),
        error_messages={"required": _("Введите итоговую сумму чека.")},
    )
    t = forms.CharField(
        label=_("Дата и время"),
        max_length=_LONGEST,
        help_text=_("С секундами: 12.03.2026 12:00:00."),
        error_messages={"required": _("Введите дату и время чека.")},
    )

    wrong_sum = _("Сумма пишется тенге и тиынами, например 1 250.50.")

    def __init__(self, data: QueryDict | dict[str, str] | None = None) -> None:
        super().__init__(data)
        for name, keyboard in _KEYBOARDS.items():
            self.fields[name].widget.attrs |= {
                "inputmode": keyboard,
                "autocomplete": "off",
                "spellcheck": "false",
            }
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        # A browser would name errors in its own language.
        self.helper.attrs = {"novalidate": ""}
        self.helper.form_class = "paper-form"
        self.helper.add_input(Submit("", _("Найти чек"), css_class="btn-lg w-100"))

    def clean_i(self) -> str:
        """Decimal digits."""
        sign = _SPACES.sub("", self.cleaned_data["i"])
        if not _SIGN.fullmatch(sign):
            raise ValidationError(_("Фискальный признак — от 7 до 24 цифр."))
        return sign

    def clean_f(self) -> RegistrationNumber:
        """An РНМ."""
        try:
            return RegistrationNumber(_SPACES.sub("", self.cleaned_data["f"]))
        except ValueError as error:
            raise ValidationError(_("РНМ — 12 цифр.")) from error

    def clean_s(self) -> Money:
        """Tenge and tiyn."""
        try:
            amount = Money.parse(self.cleaned_data["s"])
        except ValueError as error:
            raise ValidationError(self.wrong_sum) from error
        if not Money() <= amount < MONEY_LIMIT:
            raise ValidationError(self.wrong_sum)
        return amount

    def clean_t(self) -> set[datetime]:
        """The moments that the clock on the wall showed so: two in the night when it was put
        back.
        """
        text = self.cleaned_data["t"].strip()
        for form in _TIMES:
            moment = _parse(text, form)
            if moment and moment.year in _YEARS:
                return all_at_wall_clock(moment, timezone.get_default_timezone())
        raise ValidationError(_("Дата и время пишутся с секундами, например 12.03.2026 12:00:00."))


def _parse(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def typed_values(query: Mapping[str, str]) -> dict[str, str]:
    """What was asked, as values of the form; the time as tickets print it."""
    values = {}
    for name in TicketForm.base_fields:
        values[name] = query.get(name, "")[:_LONGEST]
    moment = _parse(values["t"], _QR_TIME)
    if moment:
        values["t"] = f"{moment:%d.%m.%Y %H:%M:%S}"
    return values


def find_ticket(asked: Mapping[str, Any]) -> FiscalOperation | None:
    """The ticket that has all four values of a valid form.

    The fiscal sign begins with the number of the operation, which has an index with the register.
    """
    registrations = list(Registration.objects.filter(registration_number=asked["f"]))
    tickets = FiscalOperation.objects.tickets().filter(
        kkm__in={registration.kkm_id for registration in registrations},
        number=number_in_sign(asked["i"]),
        fiscal_sign=asked["i"],
        amount=asked["s"],
        occurred_at__in=asked["t"],
        shift__registration__in=registrations,
    )
    whole = tickets.select_related("kkm__taxpayer", "kkm__ofd", "shift__registration", "shift__z")
    found: FiscalOperation | None = whole.prefetch_related("positions").first()
    return found
