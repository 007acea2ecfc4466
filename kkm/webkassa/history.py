"""Tickets as histories have them: what each was, line by line."""

from __future__ import annotations

from typing_extensions import TypedDict

from kkm.domain.money import Money
from kkm.local_time import plain_clock
from kkm.models.operation import PAYMENT_NAMES
from kkm.webkassa.answers import (
    Number,
    ShortOfd,
    number,
    short_ofd_of,
    thousandths,
    whole_number,
    with_offset,
)
from kkm.webkassa.issued import Issued, Line


class Paid(TypedDict):
    """What was handed over in one way; cash with the change in it."""

    Sum: Number
    PaymentTypeName: str


class SoldPosition(TypedDict):
    """A position. Nothing on it is ever struck out: the three flags are false.

    `UnitCode`: 0 if it names none; `Mark`: its first.
    """

    PositionName: str
    PositionCode: str
    Count: Number
    Price: Number
    DiscountPercent: int
    DiscountTenge: Number
    MarkupPercent: int
    Markup: Number
    TaxPercent: Number
    Tax: Number
    IsNds: bool
    IsStorno: bool
    MarkupDeleted: bool
    DiscountDeleted: bool
    Sum: Number
    UnitCode: int
    Mark: str


class TicketSaid(TypedDict):
    """What every history says of a ticket.

    `Number`: its fiscal sign; `OrderNumber`: its number in the shift, `DocumentNumber` in the
    register's journal; `Discount` and `Markup` with those on the whole ticket; `TaxPercent`: the
    highest rate in it, `VATPayer`: whether there is any.
    """

    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str
    CashboxIdentityNumber: int
    Address: str
    Number: str
    OrderNumber: int
    ExternalOrderNumber: str
    RegistratedOn: str
    RegistratedOnUTC: str
    EmployeeName: str
    EmployeeCode: int
    ShiftNumber: int
    DocumentNumber: int
    OperationType: int
    OperationTypeText: str
    Payments: list[Paid]
    Total: Number
    Change: Number
    Taken: Number
    Discount: Number
    MarkupPercent: int
    Markup: Number
    TaxPercent: Number
    Tax: Number
    VATPayer: bool
    Positions: list[SoldPosition]
    IsOffline: bool
    TicketUrl: str
    TicketPrintUrl: str
    CustomerXin: str


class PastTicket(TicketSaid):
    """A ticket of a list."""

    ExternalCheckNumber: str
    TaxPayerName: str
    TaxPayerIN: str


class FoundTicket(TicketSaid):
    """A ticket that stands alone: it names the OFD itself."""

    Ofd: ShortOfd
    ExternalCheckNumber: str
    TaxPayerName: str
    TaxPayerIN: str


class TicketHistory(TypedDict):
    """Tickets of a shift, the oldest first; `Skip` and `Take` as asked, `Total` in all."""

    Skip: int
    Take: int
    Total: int
    Items: list[PastTicket]
    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str
    CashboxIdentityNumber: int
    Ofd: ShortOfd


def past_ticket(found: Issued) -> PastTicket:
    """A ticket with its positions, as a list has it."""
    return {**_said(found), **_ends(found)}


def found_ticket(found: Issued) -> FoundTicket:
    """The same, as it is found alone."""
    return {**_said(found), "Ofd": short_ofd_of(found.requisites, found.kkm.ofd), **_ends(found)}


def _said(found: Issued) -> TicketSaid:
    operation, facts = found.operation, found.operation.facts
    return {
        **_register(found),
        "Number": operation.fiscal_sign,
        "OrderNumber": found.order_number,
        "ExternalOrderNumber": facts.get("order", ""),
        "RegistratedOn": plain_clock(operation.occurred_at),
        "RegistratedOnUTC": with_offset(operation.occurred_at),
        "EmployeeName": operation.actor_name,
        "EmployeeCode": whole_number(operation.actor_code),
        "ShiftNumber": found.shift_number,
        "DocumentNumber": operation.number,
        "OperationType": operation.kind,
        "OperationTypeText": str(operation.kind_name),
        **_sums(found),
        "Positions": [_position(line) for line in found.items],
        "IsOffline": operation.offline,
        "TicketUrl": found.url,
        "TicketPrintUrl": found.print_url,
        "CustomerXin": facts.get("buyer", ""),
    }


def _ends(found: Issued) -> dict[str, str]:
    who = found.requisites
    return {
        "ExternalCheckNumber": found.operation.external_number,
        "TaxPayerName": who.taxpayer,
        "TaxPayerIN": who.taxpayer_number,
    }


def _register(found: Issued) -> dict:
    return {
        "CashboxUniqueNumber": found.requisites.serial_number,
        "CashboxRegistrationNumber": found.registration_number,
        "CashboxIdentityNumber": whole_number(found.requisites.identity_number),
        "Address": found.requisites.address,
    }


def _sums(found: Issued) -> dict:
    operation, vat = found.operation, found.vat_by_rate
    return {
        "Payments": [
            {"Sum": number(money), "PaymentTypeName": str(PAYMENT_NAMES[way])}
            for way, money in found.handed_over.items()
        ],
        "Total": number(operation.amount),
        "Change": number(operation.change),
        "Taken": number(operation.taken),
        "Discount": number(Money.sum(line.discount for line in found.lines)),
        "MarkupPercent": 0,
        "Markup": number(Money.sum(line.markup for line in found.lines)),
        "TaxPercent": thousandths(max(vat, default=0)),
        "Tax": number(Money.sum(vat.values())),
        "VATPayer": bool(vat),
    }


def _position(line: Line) -> SoldPosition:
    return {
        "PositionName": line.name,
        "PositionCode": line.facts.get("code", ""),
        "Count": thousandths(line.quantity),
        "Price": number(line.price),
        "DiscountPercent": 0,
        "DiscountTenge": number(line.discount),
        "MarkupPercent": 0,
        "Markup": number(line.markup),
        "TaxPercent": thousandths(line.rate or 0),
        "Tax": number(line.vat),
        "IsNds": line.rate is not None,
        "IsStorno": False,
        "MarkupDeleted": False,
        "DiscountDeleted": False,
        "Sum": number(line.total),
        "UnitCode": whole_number(line.facts.get("unit", "")),
        "Mark": next(iter(line.facts.get("marks", ())), ""),
    }
