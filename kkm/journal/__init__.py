"""The door: everything fiscal is written here and nowhere else.

Each function locks the register, refuses by name (`kkm.errors`), writes, and returns what it wrote,
in one transaction. Time is an argument: `at` is the moment of the operation, `received_at` ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kkm.domain import heading
from kkm.domain.heading import Requisites
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.moments import utc
from kkm.domain.requisites import RegistrationNumber
from kkm.domain.ticket import Act, Document, ShiftClosing
from kkm.errors import (
    AlreadyActive,
    AlreadyBlocked,
    AlreadyDeregistered,
    NotBlocked,
    Refusal,
    RegistrationNumberTaken,
    ShiftIsOpen,
)
from kkm.journal import rules, shifts
from kkm.journal.page import Page, Recorded, opened
from kkm.models import KKM, FiscalOperation, Registration, TakenRegistrationNumber
from kkm.reading.frozen import freezing, present

__all__ = [
    "Recorded",
    "activate",
    "block",
    "change_requisites",
    "deregister",
    "record",
    "record_many",
    "unblock",
]


def record(*, kkm: KKM, entry: Document, received_at: datetime) -> Recorded:
    """Record a ticket, a placement or the closing of a shift.

    A ticket or placement opens a shift if none is open; a closing freezes the shift's Z. A repeat
    of an external number with the same content returns the first operation and writes nothing.
    """
    with opened(kkm, entry) as page:
        earlier = _record(page, entry, utc(received_at))
    return earlier or page.written[-1]


def record_many(
    *, kkm: KKM, entries: Sequence[Document], received_at: Sequence[datetime] | datetime
) -> list[Recorded]:
    """Record documents of one register in order, all or none, in one transaction.

    The checks are those of one by one. A refusal carries `index`, the place of the entry that was
    refused.
    """
    if isinstance(received_at, datetime):
        received_at = [received_at] * len(entries)
    earlier: list[Recorded | None] = []
    with opened(kkm) as page:
        page.expect([entry.external_number for entry in entries])
        for index, (entry, received) in enumerate(zip(entries, received_at, strict=True)):
            try:
                earlier.append(_record(page, entry, utc(received)))
            except Refusal as refusal:
                refusal.index = index
                raise
    written = iter(page.written)
    return [recorded or next(written) for recorded in earlier]


def activate(*, kkm: KKM, registration_number: RegistrationNumber, act: Act) -> FiscalOperation:
    """Put the register on the record under an РНМ that no other active register has. `act.at` is
    both clocks.

    The act freezes the requisites as they are.
    """
    number = RegistrationNumber(registration_number)
    act = _act_of_kind(act, OperationKind.ACTIVATION, registration_number=number)
    with opened(kkm) as page:
        if page.activation_number:
            raise AlreadyActive(registration_number=page.registration_number)
        _take_number(page, number)
        requisites = present(_read_again(kkm))
        operation = _write_act(page, _freezing(act, requisites))
        Registration.objects.create(
            kkm=kkm,
            registration_number=number,
            first_number=operation.number,
            opened_at=act.at,
        )
        shifts.sign_head(page)
    return operation


def deregister(*, kkm: KKM, act: Act) -> FiscalOperation:
    """Take the register off the record, in one transaction with the Z of the shift that may be
    open.
    """
    act = _act_of_kind(act, OperationKind.DEREGISTRATION)
    with opened(kkm) as page:
        if not page.activation_number:
            raise AlreadyDeregistered
        if page.shift:
            closing = ShiftClosing(
                at=act.at,
                actor_code=act.actor_code,
                actor_name=act.actor_name,
            )
            shift = rules.check_closing(page, closing, act.at)
            shifts.close_shift(page, shift, closing, act.at)
        operation = _write_act(page, act)
        current = Registration.objects.filter(
            kkm=page.kkm_id,
            first_number=page.activation_number,
        )
        current.update(
            last_number=operation.number,
            closed_at=act.at,
        )
        TakenRegistrationNumber.objects.filter(kkm=page.kkm_id).delete()
        shifts.sign_head(page)
    return operation


def block(*, kkm: KKM, act: Act) -> FiscalOperation:
    """Block the register: tickets and placements are refused from now on."""
    act = _act_of_kind(act, OperationKind.BLOCK)
    with opened(kkm) as page:
        if page.blocked_by_operation:
            raise AlreadyBlocked
        return _write_act(page, act)


def unblock(*, kkm: KKM, act: Act) -> FiscalOperation:
    """Let the register work again."""
    act = _act_of_kind(act, OperationKind.UNBLOCK)
    with opened(kkm) as page:
        if not page.blocked_by_operation:
            raise NotBlocked
        return _write_act(page, act)


def change_requisites(*, kkm: KKM, requisites: Requisites, act: Act) -> FiscalOperation | None:
    """Freeze new requisites of a register that has a journal; whoever calls writes the rows in the
    same transaction, afterwards.

    None, and nothing is written, when there is no journal yet or its last act froze just these.
    Allowed off the record too: so the journal always says what the register's rows must say.
    """
    act = _freezing(_act_of_kind(act, OperationKind.REQUISITES), requisites)
    with opened(kkm) as page:
        if not page.last.number or _is_frozen(page, requisites):
            return None
        if page.shift:
            raise ShiftIsOpen(serial_number=page.serial_number, number=page.shift.number)
        operation = _write_act(page, act)
        shifts.sign_head(page)
    return operation


def _record(page: Page, entry: Document, received_at: datetime) -> Recorded | None:
    """Refuse or write one document; the operation that it has become earlier, if it is a repeat."""
    earlier = page.earlier(entry)
    if earlier:
        return earlier
    if isinstance(entry, ShiftClosing):
        shift = rules.check_closing(page, entry, received_at)
        shifts.close_shift(page, shift, entry, received_at)
        return None
    activation_number = rules.check_money(page, entry, received_at)
    balance = page.last.balance.after(entry.kind, entry.amount, entry.paid(PaymentType.CASH))
    rules.check_cash(page, entry, balance)
    if page.shift is None:
        shifts.open_shift(page, activation_number, entry)
    page.append(entry, balance, received_at)
    return None


def _take_number(page: Page, number: RegistrationNumber) -> None:
    """RegistrationNumberTaken if another register has the РНМ, or asks for it at once and is
    first.
    """
    row = TakenRegistrationNumber(registration_number=number, kkm_id=page.kkm_id)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise RegistrationNumberTaken(registration_number=number) from error


def _write_act(page: Page, act: Act) -> FiscalOperation:
    rules.check_time(page, act, act.at)
    page.append(act, page.last.balance, act.at)
    page.flush()
    return page.written[-1].operation


def _act_of_kind(act: Act, kind: OperationKind, **details: str) -> Act:
    return replace(act, kind=kind, details={**act.details, **details})


def _freezing(act: Act, requisites: Requisites) -> Act:
    return replace(act, details={**act.details, heading.KEY: requisites.cells})


def _is_frozen(page: Page, requisites: Requisites) -> bool:
    """Whether the last act that froze requisites froze these."""
    details = freezing(page.kkm_id).values_list("details", flat=True).first()
    try:
        return heading.frozen_in(details or "") == requisites
    except heading.Unreadable:
        return False


def _read_again(kkm: KKM) -> KKM:
    """The register as it is under the lock."""
    registers: QuerySet[KKM] = KKM.objects.select_related("taxpayer", "ofd")
    return registers.get(pk=kkm.pk)
