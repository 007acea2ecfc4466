"""Addresses of the register API: its description, and every call with and without the version,
whatever the case.
"""

from django.urls import path, re_path
from django.views.generic import RedirectView

from kkm.webkassa import pages, views

urlpatterns = [
    path("api/openapi.json", pages.description, name="api-description"),
    path("api/docs/", pages.docs, name="api-docs"),
    path("api/docs", RedirectView.as_view(pattern_name="api-docs")),
    # All the rest, a line break too, so that whatever is wrong there is told in JSON.
    re_path(
        r"^[aA][pP][iI](?:-[\w-]+)?(?:/(?:[vV]4/)?(?P<path>[\s\S]*))?\Z",
        views.answer,
        name="webkassa",
    ),
]
