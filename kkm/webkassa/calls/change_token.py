"""`Cashbox/ChangeToken`: a new token of the operator of fiscal data.

Documented by the vendor (`OfdToken`; the answer is true, read in two clients). Alsep keeps no token
of an operator, so there is nothing to change, and saying true would be wrong: code 4.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from kkm.webkassa import requests
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.refusals import NOT_ALLOWED, refused


class NewToken(requests.OfRegister):
    """The token that the operator gave."""

    ofd_token: requests.printed(100, least=1)


@call("Cashbox/ChangeToken", NewToken, bool)
def change_token(caller: Caller, asked: NewToken) -> Answer:
    """Refused: no token of an operator is kept."""
    caller.register(asked)
    raise refused(NOT_ALLOWED, _("OfdToken: токены ОФД здесь не хранятся, менять нечего."))
