"""The table of calls: each is asked with a declaration, answers another, and asks the door or
reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kkm import journal
from kkm.domain.printable import UNPRINTABLE
from kkm.domain.ticket import Entry
from kkm.errors import OfflineTooLong, Refusal, TimeRunsBackwards
from kkm.models import KKM, Cashier, LateOffline
from kkm.webkassa import access, requests
from kkm.webkassa.refusals import REPEAT, REPEATED, CallRefused, invalid, of_the_door

ATTEMPTS = 5
IDEMPOTENCY_KEY, MOST_OF_KEY = "Idempotency-Key", 50


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, when, and how he reads: `request` tells his address and his languages."""

    request: HttpRequest
    now: Callable[[], datetime]
    cashier: Cashier | None = None

    def number_for(self, stated: str) -> str:
        """The external number of an operation: the one that was stated, or the request's key.

        Idempotency-Key as in draft-ietf-httpapi-idempotency-key-header, a quoted text or a bare
        one, of at most 50 characters. CallRefused for a longer one.
        """
        key = self.request.headers.get(IDEMPOTENCY_KEY, "").strip().strip('"')
        if len(key) > MOST_OF_KEY or UNPRINTABLE.search(key):
            sentence = _("заголовок {name}: не более {limit} печатных знаков.")
            raise invalid("", sentence.format(name=IDEMPOTENCY_KEY, limit=MOST_OF_KEY))
        return stated or key

    def register(self, asked: requests.OfRegister) -> KKM:
        """The register that he names and may use."""
        return access.register_of(self.cashier, asked.cashbox_unique_number)


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` as declared by the call; `refusals` beside it when it is the answer to an earlier
    call that came again.
    """

    data: Any
    repeat_of: str = ""

    @property
    def envelope(self) -> dict:
        """What is sent."""
        again = (
            CallRefused((REPEATED, str(REPEAT).format(number=self.repeat_of))).answer
            if self.repeat_of
            else {}
        )
        return {"Data": self.data, **again}


@dataclass(frozen=True, slots=True)
class Call:
    """A row of the table: its path as it is written, what it takes, what it answers, and what it
    does.
    """

    path: str
    asks: type[requests.Request]
    answers: Any
    run: Callable[[Caller, Any], Answer]


CALLS: dict[str, Call] = {}


def call(path: str, asks: type[requests.Request], answers: Any) -> Callable:
    """Put a function into the table; whatever the case, its path finds it."""

    def put(run: Callable[[Caller, Any], Answer]) -> Callable[[Caller, Any], Answer]:
        CALLS[path.lower()] = Call(path, asks, answers, run)
        return run

    return put


def taken(
    caller: Caller,
    kkm: KKM,
    entry: Entry,
    own_time: datetime | None,
    *,
    positions: int = 0,
    modifier_places: Sequence[int] = (),
) -> journal.Recorded:
    """Ask the door to take what a register says now, or said at its own time. CallRefused in the
    API's codes.

    Of two calls at once the later one may get the lock first; the other's moment is then before the
    last operation, and it is asked again with the moment that it has become. `positions`,
    `modifier_places` as in `of_the_door`.
    """
    for attempt in range(1, ATTEMPTS + 1):
        received = caller.now()
        try:
            return journal.record(
                kkm=kkm, entry=replace(entry, at=own_time or received), received_at=received
            )
        except TimeRunsBackwards as refusal:
            if own_time or attempt == ATTEMPTS:
                raise of_the_door(refusal) from refusal
        except OfflineTooLong as refusal:
            LateOffline.objects.create(
                kkm=kkm, occurred_at=own_time, refused_at=received.replace(microsecond=0)
            )
            raise of_the_door(refusal) from refusal
        except Refusal as refusal:
            raise of_the_door(refusal, positions, modifier_places) from refusal
    raise AssertionError("unreachable")
