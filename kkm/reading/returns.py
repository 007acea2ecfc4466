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
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from kkm.domain.kinds import RETURNED, OperationKind
from kkm.domain.moments import utc
from kkm.domain.money import ZERO, Money
from kkm.domain.seal import CONTROL_DIGITS
from kkm.local_time import local_iso
from kkm.models.operation import FiscalOperation
from kkm.models.span import Registration, Shift

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
        if operation.kind not in RETURNED:
            return None
        stored = _stored_basis(operation)
        if not isinstance(stored, dict):
            return None
        return cls(
            number=str(stored.get("number", "")).strip(),
            registration_number=str(stored.get("registration_number", "")),
            at=_moment(stored.get("at")),
            total=stored.get("total"),
        )

    @property
    def numbers(self) -> set[int]:
        """The numbers in the journal that the ticket may have: it is named by its fiscal sign or
        by its number.
        """
        texts = (self.number[:-CONTROL_DIGITS], self.number)
        return set(map(int, filter(_is_number, texts)))

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
        if self.doubt is None:
            return ""
        return str(DOUBTS[self.doubt])


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
        found = set()
        left = self.ticket.amount
        for one in self.returns:
            left -= one.amount
            if left < ZERO:
                found.add(one.pk)
        return found


def looked_at(operations: Iterable[FiscalOperation]) -> dict[int, Looked]:
    """By id: each return among operations that names a ticket.

    Nine statements at most, none without such returns.
    """
    bases = _bases(operations)
    looked = {}
    tickets = []
    for one in _found(bases, _places(bases)):
        looked[one.operation.pk] = one
        if one.ticket:
            tickets.append(one.ticket)
    for ticket in returned(tickets).values():
        for pk in looked.keys() & ticket.excessive:
            looked[pk] = replace(looked[pk], doubt=Doubt.EXCESS)
    return looked


def returned(tickets: Iterable[FiscalOperation]) -> dict[int, Returned]:
    """By id: each of these tickets with its returns."""
    by_id = {ticket.pk: ticket for ticket in tickets}
    if not by_id:
        return {}
    numbers: set[str] = set()
    times: set[str] = set()
    for ticket in by_id.values():
        numbers.update((ticket.fiscal_sign, str(ticket.number)))
        times.update(_written(ticket.occurred_at))
    naming = FiscalOperation.objects.returns_naming(numbers=numbers, times=times)
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
    bases = {}
    for operation in operations:
        basis = Basis.of(operation)
        if basis:
            bases[operation] = basis
    return bases


def _found(bases: Bases, places: Places) -> list[Looked]:
    """Returns with the tickets that they name.

    One that should be in a journal of ours and is not is missing.
    """
    tickets = _named(bases, places, _by_number(bases, places))
    rest = {}
    for one, basis in bases.items():
        if places[one] and one not in tickets:
            rest[one] = basis
    tickets |= _named(rest, places, _by_time(rest, places))
    found = []
    for one in bases:
        doubt = None
        if places[one] and one not in tickets:
            doubt = Doubt.MISSING
        found.append(Looked(one, tickets.get(one), doubt))
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
    places = {}
    for one, basis in bases.items():
        if basis.registration_number:
            places[one] = of_number[basis.registration_number]
        else:
            places[one] = [Place(one.kkm_id, 1, None)]
    return places


def _registers(bases: Bases, places: Places) -> set[int]:
    """Ids of the registers where the tickets of these returns must be."""
    kkms: set[int] = set()
    for one in bases:
        kkms.update(place.kkm for place in places[one])
    return kkms


def _by_number(bases: Bases, places: Places) -> list[FiscalOperation]:
    """Tickets of these registers with the numbers that the bases may mean."""
    kkms = _registers(bases, places)
    numbers: set[int] = set()
    for basis in bases.values():
        numbers |= basis.numbers
    if not kkms or not numbers:
        return []
    tickets = FiscalOperation.objects.tickets().filter(kkm__in=kkms, number__in=numbers)
    return list(tickets.select_related("kkm"))


def _by_time(bases: Bases, places: Places) -> list[FiscalOperation]:
    """Tickets of the times that the bases say, looked for in the shifts that lasted then."""
    moments = {basis.at for basis in bases.values() if basis.at}
    kkms = _registers(bases, places)
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
        kind = RETURNED[OperationKind(one.kind)]
        meant = []
        for place in places[one]:
            for ticket in of_register[place.kkm]:
                if ticket.kind == kind and place.has(ticket) and basis.names(ticket):
                    meant.append(ticket)
        by_sign = [ticket for ticket in meant if ticket.fiscal_sign == basis.number]
        if meant:
            found[one] = (by_sign or meant)[0]
    return found


def _written(moment: datetime) -> tuple[str, str]:
    """How a basis may write a moment: in the country's time, as the API and the import do, or in
    UTC.
    """
    return local_iso(moment), utc(moment).isoformat(timespec="seconds")


def _stored_basis(operation: FiscalOperation) -> object:
    """What stands under "basis"; None also in details that were tampered with, which the audit
    reports.
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
    if moment is None or moment.tzinfo is None:
        return None
    return moment
