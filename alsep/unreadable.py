"""The error page for frozen requisites of a journal that cannot be read. Present requisites are
never shown instead of them.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kkm.domain.heading import Unreadable
from kkm.errors import RequisitesUnreadable

_log = logging.getLogger(__name__)


class UnreadableMiddleware:
    """Answers `kkm.domain.heading.Unreadable` of any page; the register API answers it in its own
    envelope.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page, for this error alone."""
        if not isinstance(error, Unreadable):
            return None
        _log.error("a frozen text cannot be read: %s", request.path, exc_info=error)
        context = {"sentence": RequisitesUnreadable.sentence}
        return render(request, "unreadable.html", context, status=500)
