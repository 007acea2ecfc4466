"""What returns return: the ticket that each names as its basis, and how much of it has been
returned.

Nothing is stored for it. A basis names the register by its РНМ and the ticket by its number, from
which the ticket is found by (register, number): a fiscal sign begins with that number
(`kkm.domain.seal`). Of a ticket that was imported the sign in the basis is another system's; it is
found by its time in its shift, and must have the sum. The returns of a ticket are found by the
number or the time that they name, through indexes (`kkm.models.basis`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from kkm.domain.kinds import RETURNED, OperationKind
from kkm.domain.moments import utc
from kkm.domain.money import Money
from kkm.local_time import local_iso
from kkm.models.operation import FiscalOperation
from kkm.models.span import Registration, Shift

_CONTROL = 6  # digits of a fiscal sign after the operation's number
_LONGEST = 18  # digits of an operation's number


class Doubt(StrEnum):
    """Why an inspector should look at a return."""

    MISSING = "missing"
    EXCESS = "excess"


DOUBTS = {
    Doubt.MISSING: _("чек-основание не найден"),
    Doubt.EXCESS: _("возвращено больше чека"),
}


class Basis(NamedTuple):
    """What a return says of the ticket that it returns; "" and None for what it does not say."""

    number: str
    registration_number: str
    at: datetime | None
    total: object

    @classmethod
    def of(cls, operation: FiscalOperation) -> Basis | None:
        """Out of its details; None of what is no return or names no ticket."""
        told = _told(operation) if operation.kind in RETURNED else None
        if not isinstance(told, dict):
            return None
        number, register = (str(told.get(key, "")) for key in ("number", "registration_number"))
        return cls(number.strip(), register, _moment(told.get("at")), told.get("total"))

    @property
    def numbers(self) -> set[int]:
        """The numbers in the journal that the ticket may have: it is named by its fiscal sign or
        by its number.
        """
        texts = (self.number[:-_CONTROL], self.number)
        return {int(text) for text in texts if _is_number(text)}

    def names(self, ticket: FiscalOperation) -> bool:
        """Whether this is the ticket: its fiscal sign, or two of its number in the journal, its
        time and its sum.
        """
        agrees = (
            self.number == str(ticket.number),
            self.at == ticket.occurred_at,
            self.total == ticket.amount.tiyn,
        )
        return self.number == ticket.fiscal_sign or sum(agrees) >= 2


class Place(NamedTuple):
    """A register under one РНМ: from operation `first` to `last` (None: still)."""

    kkm: int
    first: int
    last: int | None

    def has(self, ticket: FiscalOperation) -> bool:
        """Whether the ticket was made there then."""
        ended = self.last is not None and ticket.number > self.last
        return self.kkm == ticket.kkm_id and self.first <= ticket.number and not ended


Bases = dict[FiscalOperation, Basis]
Places = dict[FiscalOperation, list[Place]]


@dataclass(frozen=True, slots=True)
class Looked:
    """A return that names a ticket. `ticket`: that ticket, if it is in a journal of ours."""

    operation: FiscalOperation
    ticket: FiscalOperation | None
    doubt: Doubt | None = None

    @property
    def doubt_name(self) -> str:
        """The doubt in words, or empty."""
        return str(DOUBTS[self.doubt]) if self.doubt else ""


@dataclass(frozen=True, slots=True)
class Returned:
    """A ticket with the returns that name it, in the order of their times, on whatever register
    of ours.
    """

    ticket: FiscalOperation
    returns: Sequence[FiscalOperation]

    @property
    def total(self) -> Money:
        """What was returned."""
        return Money.sum(one.amount for one in self.returns)

    @property
    def left(self) -> Money:
        """What is left of the ticket; negative if more was returned."""
        return self.ticket.amount - self.total

    @property
    def excessive(self) -> set[int]:
        """Ids of the returns from the one on with which the sum is more than the ticket's."""
        found, left = set(), self.ticket.amount
        for one in self.returns:
            left -= one.amount
            if left < Money():
                found.add(one.pk)
        return found


def looked_at(operations: Iterable[FiscalOperation]) -> dict[int, Looked]:
    """By id: each return among operations that names a ticket.

    Nine statements at most, none without such returns.
    """
    bases = _bases(operations)
    found = _found(bases, _places(bases))
    tickets = {one.ticket.pk: one.ticket for one in found if one.ticket}
    excessive: set[int] = set()
    for ticket in returned(tickets.values()).values():
        excessive |= ticket.excessive
    looked = {one.operation.pk: one for one in found}
    for pk in looked.keys() & excessive:
        looked[pk] = Looked(looked[pk].operation, looked[pk].ticket, Doubt.EXCESS)
    return looked


