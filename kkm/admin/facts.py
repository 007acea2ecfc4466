"""What staff may only look at: the journal, and what has a beginning and an end in it."""

from functools import reduce
from http import HTTPStatus
from operator import or_
from typing import Protocol, cast
from urllib.parse import unquote_plus

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from kkm.admin.seed import Titled
from kkm.domain.kinds import TICKETS
from kkm.local_time import clock
from kkm.models import KKM, FiscalOperation, Position, Registration, Shift, ZReport
from kkm.models.operation import KIND_NAMES, PAYMENT_NAMES

MOST_DIGITS = 18  # a number of 64 bits


class NearPaginator(Paginator):
    """Counts no further than `FAR` rows: a list of millions opens at once, what lies beyond is
    found by search and filters.
    """

    FAR = 10_000

    @cached_property
    def count(self):
        return min(self._seen, self.FAR)

    @property
    def beyond(self) -> bool:
        """Whether there are more."""
        return self._seen > self.FAR

    @cached_property
    def _seen(self) -> int:
        return self.object_list[: self.FAR + 1].count()


class NotEdited:
    """Facts that are looked at: no adding, changing, deleting."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LoggingSite(Protocol):
    """A site that keeps a log of who has seen the journal (`alsep.admin_site`)."""

    def log_view(self, request: HttpRequest, kkm: KKM | None, subject: str) -> None:
        """Write down that the user has seen something of a register, or of all of them (None)."""


class ReadOnly(NotEdited, Titled, admin.ModelAdmin):
    """Pages of rows that are only looked at, in lists that may have millions of rows. The site logs
    who has seen what.
    """

    actions = None
    show_full_result_count = False
    paginator = NearPaginator
    register = "kkm"

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        subject = str(self.opts.verbose_name_plural)
        query = unquote_plus(request.GET.urlencode())
        if query:
            subject += f", {query}"
        self._log_view(request, response, None, subject)
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id is None:
            return response
        row = self.get_object(request, unquote(object_id))
        if row is not None:
            subject = f"{self.opts.verbose_name}: {row}"
            self._log_view(request, response, self._register_of(row), subject)
        return response

    def _register_of(self, row) -> KKM:
        found = row
        for name in self.register.split("__"):
            found = getattr(found, name)
        return found

    def _log_view(
        self, request: HttpRequest, response: HttpResponse, kkm: KKM | None, subject: str
    ) -> None:
        if response.status_code != HTTPStatus.OK:
            return
        site = cast(LoggingSite, self.admin_site)
        site.log_view(request, kkm, _("Администрирование: %(subject)s") % {"subject": subject})


class Found(ReadOnly):
    """Found by words, each of which is a whole serial number, a number of its own, or what one
    of the lookups `words` finds.
    """

    number = "number"
    words: tuple[str, ...] = ()
    search_fields = ["id"]  # shows the box; the search itself is below, over what has an index
    search_help_text = _("ЗНМ целиком, номер; можно то и другое через пробел")

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.split():
            found = Q(**{f"{self.register}__in": KKM.objects.filter(serial_number__iexact=word)})
            found = reduce(or_, (Q(**{lookup: word}) for lookup in self.words), found)
            if word.isascii() and word.isdecimal() and len(word) <= MOST_DIGITS:
                found |= Q(**{self.number: word})
            queryset = queryset.filter(found)
        return queryset, False


def report_link(serial: str, text: str, **query: object) -> str:
    """A link to a report in the cabinet."""
    return format_html(
        '<a href="{}?{}">{}</a>',
        reverse("report", kwargs={"serial": serial}),
        urlencode(query),
        text,
    )


def z_link(shift: Shift) -> str:
    """A link to the Z of a closed shift."""
    day = timezone.localdate(shift.closed_at)
    return report_link(
        shift.kkm.serial_number, _("Z-отчёт"), type="z", date=day, shift=shift.number
    )


def lines(pairs) -> str:
    return format_html_join("", "<div>{}: {}</div>", pairs) or "—"


def _moment(value) -> str:
    return clock(value) if value else "—"


class OpenFilter(admin.SimpleListFilter):
    """What lasts and what has ended."""

    title = _("состояние")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("1", _("открыта")), ("0", _("закрыта"))]

    def queryset(self, request, queryset):
        return queryset.filter(closed_at__isnull=self.value() == "1") if self.value() else queryset


class SpanAdmin(Found):
    """A registration or a shift: from an operation to an operation."""

    list_select_related = ["kkm"]
    list_filter = [OpenFilter]
    ordering = ["-id"]

    @admin.display(description=_("начало"), ordering="opened_at")
    def began(self, span):
        """When and with which operation it began."""
        return f"{_moment(span.opened_at)} (№ {span.first_number})"

    @admin.display(description=_("конец"), ordering="closed_at")
    def ended(self, span):
        """When and with which operation it ended."""
        return (
            f"{_moment(span.closed_at)} (№ {span.last_number})" if span.closed_at else _("открыта")
        )


@admin.register(Registration)
class RegistrationAdmin(SpanAdmin):
    """Stays on the record."""

    number = "registration_number__iexact"
    search_help_text = _("РНМ или ЗНМ целиком")
    list_display = ["registration_number", "kkm", "began", "ended"]
    fields = ["kkm", "registration_number", "began", "ended", "report"]

    @admin.display(description=_("отчёт"))
    def report(self, span):
        """The fiscal report of the whole registration."""
        start, end = (
            timezone.localdate(span.opened_at),
            timezone.localdate(span.closed_at or timezone.now()),
        )
        return report_link(
            span.kkm.serial_number,
            _("Фискальный отчёт за период"),
            type="period",
            date=start,
            to=end,
        )


@admin.register(Shift)
class ShiftAdmin(SpanAdmin):
    """Shifts."""

    list_display = ["number", "kkm", "began", "ended", "report"]
    fields = ["kkm", "number", "registration", "began", "ended", "report"]

    @admin.display(description=_("отчёт"))
    def report(self, shift):
        """The Z of a closed shift, the X of an open one."""
        if shift.is_open:
            return report_link(
                shift.kkm.serial_number, _("X-отчёт"), type="x", date=timezone.localdate()
            )
        return z_link(shift)


class PositionInline(NotEdited, admin.TabularInline):
    """Lines of a ticket."""

    model = Position
    fields = readonly_fields = [
        "line",
        "name",
        "section",
        "amount_of_goods",
        "price_",
        "discount_",
        "markup_",
        "total_",
        "vat_",
    ]

    amount_of_goods = admin.display(description=_("количество"))(
        lambda self, line: line.amount_of_goods
    )
    price_ = admin.display(description=_("цена"))(lambda self, line: str(line.price))
    discount_ = admin.display(description=_("скидка"))(lambda self, line: str(line.discount))
    markup_ = admin.display(description=_("наценка"))(lambda self, line: str(line.markup))
    total_ = admin.display(description=_("сумма"))(lambda self, line: str(line.total))
    vat_ = admin.display(description=_("НДС"))(
        lambda self, line: f"{line.vat} ({line.rate_name})" if line.rate_name else _("без НДС")
    )


@admin.register(FiscalOperation)
class FiscalOperationAdmin(Found):
    """The journal of all registers, newest first."""

    list_display = ["number", "kkm", "kind_name", "occurred", "amount_", "actor", "offline"]
    list_filter = ["kind", "offline"]
    list_select_related = ["kkm"]
    ordering = ["-id"]
    inlines = [PositionInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "kkm",
                    "number",
                    "kind_name",
                    "shift",
                    "occurred",
                    "received",
                    "offline",
                    "actor",
                    "paper",
                ]
            },
        ),
        (_("Деньги"), {"fields": ["amount_", "payments_", "change_"]}),
        (_("Нарастающим итогом после операции"), {"fields": ["totals", "drawer"]}),
        (_("Подлинность"), {"fields": ["fiscal_sign", "external_number", "details", "seal"]}),
    ]

    kind_name = admin.display(description=_("вид"), ordering="kind")(
        lambda self, operation: operation.kind_name
    )
    occurred = admin.display(description=_("время"))(
        lambda self, operation: _moment(operation.occurred_at)
    )
    received = admin.display(description=_("получена"))(
        lambda self, operation: _moment(operation.received_at)
    )
    actor = admin.display(description=_("исполнитель"))(lambda self, operation: operation.actor)
    amount_ = admin.display(description=_("сумма"))(lambda self, operation: str(operation.amount))
    change_ = admin.display(description=_("сдача"))(lambda self, operation: str(operation.change))
    drawer = admin.display(description=_("наличных в кассе"))(
        lambda self, operation: str(operation.cash_in_drawer)
    )

    @admin.display(description=_("оплата"))
    def payments_(self, operation):
        """Ways of paying with their sums."""
        return lines(
            (PAYMENT_NAMES[payment], money) for payment, money in operation.payments.items()
        )

    @admin.display(description=_("необнуляемые суммы"))
    def totals(self, operation):
        """The four non-resettable totals."""
        return lines((KIND_NAMES[kind], operation.balance.total(kind)) for kind in TICKETS)

    @admin.display(description=_("в кабинете"))
    def paper(self, operation):
        """A link to the operation's page."""
        url = reverse(
            "operation", kwargs={"serial": operation.kkm.serial_number, "number": operation.number}
        )
        return format_html('<a href="{}">{}</a>', url, operation)


