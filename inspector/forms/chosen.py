"""Registers that were chosen in the table, and the days that are asked of them."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspector.forms.cabinet import PeriodForm
from inspector.forms.export import DAYS
from kkm.domain.period import Period
from kkm.export.plan import NothingToExport, Plan, plan
from kkm.models import KKM, Shift
from reports.scope import bounds

MOST_REPORTS = 100  # Z-reports in one file: half a minute on one core


def asked_of(request: HttpRequest) -> QueryDict:
    """What the form sent, or the query of a link."""
    if request.method == "POST":
        return request.POST
    return request.GET


def chosen_serials(data: QueryDict) -> list[str]:
    """Serial numbers of the chosen registers in their order: those of `kkm`, or with `all` those
    of `listed`, which names every register of the page.
    """
    chosen = data.getlist("kkm")
    if "all" in data:
        chosen = data.get("listed", "").split()
    return list(dict.fromkeys(chosen))


class ChosenForm(PeriodForm):
    """«С» and «По» for the chosen registers; without either all days are meant.

    An answer to `exports` and `z_reports` that cannot be given is an error of the form.
    """

    def __init__(self, data: QueryDict | None, *, kkms: list[KKM]):
        super().__init__(data, initial=last_days())
        self.kkms = kkms
        self.fields["date"].label, self.fields["to"].label = _("С"), _("По")

    def exports(self) -> tuple[list[Plan], list[str]]:
        """The plans of the exports, and a sentence for each register that has none. No plans where
        the form is wrong, or there is nothing to export at all.
        """
        if not self.is_valid():
            return [], []
        period = self.period
        today = timezone.localdate()
        plans = []
        left_out = []
        for kkm in self.kkms:
            try:
                planned = plan(kkm, period, today=today)
                plans.append(planned)
            except NothingToExport as refusal:
                left_out.append(f"{kkm}: {refusal}")
        if not plans:
            self.add_error(
                None, _("У выбранных касс за эти дни операций нет, данных для выгрузки нет.")
            )
        return plans, left_out

    def z_reports(self) -> list[Shift]:
        """The closed shifts of these days, register by register in the order of the choice. None
        where the form is wrong, or there are none or too many.
        """
        if not self.is_valid():
            return []
        closed = Shift.objects.closed().filter(kkm__in=self.kkms)
        if self.period:
            closed = closed.closed_within(*bounds(self.period))
        count = closed.count()
        if count == 0:
            self.add_error(None, _("У выбранных касс за эти дни Z-отчётов нет."))
        elif count > MOST_REPORTS:
            sentence = _(
                "Z-отчётов за эти дни %(count)s, в один файл помещается не больше %(most)s. "
                "Сократите период или выберите меньше касс."
            )
            facts = {
                "count": count,
                "most": MOST_REPORTS,
            }
            self.add_error(None, sentence % facts)
        if self.errors:
            return []
        order = [kkm.pk for kkm in self.kkms]
        return sorted(
            closed.select_related("z"),
            key=lambda shift: (order.index(shift.kkm_id), shift.number),
        )

    @property
    def days(self) -> Period | str:
        """For the access log: the days, or that all are meant."""
        return self.period or str(_("за всё время"))


def last_days() -> dict[str, date]:
    """What «С» and «По» offer: the last thirty days."""
    today = timezone.localdate()
    return {"date": today - timedelta(days=DAYS - 1), "to": today}
