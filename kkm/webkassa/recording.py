"""How a call has an operation recorded in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kkm import journal
from kkm.domain.ticket import Document, Ticket
from kkm.errors import OfflineTooLong, Refusal, TimeRunsBackwards
from kkm.models import KKM, LateOffline
from kkm.webkassa.call import Caller
from kkm.webkassa.http.codes import refusal_of_journal

ATTEMPTS = 5


def record(
    caller: Caller,
    kkm: KKM,
    entry: Document,
    received_at: datetime,
    modifier_places: Sequence[int] = (),
) -> journal.Recorded:
    """Record an entry that was received at this moment. CallRefused in the codes of the API.

    Of two calls at once the later one may get the lock first. The moment of the other is then
    before the last operation, so it is tried again as of the moment that it has become, unless it
    was made offline at a time of its own. `modifier_places` as in `refusal_of_journal`.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return journal.record(kkm=kkm, entry=entry, received_at=received_at)
        except TimeRunsBackwards as refusal:
            if entry.offline or attempt == ATTEMPTS:
                raise refusal_of_journal(refusal) from refusal
            received_at = caller.now()
            entry = replace(entry, at=received_at)
        except OfflineTooLong as refusal:
            LateOffline.objects.create(
                kkm=kkm, occurred_at=entry.at, refused_at=received_at.replace(microsecond=0)
            )
            raise refusal_of_journal(refusal) from refusal
        except Refusal as refusal:
            positions = 0
            if isinstance(entry, Ticket):
                positions = len(entry.positions)
            raise refusal_of_journal(refusal, positions, modifier_places) from refusal
    raise AssertionError("the last attempt returns or raises")