@admin.register(ZReport)
class ZReportAdmin(Found):
    """Frozen Z's, newest first."""

    register, number = "shift__kkm", "shift__number"
    list_display = ["number_", "kkm_", "closed", "revenue", "report"]
    list_display_links = ["number_"]
    list_select_related = ["shift__kkm", "operation"]
    ordering = ["-operation_id"]
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

    number_ = admin.display(description=_("смена"))(lambda self, z: f"№ {z.shift.number}")
    kkm_ = admin.display(description=_("касса"))(lambda self, z: z.shift.kkm)
    opened = admin.display(description=_("начало"))(lambda self, z: _moment(z.shift.opened_at))
    closed = admin.display(description=_("конец"))(lambda self, z: _moment(z.shift.closed_at))
    cashier = admin.display(description=_("закрыл"))(lambda self, z: z.operation.actor)
    revenue = admin.display(description=_("выручка"))(
        lambda self, z: str(z.snapshot.totals.revenue)
    )
    drawer = admin.display(description=_("наличных в кассе"))(
        lambda self, z: str(z.snapshot.closing.cash)
    )
    seal = admin.display(description=_("печать"))(lambda self, z: z.operation.seal)

    @admin.display(description=_("чеки смены"))
    def tickets(self, z):
        """How many tickets of each kind, and their sum."""
        totals = z.snapshot.totals
        return lines(
            (f"{KIND_NAMES[kind]}, {totals.count('tickets', kind)}", totals.money("amount", kind))
            for kind in TICKETS
        )

    @admin.display(description=_("необнуляемые суммы на конец"))
    def totals(self, z):
        """The four non-resettable totals after the shift."""
        return lines((KIND_NAMES[kind], z.snapshot.closing.total(kind)) for kind in TICKETS)

    @admin.display(description=_("отчёт"))
    def report(self, z):
        """A link to the report's page."""
        return z_link(z.shift)
