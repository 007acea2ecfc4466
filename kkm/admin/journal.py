"""Pages of the journal of all registers: registrations, shifts, operations and Z-reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from kkm.admin.read_only import WordSearchAdmin
from kkm.admin.yes_or_dash import yes_or_dash_of
from kkm.domain.balance import Balance
from kkm.domain.kinds import TICKETS
from kkm.local_time import clock
from kkm.models import FiscalOperation, Position, Registration, Shift, ZReport
from kkm.models.operation import KIND_NAMES, PAYMENT_NAMES

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Digits of a РНМ.
NUMBER_LENGTH = 12


def report_link(serial: str, text: str | StrPromise, **query: str | int | date) -> str:
    """A link to a report in the cabinet."""
    return format_html(
        '<a href="{}?{}">{}</a>',
        reverse("report", kwargs={"serial": serial}),
        urlencode({name: str(value) for name, value in query.items()}),
        text,
    )


def z_link(shift: Shift) -> str:
    """A link to the Z of a closed shift."""
    day = timezone.localdate(shift.closed_at)
    return report_link(
        shift.kkm.serial_number, _("Z-отчёт"), type="z", date=day, shift=shift.number
    )


def named_lines(pairs: Iterable[tuple[object, object]]) -> str:
    """A line «name: value» for each pair, «—» without any."""
    return format_html_join("", "<div>{}: {}</div>", pairs) or "—"


def _totals(balance: Balance) -> str:
    """The four non-resettable totals, a line for each."""
    return named_lines((KIND_NAMES[kind], balance.total(kind)) for kind in TICKETS)


def _clock_or_dash(moment: datetime | None) -> str:
    if moment is None:
        return "—"
    return clock(moment)


class OpenFilter(admin.SimpleListFilter):
    """Registrations and shifts that are open, and those that are closed."""

    title = _("состояние")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("1", _("открыта")), ("0", _("закрыта"))]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(closed_at__isnull=self.value() == "1")


class SpanAdmin(WordSearchAdmin):
    """What a registration and a shift share: their first and last operations."""

    list_select_related = ["kkm"]
    list_filter = [OpenFilter]
    ordering = ["-id"]

    @admin.display(description=_("начало"), ordering="opened_at")
    def began(self, span):
        """When and with which operation it began."""
        return f"{clock(span.opened_at)} (№ {span.first_number})"

    @admin.display(description=_("конец"), ordering="closed_at")
    def ended(self, span):
        """When and with which operation it ended."""
        if span.is_open:
            return _("открыта")
        return f"{clock(span.closed_at)} (№ {span.last_number})"


@admin.register(Registration)
class RegistrationAdmin(SpanAdmin):
    """Registrations, newest first."""

    number_lookup = "registration_number"
    search_help_text = _("РНМ или ЗНМ целиком")
    list_display = ["registration_number", "kkm", "began", "ended"]
    fields = ["kkm", "registration_number", "began", "ended", "report"]

    def is_number(self, word: str) -> bool:
        return super().is_number(word) and len(word) == NUMBER_LENGTH

    @admin.display(description=_("отчёт"))
    def report(self, span):
        """The fiscal report of the whole registration."""
        first_day = timezone.localdate(span.opened_at)
        last_day = timezone.localdate(span.closed_at or timezone.now())
        days = {"date": first_day, "to": last_day}
        name = _("Фискальный отчёт за период")
        return report_link(span.kkm.serial_number, name, type="period", **days)


@admin.register(Shift)
class ShiftAdmin(SpanAdmin):
    """Shifts, newest first."""

    list_display = ["number", "kkm", "began", "ended", "report"]
    fields = ["kkm", "number", "registration_", "began", "ended", "report"]

    registration_ = admin.display(description=_("РНМ"))(
        lambda self, shift: shift.registration.registration_number
    )

    @admin.display(description=_("отчёт"))
    def report(self, shift):
        """The Z of a closed shift, the X of an open one."""
        if not shift.is_open:
            return z_link(shift)
        today = timezone.localdate()
        return report_link(shift.kkm.serial_number, _("X-отчёт"), type="x", date=today)


LINE_COLUMNS = (
    _("строка"),
    _("наименование"),
    _("секция"),
    _("количество"),
    _("цена"),
    _("скидка"),
    _("наценка"),
    _("сумма"),
    _("НДС"),
)


def _vat_of(line: Position) -> str:
    """The VAT with its rate."""
    if not line.rate_name:
        return str(_("без НДС"))
    return f"{line.vat} ({line.rate_name})"


def lines_table(lines: Iterable[Position]) -> str:
    """Lines of a ticket."""
    rows = []
    for line in lines:
        cells: list[object] = [line.line, line.name, line.section, line.amount_of_goods]
        cells += [line.price, line.discount, line.markup, line.total, _vat_of(line)]
        rows.append((format_html_join("", "<td>{}</td>", zip(cells)),))
    if not rows:
        return "—"
    names = format_html_join("", '<th scope="col">{}</th>', zip(LINE_COLUMNS))
    body = format_html_join("", "<tr>{}</tr>", rows)
    table = "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    return format_html(table, names, body)


@admin.register(FiscalOperation)
class FiscalOperationAdmin(WordSearchAdmin):
    """The journal of all registers, newest first."""

    list_display = ["number", "kkm", "kind_name", "occurred", "amount_", "actor", "offline_"]
    list_filter = ["kind", "offline"]
    list_select_related = ["kkm"]
    ordering = ["-id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "kkm",
                    "number",
                    "kind_name",
                    "shift_",
                    "occurred",
                    "received",
                    "offline_",
                    "actor",
                    "paper",
                ]
            },
        ),
        (_("Деньги"), {"fields": ["amount_", "payments_", "change_"]}),
        (_("Нарастающим итогом после операции"), {"fields": ["totals", "drawer"]}),
        (_("Позиции"), {"fields": ["lines"]}),
        (_("Подлинность"), {"fields": ["fiscal_sign", "external_number", "details", "seal"]}),
    ]

    offline_ = yes_or_dash_of("offline", _("автономно"))
    kind_name = admin.display(description=_("вид"), ordering="kind")(
        lambda self, operation: operation.kind_name
    )
    occurred = admin.display(description=_("время"))(
        lambda self, operation: _clock_or_dash(operation.occurred_at)
    )
    received = admin.display(description=_("получена"))(
        lambda self, operation: _clock_or_dash(operation.received_at)
    )
    actor = admin.display(description=_("исполнитель"))(lambda self, operation: operation.actor)
    amount_ = admin.display(description=_("сумма"))(lambda self, operation: str(operation.amount))
    change_ = admin.display(description=_("сдача"))(lambda self, operation: str(operation.change))
    drawer = admin.display(description=_("наличных в кассе"))(
        lambda self, operation: str(operation.cash_in_drawer)
    )

    @admin.display(description=_("смена"))
    def shift_(self, operation):
        """The number of its shift; an act has none."""
        if operation.shift_number is None:
            return "—"
        return f"№ {operation.shift_number}"

    @admin.display(description=_("оплата"))
    def payments_(self, operation):
        """Ways of paying with their sums."""
        sums = []
        for payment, money in operation.payments.items():
            sums.append((PAYMENT_NAMES[payment], money))
        return named_lines(sums)

    @admin.display(description=_("необнуляемые суммы"))
    def totals(self, operation):
        """The four non-resettable totals."""
        return _totals(operation.balance)

    @admin.display(description=_("позиции"))
    def lines(self, operation):
        """What it sold or bought, a row for each."""
        return lines_table(operation.positions.all())

    @admin.display(description=_("в кабинете"))
    def paper(self, operation):
        """A link to the operation's page."""
        address = {"serial": operation.kkm.serial_number, "number": operation.number}
        url = reverse("operation", kwargs=address)
        return format_html('<a href="{}">{}</a>', url, operation)


