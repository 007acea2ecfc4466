"""`Cashbox/ChangeToken`: a new token of the operator of fiscal data.

Documented by the vendor (`OfdToken`; the answer is true, read in two clients). Alsep keeps no token
of an operator, so there is nothing to change, and to answer true would be wrong: code 4.
"""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _

from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http.codes import NOT_ALLOWED, refused
from kkm.webkassa.request_fields import printable_text
from kkm.webkassa.request_shapes import OfRegisterRequest


class NewTokenRequest(OfRegisterRequest):
    """The token that the operator gave."""

    ofd_token: Annotated[str, printable_text(100, least=1)]


def change_token(caller: Caller, request: NewTokenRequest) -> CallResult:
    """Refused: no token of an operator is kept."""
    caller.register(request)
    raise refused(NOT_ALLOWED, _("OfdToken: токены ОФД здесь не хранятся, менять нечего."))
