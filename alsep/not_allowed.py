"""A page in place of the empty answer 405, which Django gives where an address does not take the
method of the request.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


class NotAllowedMiddleware:
    """Programs, which do not prefer HTML, get the answer as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        if response.content:
            return response
        preferred = request.get_preferred_type(["application/json", "text/html"])
        if preferred == "text/html":
            response.content = render_to_string("405.html", request=request)
        return response