@admin.register(ZReport)
class ZReportAdmin(WordSearchAdmin):
    """Z-reports, newest first."""

    number_lookup = "shift_number"
    list_display = ["number_", "kkm_", "closed", "revenue", "report"]
    list_display_links = ["number_"]
    list_select_related = ["shift__kkm", "operation"]
    ordering = ["-id"]
    fields = [
        "number_",
        "kkm_",
        "opened",
        "closed",
        "cashier",
        "tickets",
        "revenue",
        "drawer",
        "totals",
        "seal",
        "report",
    ]

    number_ = admin.display(description=_("смена"))(lambda self, z: f"№ {z.shift_number}")
    kkm_ = admin.display(description=_("касса"))(lambda self, z: z.shift.kkm)
    opened = admin.display(description=_("начало"))(
        lambda self, z: _clock_or_dash(z.shift.opened_at)
    )
    closed = admin.display(description=_("конец"))(
        lambda self, z: _clock_or_dash(z.shift.closed_at)
    )
    cashier = admin.display(description=_("закрыл"))(lambda self, z: z.operation.actor)
    revenue = admin.display(description=_("выручка"))(
        lambda self, z: str(z.snapshot.totals.revenue)
    )
    drawer = admin.display(description=_("наличных в кассе"))(
        lambda self, z: str(z.snapshot.closing.cash)
    )
    seal = admin.display(description=_("контрольный код"))(lambda self, z: z.operation.seal)

    @admin.display(description=_("чеки смены"))
    def tickets(self, z):
        """How many tickets of each kind, and their sum."""
        totals = z.snapshot.totals
        rows = []
        for kind in TICKETS:
            name = f"{KIND_NAMES[kind]}, {totals.count('tickets', kind)}"
            rows.append((name, totals.money("amount", kind)))
        return named_lines(rows)

    @admin.display(description=_("необнуляемые суммы на конец"))
    def totals(self, z):
        """The four non-resettable totals after the shift."""
        return _totals(z.snapshot.closing)

    @admin.display(description=_("отчёт"))
    def report(self, z):
        """A link to the report's page."""
        return z_link(z.shift)
