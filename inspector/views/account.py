"""Coming in, going out, and the password."""

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
    """The login page (figure 2 of the manual)."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self):
        """Staff seed registers; inspectors look at them."""
        return reverse("admin:index" if self.request.user.is_staff else "cabinet")

    def form_valid(self, form):
        response = super().form_valid(form)
        log(self.request, Action.LOGIN)
        return response


class Logout(views.LogoutView):
    """The way out; by POST only."""

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            log(request, Action.LOGOUT)
        return super().post(request, *args, **kwargs)


class PasswordChange(views.PasswordChangeView):
    """A new password; whoever has a one-time one sees nothing else before."""

    form_class = PasswordForm
    success_url = reverse_lazy("cabinet")

    def form_valid(self, form):
        form.user.must_change_password = False
        form.user.set_password(
            form.cleaned_data["new_password1"]
        )  # slow by design, so before the writers' queue
        with transaction.atomic():
            form.user.save(update_fields=["password", "must_change_password"])
            log(self.request, Action.PASSWORD)
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, _("Пароль изменён."))
        return redirect(self.get_success_url())


def admin_login(request: HttpRequest) -> HttpResponse:
    """Where the admin sends those whom it does not let in: to the login, to the password, or
    away.
    """
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if not request.user.is_authenticated:
        return redirect(f"{reverse('login')}?{request.GET.urlencode()}")
    if request.user.must_change_password:
        return redirect("password_change")
    raise PermissionDenied
