"""The one view of the calls: finds the call in the table, reads what was sent, answers in the
envelope.
"""

from __future__ import annotations

import re
from http import HTTPStatus

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from kkm.domain.heading import Unreadable
from kkm.errors import RequisitesUnreadable
from kkm.webkassa import access, reading, requests, writing
from kkm.webkassa.bodies import values_of
from kkm.webkassa.call import CALLS, Call, Caller
from kkm.webkassa.calls import (
    change_token,
    client_info,
    extended,
    external_history,
    lookup,
    organization,
    shift_close,
    state,
    units,
)
from kkm.webkassa.refusals import (
    INVALID,
    NOT_AUTHORISED,
    UNKNOWN,
    CallRefused,
    NotUnderstood,
    refused,
)

MOST_ERRORS = 10
SENTENCES = {  # pydantic's own refusals in our words; ours bring their sentences with them
    "missing": lambda context: _("обязательное поле."),
    "too_short": lambda context: _("нужна хотя бы одна строка."),
    "too_long": lambda context: _("не более {limit} строк.").format(limit=context["max_length"]),
    "list_type": lambda context: _("нужен список."),
    "model_type": lambda context: _("нужен объект в фигурных скобках."),
    "refused": lambda context: context["sentence"],
}
_ADDRESS = re.compile(r"/api(?:-[\w-]+)?(?:/|\Z)(?!docs/)", re.IGNORECASE)
# Imported: they fill the table of calls.
TABLES = (
    reading,
    writing,
    change_token,
    client_info,
    extended,
    external_history,
    lookup,
    organization,
    shift_close,
    state,
    units,
)


@csrf_exempt
@never_cache
def answer(request: HttpRequest, path: str = "") -> HttpResponse:
    """Any call. 200 whenever it was understood, also when it is refused."""
    try:
        call = _call(request, path)
        return _json(_answered(request, call, values_of(request)))
    except NotUnderstood as error:
        return refusal(error.status, error.sentence, **error.headers)
    except CallRefused as refused_call:
        return _json(refused_call.answer)
    except Unreadable:
        return _json(refused(UNKNOWN, RequisitesUnreadable.sentence).answer)


def _call(request: HttpRequest, path: str) -> Call:
    call = CALLS.get(path.lower().strip("/"))
    if call is None:
        sentence = _("Такого вызова нет: {path}. Все вызовы описаны в /api/docs/.").format(
            path=path[:100]
        )
        raise NotUnderstood(HTTPStatus.NOT_FOUND, sentence)
    if request.method != "POST":
        raise NotUnderstood(
            HTTPStatus.METHOD_NOT_ALLOWED, _("Вызовы принимаются методом POST."), Allow="POST"
        )
    return call


def _answered(request: HttpRequest, call: Call, values: dict) -> dict:
    asked = _asked(call.asks, values)
    cashier = (
        access.cashier_of(request, asked, timezone.now())
        if isinstance(asked, requests.Authorized)
        else None
    )
    return call.run(Caller(request, timezone.now, cashier), asked).envelope


def _asked(asks: type[requests.Request], values: dict) -> requests.Request:
    """The request as its declaration reads it. CallRefused names every field that is wrong."""
    try:
        return asks.model_validate(values)
    except ValidationError as error:
        raise CallRefused(
            *map(_told, error.errors(include_url=False, include_input=False)[:MOST_ERRORS])
        ) from error


def _told(error: dict) -> tuple[int, str]:
    """«Positions[0].Price: …». Who has no token, or no text for one, is not authorised."""
    field = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]
    ).lstrip(".")
    code = INVALID
    if field == "Token":
        code = NOT_AUTHORISED
    return code, f"{field}: {SENTENCES[error['type']](error.get('ctx', {}))}"


def is_called(request: HttpRequest) -> bool:
    """Whether the address is one of the API's, where failures are told in JSON too."""
    return _ADDRESS.match(request.path_info) is not None


def refusal(status: HTTPStatus, sentence: str, **headers: str) -> HttpResponse:
    """What was not understood, in the same envelope."""
    return _json(refused(UNKNOWN, sentence).answer, status=status, headers=headers)


def _json(told: dict, **how: object) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), content_type="application/json; charset=utf-8", **how)
