"""The description of the API: for programs (OpenAPI) and for people (a page that needs no
script).
"""

from __future__ import annotations

from http import HTTPStatus

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kkm.webkassa.manual import manual
from kkm.webkassa.openapi import document
from kkm.webkassa.views import refusal


def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, in the caller's language."""
    if request.method not in ("GET", "HEAD"):
        return _only_get()
    return HttpResponse(
        orjson.dumps(document(get_language()), option=orjson.OPT_INDENT_2),
        content_type="application/json; charset=utf-8",
    )


def docs(request: HttpRequest) -> HttpResponse:
    """The same for people: how to begin, the codes, every call."""
    if request.method not in ("GET", "HEAD"):
        return _only_get()
    return render(
        request,
        "api/docs.html",
        {"manual": manual(get_language()), "base": request.build_absolute_uri("/").rstrip("/")},
    )


def _only_get() -> HttpResponse:
    return refusal(
        HTTPStatus.METHOD_NOT_ALLOWED, _("Описание читается методом GET."), Allow="GET, HEAD"
    )
