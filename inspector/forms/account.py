"""Forms of an account: the login and the change of a password."""

from django.contrib.auth import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inspector.models import User

LONGEST_LOGIN = 150


class LoginForm(forms.AuthenticationForm):
    """Login and password. A wrong one is refused by the same sentence whether or not there is
    such an account.
    """

    error_messages = {
        "invalid_login": _(
            "Неверный логин или пароль. Проверьте раскладку клавиатуры и клавишу Caps Lock."
        ),
        "inactive": _(
            "Неверный логин или пароль. Проверьте раскладку клавиатуры и клавишу Caps Lock."
        ),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, password = self.fields["username"], self.fields["password"]
        login.label, password.label = _("Логин"), _("Пароль")
        login.error_messages["required"] = _("Введите логин.")
        password.error_messages["required"] = _("Введите пароль.")

    def clean_username(self):
        """The login as the account spells it. Letter case does not matter, also for the count of
        failed logins.
        """
        typed = self.cleaned_data["username"].lower()
        return (
            User.objects.filter(username__iexact=typed).values_list("username", flat=True).first()
            or typed
        )

    def clean(self):
        if len(self.cleaned_data.get("username", "")) > LONGEST_LOGIN:
            # No user has it, and the throttle has no room for it.
            raise self.get_invalid_login_error()
        return super().clean()


class PasswordForm(forms.PasswordChangeForm):
    """A new password of the user, which must differ from the old one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        old = self.fields["old_password"]
        old.label = _("Старый пароль")
        old.error_messages["required"] = _("Введите старый пароль.")
        if self.user.must_change_password:
            old.label = _("Одноразовый пароль")
            old.error_messages["required"] = _("Введите одноразовый пароль из паспорта ККМ.")
        self.fields["new_password1"].label = _("Новый пароль")
        rules = _(
            "Не короче 10 знаков, не из одних цифр, не из самых распространённых и не похож на "
            "логин."
        )
        self.fields["new_password1"].help_text = rules
        self.fields["new_password2"].label = _("Новый пароль ещё раз")
        self.fields["new_password2"].help_text = ""
        required = {
            "new_password1": _("Введите новый пароль."),
            "new_password2": _("Введите новый пароль ещё раз."),
        }
        for name, sentence in required.items():
            self.fields[name].error_messages["required"] = sentence

    def clean(self):
        cleaned = super().clean()
        new = self.cleaned_data.get("new_password1")
        if new and self.user.check_password(new):
            self.add_error(
                "new_password1",
                ValidationError(
                    _("Новый пароль совпадает со старым: придумайте другой."), code="same"
                ),
            )
        return cleaned
