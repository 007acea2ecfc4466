"""The admin of who may see: inspectors, the control of registers, the access log, and the
passport of a register.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from inspector.models import AccessEntry, Control, SeenHead, User
from inspector.passport import one_time_password, passport_view
from inspector.rights import RightsAdmin
from inspector.sessions import end_sessions
from kkm.admin.cash_registers import KKMAdmin
from kkm.admin.read_only import NearPaginator, NotEdited, ReadOnlyAdmin, WordSearchAdmin
from kkm.admin.titled import AskingInWords, TitledAdmin
from kkm.admin.undeletable import UndeletableAdmin
from kkm.admin.yes_or_dash import right_or_wrong, yes_or_dash_of
from kkm.domain.seal import fingerprint
from kkm.fields import SealDigits
from kkm.models import KKM, FiscalOperation


class LoginName(forms.ModelForm):
    """A form with a login: in small letters, so that case cannot make two accounts of one."""

    def clean_username(self):
        """In small letters; no other account may have it."""
        username = self.cleaned_data["username"].lower()
        if User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Такой логин уже есть."), code="unique")
        return username


class UserForm(LoginName, UserChangeForm):
    """An account that there is."""


class NewUserForm(LoginName):
    """An account without a typed password: it gets a random one that nobody has seen, until a
    passport is printed.
    """

    class Meta:
        model = User
        fields = ["username", "full_name"]
        labels = {"username": _("Логин")}

    def save(self, commit=True):
        self.instance.set_password(one_time_password())
        self.instance.must_change_password = True
        return super().save(commit)


class GivenPasswordForm(AdminPasswordChangeForm):
    """A password typed by somebody else is a one-time one."""

    # Django's page lacks `novalidate`: a browser would name errors in its own language.
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choice = self.fields.get("usable_password")
        if choice:
            # Django's own warning is in English in every language.
            warning = _("Если вход по паролю выключить, нынешний пароль перестанет действовать.")
            choice.help_text = format_html(
                """
                <ul id="id_unusable_warning" class="messagelist">
                  <li class="warning">{}</li>
                </ul>
                """,
                warning,
            )

    def save(self, commit=True):
        self.user.must_change_password = True
        return super().save(commit)


admin.site.unregister(Group)


@admin.register(Group)
class OwnGroupAdmin(AskingInWords, RightsAdmin, GroupAdmin):
    """Groups as Django shows them, with our sentences and names of rights."""


@admin.register(User)
class InspectorAdmin(TitledAdmin, UndeletableAdmin, RightsAdmin, UserAdmin):
    """Inspectors and staff.

    Their actions are history: an account is switched off, not deleted; with that its sessions end.
    """

    form, add_form = UserForm, NewUserForm
    change_password_form = GivenPasswordForm
    list_display = [
        "username",
        "full_name",
        "active",
        "one_time",
        "staff",
        "last_login",
    ]
    list_filter = ["is_active", "is_staff", "must_change_password", "groups"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    actions = None
    add_fieldsets = [
        (
            None,
            {
                "fields": ["username", "full_name"],
                "description": _("Пароль печатается в паспорте ККМ."),
            },
        )
    ]
    fieldsets = [
        (
            None,
            {"fields": ["username", "full_name", "password", "must_change_password", "is_active"]},
        ),
        (_("Права"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Даты"), {"fields": ["last_login", "date_joined"]}),
    ]

    active = yes_or_dash_of("is_active", User._meta.get_field("is_active").verbose_name)
    one_time = yes_or_dash_of("must_change_password", _("пароль одноразовый"))
    staff = yes_or_dash_of("is_staff", _("администрирование"))

    def history_of(self, obj):
        return _(
            "Учётную запись не удаляют: её действия остаются в журналах. Снимите отметку "
            "«Активный»."
        )

    def save_model(self, request, obj, form, change):
        """Sessions end when it is switched off, and again when it is switched on: a login that
        was under way leaves none.
        """
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            end_sessions(obj)

    def get_readonly_fields(self, request, obj=None):
        """Only a superuser hands out rights."""
        rights = (
            []
            if request.user.is_superuser
            else ["is_staff", "is_superuser", "groups", "user_permissions"]
        )
        return ["last_login", "date_joined", *rights]

    def has_change_permission(self, request, obj=None):
        equal = obj is None or request.user.is_superuser or not (obj.is_staff or obj.is_superuser)
        return equal and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False


ALREADY = _("Этот инспектор уже контролирует кассу.")


class SignedForm(forms.ModelForm):
    """A row that is signed when it is written."""

    def save(self, commit=True):
        self.instance.sign()
        return super().save(commit)


class ControlForm(SignedForm):
    """A new control; the constraint in the database has no words of its own for a second one."""

    class Meta:
        model = Control
        fields = ["inspector", "kkm"]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if len(cleaned) == 2 and Control.objects.current().filter(**cleaned).exists():
            self.add_error("inspector", ALREADY)
        return cleaned


class ControlFormSet(forms.BaseInlineFormSet):
    """New controls of one register."""

    def clean(self):
        super().clean()
        inspectors = (
            set(User.objects.filter(controls__in=self.instance.controls.current()))
            if self.instance.pk
            else set()
        )
        for form in self.extra_forms:
            inspector = form.cleaned_data.get("inspector")
            if inspector in inspectors:
                form.add_error("inspector", ALREADY)
            inspectors |= {inspector} - {None}


class ControlledFilter(admin.SimpleListFilter):
    """Controls that last, and those that were revoked."""

    title = _("контроль")
    parameter_name = "control"

    def lookups(self, request, model_admin):
        return [("current", _("действует")), ("revoked", _("отозван"))]

    def queryset(self, request, queryset):
        return (
            queryset.filter(revoked_at__isnull=self.value() == "current")
            if self.value()
            else queryset
        )


@admin.register(Control)
class ControlAdmin(TitledAdmin, UndeletableAdmin):
    """Who controls which register, now and before. A control is revoked, not edited or deleted."""

    list_display = ["inspector", "kkm", "taxpayer", "granted_at", "revoked_at"]
    list_filter = [ControlledFilter, "granted_at"]
    list_select_related = ["inspector", "kkm__taxpayer"]
    form = ControlForm
    search_fields = [
        "inspector__username",
        "inspector__full_name",
        "kkm__serial_number",
        "kkm__taxpayer__taxpayer_number",
    ]
    search_help_text = _("логин или ФИО инспектора, ЗНМ, ИИН/БИН")
    autocomplete_fields = ["inspector", "kkm"]
    fields = ["inspector", "kkm"]
    actions = ["revoke"]
    ordering = ["-granted_at", "-id"]

    show_full_result_count = False
    paginator = NearPaginator

    def get_search_results(self, request, queryset, search_term):
        """Each word is a part of an inspector's name or login, or of a register's requisite.

        People and registers are few beside controls, and are found first.
        """
        for word in search_term.split():
            named = Q(username__icontains=word) | Q(full_name__icontains=word)
            people = list(User.objects.filter(named).values_list("pk", flat=True))
            numbered = Q(serial_number__icontains=word)
            numbered |= Q(taxpayer__taxpayer_number__icontains=word)
            kkms = KKM.objects.filter(numbered).order_by().values("pk")
            queryset = queryset.filter(Q(inspector__in=people) | Q(kkm__in=kkms))
        return queryset, False

    def history_of(self, obj):
        return _("Контроль не удаляют, а отзывают: действием «Отозвать контроль» в списке.")

    def get_fields(self, request, obj=None):
        return [*self.fields, "granted_at", "revoked_at"] if obj else self.fields

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("налогоплательщик"))
    def taxpayer(self, control):
        """Whose register it is."""
        return control.kkm.taxpayer

    @admin.action(description=_("Отозвать контроль"), permissions=["change"])
    @transaction.atomic
    def revoke(self, request, queryset):
        """From the next click on the inspector sees the register no more.

        Each control keeps who has revoked it.
        """
        revoked = list(queryset.current().select_for_update(of=["self"]))
        Control.objects.filter(pk__in=[control.pk for control in revoked]).update(
            revoked_at=timezone.now()
        )
        for control in revoked:
            self.log_change(
                request,
                control,
                [
                    {
                        "changed": {
                            "fields": [str(Control._meta.get_field("revoked_at").verbose_name)]
                        }
                    }
                ],
            )
        messages.success(request, _("Отозвано: %(count)d.") % {"count": len(revoked)})


@admin.register(AccessEntry)
class AccessEntryAdmin(ReadOnlyAdmin):
    """The access log."""

    list_display = ["at", "user", "action", "kkm", "subject", "address"]
    list_filter = ["action", "at"]
    list_select_related = ["user", "kkm"]
    search_fields = ["user__username", "kkm__serial_number", "address"]
    search_help_text = _("логин, ЗНМ, адрес")


@admin.register(SeenHead)
class SeenHeadAdmin(WordSearchAdmin):
    """Heads of journals that somebody saw, newest first, and whether the journals still say so."""

    list_display = ["at", "user", "kkm", "number", "fingerprint_", "agrees"]
    list_filter = ["at"]
    list_select_related = ["user", "kkm"]
    search_help_text = _("ЗНМ целиком, номер операции, логин целиком; можно вместе через пробел")
    word_lookups = ("user__username__iexact",)
    ordering = ["-id"]
    fields = ["user", "kkm", "number", "seal", "at", "agrees"]

    fingerprint_ = admin.display(description=_("контрольное значение"))(
        lambda self, seen: fingerprint(seen.seal)
    )
    agrees = admin.display(description=_("совпадает с журналом"))(
        lambda self, seen: right_or_wrong(seen.agrees)
    )

    def get_queryset(self, request):
        operations = FiscalOperation.objects.annotate(digits=SealDigits("seal"))
        same = operations.filter(
            kkm=OuterRef("kkm"), number=OuterRef("number"), digits=OuterRef("seal")
        )
        return super().get_queryset(request).annotate(agrees=Exists(same))


class ControlInline(NotEdited, AskingInWords, admin.TabularInline):
    """Inspectors of a register."""

    model = Control
    form, formset = SignedForm, ControlFormSet
    fields = ["inspector", "granted_at", "revoked_at"]
    readonly_fields = ["granted_at", "revoked_at"]
    autocomplete_fields = ["inspector"]
    verbose_name = _("инспектор")
    verbose_name_plural = _("контролирующие инспекторы")
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("inspector", "kkm")

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("inspector.add_control")


admin.site.unregister(KKM)


@admin.register(KKM)
class ControlledKKMAdmin(KKMAdmin):
    """Registers with their inspectors and the passport."""

    inlines = [*KKMAdmin.inlines, ControlInline]
    actions = ["print_passport"]
    change_form_template = "admin/kkm_change_form.html"

    def get_urls(self):
        passport = path(
            "<int:pk>/passport/", self.admin_site.admin_view(passport_view), name="kkm_passport"
        )
        return [passport, *super().get_urls()]

    def has_passport_permission(self, request):
        """The passport gives an inspector a new password."""
        return request.user.has_perm("inspector.change_user")

    @admin.action(description=_("Напечатать паспорт ККМ"), permissions=["passport"])
    def print_passport(self, request, queryset):
        """One at a time: each passport gives somebody a new password."""
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return redirect("admin:kkm_passport", pk=chosen[0].pk)
        messages.error(request, _("Паспорт печатается для одной кассы: отметьте одну."))
        return None
