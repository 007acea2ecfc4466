"""The form for figures that are typed from a paper without a QR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kkm.domain.money import Money
from kkm.domain.requisites import SerialNumber
from kkm.domain.seal import fingerprint
from reports.parts import labels
from reports.verify.typed import (
    CASH,
    CONTROL_VALUE,
    DOCUMENTS,
    ENDS,
    NAMES,
    REVENUE,
    SUMS,
    TypedReport,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONGEST = 30  # characters of a sum
_NUMBER = _("Номер смены — целое число от 1.")
_COUNT = _("Число документов — целое, от 0.")
_MOST = 2**31 - 1  # what a column of the database holds
# Cyrillic letters, and the Latin ones that look the same.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХавекмнорстух", "ABEKMHOPCTYXABEKMHOPCTYX")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_CONTROL = re.compile(r"[0-9A-F]{16}")


class SumField(forms.Field):
    """A sum in tenge, as `Money.parse` reads it."""

    sentence = _("Сумма пишется тенге и тиынами, например 472 900.00.")

    def __init__(self, label: StrPromise) -> None:
        super().__init__(required=False, label=label)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "maxlength": LONGEST}

    def to_python(self, value: object) -> Money | None:
        text = str(value or "").strip()
        if not text:
            return None
        if len(text) > LONGEST:
            raise ValidationError(self.sentence)
        try:
            return Money.parse(text.replace("−", "-"))
        except ValueError:
            raise ValidationError(self.sentence) from None


def _wrong(sentence: StrPromise) -> dict[str, StrPromise]:
    return dict.fromkeys(("invalid", "min_value", "max_value"), sentence)


class PaperForm(forms.Form):
    """«Проверить отчёт на бумаге»: which Z, and what stands on it."""

    register = forms.CharField(
        label=_("РНМ или ЗНМ"),
        max_length=30,
        error_messages={"required": _("Введите РНМ или ЗНМ: они напечатаны в начале отчёта.")},
    )
    z_number = forms.IntegerField(
        label=_("Смена № (Z-отчёт)"),
        min_value=1,
        max_value=_MOST,
        error_messages=_wrong(_NUMBER) | {"required": _("Введите номер смены: целое число от 1.")},
    )
    day = forms.DateField(
        label=_("Дата закрытия смены"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Введите дату закрытия смены."),
            "invalid": _("Такой даты нет: укажите день, месяц и год."),
        },
    )
    documents = forms.IntegerField(
        label=NAMES[DOCUMENTS],
        min_value=0,
        max_value=_MOST,
        required=False,
        error_messages=_wrong(_COUNT),
    )
    control = forms.CharField(
        label=NAMES[CONTROL_VALUE],
        max_length=40,
        required=False,
        help_text=_("Шестнадцать знаков: XXXX-XXXX-XXXX-XXXX."),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["day"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"
        self.fields |= dict(_sums())
        for name in ("register", "control"):
            self.fields[name].widget.attrs |= {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        self.helper = FormHelper()
        self.helper.form_class = "paper-form"
        self.helper.layout = _layout()
        # A browser would name errors in its own language.
        self.helper.attrs = {"novalidate": ""}

    def clean_register(self) -> SerialNumber:
        """As registers are stored: capitals, and Latin letters where Cyrillic ones look the
        same.
        """
        try:
            return SerialNumber(_squeezed(self.cleaned_data["register"]))
        except ValueError:
            raise ValidationError(
                _("ЗНМ — от 4 до 20 латинских букв и цифр, РНМ — 12 цифр.")
            ) from None

    def clean_day(self) -> date:
        """Today or a day before."""
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("Эта дата ещё не наступила."))
        return day

    def clean_control(self) -> str:
        """As it is printed."""
        control = _squeezed(self.cleaned_data["control"]).replace("-", "")
        if control and not _CONTROL.fullmatch(control):
            raise ValidationError(
                _("Контрольное значение — шестнадцать знаков от 0 до 9 и от A до F.")
            )
        return fingerprint(control)

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        for name in NAMES:
            if name != DOCUMENTS and (data.get(name) or name in self.errors):
                return data
        raise ValidationError(
            _("Введите с бумаги хотя бы одну сумму, отличную от нуля, или контрольное значение.")
        )

    @property
    def typed(self) -> TypedReport:
        """What was typed; the form must be valid."""
        data = self.cleaned_data
        figures = {}
        for name in NAMES:
            if data[name] not in (None, ""):
                figures[name] = data[name]
        return TypedReport(data["register"], data["z_number"], data["day"], figures)


def _sums() -> Iterator[tuple[str, SumField]]:
    for names in (SUMS, ENDS):
        for kind, name in names.items():
            yield name, SumField(label=labels.CASHIER[kind])
    for name in (REVENUE, CASH):
        yield name, SumField(label=NAMES[name])


def _layout() -> Layout:
    which = Div(*_fields("register", "z_number", "day"), css_class="paper-which")
    return Layout(
        which,
        Fieldset(_("Чеки за смену, суммы"), *_fields(*SUMS.values())),
        Fieldset(_("Касса"), *_fields(REVENUE, CASH)),
        Fieldset(_("Необнуляемые суммы на конец смены"), *_fields(*ENDS.values())),
        Fieldset(_("Конец отчёта"), *_fields(DOCUMENTS, CONTROL_VALUE)),
        Submit("", _("Сверить с журналом"), css_class="btn-lg w-100"),
    )


def _fields(*names: str) -> Iterator[Div]:
    for name in names:
        yield Div(Field(name), css_class=f"field-{name}")


def _squeezed(text: str) -> str:
    return _SPACES.sub("", text).translate(_LOOKALIKES).upper()
