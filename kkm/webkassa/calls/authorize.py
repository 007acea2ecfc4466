"""`Authorize`: a token for a cashier. Documented by the vendor."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http import access
from kkm.webkassa.request_fields import Secret, printable_text
from kkm.webkassa.request_shapes import Request


class AuthorizeRequest(Request):
    """Login and password of a cashier."""

    login: Annotated[str, printable_text(150, least=1)]
    password: Secret


class AuthorizedAnswer(TypedDict):
    """A token of 24 hours."""

    Token: str


def authorize(caller: Caller, request: AuthorizeRequest) -> CallResult:
    """A token for a cashier, valid for 24 hours."""
    token = access.issue_token(
        caller.http_request, request.login, request.password, now=caller.now()
    )
    return CallResult({"Token": token})
