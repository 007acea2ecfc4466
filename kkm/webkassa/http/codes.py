"""Why a call is refused: the codes of the API, and which of them a refusal of the journal has."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from kkm import errors

UNKNOWN = -1
WRONG_LOGIN = 1
TOKEN_EXPIRED = 2
NOT_AUTHORISED = 3
NOT_ALLOWED = 4
NO_ACCESS = 5
NO_REGISTER = 6
BLOCKED = 7
NO_CASH = 8
INVALID = 9
NOT_ACTIVE = 10
SHIFT_TOO_LONG = 11
SHIFT_CLOSED = 12
NO_SHIFT = 13
REPEATED = 14
SHIFT_NOT_FOUND = 15
TICKET_NOT_FOUND = 16
OFFLINE_TOO_LONG = 18
Z_NOT_FOUND = 1014

# What has no code here is INVALID: a wrong field.
CODE_OF_REFUSAL = {
    errors.NotActive: NOT_ACTIVE,
    errors.Blocked: BLOCKED,
    errors.ShiftTooLong: SHIFT_TOO_LONG,
    errors.NoOpenShift: SHIFT_CLOSED,
    errors.NotEnoughCash: NO_CASH,
    errors.ExternalNumberTaken: REPEATED,
    errors.OfflineTooLong: OFFLINE_TOO_LONG,
}
FIELD_OF_REFUSAL = {
    errors.UnknownVatRate: "{line}.TaxPercent",
    errors.TimeRunsBackwards: "DateTime",
    errors.TimeInFuture: "DateTime",
    errors.BasisInFuture: "ReturnBasisDetails.DateTime",
    errors.DiscountBeyondTurnover: "TicketModifiers[{modifier}].Sum",
}


class CallRefused(Exception):
    """A call that is refused: pairs of a code and a sentence for a person."""

    def __init__(self, *refusals: tuple[int, object]) -> None:
        super().__init__(refusals)
        self.refusals = refusals

    @property
    def envelope(self) -> dict:
        """The whole answer."""
        return {"Errors": [{"Code": code, "Text": str(text)} for code, text in self.refusals]}


class NotUnderstood(Exception):
    """A request that is no call, or that cannot be answered now: a status of HTTP and a sentence
    for a person, perhaps with headers.
    """

    def __init__(self, status: HTTPStatus, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers


def refused(code: int, text: object) -> CallRefused:
    """A refusal for one reason."""
    return CallRefused((code, text))


def invalid(field: str, sentence: object) -> CallRefused:
    """A wrong field: its whole path («Positions[0].Price», "" for the body) and what is wrong."""
    if not field:
        return refused(INVALID, sentence)
    return refused(INVALID, f"{field}: {sentence}")


def refusal_of_journal(
    refusal: errors.Refusal, positions: int = 0, modifier_places: Sequence[int] = ()
) -> CallRefused | NotUnderstood:
    """A refusal of `kkm.journal` in the codes of the API.

    Without a key to sign with the call is understood and cannot be carried out: status 503, it may
    be repeated later. `positions`: how many the ticket has; `modifier_places`: where in the request
    each modifier of the ticket stands.
    """
    if isinstance(refusal, errors.KeyUnavailable):
        return NotUnderstood(HTTPStatus.SERVICE_UNAVAILABLE, str(refusal))
    kind = type(refusal)
    if kind in CODE_OF_REFUSAL:
        return refused(CODE_OF_REFUSAL[kind], refusal)
    facts: dict[str, Any] = dict(refusal.facts)
    if "modifier" in facts:
        facts["modifier"] = modifier_places[facts["modifier"]]
    if "line" in facts:
        facts["line"] = _line_in_request(facts["line"], positions, modifier_places)
    field = FIELD_OF_REFUSAL.get(kind, "")
    return invalid(field.format(**facts), refusal)


def _line_in_request(place: int, positions: int, modifier_places: Sequence[int]) -> str:
    """The name in the request of a line of the ticket."""
    if place < positions:
        return f"Positions[{place}]"
    return f"TicketModifiers[{modifier_places[place - positions]}]"
