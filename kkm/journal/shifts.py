"""The opening and the closing of a shift, and the signed head between two shifts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kkm import signing
from kkm.domain import heading
from kkm.domain.head import Head
from kkm.domain.snapshot import Snapshot
from kkm.domain.ticket import Placement, ShiftClosing, Ticket
from kkm.domain.totals import Totals
from kkm.errors import RequisitesUnreadable
from kkm.journal.page import OpenShift, Page
from kkm.models import Shift, SignedHead, ZReport
from kkm.reading.fold import snapshot_at
from kkm.reading.frozen import heading_of_shift


def open_shift(page: Page, activation_number: int, entry: Ticket | Placement) -> None:
    """Open the next shift with its first operation."""
    number = page.last_shift_number + 1
    Shift.objects.create(
        kkm_id=page.kkm_id,
        activation_number=activation_number,
        number=number,
        first_number=page.last.number + 1,
        opened_at=entry.at,
    )
    page.shift = OpenShift(number, entry.at, page.last.balance.tickets)
    page.last_shift_number = number


def close_shift(page: Page, opened: OpenShift, entry: ShiftClosing, received_at: datetime) -> None:
    """Close the open shift with its frozen Z, and sign the head.

    The Z is the X of this moment with one more document, its own closing.
    """
    page.flush()
    shifts = Shift.objects.select_related("kkm__taxpayer", "kkm__ofd", "registration")
    shift = shifts.get(kkm=page.kkm_id, number=opened.number)
    x = _snapshot_at_end(shift, entry.at, page.last.number + 1)
    z_heading = replace(
        x.heading,
        cashier_code=entry.actor_code,
        cashier_name=entry.actor_name,
        last_number=shift.last_number,
    )
    z = replace(x, heading=z_heading, totals=x.totals + Totals.of(entry))
    page.append(entry, page.last.balance, received_at, z=z.text)
    page.flush()
    ZReport.objects.create(
        kkm_id=page.kkm_id,
        number=page.last.number,
        shift_number=shift.number,
        text=z.text,
    )
    Shift.objects.filter(kkm=page.kkm_id, number=shift.number).update(
        last_number=shift.last_number,
        closed_at=shift.closed_at,
    )
    page.shift = None
    sign_head(page)


def _snapshot_at_end(shift: Shift, at: datetime, last_number: int) -> Snapshot:
    """The figures of a shift that ends now.

    The heading is read while the shift is open: it would be looked for in the Z of a closed one.
    """
    try:
        heading_of_shift(shift)
        shift.closed_at, shift.last_number = at, last_number
        return snapshot_at(shift, at=at)
    except heading.Unreadable as error:
        raise RequisitesUnreadable from error


def sign_head(page: Page) -> None:
    """Sign the head between two shifts: after a Z, an activation, a deregistration, a change of
    requisites.
    """
    signed_head(page).save(force_insert=True)


def signed_head(page: Page) -> SignedHead:
    """The head of the journal as it is now, signed and not kept yet."""
    last = page.last
    head = Head.after(
        page.serial_number,
        last.number,
        last.seal,
        page.last_shift_number,
        last.balance,
        int(last.occurred_at.timestamp()),
    )
    key, signature = signing.sign(head.text)
    return SignedHead(
        kkm_id=page.kkm_id,
        number=last.number,
        text=head.text,
        key=key,
        signature=signature,
    )
