"""Addresses of papers, open to everybody."""

from django.urls import path

from reports.verify import views

urlpatterns = [
    path("", views.by_figures, name="verify"),
    path("<str:text>", views.by_token, name="verify_token"),
]
