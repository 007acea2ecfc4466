"""Who lets registers talk to us: keys of integrators, cashiers with their logins and tokens, and
tickets that came too late.

A cashier's password is drawn, not typed: it goes into a cash-register program, so that nobody needs
to remember it, it cannot be weak or used elsewhere, and whoever gives it out is told it once, as
with a key.
"""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kkm import throttle
from kkm.admin.facts import NearPaginator, NotEdited, ReadOnly
from kkm.admin.keeping import Kept
from kkm.admin.seed import Titled
from kkm.local_time import clock
from kkm.models import ApiKey, Cashier, FiscalOperation, LateOffline, Token


class RevokedFilter(admin.SimpleListFilter):
    """What may still be used, and what was revoked."""

    title = _("состояние")
    parameter_name = "revoked"

    def lookups(self, request, model_admin):
        return [("0", _("действует")), ("1", _("отозван"))]

    def queryset(self, request, queryset):
        return queryset.filter(revoked_at__isnull=self.value() == "0") if self.value() else queryset


class Issued(NotEdited, Titled, Kept):
    """What is issued and revoked, never edited or deleted."""

    actions = ["revoke"]
    list_filter = [RevokedFilter]
    ordering = ["-id"]
    show_full_result_count = False
    paginator = NearPaginator

    def history_of(self, obj):
        return _("Выданное не удаляют, а отзывают: действием «Отозвать» в списке.")

    def has_revoke_permission(self, request):
        """Whoever may change such a thing."""
        return super(NotEdited, self).has_change_permission(request)

    @admin.action(description=_("Отозвать"), permissions=["revoke"])
    @transaction.atomic
    def revoke(self, request, queryset):
        """From the next call on it lets nobody in. Each one keeps who has revoked it."""
        revoked = list(queryset.filter(revoked_at=None).select_for_update(of=["self"]))
        self.model.objects.filter(pk__in=[one.pk for one in revoked]).update(
            revoked_at=timezone.now()
        )
        for one in revoked:
            self.log_change(
                request,
                one,
                [{"changed": {"fields": [str(self.opts.get_field("revoked_at").verbose_name)]}}],
            )
        messages.success(request, _("Отозвано: %(count)d.") % {"count": len(revoked)})


@admin.register(ApiKey)
class ApiKeyAdmin(Issued):
    """Keys of integrators. The secret is shown once."""

    list_display = ["name", "beginning", "made_at", "revoked_at"]
    search_fields = ["name", "hint"]
    search_help_text = _("интегратор, начало ключа")

    beginning = admin.display(description=_("начало ключа"))(lambda self, key: f"{key.hint}…")

    def get_fields(self, request, obj=None):
        return ["name", "beginning", "made_at", "revoked_at"] if obj else ["name"]

    def has_add_permission(self, request, *args):
        return super(NotEdited, self).has_add_permission(request)

    def save_model(self, request, obj, form, change):
        made, secret = ApiKey.issue(obj.name, at=timezone.now())
        obj.pk = made.pk
        obj.refresh_from_db()
        _tell_once(request, _("Ключ API — {whose}: {secret}"), obj.name, secret)


@admin.register(Token)
class TokenAdmin(Issued):
    """Tokens of cashiers, newest first."""

    list_display = ["cashier", "taxpayer", "integrator", "issued", "expires", "revoked_at"]
    list_display_links = None
    list_select_related = ["cashier__taxpayer", "key"]
    search_fields = ["cashier__login", "cashier__name", "key__name"]
    search_help_text = _("логин или ФИО кассира, интегратор")
    fields = ["cashier", "key", "issued_at", "expires_at", "revoked_at"]

    taxpayer = admin.display(description=_("налогоплательщик"))(
        lambda self, token: token.cashier.taxpayer
    )
    integrator = admin.display(description=_("интегратор"))(lambda self, token: token.key.name)
    issued = admin.display(description=_("выдан"), ordering="issued_at")(
        lambda self, token: clock(token.issued_at)
    )
    expires = admin.display(description=_("действует до"), ordering="expires_at")(
        lambda self, token: clock(token.expires_at)
    )


