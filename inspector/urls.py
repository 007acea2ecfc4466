"""Addresses of those who log in: their account, and the cabinet."""

from django.urls import include, path

from inspector.views import account

urlpatterns = [
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", account.Logout.as_view(), name="logout"),
    path("password/", account.PasswordChange.as_view(), name="password_change"),
    path("cabinet/", include("inspector.cabinet_urls")),
]
