"""Login, logout and the change of a password."""

from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash, views
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from inspector.access_log import Action, log
from inspector.forms.account import LoginForm, PasswordForm


class Login(views.LoginView):
    """The login page (figure 2 of the user manual of Alsep Kassa Online)."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self):
        """The admin for staff, the table of registers for inspectors."""
        return reverse("admin:index" if self.request.user.is_staff else "cabinet")

    def form_valid(self, form):
        response = super().form_valid(form)
        log(self.request, Action.LOGIN)
        return response


class Logout(views.LogoutView):
    """The logout; by POST only."""

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            log(request, Action.LOGOUT)
        return super().post(request, *args, **kwargs)


class PasswordChange(views.PasswordChangeView):
    """The change of a password. A user with a one-time password is sent here from every page."""

    form_class = PasswordForm
    success_url = reverse_lazy("cabinet")

    def form_valid(self, form):
        form.user.must_change_password = False
        # Hashing is slow: it is done before the transaction, which locks SQLite.
        form.user.set_password(form.cleaned_data["new_password1"])
        with transaction.atomic():
            form.user.save(update_fields=["password", "must_change_password"])
            log(self.request, Action.PASSWORD)
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, _("Пароль изменён."))
        return redirect(self.get_success_url())


def admin_login(request: HttpRequest) -> HttpResponse:
    """The login page of the admin: redirects to the admin, to the login or to the change of the
    password, or answers 403.
    """
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if not request.user.is_authenticated:
        return redirect(f"{reverse('login')}?{request.GET.urlencode()}")
    if request.user.must_change_password:
        return redirect("password_change")
    raise PermissionDenied
