"""The door: everything fiscal is written here and nowhere else.

Each function locks the register, refuses by name (`kkm.errors`), writes, and returns what it wrote,
in one transaction. Time is an argument: `at` is the moment of the operation, `received_at` ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction

from kkm import signing
from kkm.domain import heading
from kkm.domain.head import Head
from kkm.domain.heading import Requisites
from kkm.domain.kinds import RETURNED, OperationKind, PaymentType
from kkm.domain.limits import OFFLINE_LIMIT, SHIFT_LIMIT
from kkm.domain.moments import utc
from kkm.domain.money import ZERO
from kkm.domain.requisites import RegistrationNumber
from kkm.domain.snapshot import Snapshot
from kkm.domain.ticket import Act, Entry, Placement, ShiftClosing, Ticket
from kkm.domain.totals import Totals
from kkm.domain.vat import rate_name
from kkm.errors import (
    AlreadyActive,
    AlreadyBlocked,
    AlreadyDeregistered,
    BasisInFuture,
    Blocked,
    DiscountBeyondTurnover,
    ExternalNumberTaken,
    NoOpenShift,
    NotActive,
    NotBlocked,
    NotEnoughCash,
    OfflineTooLong,
    Refusal,
    RegistrationNumberTaken,
    RequisitesUnreadable,
    ShiftIsOpen,
    ShiftTooLong,
    TimeInFuture,
    TimeRunsBackwards,
    UnknownVatRate,
)
from kkm.journal.page import OpenShift, Page, day_of_rates, opened
from kkm.local_time import clock
from kkm.models import KKM, FiscalOperation, Registration, Shift, SignedHead, ZReport
from kkm.reading.fold import snapshot_at
from kkm.reading.frozen import freezing, heading_of_shift, present


class Recorded(NamedTuple):
    """The id of an operation, and whether it had been there before."""

    id: int
    repeated: bool


class Taken(NamedTuple):
    """An operation, and whether it had been there before. Of a new ticket or placement also where
    it stands: the number of its shift, how many tickets the shift has now, and the РНМ.
    """

    operation: FiscalOperation
    repeated: bool = False
    shift_number: int = 0
    tickets: int = 0
    registration_number: str = ""


def record(
    *, kkm: KKM, entry: Ticket | Placement | ShiftClosing, received_at: datetime
) -> FiscalOperation:
    """Record one document; a ticket or placement opens a shift if none is open. A repeat of an
    external number with the same content returns the first operation and writes nothing.
    """
    return take(kkm=kkm, entry=entry, received_at=received_at).operation


def take(*, kkm: KKM, entry: Ticket | Placement | ShiftClosing, received_at: datetime) -> Taken:
    """The same, telling whether it was a repeat."""
    with opened(kkm, entry) as page:
        repeated = _take(page, entry, utc(received_at))
    if repeated is not None:
        return Taken(FiscalOperation.objects.get(pk=repeated), repeated=True)
    if page.shift is None:
        return Taken(page.last)
    tickets = page.head.balance.tickets - page.shift.tickets_before
    return Taken(page.last, False, page.shift.number, tickets, page.registration_number)


def record_many(
    *, kkm: KKM, entries: Sequence[Entry], received_at: Sequence[datetime] | datetime
) -> list[Recorded]:
    """Record tickets, placements and shift closings of one register in order, all or none, in one
    transaction.

    The checks are those of one by one. A refusal carries `index`, the place of the entry that was
    refused.
    """
    times = [received_at] * len(entries) if isinstance(received_at, datetime) else received_at
    repeated: list[int | None] = []
    with opened(kkm) as page:
        page.expect([entry.external_number for entry in entries])
        for index, (entry, received) in enumerate(zip(entries, times, strict=True)):
            try:
                repeated.append(_take(page, entry, utc(received)))
            except Refusal as refusal:
                refusal.index = index
                raise
    written = iter(page.written)
    return [
        Recorded(next(written), False) if earlier is None else Recorded(earlier, True)
        for earlier in repeated
    ]


def close_shift(*, kkm: KKM, entry: ShiftClosing, received_at: datetime) -> FiscalOperation:
    """Close the open shift and freeze its Z; allowed also when blocked and after 24 hours.

    Returns the closing operation.
    """
    return record(kkm=kkm, entry=entry, received_at=received_at)


def activate(*, kkm: KKM, registration_number: RegistrationNumber, act: Act) -> FiscalOperation:
    """Put the register on the record under an РНМ that no other active register has. `act.at` is
    both clocks.

    The act freezes the requisites as they are.
    """
    number = RegistrationNumber(registration_number)
    act = _as(act, OperationKind.ACTIVATION, registration_number=number)
    try:
        with opened(kkm) as page:
            if page.registration_id:
                raise AlreadyActive(registration_number=page.registration_number)
            if Registration.objects.open().filter(registration_number=number).exists():
                raise RegistrationNumberTaken(registration_number=number)
            _write_act(page, _freezing(act, present(_read_again(kkm))))
            first = {"first_number": page.head.number, "opened_at": act.at}
            with transaction.atomic():
                Registration.objects.create(kkm=kkm, registration_number=number, **first)
            _sign(page)
    except IntegrityError as error:  # two registers asked for one number at once
        raise RegistrationNumberTaken(registration_number=number) from error
    return page.last


def deregister(*, kkm: KKM, act: Act) -> FiscalOperation:
    """Take the register off the record, in one transaction with the Z of the shift that may be
    open.
    """
    act = _as(act, OperationKind.DEREGISTRATION)
    with opened(kkm) as page:
        if not page.registration_id:
            raise AlreadyDeregistered
        if page.shift:
            _close(
                page,
                ShiftClosing(at=act.at, actor_code=act.actor_code, actor_name=act.actor_name),
                act.at,
            )
        _write_act(page, act)
        Registration.objects.filter(pk=page.registration_id).update(
            last_number=page.head.number, closed_at=act.at
        )
        _sign(page)
    return page.last


def block(*, kkm: KKM, act: Act) -> FiscalOperation:
    """Block the register: tickets and placements are refused from now on."""
    act = _as(act, OperationKind.BLOCK)
    with opened(kkm) as page:
        if page.blocked:
            raise AlreadyBlocked
        _write_act(page, act)
    return page.last


def unblock(*, kkm: KKM, act: Act) -> FiscalOperation:
    """Let the register work again."""
    act = _as(act, OperationKind.UNBLOCK)
    with opened(kkm) as page:
        if not page.blocked:
            raise NotBlocked
        _write_act(page, act)
    return page.last


def change_requisites(*, kkm: KKM, requisites: Requisites, act: Act) -> FiscalOperation | None:
    """Freeze new requisites of a register that has a journal; whoever calls writes the rows in the
    same transaction, afterwards.

    None, and nothing is written, when there is no journal yet or its last act froze just these.
    Allowed off the record too: so the journal always says what the register's rows must say.
    """
    act = _freezing(_as(act, OperationKind.REQUISITES), requisites)
    with opened(kkm) as page:
        if not page.head.number or _is_frozen(page, requisites):
            return None
        if page.shift:
            raise ShiftIsOpen(serial_number=page.serial_number, number=page.shift.number)
        _write_act(page, act)
        _sign(page)
    return page.last


def _is_frozen(page: Page, requisites: Requisites) -> bool:
    details = freezing(page.kkm_id).values_list("details", flat=True).first()
    try:
        return heading.frozen_in(details or "") == requisites
    except heading.Unreadable:
        return False


def _read_again(kkm: KKM) -> KKM:
    """The register as it is under the lock."""
    return KKM.objects.select_related("taxpayer", "ofd").get(pk=kkm.pk)


def _freezing(act: Act, requisites: Requisites) -> Act:
    return replace(act, details={**act.details, heading.KEY: requisites.cells})


def _as(act: Act, kind: OperationKind, **details: str) -> Act:
    return replace(act, kind=kind, details={**act.details, **details})


def _write_act(page: Page, act: Act) -> None:
    _refuse_time(page, act, act.at)
    page.append(act, page.head.balance, act.at)
    page.flush()


def _take(page: Page, entry: Entry, received_at: datetime) -> int | None:
    """Write one document of a register; the id of the operation that already has its external
    number, if it is a repeat.
    """
    repeated = page.repeated(entry)
    if repeated:
        operation, same = repeated
        if not same:
            raise ExternalNumberTaken(external_number=entry.external_number)
        return operation
    if isinstance(entry, ShiftClosing):
        _close(page, entry, received_at)
        return None
    _refuse(page, entry, received_at)
    balance = page.head.balance.after(entry.kind, entry.amount, entry.paid(PaymentType.CASH))
    if balance.cash < ZERO:
        raise NotEnoughCash(cash=page.head.balance.cash, needed=entry.paid(PaymentType.CASH))
    if page.shift is None:
        _open_shift(page, entry)
    page.append(entry, balance, received_at)
    return None


def _refuse(page: Page, entry: Ticket | Placement, received_at: datetime) -> None:
    if not page.registration_id:
        raise NotActive
    if page.blocked:
        raise Blocked(reason=_blocking_reason(page))
    _refuse_time(page, entry, received_at)
    if page.shift and entry.at >= page.shift.opened_at + SHIFT_LIMIT:
        raise ShiftTooLong(number=page.shift.number)
    if isinstance(entry, Ticket):
        _refuse_ticket(page, entry)


def _refuse_ticket(page: Page, ticket: Ticket) -> None:
    sold_at = ticket.sold_at
    if sold_at and sold_at > ticket.at:
        raise BasisInFuture(at=clock(sold_at))
    rates = {line.rate for line in ticket.lines}
    day = day_of_rates(ticket)
    is_return = ticket.kind in RETURNED
    unknown = page.unknown_rate(rates, day, or_before=is_return and sold_at is None)
    if unknown is not None:
        line = [line.rate for line in ticket.lines].index(unknown)
        raise UnknownVatRate(rate=rate_name(unknown), day=f"{day:%d.%m.%Y}", line=line)
    place = ticket.overdrawing
    if place is not None:
        modifier = ticket.modifiers[place]
        rate = rate_name(modifier.rate)
        raise DiscountBeyondTurnover(modifier=place, discount=modifier.amount, rate=rate)


def _refuse_time(page: Page, entry: Entry, received_at: datetime) -> None:
    last = page.head.occurred_at
    if entry.offline and received_at - entry.at > OFFLINE_LIMIT:
        raise OfflineTooLong(at=clock(entry.at))
    if last and entry.at < last:
        raise TimeRunsBackwards(at=clock(entry.at), last=clock(last))
    if entry.at > received_at:
        raise TimeInFuture(at=clock(entry.at))


def _blocking_reason(page: Page) -> str:
    last = FiscalOperation.objects.blockings().filter(kkm=page.kkm_id).order_by("number").last()
    return last.facts.get("reason", "")


def _open_shift(page: Page, entry: Entry) -> None:
    number = page.last_shift_number + 1
    span = {"first_number": page.head.number + 1, "opened_at": entry.at}
    shift = Shift.objects.create(
        kkm_id=page.kkm_id, registration_id=page.registration_id, number=number, **span
    )
    page.shift, page.last_shift_number = (
        OpenShift(shift.pk, number, entry.at, page.head.balance.tickets),
        number,
    )


def _close(page: Page, entry: ShiftClosing, received_at: datetime) -> None:
    """The Z is the X of this moment with one more document, its own closing, frozen."""
    if not page.shift:
        raise NoOpenShift
    _refuse_time(page, entry, received_at)
    page.flush()
    shift = Shift.objects.select_related("kkm__taxpayer", "kkm__ofd", "registration").get(
        pk=page.shift.id
    )
    z = _snapshot_at_end(shift, entry.at, page.head.number + 1)
    told = replace(
        z.heading,
        cashier_code=entry.actor_code,
        cashier_name=entry.actor_name,
        last_number=shift.last_number,
    )
    text = replace(z, heading=told, totals=z.totals + Totals.of(entry)).text
    page.append(entry, page.head.balance, received_at, z=text)
    page.flush()
    ZReport.objects.create(operation_id=page.written[-1], shift=shift, text=text)
    Shift.objects.filter(pk=shift.pk).update(
        last_number=shift.last_number, closed_at=shift.closed_at
    )
    page.shift = None
    _sign(page)


def _snapshot_at_end(shift: Shift, at: datetime, last_number: int) -> Snapshot:
    """The figures of a shift that ends now.

    Whose it is, is asked while it is open: there is no Z yet that could tell.
    """
    try:
        heading_of_shift(shift)
        shift.closed_at, shift.last_number = at, last_number
        return snapshot_at(shift, at=at)
    except heading.Unreadable as error:
        raise RequisitesUnreadable from error


def _sign(page: Page) -> None:
    """Sign the head between two shifts: after a Z, an activation, a deregistration, a change of
    requisites.
    """
    number, seal, occurred_at, balance = page.head
    text = Head.after(
        page.serial_number,
        number,
        seal,
        page.last_shift_number,
        balance,
        int(occurred_at.timestamp()),
    ).text
    key, signature = signing.sign(text)
    SignedHead.objects.create(
        kkm_id=page.kkm_id, number=number, text=text, key=key, signature=signature
    )