def returned(tickets: Iterable[FiscalOperation]) -> dict[int, Returned]:
    """By id: each of these tickets with its returns."""
    by_id = {ticket.pk: ticket for ticket in tickets}
    if not by_id:
        return {}
    names = {name for one in by_id.values() for name in (one.fiscal_sign, str(one.number))}
    times = {text for one in by_id.values() for text in _written(one.occurred_at)}
    naming = FiscalOperation.objects.returns_naming(numbers=names, times=times)
    naming = naming.select_related("kkm")
    bases = _bases(naming.order_by("occurred_at", "received_at", "pk"))
    places = _places(bases)
    near = {one: bases[one] for one in _named(bases, places, by_id.values())}
    returns: dict[int, list[FiscalOperation]] = defaultdict(list)
    for one in _found(near, places):
        if one.ticket:
            returns[one.ticket.pk].append(one.operation)
    return {pk: Returned(ticket, returns[pk]) for pk, ticket in by_id.items()}


def _bases(operations: Iterable[FiscalOperation]) -> Bases:
    """The returns among operations that name a ticket, in their order."""
    told = {one: Basis.of(one) for one in operations}
    return {one: basis for one, basis in told.items() if basis}


def _found(bases: Bases, places: Places) -> list[Looked]:
    """Returns with the tickets that they name.

    One that should be in a journal of ours and is not is missing.
    """
    tickets = _named(bases, places, _by_number(bases, places))
    rest = {one: basis for one, basis in bases.items() if places[one] and one not in tickets}
    tickets |= _named(rest, places, _by_time(rest, places))
    found = []
    for one in bases:
        missing = Doubt.MISSING if places[one] and one not in tickets else None
        found.append(Looked(one, tickets.get(one), missing))
    return found


def _places(bases: Bases) -> Places:
    """Where the ticket of each return must be; nowhere if the РНМ is of no register of ours.

    Without a РНМ it is the return's own.
    """
    named = {basis.registration_number for basis in bases.values()} - {""}
    of_number: dict[str, list[Place]] = defaultdict(list)
    if named:
        registrations = Registration.objects.filter(registration_number__in=named)
        columns = ("registration_number", "kkm", "first_number", "last_number")
        for number, *place in registrations.values_list(*columns):
            of_number[number].append(Place(*place))
    return {
        one: of_number[basis.registration_number]
        if basis.registration_number
        else [Place(one.kkm_id, 1, None)]
        for one, basis in bases.items()
    }


def _by_number(bases: Bases, places: Places) -> list[FiscalOperation]:
    """Tickets of these registers with the numbers that the bases may mean."""
    kkms = {place.kkm for of_one in places.values() for place in of_one}
    numbers = {number for basis in bases.values() for number in basis.numbers}
    if not kkms or not numbers:
        return []
    tickets = FiscalOperation.objects.tickets().filter(kkm__in=kkms, number__in=numbers)
    return list(tickets.select_related("kkm"))


def _by_time(bases: Bases, places: Places) -> list[FiscalOperation]:
    """Tickets of the times that the bases say, looked for in the shifts that lasted then."""
    moments = {basis.at for basis in bases.values() if basis.at}
    kkms = {place.kkm for one in bases for place in places[one]}
    if not moments or not kkms:
        return []
    lasted = Q()
    for moment in moments:
        lasted |= Q(opened_at__lte=moment) & (Q(closed_at=None) | Q(closed_at__gte=moment))
    shifts = Shift.objects.filter(lasted, kkm__in=kkms)
    tickets = FiscalOperation.objects.tickets().filter(
        shift__in=list(shifts.values_list("pk", flat=True)), occurred_at__in=moments
    )
    return list(tickets.select_related("kkm").order_by("kkm", "number"))


def _named(
    bases: Bases, places: Places, tickets: Iterable[FiscalOperation]
) -> dict[FiscalOperation, FiscalOperation]:
    """Of each return the ticket that it means, where it is among these."""
    of_register: dict[int, list[FiscalOperation]] = defaultdict(list)
    for ticket in tickets:
        of_register[ticket.kkm_id].append(ticket)
    found = {}
    for one, basis in bases.items():
        meant = [
            ticket
            for place in places[one]
            for ticket in of_register[place.kkm]
            if ticket.kind == RETURNED[OperationKind(one.kind)]
            and place.has(ticket)
            and basis.names(ticket)
        ]
        if meant:
            found[one] = max(meant, key=lambda ticket: ticket.fiscal_sign == basis.number)
    return found


def _written(moment: datetime) -> tuple[str, str]:
    """How a basis may write a moment: in the country's time, as the API and the import do, or in
    UTC.
    """
    return local_iso(moment), utc(moment).isoformat(timespec="seconds")


def _told(operation: FiscalOperation) -> object:
    """What stands under "basis"; None also in details that were tampered with, of which the
    audit tells.
    """
    try:
        return operation.facts.get("basis")
    except (ValueError, AttributeError):
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST


def _moment(text: object) -> datetime | None:
    """A time with its zone; None for anything else: a stored text that was tampered with breaks
    nothing.
    """
    try:
        moment = parse_datetime(str(text))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
