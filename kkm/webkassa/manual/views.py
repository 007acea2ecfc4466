"""The addresses at which the description of the API is read."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kkm.webkassa.manual.openapi import document
from kkm.webkassa.manual.page import manual
from kkm.webkassa.view import error_response


def openapi_document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, in the caller's language."""
    if request.method not in ("GET", "HEAD"):
        return _only_get()
    text = orjson.dumps(document(get_language()), option=orjson.OPT_INDENT_2)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


def manual_page(request: HttpRequest) -> HttpResponse:
    """The same for people: how to begin, the codes, every call."""
    if request.method not in ("GET", "HEAD"):
        return _only_get()
    base = request.build_absolute_uri("/").rstrip("/")
    return render(request, "api/docs.html", {"manual": manual(get_language()), "base": base})


def _only_get() -> HttpResponse:
    sentence = _("Описание читается методом GET.")
    return error_response(HTTPStatus.METHOD_NOT_ALLOWED, sentence, Allow="GET, HEAD")
