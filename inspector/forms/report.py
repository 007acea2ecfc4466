"""The form of a report: its kind and its days, as a `ReportRequest`."""

import datetime

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from inspector.forms.cabinet import QueryForm
from inspector.models import User
from kkm.domain.period import Period
from kkm.domain.whole_periods import UNITS
from kkm.models import KKM
from reports.kinds import KINDS
from reports.kinds.kind import Kind
from reports.request import ReportRequest

OF_DAY, OF_PERIOD = "of-day", "of-period"


class DayInput(forms.DateInput):
    """A date that is picked in the calendar of the browser."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class KindSelect(forms.Select):
    """The kinds of report. The class of an option says whether it is of one day or of days from …
    to …: the style sheet shows the fields and words of the kind that is chosen.
    """

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["class"] = OF_DAY
        if KINDS[value].has_end:
            option["attrs"]["class"] = OF_PERIOD
        return option


class ReportForm(forms.Form):
    """«Тип отчёта», «Дата», «Просмотреть» (figure 4 of the user manual of Alsep Kassa
    Online). Only a report for a period has a second date.

    `data` must be a mutable copy: if it names no day, the default one is added to it.
    """

    type = forms.ChoiceField(
        label=_("Тип отчёта"),
        choices=[(kind.name, kind.title) for kind in KINDS.values()],
        widget=KindSelect,
        error_messages={"required": _("Выберите тип отчёта.")},
    )
    date = forms.DateField(
        widget=DayInput,
        required=False,
        help_text=_("Пусто — последний день с Z-отчётом, для X-отчёта — сегодня."),
    )
    to = forms.DateField(
        label=_("По"),
        widget=DayInput,
        required=False,
        help_text=_("По этот день включительно. Пусто — один день."),
    )
    shift = forms.IntegerField(
        label=_("Смена"), min_value=1, required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict | None, *, kkm: KKM, today: datetime.date):
        super().__init__(data)
        self.kkm, self.today = kkm, today
        if data is not None and not data.get("date"):
            data["date"] = f"{self._default_day:%Y-%m-%d}"
        self.fields["date"].label = format_html(
            '<span class="{}">{}</span> <span class="{}">{}</span>',
            OF_DAY,
            _("Дата"),
            OF_PERIOD,
            _("С"),
        )
        first = kkm.registrations.order_by("first_number").first()
        self.first_day = timezone.localdate(first.opened_at) if first else today
        for name in ("date", "to"):
            self.fields[name].widget.attrs |= {
                "min": f"{self.first_day:%Y-%m-%d}",
                "max": f"{today:%Y-%m-%d}",
            }
        self.helper = FormHelper()
        self.helper.form_method, self.helper.disable_csrf, self.helper.form_class = (
            "get",
            True,
            "report-form",
        )
        # A browser would name errors in its own language.
        self.helper.attrs = {"novalidate": ""}
        hints = HTML('{% include "reports/screen/hints.html" %}')
        end = Div(Field("to"), css_class=OF_PERIOD)
        show = Submit("", _("Просмотреть"))
        self.helper.layout = Layout("type", hints, "date", end, show)

    @property
    def limits(self) -> Period:
        """From the day on which the register was first put on the record until today."""
        return Period(min(self.first_day, self.today), self.today)

    @property
    def _default_day(self) -> datetime.date:
        """The last day with a Z; today if there is none, or the kind is about today."""
        last = self.kkm.shifts.closed().order_by("-closed_at").first()
        if last is None or self.kind.nothing_today:
            return self.today
        return timezone.localdate(last.closed_at)

    @property
    def kind(self) -> Kind:
        """The kind that is asked for; the first of the table if that is none."""
        first = next(iter(KINDS.values()))
        return KINDS.get(self["type"].value(), first)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if "date" in data:
            self._check("date", data["date"])
        if "shift" in self.errors:  # the field is hidden: its error would be too
            self.add_error(None, _("Смена: укажите номер, целое число от 1."))
        if "type" in data and self.kind.has_end:
            self._check_end(data)
        else:
            self.errors.pop("to", None)
            data["to"] = None
        return data

    def _check_end(self, data: dict) -> None:
        if data.get("to"):
            self._check("to", data["to"])
        if data.get("to") and data.get("date") and data["to"] < data["date"]:
            self.add_error("to", _("Конец периода раньше начала."))

    def _check(self, name: str, day: datetime.date) -> None:
        if day > self.today:
            self.add_error(name, _("Эта дата ещё не наступила."))
        elif day < self.first_day:
            self.add_error(
                name,
                _("Касса поставлена на учёт %(day)s: более ранних отчётов нет.")
                % {"day": f"{self.first_day:%d.%m.%Y}"},
            )

    @property
    def period(self) -> Period:
        """The days that are asked for; the form must be valid."""
        first = self.cleaned_data["date"]
        return Period(first, self.cleaned_data["to"] or first)

    def report_request(self, *, user: User, now: datetime.datetime) -> ReportRequest:
        """What is asked for; the form must be valid."""
        return ReportRequest(self.kkm, self.period, now, str(user), self.cleaned_data["shift"])


class DaysQuery(QueryForm):
    """`?month=2026-11`: the month that the calendar shows. `?unit=week`: as what the days of the
    report were asked for. Garbage is ignored.
    """

    month = forms.DateField(required=False, input_formats=["%Y-%m"])
    unit = forms.ChoiceField(required=False, choices=[(name, name) for name in UNITS])

    @property
    def day(self) -> datetime.date | None:
        """A day of that month; None if none is asked for."""
        return self.asked["month"]

    @property
    def unit_name(self) -> str:
        """The name of that unit; "" if none is asked for."""
        return self.asked["unit"] or ""