class CashierForm(forms.ModelForm):
    """A cashier, and what is to become of his way into the API."""

    new_password = forms.BooleanField(
        label=_("Выдать новый пароль API"),
        required=False,
        help_text=_(
            "Пароль составит сервер и покажет один раз. Прежний пароль и выданные по нему токены "
            "перестанут действовать."
        ),
    )
    dismissed = forms.BooleanField(
        label=_("Уволен"),
        required=False,
        help_text=_("Пароль и токены перестанут действовать сразу. Пробитые им чеки остаются."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["dismissed"] = self.instance.dismissed_at is not None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("new_password") and not cleaned.get("login"):
            self.add_error("login", _("Чтобы выдать пароль, впишите логин."))
        if cleaned.get("new_password") and cleaned.get("dismissed"):
            self.add_error("new_password", _("Уволенному пароль не выдают."))
        return cleaned


class DismissedFilter(admin.SimpleListFilter):
    """Who works, and who was dismissed."""

    title = _("кассир")
    parameter_name = "dismissed"

    def lookups(self, request, model_admin):
        return [("0", _("работает")), ("1", _("уволен"))]

    def queryset(self, request, queryset):
        return (
            queryset.filter(dismissed_at__isnull=self.value() == "0") if self.value() else queryset
        )


@admin.register(Cashier)
class CashierAdmin(Titled, Kept):
    """Cashiers, the registers they work at, and their way into the API."""

    form = CashierForm
    list_display = ["code", "name", "taxpayer", "login", "dismissed_at"]
    list_display_links = ["name"]
    list_select_related = ["taxpayer"]
    list_filter = [DismissedFilter]
    search_fields = ["name", "taxpayer__name", "login"]
    search_help_text = _("ФИО, логин, налогоплательщик")
    autocomplete_fields = ["taxpayer", "kkms"]
    readonly_fields = ["has_password", "dismissed_at"]

    def history_of(self, obj):
        worked = FiscalOperation.objects.documents().filter(
            kkm__taxpayer=obj.taxpayer_id, actor_code=str(obj.code)
        )
        if not obj.tokens.exists() and not worked.exists():
            return ""
        return _("Кассира, который уже работал, не удаляют: его называют чеки. Отметьте «Уволен».")

    has_password = admin.display(description=_("пароль API выдан"), boolean=True)(
        lambda self, cashier: bool(cashier.password)
    )

    def get_fieldsets(self, request, obj=None):
        """A new one gets his password with his login."""
        who = (None, {"fields": ["taxpayer", "code", "name", "kkms"]})
        said = _(
            "С логином кассир пробивает чеки через API. В кабинет инспектора логин не пускает."
        )
        way = (
            _("Вход в API касс"),
            {
                "fields": ["login", *(["has_password", "new_password"] if obj else [])],
                "description": said,
            },
        )
        left = (
            _("Увольнение"),
            {"fields": ["dismissed", *(["dismissed_at"] if obj and obj.dismissed_at else [])]},
        )
        return [who, way, left] if obj else [who, way]

    def save_model(self, request, obj, form, change):
        asked, now = form.cleaned_data, timezone.now()
        obj.dismissed_at = (obj.dismissed_at or now) if asked.get("dismissed") else None
        super().save_model(request, obj, form, change)
        if obj.dismissed_at or not obj.login:
            obj.shut_out(at=now)
        elif asked.get("new_password") or not obj.password:
            throttle.release(f"cashier {obj.login.lower()}")
            _tell_once(request, _("Пароль API — {whose}: {secret}"), obj.login, obj.let_in(at=now))


@admin.register(LateOffline)
class LateOfflineAdmin(ReadOnly):
    """Tickets that were refused because they came more than 72 hours late, newest first."""

    list_display = ["refused_at", "kkm", "occurred_at"]
    list_filter = ["refused_at"]
    list_select_related = ["kkm"]
    search_fields = ["kkm__serial_number"]
    search_help_text = _("ЗНМ")
    ordering = ["-refused_at", "-id"]
    fields = ["kkm", "occurred_at", "refused_at"]


def _tell_once(request, sentence, whose: str, secret: str) -> None:
    """Only the page that follows knows the secret."""
    told = format_html(sentence, whose=whose, secret=format_html("<code>{}</code>", secret))
    once = _("Он показан один раз: передайте его сейчас, сервер хранит только его отпечаток.")
    messages.warning(request, format_html("{}<br>{}", told, once))
