"""A ticket as the histories of tickets have it: what it was, line by line."""

from __future__ import annotations

from typing_extensions import TypedDict

from kkm.domain.money import Money
from kkm.local_time import plain_clock
from kkm.models.operation import PAYMENT_NAMES
from kkm.webkassa.answer_values import (
    JsonObject,
    Number,
    clock_with_offset,
    json_money,
    json_thousandths,
    whole_or_zero,
)
from kkm.webkassa.ticket_reading import TicketInShift
from reports.ticket.issued_ticket import TicketLine


class PaidAnswer(TypedDict):
    """What was handed over in one way; cash with the change in it."""

    Sum: Number
    PaymentTypeName: str


class SoldPositionAnswer(TypedDict):
    """A position. No part of it can be cancelled: the three flags are false.

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


class TicketOfHistory(TypedDict):
    """What every history has of a ticket.

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
    Payments: list[PaidAnswer]
    Total: Number
    Change: Number
    Taken: Number
    Discount: Number
    MarkupPercent: int
    Markup: Number
    TaxPercent: Number
    Tax: Number
    VATPayer: bool
    Positions: list[SoldPositionAnswer]
    IsOffline: bool
    TicketUrl: str
    TicketPrintUrl: str
    CustomerXin: str


class TicketOwner(TypedDict):
    """What stands at the end of a ticket of a history."""

    ExternalCheckNumber: str
    TaxPayerName: str
    TaxPayerIN: str


def ticket_of_history(ticket: TicketInShift) -> JsonObject:
    """A ticket with its positions: a `TicketOfHistory`."""
    operation = ticket.operation
    heading = ticket.heading
    return {
        "CashboxUniqueNumber": heading.serial_number,
        "CashboxRegistrationNumber": heading.registration_number,
        "CashboxIdentityNumber": whole_or_zero(heading.identity_number),
        "Address": heading.address,
        "Number": operation.fiscal_sign,
        "OrderNumber": ticket.order_number,
        "ExternalOrderNumber": ticket.order,
        "RegistratedOn": plain_clock(operation.occurred_at),
        "RegistratedOnUTC": clock_with_offset(operation.occurred_at),
        "EmployeeName": operation.actor_name,
        "EmployeeCode": whole_or_zero(operation.actor_code),
        "ShiftNumber": ticket.shift_number,
        "DocumentNumber": operation.number,
        "OperationType": operation.kind,
        "OperationTypeText": str(operation.kind_name),
        **_sums(ticket),
        "Positions": list(map(_position, ticket.items)),
        "IsOffline": operation.offline,
        "TicketUrl": ticket.url,
        "TicketPrintUrl": ticket.print_url,
        "CustomerXin": ticket.buyer,
    }


def owner_of_ticket(ticket: TicketInShift) -> JsonObject:
    """Its number with the client, and its taxpayer: a `TicketOwner`."""
    return {
        "ExternalCheckNumber": ticket.operation.external_number,
        "TaxPayerName": ticket.heading.taxpayer,
        "TaxPayerIN": ticket.heading.taxpayer_number,
    }


def _sums(ticket: TicketInShift) -> JsonObject:
    operation = ticket.operation
    vat = ticket.vat_by_rate
    discount = Money.sum(line.discount for line in ticket.lines)
    markup = Money.sum(line.markup for line in ticket.lines)
    return {
        "Payments": _payments(ticket),
        "Total": json_money(operation.amount),
        "Change": json_money(operation.change),
        "Taken": json_money(operation.handed_over),
        "Discount": json_money(discount),
        "MarkupPercent": 0,
        "Markup": json_money(markup),
        "TaxPercent": json_thousandths(max(vat, default=0)),
        "Tax": json_money(Money.sum(vat.values())),
        "VATPayer": bool(vat),
    }


def _payments(ticket: TicketInShift) -> list[PaidAnswer]:
    payments: list[PaidAnswer] = []
    for payment_type, money in ticket.handed_over.items():
        name = str(PAYMENT_NAMES[payment_type])
        payments.append({"Sum": json_money(money), "PaymentTypeName": name})
    return payments


def _position(line: TicketLine) -> SoldPositionAnswer:
    marks = line.details.get("marks", [])
    return {
        "PositionName": line.name,
        "PositionCode": line.details.get("code", ""),
        "Count": json_thousandths(line.quantity),
        "Price": json_money(line.price),
        "DiscountPercent": 0,
        "DiscountTenge": json_money(line.discount),
        "MarkupPercent": 0,
        "Markup": json_money(line.markup),
        "TaxPercent": json_thousandths(line.rate or 0),
        "Tax": json_money(line.vat),
        "IsNds": line.rate is not None,
        "IsStorno": False,
        "MarkupDeleted": False,
        "DiscountDeleted": False,
        "Sum": json_money(line.total),
        "UnitCode": whole_or_zero(line.details.get("unit", "")),
        "Mark": next(iter(marks), ""),
    }
