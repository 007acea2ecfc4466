"""What a call of the API is: a line of the table of calls, who calls, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kkm.domain.printable import UNPRINTABLE
from kkm.models import KKM, Cashier
from kkm.webkassa.http import access
from kkm.webkassa.http.codes import REPEATED, CallRefused, invalid
from kkm.webkassa.request_shapes import OfRegisterRequest, Request

IDEMPOTENCY_KEY = "Idempotency-Key"
IDEMPOTENCY_KEY_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, the clock, and the request of HTTP with his headers.

    `token_owner`: the cashier whose token was sent; None for a call that asks for no token.
    """

    http_request: HttpRequest
    now: Callable[[], datetime]
    token_owner: Cashier | None = None

    @property
    def cashier(self) -> Cashier:
        """The cashier who calls. AssertionError in a call that asks for no token."""
        if self.token_owner is None:
            raise AssertionError("this call asks for no token")
        return self.token_owner

    def external_number(self, stated: str) -> str:
        """The external number of an operation: the one that was stated, or the request's key.

        Idempotency-Key as in draft-ietf-httpapi-idempotency-key-header, a quoted text or a bare
        one, of at most 50 characters. CallRefused for a longer one.
        """
        key = self.http_request.headers.get(IDEMPOTENCY_KEY, "").strip().strip('"')
        if len(key) > IDEMPOTENCY_KEY_LENGTH or UNPRINTABLE.search(key):
            sentence = _("заголовок {name}: не более {limit} печатных знаков.")
            raise invalid("", sentence.format(name=IDEMPOTENCY_KEY, limit=IDEMPOTENCY_KEY_LENGTH))
        return stated or key

    def register(self, request: OfRegisterRequest) -> KKM:
        """The register that he names and may use."""
        return access.register_of(self.cashier, request.cashbox_unique_number)


@dataclass(frozen=True, slots=True)
class CallResult:
    """`data` of the shape that the call declares.

    `repeat_of`: the external number, if the operation had been recorded by an earlier call.
    """

    data: Any
    repeat_of: str = ""

    @property
    def envelope(self) -> dict:
        """The whole answer."""
        if not self.repeat_of:
            return {"Data": self.data}
        sentence = _("Операция с внешним номером {number} уже записана: это её ответ.")
        repeated = CallRefused((REPEATED, sentence.format(number=self.repeat_of)))
        return {"Data": self.data, **repeated.envelope}


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the table of calls (`kkm.webkassa.call_table`).

    `path` as it is written in the description; `prefix`: where clients call it, though every call
    is found under every prefix; `is_repeatable`: whether an external number makes a repeat safe.
    """

    path: str
    request_type: type[Request]
    answer_type: Any
    run: Callable[[Caller, Any], CallResult]
    prefix: str = "api"
    is_repeatable: bool = False

    @property
    def address(self) -> str:
        """Where it is called, as the description says."""
        return f"/{self.prefix}/v4/{self.path}"
