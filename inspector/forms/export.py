"""The form of an export: which days of a journal it contains."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspector.forms.cabinet import PeriodForm
from kkm.export.plan import NothingToExport, Plan, plan
from kkm.models import KKM

DAYS = 30


class ExportForm(PeriodForm):
    """Days from … to …; an open end is the end of the journal.

    When it is valid it has the plan of the export.
    """

    def __init__(self, *args, kkm: KKM, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.kkm, self.today = kkm, today
        self.plan: Plan | None = None
        self.fields["date"].label, self.fields["to"].label = _("Операции с"), _("по")
        last = kkm.last_operation
        if last:  # thirty days that have something in them
            self.fields["date"].initial = timezone.localdate(last.occurred_at) - timedelta(
                days=DAYS - 1
            )
            self.fields["to"].initial = today

    def clean(self):
        """If the plan of the export is refused, the refusal is an error of the form."""
        data = super().clean()
        if not self.errors:
            try:
                self.plan = plan(self.kkm, self.period, today=self.today)
            except NothingToExport as refusal:
                self.add_error(None, str(refusal))
        return data
