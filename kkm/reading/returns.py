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
from kkm.models.operation import FiscalOperation, numbers_of_shifts
from kkm.models.span import Registration, Shift

_LONGEST = 18  # digits of an operation's number


class ReturnWarning(StrEnum):
    """Why an inspector should look at a return."""

    MISSING = "missing"
    EXCESS = "excess"


RETURN_WARNINGS = {
    ReturnWarning.MISSING: _("чек-основание не найден"),
    ReturnWarning.EXCESS: _("возвращено больше суммы чека"),
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


class RegistrationRange(NamedTuple):
    """The operations of a register under one РНМ: from `first` to `last` (None: it still lasts)."""

    kkm: int
    first: int
    last: int | None

    def has(self, ticket: FiscalOperation) -> bool:
        """Whether the ticket is one of these operations."""
        ended = self.last is not None and ticket.number > self.last
        return self.kkm == ticket.kkm_id and self.first <= ticket.number and not ended


Bases = dict[FiscalOperation, Basis]
Registrations = dict[FiscalOperation, list[RegistrationRange]]


@dataclass(frozen=True, slots=True)
class CheckedReturn:
    """A return that names a ticket. `ticket`: that ticket, if it is in a journal of ours."""

    operation: FiscalOperation
    ticket: FiscalOperation | None
    warning: ReturnWarning | None = None

    @property
    def warning_name(self) -> str:
        """The warning in words, or empty."""
        if self.warning is None:
            return ""
        return str(RETURN_WARNINGS[self.warning])


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
        return Money.sum(operation.amount for operation in self.returns)

    @property
    def left(self) -> Money:
        """What is left of the ticket; negative if more was returned."""
        return self.ticket.amount - self.total

    @property
    def excessive(self) -> set[int]:
        """Ids of the returns from the one on with which the sum is more than the ticket's."""
        found = set()
        left = self.ticket.amount
        for operation in self.returns:
            left -= operation.amount
            if left < ZERO:
                found.add(operation.pk)
        return found


def check_returns(operations: Iterable[FiscalOperation]) -> dict[int, CheckedReturn]:
    """By id: each return among operations that names a ticket.

    Nine statements at most, none without such returns.
    """
    bases = _bases(operations)
    checked = {}
    tickets = []
    for found in _found(bases, _registrations(bases)):
        checked[found.operation.pk] = found
        if found.ticket:
            tickets.append(found.ticket)
    for ticket in returned(tickets).values():
        for pk in checked.keys() & ticket.excessive:
            checked[pk] = replace(checked[pk], warning=ReturnWarning.EXCESS)
    return checked


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
    bases = _bases(naming.order_by("occurred_at", "received_at", "kkm_id", "number"))
    registrations = _registrations(bases)
    named = _named(bases, registrations, by_id.values())
    near = {operation: bases[operation] for operation in named}
    returns: dict[int, list[FiscalOperation]] = defaultdict(list)
    for found in _found(near, registrations):
        if found.ticket:
            returns[found.ticket.pk].append(found.operation)
    return {pk: Returned(ticket, returns[pk]) for pk, ticket in by_id.items()}


def _bases(operations: Iterable[FiscalOperation]) -> Bases:
    """The returns among operations that name a ticket, in their order."""
    bases = {}
    for operation in operations:
        basis = Basis.of(operation)
        if basis:
            bases[operation] = basis
    return bases


def _found(bases: Bases, registrations: Registrations) -> list[CheckedReturn]:
    """Returns with the tickets that they name.

    One that should be in a journal of ours and is not is missing.
    """
    tickets = _named(bases, registrations, _by_number(bases, registrations))
    rest = {}
    for operation, basis in bases.items():
        if registrations[operation] and operation not in tickets:
            rest[operation] = basis
    tickets |= _named(rest, registrations, _by_time(rest, registrations))
    found = []
    for operation in bases:
        warning = None
        if registrations[operation] and operation not in tickets:
            warning = ReturnWarning.MISSING
        found.append(CheckedReturn(operation, tickets.get(operation), warning))
    return found


def _registrations(bases: Bases) -> Registrations:
    """For each return the registrations under which its ticket may have been made.

    They are those of the РНМ in the basis; none if no register of ours had it. Without a РНМ it is
    the register of the return itself.
    """
    named = {basis.registration_number for basis in bases.values()} - {""}
    of_number: dict[str, list[RegistrationRange]] = defaultdict(list)
    if named:
        rows = Registration.objects.filter(registration_number__in=named)
        columns = ("registration_number", "kkm", "first_number", "last_number")
        for number, *row in rows.values_list(*columns):
            of_number[number].append(RegistrationRange(*row))
    registrations = {}
    for operation, basis in bases.items():
        if basis.registration_number:
            registrations[operation] = of_number[basis.registration_number]
        else:
            registrations[operation] = [RegistrationRange(operation.kkm_id, 1, None)]
    return registrations


def _registers(bases: Bases, registrations: Registrations) -> set[int]:
    """Ids of the registers where the tickets of these returns must be."""
    kkms: set[int] = set()
    for operation in bases:
        kkms.update(registration.kkm for registration in registrations[operation])
    return kkms


def _by_number(bases: Bases, registrations: Registrations) -> list[FiscalOperation]:
    """Tickets of these registers with the numbers that the bases may mean."""
    kkms = _registers(bases, registrations)
    numbers: set[int] = set()
    for basis in bases.values():
        numbers |= basis.numbers
    if not kkms or not numbers:
        return []
    tickets = FiscalOperation.objects.tickets().filter(kkm__in=kkms, number__in=numbers)
    return list(tickets.select_related("kkm"))


def _by_time(bases: Bases, registrations: Registrations) -> list[FiscalOperation]:
    """Tickets of the times that the bases say, looked for in the shifts that lasted then."""
    moments = {basis.at for basis in bases.values() if basis.at}
    kkms = _registers(bases, registrations)
    if not moments or not kkms:
        return []
    lasted = Q()
    for moment in moments:
        lasted |= Q(opened_at__lte=moment) & (Q(closed_at=None) | Q(closed_at__gte=moment))
    within = Q()
    for shift in Shift.objects.filter(lasted, kkm__in=kkms):
        within |= numbers_of_shifts(shift, shift)
    if not within:
        return []
    tickets = FiscalOperation.objects.tickets().filter(within, occurred_at__in=moments)
    return list(tickets.select_related("kkm").order_by("kkm", "number"))


def _named(
    bases: Bases, registrations: Registrations, tickets: Iterable[FiscalOperation]
) -> dict[FiscalOperation, FiscalOperation]:
    """Of each return the ticket that it means, where it is among these."""
    of_register: dict[int, list[FiscalOperation]] = defaultdict(list)
    for ticket in tickets:
        of_register[ticket.kkm_id].append(ticket)
    found = {}
    for operation, basis in bases.items():
        kind = RETURNED[OperationKind(operation.kind)]
        meant = []
        for registration in registrations[operation]:
            for ticket in of_register[registration.kkm]:
                if ticket.kind == kind and registration.has(ticket) and basis.names(ticket):
                    meant.append(ticket)
        by_sign = [ticket for ticket in meant if ticket.fiscal_sign == basis.number]
        if meant:
            found[operation] = (by_sign or meant)[0]
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
