"""Access to the register API: keys of integrators, cashiers with their logins and tokens, and
tickets that were refused as too late.

A cashier's password is drawn by the server, not typed. It is entered into a cash-register program:
nobody needs to remember it, and it can be neither weak nor used elsewhere. It is shown once, as a
key is.
"""

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Field
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kkm import throttle
from kkm.admin.read_only import NearPaginator, NotEdited, ReadOnlyAdmin
from kkm.admin.titled import TitledAdmin
from kkm.admin.undeletable import UndeletableAdmin
from kkm.admin.yes_or_dash import yes_or_dash
from kkm.local_time import clock
from kkm.models import ApiKey, Cashier, FiscalOperation, LateOffline, Token


class RevokedFilter(admin.SimpleListFilter):
    """Keys and tokens that are valid, and those that were revoked."""

    title = _("состояние")
    parameter_name = "revoked"

    def lookups(self, request, model_admin):
        return [("0", _("действует")), ("1", _("отозван"))]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(revoked_at__isnull=self.value() == "0")


class IssuedAdmin(NotEdited, TitledAdmin, UndeletableAdmin):
    """Keys and tokens: they are issued and revoked, never edited or deleted."""

    actions = ["revoke"]
    list_filter = [RevokedFilter]
    ordering = ["-id"]
    show_full_result_count = False
    paginator = NearPaginator

    def history_of(self, obj):
        return _("Выданное не удаляют, а отзывают: действием «Отозвать» в списке.")

    def has_revoke_permission(self, request):
        """Staff who have the right to change rows of this model."""
        return super(NotEdited, self).has_change_permission(request)

    @admin.action(description=_("Отозвать"), permissions=["revoke"])
    @transaction.atomic
    def revoke(self, request, queryset):
        """They are refused from the next call on. The history of each names who has revoked it."""
        valid = queryset.filter(revoked_at=None).select_for_update(of=["self"])
        revoked = list(valid)
        ids = [row.pk for row in revoked]
        self.model.objects.filter(pk__in=ids).update(revoked_at=timezone.now())
        name = str(cast("Field", self.opts.get_field("revoked_at")).verbose_name)
        for row in revoked:
            self.log_change(request, row, [{"changed": {"fields": [name]}}])
        messages.success(request, _("Отозвано: %(count)d.") % {"count": len(revoked)})


@admin.register(ApiKey)
class ApiKeyAdmin(IssuedAdmin):
    """Keys of integrators. The secret is shown once."""

    list_display = ["name", "beginning", "made_at", "revoked_at"]
    search_fields = ["name", "hint"]
    search_help_text = _("интегратор, начало ключа")

    beginning = admin.display(description=_("начало ключа"))(lambda self, key: f"{key.hint}…")

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["name"]
        return ["name", "beginning", "made_at", "revoked_at"]

    def has_add_permission(self, request, *args):
        return super(NotEdited, self).has_add_permission(request)

    def save_model(self, request, obj, form, change):
        made, secret = ApiKey.issue(obj.name, at=timezone.now())
        obj.pk = made.pk
        obj.refresh_from_db()
        _show_once(request, _("Ключ API — {whose}: {secret}"), obj.name, secret)


@admin.register(Token)
class TokenAdmin(IssuedAdmin):
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
    """A cashier, and what is done with the access to the API: a new password, or the end of it."""

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
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("new_password") and not cleaned.get("login"):
            self.add_error("login", _("Чтобы выдать пароль, впишите логин."))
        if cleaned.get("new_password") and cleaned.get("dismissed"):
            self.add_error("new_password", _("Уволенному пароль не выдают."))
        return cleaned


class DismissedFilter(admin.SimpleListFilter):
    """Cashiers who work, and those who were dismissed."""

    title = _("кассир")
    parameter_name = "dismissed"

    def lookups(self, request, model_admin):
        return [("0", _("работает")), ("1", _("уволен"))]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(dismissed_at__isnull=self.value() == "0")


@admin.register(Cashier)
class CashierAdmin(TitledAdmin, UndeletableAdmin):
    """Cashiers, the registers they work at, and their access to the API."""

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
        return _("Кассира, который уже работал, не удаляют: он указан в чеках. Отметьте «Уволен».")

    has_password = admin.display(description=_("пароль API выдан"))(
        lambda self, cashier: yes_or_dash(bool(cashier.password))
    )

    def get_fieldsets(self, request, obj=None):
        """The page of a new cashier offers no new password and no dismissal: with a login a
        password is given at once.
        """
        person = (None, {"fields": ["taxpayer", "code", "name", "kkms"]})
        if obj is None:
            return [person, _access_fieldset("login")]
        access = _access_fieldset("login", "has_password", "new_password")
        dismissal = ["dismissed"]
        if obj.dismissed_at:
            dismissal.append("dismissed_at")
        return [person, access, (_("Увольнение"), {"fields": dismissal})]

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        now = timezone.now()
        if not data.get("dismissed"):
            obj.dismissed_at = None
        elif obj.dismissed_at is None:
            obj.dismissed_at = now
        super().save_model(request, obj, form, change)
        if obj.dismissed_at or not obj.login:
            obj.remove_access(at=now)
        elif data.get("new_password") or not obj.password:
            throttle.release(f"cashier {obj.login.lower()}")
            secret = obj.issue_password(at=now)
            _show_once(request, _("Пароль API — {whose}: {secret}"), obj.login, secret)


def _access_fieldset(*names: str) -> tuple[Promise, dict]:
    description = _(
        "С логином кассир пробивает чеки через API. В кабинет инспектора логин не пускает."
    )
    return _("Вход в API касс"), {"fields": list(names), "description": description}


@admin.register(LateOffline)
class LateOfflineAdmin(ReadOnlyAdmin):
    """Tickets that were refused as made more than 72 hours before, newest first."""

    list_display = ["refused_at", "kkm", "occurred_at"]
    list_filter = ["refused_at"]
    list_select_related = ["kkm"]
    search_fields = ["kkm__serial_number"]
    search_help_text = _("ЗНМ")
    ordering = ["-refused_at", "-id"]
    fields = ["kkm", "occurred_at", "refused_at"]


def _show_once(request, sentence: Promise, whose: str, secret: str) -> None:
    """Show a secret on the next page, and nowhere else."""
    shown = format_html("<code>{}</code>", secret)
    first = format_html(str(sentence), whose=whose, secret=shown)
    once = _("Он показан один раз: передайте его сейчас, повторно показать его нельзя.")
    messages.warning(request, format_html("{}<br>{}", first, once))
