"""Pages of the evidence about journals: signed heads and audits."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from kkm import signing
from kkm.admin.journal import named_lines
from kkm.admin.read_only import ReadOnlyAdmin, WordSearchAdmin
from kkm.admin.yes_or_dash import right_or_wrong
from kkm.domain.head import Head
from kkm.domain.kinds import TICKETS
from kkm.domain.money import Money
from kkm.domain.seal import fingerprint
from kkm.local_time import clock
from kkm.models import Audit, SignedHead
from kkm.models.operation import KIND_NAMES
from kkm.reading.finding_sentences import law, sentence

NOTHING = "—"


def head_of(signed: SignedHead) -> Head | None:
    """The head in the signed text; None if the text is not that of a head."""
    try:
        return Head.parse(signed.text)
    except ValueError:
        return None


def _of_head(signed: SignedHead, show: Callable[[Head], object]) -> object:
    """What is shown of the head in the signed text; a dash if the text is not that of a head."""
    head = head_of(signed)
    if head is None:
        return NOTHING
    return show(head)


def _lines_of_totals(head: Head) -> str:
    rows = []
    for kind, tiyn in zip(TICKETS, head.totals, strict=True):
        rows.append((KIND_NAMES[kind], Money(tiyn)))
    return named_lines(rows)


@admin.register(SignedHead)
class SignedHeadAdmin(WordSearchAdmin):
    """Signed heads, newest first."""

    list_display = ["number", "kkm", "occurred", "z_number", "fingerprint_", "key", "is_valid"]
    list_filter = ["key"]
    list_select_related = ["kkm"]
    ordering = ["-id"]
    fields = [
        "kkm",
        "number",
        "occurred",
        "z_number",
        "totals",
        "drawer",
        "seal",
        "is_valid",
        "key",
        "signature",
        "text",
    ]

    @admin.display(description=_("время"))
    def occurred(self, signed):
        """When the operation was made."""
        return _of_head(signed, lambda head: clock(datetime.fromtimestamp(head.occurred, UTC)))

    @admin.display(description=_("закрытых смен"))
    def z_number(self, signed):
        """How many shifts were closed."""
        return _of_head(signed, lambda head: head.z_number)

    @admin.display(description=_("наличных в кассе"))
    def drawer(self, signed):
        """The cash in the drawer."""
        return _of_head(signed, lambda head: Money(head.cash))

    @admin.display(description=_("контрольный код"))
    def seal(self, signed):
        """The seal of the operation."""
        return _of_head(signed, lambda head: head.seal)

    @admin.display(description=_("контрольное значение"))
    def fingerprint_(self, signed):
        """The beginning of the seal, for people to compare."""
        return _of_head(signed, lambda head: fingerprint(head.seal))

    @admin.display(description=_("необнуляемые суммы"))
    def totals(self, signed):
        """The four non-resettable totals, a line for each."""
        return _of_head(signed, _lines_of_totals)

    @admin.display(description=_("подпись верна"))
    def is_valid(self, signed):
        """Whether the signature is valid; unknown for a key that is not ours."""
        is_valid = None
        if signed.key in signing.public_keys():
            is_valid = signing.verify(signed.text, signed.key, signed.signature)
        return right_or_wrong(is_valid)


class HoldsFilter(admin.SimpleListFilter):
    """Audits without findings, and those with some."""

    title = _("итог")
    parameter_name = "holds"

    def lookups(self, request, model_admin):
        return [("1", _("журнал цел")), ("0", _("целостность нарушена"))]

    def queryset(self, request, queryset):
        match self.value():
            case "1":
                return queryset.filter(findings="")
            case "0":
                return queryset.exclude(findings="")
        return queryset


@admin.register(Audit)
class AuditAdmin(ReadOnlyAdmin):
    """Audits of journals, newest first."""

    list_display = ["at", "kkm", "holds", "count", "operations", "seconds", "by"]
    list_filter = [HoldsFilter, "at"]
    list_select_related = ["kkm"]
    search_fields = ["kkm__serial_number", "by"]
    search_help_text = _("ЗНМ, кто проверял")
    ordering = ["-at", "-id"]
    fields = ["kkm", "at", "by", "holds", "operations", "seconds", "seal", "found", "page"]

    holds = admin.display(description=_("журнал цел"))(
        lambda self, audit: right_or_wrong(audit.holds)
    )
    seconds = admin.display(description=_("длительность, с"), ordering="milliseconds")(
        lambda self, audit: audit.seconds
    )
    count = admin.display(description=_("нарушений"))(lambda self, audit: len(audit.found))

    @admin.display(description=_("найденные нарушения"))
    def found(self, audit):
        """A sentence for each finding."""
        rows = []
        for finding in audit.found:
            rows.append((finding["number"], sentence(finding), law(finding["rule"])))
        return format_html_join("", "<div>№ {}: {} ({})</div>", rows) or NOTHING

    @admin.display(description=_("в кабинете"))
    def page(self, audit):
        """A link to the page of the audit in the cabinet."""
        url = reverse("check", kwargs={"serial": audit.kkm.serial_number})
        return format_html('<a href="{}?at={}">{}</a>', url, audit.pk, _("Проверка журнала"))
