"""The journal of one register of a fleet: sealed and numbered as the door does it, written by COPY.

The door's checks are left out: the days are known to be right. The audit is asked afterwards.
Django must be set up.
"""

from __future__ import annotations

from typing import NamedTuple

from bench.fleet_days import Day, Week
from kkm.domain import heading
from kkm.domain.heading import Requisites, ShiftHeading
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.snapshot import Snapshot
from kkm.domain.ticket import Act, Document
from kkm.journal.page import OpenShift, Page, opened
from kkm.journal.shifts import signed_head
from kkm.local_time import local_iso
from kkm.models import (
    KKM,
    Registration,
    Shift,
    SignedHead,
    TakenRegistrationNumber,
    ZReport,
)
from kkm.reading.frozen import present

ACTOR = {"actor_code": "1", "actor_name": "Сериков Н.Б."}


class Plan(NamedTuple):
    """What a register writes.

    `left_open`: its last shift is not closed. `blocked`: it is blocked at the end.
    """

    kkm: KKM
    registration_number: str
    week: Week
    left_open: bool
    blocked: bool


class Frozen(NamedTuple):
    """The Z of a shift, and the number of the operation that closed it."""

    shift: Shift
    number: int
    text: str


def write(plan: Plan) -> int:
    """Write the whole journal of a register in one transaction.

    Returns how many operations it has.
    """
    with opened(plan.kkm) as page:
        requisites = present(plan.kkm)
        registration = _activate(page, plan, requisites)
        heads = [signed_head(page)]
        shifts = _shifts(page, plan, registration)
        frozen = []
        for shift, day in zip(shifts, plan.week.days, strict=True):
            z = _write_day(page, shift, day, registration, requisites)
            if z is not None:
                frozen.append(z)
                heads.append(signed_head(page))
        if plan.blocked:
            _block(page)
        page.flush()
        _keep_frozen(frozen)
        SignedHead.objects.bulk_create(heads)
        return page.last.number


def _activate(page: Page, plan: Plan, requisites: Requisites) -> Registration:
    number = plan.registration_number
    details = {
        "registration_number": number,
        heading.KEY: requisites.cells,
    }
    at = plan.week.activated_at
    act = Act(kind=OperationKind.ACTIVATION, at=at, details=details, **ACTOR)
    page.append(act, page.last.balance, act.at)
    TakenRegistrationNumber.objects.create(
        kkm=plan.kkm,
        registration_number=number,
    )
    return Registration.objects.create(
        kkm=plan.kkm,
        registration_number=number,
        first_number=page.last.number,
        opened_at=act.at,
    )


def _shifts(page: Page, plan: Plan, registration: Registration) -> list[Shift]:
    """All shifts of the register at once, closed already if their day closes them."""
    shifts = []
    last = page.last.number
    for number, day in enumerate(plan.week.days, 1):
        count = len(day.entries)
        shift = Shift(
            kkm=plan.kkm,
            registration=registration,
            number=number,
            first_number=last + 1,
            opened_at=day.entries[0].at,
            last_number=last + count,
            closed_at=day.entries[-1].at,
        )
        last = shift.last_number
        shifts.append(shift)
    if plan.left_open:
        shifts[-1].last_number = shifts[-1].closed_at = None
    return Shift.objects.bulk_create(shifts)


def _write_day(
    page: Page,
    shift: Shift,
    day: Day,
    registration: Registration,
    requisites: Requisites,
) -> Frozen | None:
    opening = page.last.balance
    page.shift = OpenShift(shift.number, shift.opened_at, opening.tickets)
    page.last_shift_number = shift.number
    *entries, closing = day.entries
    for entry, received in zip(entries, day.received, strict=False):
        balance = page.last.balance.after(
            entry.kind,
            entry.amount,
            entry.paid(PaymentType.CASH),
        )
        page.append(entry, balance, received)
    if shift.is_open:
        return None
    z = Snapshot(
        heading=_heading(shift, closing, registration, requisites),
        opening=opening,
        closing=page.last.balance,
        totals=day.totals,
    )
    page.append(closing, page.last.balance, day.received[-1], z=z.text)
    page.shift = None
    return Frozen(shift, page.last.number, z.text)


def _heading(
    shift: Shift,
    closing: Document,
    registration: Registration,
    requisites: Requisites,
) -> ShiftHeading:
    return ShiftHeading(
        **requisites.cells,
        serial_number=shift.kkm.serial_number,
        registration_number=registration.registration_number,
        shift_number=shift.number,
        opened_at=local_iso(shift.opened_at),
        closed_at=local_iso(closing.at),
        reported_at=local_iso(closing.at),
        cashier_code=closing.actor_code,
        cashier_name=closing.actor_name,
        first_number=shift.first_number,
        last_number=shift.last_number,
    )


def _block(page: Page) -> None:
    act = Act(
        kind=OperationKind.BLOCK,
        at=page.last.occurred_at,
        details={"reason": "по требованию органов государственных доходов"},
        **ACTOR,
    )
    page.shift = None
    page.append(act, page.last.balance, act.at)


def _keep_frozen(frozen: list[Frozen]) -> None:
    """The rows of Z's, when their operations are written."""
    rows = []
    for z in frozen:
        shift = z.shift
        row = ZReport(
            kkm_id=shift.kkm_id,
            number=z.number,
            shift_number=shift.number,
            text=z.text,
        )
        rows.append(row)
    ZReport.objects.bulk_create(rows)
