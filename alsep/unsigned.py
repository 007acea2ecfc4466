"""The answer where there is no key to sign or to verify with, whatever was asked: 503 in words,
and the reason in the log.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kkm.errors import KeyUnavailable
from kkm.webkassa.view import error_response, is_api_address

log = logging.getLogger(__name__)


class UnsignedMiddleware:
    """Views and the door raise KeyUnavailable; what they had begun is rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page, or the envelope of the API."""
        if not isinstance(error, KeyUnavailable):
            return None
        log.error("Nothing can be signed: %s", error.why)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        if is_api_address(request):
            return error_response(status, str(error))
        return render(request, "503.html", {"sentence": str(error)}, status=status)
