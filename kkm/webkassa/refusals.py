"""Why a call is refused: the API's codes, and what each refusal of the door is called there."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from kkm import errors

UNKNOWN, WRONG_LOGIN, TOKEN_EXPIRED, NOT_AUTHORISED, NOT_ALLOWED, NO_ACCESS, NO_REGISTER = (
    -1,
    1,
    2,
    3,
    4,
    5,
    6,
)
BLOCKED, NO_CASH, INVALID, NOT_ACTIVE, SHIFT_TOO_LONG, SHIFT_CLOSED, NO_SHIFT = (
    7,
    8,
    9,
    10,
    11,
    12,
    13,
)
REPEATED, SHIFT_NOT_FOUND, TICKET_NOT_FOUND, OFFLINE_TOO_LONG, Z_NOT_FOUND = 14, 15, 16, 18, 1014

CODES = {
    errors.NotActive: NOT_ACTIVE,
    errors.Blocked: BLOCKED,
    errors.ShiftTooLong: SHIFT_TOO_LONG,
    errors.NoOpenShift: SHIFT_CLOSED,
    errors.NotEnoughCash: NO_CASH,
    errors.ExternalNumberTaken: REPEATED,
    errors.OfflineTooLong: OFFLINE_TOO_LONG,
}
FIELDS = {
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
    def answer(self) -> dict:
        """The envelope."""
        return {"Errors": [{"Code": code, "Text": str(text)} for code, text in self.refusals]}


class NotUnderstood(Exception):
    """What is no call at all, or cannot be one now: a status of HTTP beside the sentence,
    perhaps with headers.
    """

    def __init__(self, status: HTTPStatus, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers


def refused(code: int, text: object) -> CallRefused:
    """One refusal."""
    return CallRefused((code, text))


def invalid(field: str, sentence: object) -> CallRefused:
    """A field that cannot be taken: its whole path («Positions[0].Price») and why."""
    return CallRefused((INVALID, f"{field}: {sentence}" if field else sentence))


def of_the_door(
    refusal: errors.Refusal, positions: int = 0, modifier_places: Sequence[int] = ()
) -> CallRefused | NotUnderstood:
    """What the door refused, in the API's codes; what has no code of its own is a field.

    Without a key to sign with the call is understood and cannot be carried out: 503, it may be
    repeated later. `positions`: how many the ticket has; `modifier_places`: where in the request
    each modifier of the ticket stands.
    """
    if isinstance(refusal, errors.KeyUnavailable):
        return NotUnderstood(HTTPStatus.SERVICE_UNAVAILABLE, str(refusal))
    code, field = CODES.get(type(refusal), INVALID), FIELDS.get(type(refusal), "")
    if code != INVALID:
        return refused(code, refusal)
    facts = dict(refusal.facts)
    if "modifier" in facts:
        facts["modifier"] = modifier_places[facts["modifier"]]
    if "line" in facts:
        facts["line"] = _line(facts["line"], positions, modifier_places)
    return invalid(field.format(**facts), refusal)


def _line(place: int, positions: int, modifier_places: Sequence[int]) -> str:
    """A line of the ticket under the name that it has in the request."""
    if place < positions:
        return f"Positions[{place}]"
    return f"TicketModifiers[{modifier_places[place - positions]}]"


REPEAT = _("Операция с внешним номером {number} уже записана: это её ответ.")
