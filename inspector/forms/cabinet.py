"""Forms of the cabinet: what an inspector types, as values of `kkm.domain`."""

from datetime import date

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kkm.domain.period import Period
from kkm.fields import RegistrationNumberField
from kkm.models import KKM
from kkm.models.register import SORTS
from kkm.models.state import State

BLOCKING_REASON = gettext_noop("по требованию органов государственных доходов")
DEREGISTRATION_REASONS = (  # Tax Code 2017, art. 169; the journal keeps the Russian words
    gettext_noop("прекращение деятельности"),
    gettext_noop("техническая неисправность"),
    gettext_noop("исключение модели из государственного реестра"),
    gettext_noop("замена на новую модель"),
    gettext_noop("кража или утеря"),
)


EARLIEST = date(1990, 1, 1)


STATES = [("", _("Все")), *State.choices]


class QueryForm(forms.Form):
    """A query in the address of a page. An invalid parameter is ignored."""

    @property
    def asked(self) -> dict:
        """The valid parameters, and empty values for the others."""
        self.is_valid()
        return {
            name: self.cleaned_data.get(name) or getattr(field, "empty_value", None)
            for name, field in self.fields.items()
        }


class TableQuery(QueryForm):
    """Which registers, and in what order. A search that is too long is an error of `q`."""

    q = forms.CharField(
        label=_("Поиск"),
        max_length=100,
        required=False,
        error_messages={
            "max_length": _(
                "Поиск не длиннее %(limit_value)d знаков, здесь %(show_value)d: сократите его."
            )
        },
    )
    state = forms.TypedChoiceField(choices=STATES, required=False)
    sort = forms.TypedChoiceField(
        choices=[(way + name, name) for name in SORTS for way in ("", "-")], required=False
    )


class PeriodForm(forms.Form):
    """Days from … to …; either end may be left open."""

    date = forms.DateField(
        label=_("Закрыты с"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    to = forms.DateField(
        label=_("по"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["invalid"] = _("Такой даты нет: укажите день, месяц и год.")
            field.validators = [MinValueValidator(EARLIEST, _("Слишком ранняя дата."))]

    def clean_date(self):
        """The first day is not in the future."""
        day = self.cleaned_data["date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("Этот день ещё не наступил."))
        return day

    def clean_to(self):
        """The last day is not before the first; one in the future means up to now."""
        day, first = self.cleaned_data["to"], self.cleaned_data.get("date")
        if day and first and day < first:
            raise forms.ValidationError(_("Конец периода раньше начала."))
        return min(day, timezone.localdate()) if day else day

    @property
    def period(self) -> Period | None:
        """The days asked for; None if both ends are open or something is wrong."""
        if not self.is_valid() or not any(self.cleaned_data.values()):
            return None
        last = self.cleaned_data["to"] or timezone.localdate()
        return Period(self.cleaned_data["date"] or min(EARLIEST, last), last)


class ActivationForm(forms.Form):
    """The РНМ that the tax authority has given."""

    registration_number = forms.CharField(
        label=_("Регистрационный номер (РНМ)"),
        help_text=_("12 цифр из регистрационной карточки ККМ."),
        error_messages={"required": _("Введите РНМ: 12 цифр из регистрационной карточки ККМ.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "autofocus": True,
                "class": "figure",
            }
        ),
    )

    def clean_registration_number(self):
        """12 digits; spaces between them are removed."""
        return RegistrationNumberField().to_python(
            "".join(self.cleaned_data["registration_number"].split())
        )


class DeregistrationForm(forms.Form):
    """Why a register is deregistered."""

    reason = forms.ChoiceField(
        label=_("Основание"),
        choices=[
            ("", _("Выберите основание")),
            *((text, _(text)) for text in DEREGISTRATION_REASONS),
        ],
        error_messages={"required": _("Выберите основание снятия с учёта.")},
    )
    comment = forms.CharField(
        label=_("Комментарий"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BlockingForm(forms.Form):
    """Why a register is blocked."""

    reason = forms.CharField(
        label=_("Причина"),
        max_length=200,
        initial=_(BLOCKING_REASON),
        error_messages={"required": _("Введите причину блокировки.")},
    )


class UnblockingForm(forms.Form):
    """Why a register is unblocked."""

    reason = forms.CharField(
        label=_("Основание"),
        max_length=200,
        initial=_("нарушения устранены"),
        error_messages={"required": _("Введите основание разблокировки.")},
    )


class CommentForm(forms.ModelForm):
    """The inspector's remark on a register."""

    class Meta:
        model = KKM
        fields = ("comment",)
        widgets = {"comment": forms.Textarea(attrs={"rows": 3, "autofocus": True})}
