"""What proves the journal, to look at only: heads that were signed, and checks that were made."""

from datetime import UTC, datetime

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from kkm import signing
from kkm.admin.facts import Found, ReadOnly, lines
from kkm.audit.sentences import law, sentence
from kkm.domain.head import Head
from kkm.domain.kinds import TICKETS
from kkm.domain.money import Money
from kkm.domain.seal import fingerprint
from kkm.local_time import clock
from kkm.models import Audit, SignedHead
from kkm.models.operation import KIND_NAMES

NOTHING = "—"


def head_of(signed: SignedHead) -> Head | None:
    """What the signed text says; None if it is not the text of a head."""
    try:
        return Head.parse(signed.text)
    except ValueError:
        return None


@admin.register(SignedHead)
class SignedHeadAdmin(Found):
    """Heads that were signed, newest first."""

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

    def _said(self, signed: SignedHead, say) -> str:
        head = head_of(signed)
        return NOTHING if head is None else say(head)

    @admin.display(description=_("время"))
    def occurred(self, signed):
        """When the operation was made."""
        return self._said(signed, lambda head: clock(datetime.fromtimestamp(head.occurred, UTC)))

    z_number = admin.display(description=_("закрытых смен"))(
        lambda self, signed: self._said(signed, lambda head: head.z_number)
    )
    drawer = admin.display(description=_("наличных в кассе"))(
        lambda self, signed: self._said(signed, lambda head: Money(head.cash))
    )
    seal = admin.display(description=_("печать"))(
        lambda self, signed: self._said(signed, lambda head: head.seal)
    )
    fingerprint_ = admin.display(description=_("отпечаток"))(
        lambda self, signed: self._said(signed, lambda head: fingerprint(head.seal))
    )

    @admin.display(description=_("необнуляемые суммы"))
    def totals(self, signed):
        """The four non-resettable totals as they were signed."""
        names = [KIND_NAMES[kind] for kind in TICKETS]
        return self._said(
            signed, lambda head: lines(zip(names, map(Money, head.totals), strict=True))
        )

    @admin.display(description=_("подпись верна"), boolean=True)
    def is_valid(self, signed):
        """Whether the key made this signature; unknown for a key that is not ours."""
        return (
            signing.verify(signed.text, signed.key, signed.signature)
            if signed.key in signing.public_keys()
            else None
        )


class HoldsFilter(admin.SimpleListFilter):
    """Checks that found nothing, and those that found something."""

    title = _("итог")
    parameter_name = "holds"

    def lookups(self, request, model_admin):
        return [("1", _("журнал цел")), ("0", _("целостность нарушена"))]

    def queryset(self, request, queryset):
        chosen = {"1": queryset.filter(findings=""), "0": queryset.exclude(findings="")}
        return chosen.get(self.value(), queryset)


@admin.register(Audit)
class AuditAdmin(ReadOnly):
    """Checks of journals, newest first."""

    list_display = ["at", "kkm", "holds", "count", "operations", "seconds", "by"]
    list_filter = [HoldsFilter, "at"]
    list_select_related = ["kkm"]
    search_fields = ["kkm__serial_number", "by"]
    search_help_text = _("ЗНМ, кто проверял")
    ordering = ["-at", "-id"]
    fields = ["kkm", "at", "by", "holds", "operations", "seconds", "seal", "found", "page"]

    holds = admin.display(description=_("журнал цел"), boolean=True)(
        lambda self, audit: audit.holds
    )
    seconds = admin.display(description=_("заняло, с"), ordering="milliseconds")(
        lambda self, audit: audit.seconds
    )
    count = admin.display(description=_("нарушений"))(lambda self, audit: len(audit.found))

    @admin.display(description=_("что найдено"))
    def found(self, audit):
        """Each finding in a sentence."""
        said = (
            (finding["number"], sentence(finding), law(finding["rule"])) for finding in audit.found
        )
        return format_html_join("", "<div>№ {}: {} ({})</div>", said) or NOTHING

    @admin.display(description=_("в кабинете"))
    def page(self, audit):
        """A link to the page of the check."""
        url = reverse("check", kwargs={"serial": audit.kkm.serial_number})
        return format_html('<a href="{}?at={}">{}</a>', url, audit.pk, _("Проверка журнала"))
