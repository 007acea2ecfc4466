"""Addresses of the register API: its description, and every call with and without the version,
whatever the case.
"""

from django.urls import path, re_path
from django.views.generic import RedirectView

from kkm.webkassa.manual import views
from kkm.webkassa.view import answer_call

urlpatterns = [
    path("api/openapi.json", views.openapi_document, name="api-description"),
    path("api/docs/", views.manual_page, name="api-docs"),
    path("api/docs", RedirectView.as_view(pattern_name="api-docs")),
    # All the rest, also with a line break in it, so that every error there is answered in JSON.
    re_path(
        r"^[aA][pP][iI](?:-[\w-]+)?(?:/(?:[vV]4/)?(?P<path>[\s\S]*))?\Z",
        answer_call,
        name="webkassa",
    ),
]
