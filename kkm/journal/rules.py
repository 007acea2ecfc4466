"""What the door refuses: each function raises a refusal of `kkm.errors`, or returns and changes
nothing.
"""

from __future__ import annotations

from datetime import datetime

from kkm.domain.balance import Balance
from kkm.domain.kinds import RETURNED, PaymentType
from kkm.domain.limits import OFFLINE_LIMIT, SHIFT_LIMIT
from kkm.domain.money import ZERO
from kkm.domain.ticket import Act, Document, Placement, ShiftClosing, Ticket
from kkm.domain.vat import rate_name
from kkm.errors import (
    BasisInFuture,
    Blocked,
    DiscountBeyondTurnover,
    NoOpenShift,
    NotActive,
    NotEnoughCash,
    OfflineTooLong,
    ShiftTooLong,
    TimeInFuture,
    TimeRunsBackwards,
    UnknownVatRate,
)
from kkm.journal.page import OpenShift, Page, day_of_rates
from kkm.local_time import clock
from kkm.models import FiscalOperation


def check_closing(page: Page, entry: ShiftClosing, received_at: datetime) -> OpenShift:
    """A shift is closed also when the register is blocked, and after 24 hours.

    Returns the shift to close.
    """
    if not page.shift:
        raise NoOpenShift
    check_time(page, entry, received_at)
    return page.shift


def check_money(page: Page, entry: Ticket | Placement, received_at: datetime) -> int:
    """A ticket or a placement needs a register that is active and not blocked, and a shift that is
    not too long.

    Returns the number of the activation that is in force.
    """
    if not page.activation_number:
        raise NotActive
    if page.blocked_by_operation:
        raise Blocked(reason=_blocking_reason(page))
    check_time(page, entry, received_at)
    if page.shift and entry.at >= page.shift.opened_at + SHIFT_LIMIT:
        raise ShiftTooLong(number=page.shift.number)
    if isinstance(entry, Ticket):
        _check_taxes(page, entry)
    return page.activation_number


def check_cash(page: Page, entry: Ticket | Placement, balance: Balance) -> None:
    """The drawer has what the entry takes out of it. `balance`: what it would leave behind."""
    if balance.cash < ZERO:
        needed = entry.paid(PaymentType.CASH)
        raise NotEnoughCash(cash=page.last.balance.cash, needed=needed)


def check_time(page: Page, entry: Document | Act, received_at: datetime) -> None:
    """An operation is not earlier than the one before, nor later than its receipt."""
    last = page.last.occurred_at
    if entry.offline and received_at - entry.at > OFFLINE_LIMIT:
        raise OfflineTooLong(at=clock(entry.at))
    if entry.at < last:
        raise TimeRunsBackwards(at=clock(entry.at), last=clock(last))
    if entry.at > received_at:
        raise TimeInFuture(at=clock(entry.at))


def _check_taxes(page: Page, ticket: Ticket) -> None:
    """The rates of a ticket are in force, and no discount takes off more than its rate's turnover.

    Of a return the rates of the day of the sale count; where its basis does not say the day, any
    rate that was ever in force.
    """
    sold_at = ticket.sold_at
    if sold_at and sold_at > ticket.at:
        raise BasisInFuture(at=clock(sold_at))
    rates = [line.rate for line in ticket.lines]
    day = day_of_rates(ticket)
    is_day_unknown = ticket.kind in RETURNED and sold_at is None
    unknown = page.unknown_rate(set(rates), day, or_before=is_day_unknown)
    if unknown is not None:
        line = rates.index(unknown)
        raise UnknownVatRate(rate=rate_name(unknown), day=f"{day:%d.%m.%Y}", line=line)
    index = ticket.index_of_excessive_discount
    if index is not None:
        modifier = ticket.modifiers[index]
        rate = rate_name(modifier.rate)
        raise DiscountBeyondTurnover(modifier=index, discount=modifier.amount, rate=rate)


def _blocking_reason(page: Page) -> str:
    blockings = FiscalOperation.objects.blockings().filter(kkm=page.kkm_id)
    last = blockings.order_by("number").last()
    return str(last.facts.get("reason", ""))
