"""A ticket that stands in the journal, with all that an answer and a paper say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kkm.domain import ticket
from kkm.domain.heading import RegisterHeading, frozen_in
from kkm.domain.kinds import TICKETS, PaymentType, PositionRole
from kkm.domain.money import ZERO, Money
from kkm.journal import Recorded
from kkm.models import KKM, FiscalOperation, Position, Shift
from kkm.models.operation import BALANCE_COLUMNS
from kkm.reading.frozen import freezing, present
from kkm.webkassa.composed import Question
from reports.ticket.layout import consumer_url

_COUNTS = [BALANCE_COLUMNS[f"{kind.name.lower()}_count"] for kind in TICKETS]


class Line(NamedTuple):
    """A line of a ticket. Of a stored one `vat` is what was sealed; `facts` as in
    `kkm.domain.ticket`.
    """

    role: int
    name: str
    quantity: int
    price: Money
    discount: Money
    markup: Money
    total: Money
    rate: int | None
    vat: Money
    facts: Mapping

    @property
    def is_item(self) -> bool:
        """A position, and no discount or markup on the whole ticket."""
        return self.role == PositionRole.ITEM

    @property
    def signed_vat(self) -> Money:
        """Its share of the ticket's VAT."""
        return -self.vat if self.role == PositionRole.DISCOUNT else self.vat


_FIGURES = attrgetter(*Line._fields[:-1])


class Place(NamedTuple):
    """Where the tickets of a shift stand: in which shift, under which РНМ, and how many tickets
    there had ever been before it.
    """

    shift_number: int
    registration_number: str
    tickets_before: int
    requisites: RegisterHeading


@dataclass(frozen=True, slots=True)
class Issued:
    """A ticket: its operation, its lines, and where it stands.

    `requisites`: as the journal had frozen them (`kkm.reading.frozen`).
    """

    kkm: KKM
    operation: FiscalOperation
    lines: Sequence[Line]
    place: Place

    @property
    def requisites(self) -> RegisterHeading:
        """Whose it is."""
        return self.place.requisites

    @property
    def shift_number(self) -> int:
        """The shift."""
        return self.place.shift_number

    @property
    def order_number(self) -> int:
        """Its number in the shift; it comes from the running balance, nothing is counted."""
        return self.operation.balance.tickets - self.place.tickets_before

    @property
    def registration_number(self) -> str:
        """The РНМ under which the register worked then."""
        return self.place.registration_number

    @property
    def url(self) -> str:
        """The text of its QR."""
        operation = self.operation
        return consumer_url(
            operation.fiscal_sign, self.registration_number, operation.amount, operation.occurred_at
        )

    @property
    def print_url(self) -> str:
        """The same ticket as a PDF for a roll."""
        return self.url.replace("/consumer?", "/consumer.pdf?", 1)

    @property
    def items(self) -> Iterable[Line]:
        """Its positions."""
        return (line for line in self.lines if line.is_item)

    @property
    def modifiers(self) -> Iterable[Line]:
        """Discounts and markups on the whole of it."""
        return (line for line in self.lines if not line.is_item)

    @property
    def handed_over(self) -> dict[PaymentType, Money]:
        """What was given in each way, cash with the change in it, and last: the change is given
        out of it.
        """
        paid = self.operation.payments
        cash = paid.pop(PaymentType.CASH, ZERO) + self.operation.change
        return {**paid, PaymentType.CASH: cash} if cash else paid

    @property
    def vat_by_rate(self) -> dict[int, Money]:
        """VAT by rate, the highest first; what is «без НДС» left out."""
        rates = sorted({line.rate for line in self.lines if line.rate is not None}, reverse=True)
        return {
            rate: Money.sum(line.signed_vat for line in self.lines if line.rate == rate)
            for rate in rates
        }


def issued(kkm: KKM, operation: FiscalOperation) -> Issued:
    """A ticket of a register, read."""
    lines = [line_of(line) for line in operation.positions.order_by("line")]
    return Issued(kkm, operation, lines, place_of(kkm, operation.shift_id))


def just_issued(kkm: KKM, took: Recorded, lines: Iterable) -> Issued:
    """A ticket that the door has taken just now, with what the door knows of its place: nothing
    is read again.
    """
    before = took.operation.balance.tickets - took.tickets
    number = took.registration_number
    place = Place(took.shift_number, number, before, heading_now(kkm, number))
    return Issued(kkm, took.operation, [line_of(line) for line in lines], place)


def heading_now(kkm: KKM, registration_number: str) -> RegisterHeading:
    """Whose a register is that `access.register_of` has read: what is in force, without the
    names of sections.
    """
    requisites = kkm.requisites or present(kkm, sections={})
    return RegisterHeading.of(requisites, kkm.serial_number, registration_number)


def place_of(kkm: KKM, shift_id: int) -> Place:
    """Where the tickets of one of its shifts stand. Raises `Unreadable`."""
    number, registration, before, last_number, details = _PLACE.first(shift=shift_id)
    frozen = frozen_in(details or "")
    if frozen is None and last_number:
        frozen = Shift(pk=shift_id).frozen.heading
    frozen = frozen or present(kkm, sections={})
    heading = RegisterHeading.of(frozen, kkm.serial_number, registration)
    return Place(number, registration, before, heading)


def _shifts(shift: int) -> QuerySet:
    before = FiscalOperation.objects.filter(
        kkm=OuterRef("kkm"), number=OuterRef("first_number") - 1
    )
    tickets = before.annotate(
        tickets=sum((F(column) for column in _COUNTS[1:]), F(_COUNTS[0]))
    ).values("tickets")
    told = Shift.objects.order_by().filter(pk=shift).annotate(before=Coalesce(Subquery(tickets), 0))
    frozen = freezing(OuterRef("kkm")).filter(number__lt=OuterRef("first_number"))
    told = told.annotate(details=Subquery(frozen.values("details")[:1]))
    named = ("number", "registration__registration_number", "before", "last_number", "details")
    return told.values_list(*named)


_PLACE = Question(_shifts, shift=-1)


def line_of(line: Position | ticket.Position | ticket.Modifier) -> Line:
    """A stored line, or one that the door has just taken.

    Nothing is checked: what was tampered with is shown as it stands.
    """
    return Line(*_FIGURES(line), line.facts if isinstance(line, Position) else line.details)


def by_sign(kkm: KKM, fiscal_sign: str) -> FiscalOperation | None:
    """The ticket of a register with this fiscal sign: the sign begins with the ticket's number
    (`kkm.domain.seal`), so none is searched.
    """
    number = fiscal_sign[:-6]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return kkm.operations.tickets().filter(number=int(number), fiscal_sign=fiscal_sign).first()


def by_external_number(kkm: KKM, external_number: str) -> FiscalOperation | None:
    """The ticket with this number of the client's.

    (The second condition is the index's own: SQLite would not use it otherwise.)
    """
    return (
        kkm.operations.tickets()
        .filter(external_number=external_number)
        .exclude(external_number="")
        .first()
    )
