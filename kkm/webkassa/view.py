"""The one view of all calls: finds the call in the table, reads what was sent, answers in the
envelope.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kkm.domain.heading import Unreadable
from kkm.errors import RequisitesUnreadable
from kkm.webkassa.call import Call, Caller
from kkm.webkassa.call_table import CALL_OF_PATH
from kkm.webkassa.http.access import cashier_of
from kkm.webkassa.http.body import json_object
from kkm.webkassa.http.codes import (
    INVALID,
    NOT_AUTHORISED,
    UNKNOWN,
    CallRefused,
    NotUnderstood,
    refused,
)
from kkm.webkassa.request_shapes import AuthorizedRequest, Request

MOST_ERRORS = 10
# Sentences for what pydantic itself refuses. What our types refuse («refused») has its own.
SENTENCES = {
    "missing": lambda context: _("обязательное поле."),
    "too_short": lambda context: _("нужна хотя бы одна строка."),
    "too_long": lambda context: _("не более {limit} строк.").format(limit=context["max_length"]),
    "list_type": lambda context: _("нужен список."),
    "model_type": lambda context: _("нужен объект в фигурных скобках."),
    "refused": lambda context: context["sentence"],
}
_ADDRESS = re.compile(r"/api(?:-[\w-]+)?(?:/|\Z)(?!docs/)", re.IGNORECASE)


@csrf_exempt
@never_cache
def answer_call(request: HttpRequest, path: str = "") -> HttpResponse:
    """Any call. Status 200 whenever it was understood, also when it is refused."""
    try:
        call = _find_call(request, path)
        return _json(_envelope(request, call, json_object(request)))
    except NotUnderstood as error:
        return error_response(error.status, error.sentence, **error.headers)
    except CallRefused as refusal:
        return _json(refusal.envelope)
    except Unreadable:
        return _json(refused(UNKNOWN, RequisitesUnreadable.sentence).envelope)


def _find_call(request: HttpRequest, path: str) -> Call:
    call = CALL_OF_PATH.get(path.lower().strip("/"))
    if call is None:
        sentence = _("Такого вызова нет: {path}. Все вызовы описаны в /api/docs/.")
        raise NotUnderstood(HTTPStatus.NOT_FOUND, sentence.format(path=path[:100]))
    if request.method != "POST":
        sentence = _("Вызовы принимаются методом POST.")
        raise NotUnderstood(HTTPStatus.METHOD_NOT_ALLOWED, sentence, Allow="POST")
    return call


def _envelope(http_request: HttpRequest, call: Call, values: dict) -> dict:
    request = _read(call.request_type, values)
    token_owner = None
    if isinstance(request, AuthorizedRequest):
        token_owner = cashier_of(http_request, request.token, timezone.now())
    caller = Caller(http_request, timezone.now, token_owner)
    return call.run(caller, request).envelope


def _read(request_type: type[Request], values: dict) -> Request:
    """The request as its declaration reads it. CallRefused names every field that is wrong."""
    try:
        return request_type.model_validate(values)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        raise CallRefused(*map(_refusal_of_field, wrong[:MOST_ERRORS])) from error


def _refusal_of_field(error: ErrorDetails) -> tuple[int, str]:
    """The code, and «Positions[0].Price: …». Without a token, or with one that is no text, the
    caller is not authorised.
    """
    field = _field_path(error["loc"])
    sentence = SENTENCES[error["type"]](error.get("ctx", {}))
    code = INVALID
    if field == "Token":
        code = NOT_AUTHORISED
    return code, f"{field}: {sentence}"


def _field_path(location: Sequence[str | int]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}"
    return path.lstrip(".")


def is_api_address(request: HttpRequest) -> bool:
    """Whether the address is one of the API's, where failures are answered in JSON too."""
    return _ADDRESS.match(request.path_info) is not None


def error_response(status: HTTPStatus, sentence: str, **headers: str) -> HttpResponse:
    """What was not understood, in the same envelope."""
    return _json(refused(UNKNOWN, sentence).envelope, status=status, headers=headers)


def _json(envelope: dict, **options: object) -> HttpResponse:
    content_type = "application/json; charset=utf-8"
    return HttpResponse(orjson.dumps(envelope), content_type=content_type, **options)
