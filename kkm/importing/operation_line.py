"""One operation of a file: an object of the form that `kkm.importing` describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.limits import MOST_LINES
from kkm.domain.money import Money
from kkm.domain.requisites import PersonalNumber, RegistrationNumber, SerialNumber
from kkm.domain.ticket import Document, Modifier, Placement, Position, ShiftClosing, Ticket
from kkm.importing.line_fields import LineFields
from kkm.local_time import local_iso

TICKET_KINDS = {
    "purchase": OperationKind.PURCHASE,
    "purchase_return": OperationKind.PURCHASE_RETURN,
    "sale": OperationKind.SALE,
    "sale_return": OperationKind.SALE_RETURN,
}
PLACEMENT_KINDS = {
    "deposit": OperationKind.DEPOSIT,
    "withdrawal": OperationKind.WITHDRAWAL,
}
MODIFIERS = {
    "discount": PositionRole.DISCOUNT,
    "markup": PositionRole.MARKUP,
}
POSITION_DETAILS = ("code", "unit", "gtin", "ntin")


class ImportedOperation(NamedTuple):
    """What a line says: of which register, what happened, and when it was received."""

    serial_number: str
    entry: Document
    received_at: datetime


def read_operation(values: Mapping, *, now: datetime) -> ImportedOperation:
    """The operation that an object describes.

    BadLine names what is wrong with it; nothing may lie after `now`.
    """
    fields = LineFields(values)
    serial_number = fields.typed(
        "kkm", SerialNumber, _("серийный номер (ЗНМ) — 4–20 латинских заглавных букв и цифр.")
    )
    read = fields.choice("type", READERS)
    at = fields.moment("at")
    received_at = at
    if fields.has("received_at"):
        received_at = fields.moment("received_at")
    _refuse_future(fields, "at", at, now)
    _refuse_future(fields, "received_at", received_at, now)
    entry = read(fields, _common(fields, at))
    return ImportedOperation(serial_number, entry, received_at)


def _refuse_future(fields: LineFields, name: str, moment: datetime, now: datetime) -> None:
    if moment > now:
        fields.refuse(name, _("это время ещё не наступило."))


def _common(fields: LineFields, at: datetime) -> dict[str, Any]:
    """What every operation has."""
    cashier = fields.part_or_empty("cashier")
    return {
        "at": at,
        "offline": fields.flag("offline"),
        "external_number": fields.text("external_number", 50, needed=True),
        "actor_code": cashier.text("code", 50),
        "actor_name": cashier.text("name", 200),
    }


def _closing(fields: LineFields, common: dict[str, Any]) -> ShiftClosing:
    return ShiftClosing(**common)


def _placement(fields: LineFields, common: dict[str, Any]) -> Placement:
    kind = fields.choice("kind", PLACEMENT_KINDS)
    amount = fields.money("amount", needed=True)
    return fields.build(Placement, kind=kind, amount=amount, **common)


def _ticket(fields: LineFields, common: dict[str, Any]) -> Ticket:
    kind = fields.choice("kind", TICKET_KINDS)
    position_fields = fields.parts("positions", needed=True)
    modifier_fields = fields.parts("modifiers")
    if len(position_fields) + len(modifier_fields) > MOST_LINES:
        sentence = _("вместе со скидками и наценками на чек — не более {limit}.")
        fields.refuse("positions", sentence.format(limit=MOST_LINES))
    positions = tuple(map(_position, position_fields))
    modifiers = tuple(map(_modifier, modifier_fields))
    change = fields.money("change")
    lines: tuple[Position | Modifier, ...] = (*positions, *modifiers)
    amount = Money.sum(line.total for line in lines)
    payments = _payments(fields, amount, change)
    return fields.build(
        Ticket,
        kind=kind,
        details=_ticket_details(fields),
        positions=positions,
        modifiers=modifiers,
        payments=payments,
        change=change,
        **common,
    )


def _payments(fields: LineFields, amount: Money, change: Money) -> dict[PaymentType, Money]:
    """What was paid without the change, by type. It must be the sum of the ticket.

    A line names the cash with the change in it.
    """
    part = fields.part("payments")
    payments: dict[PaymentType, Money] = {}
    for payment in PaymentType:
        payments[payment] = part.money_or_list(payment.name.lower())
    cash = payments[PaymentType.CASH]
    if change > cash:
        sentence = _("сдача {change} больше полученных наличных {cash}.")
        fields.refuse("change", sentence.format(change=change, cash=cash))
    payments[PaymentType.CASH] = cash - change
    paid = Money.sum(payments.values())
    if paid != amount:
        sentence = _("оплачено без сдачи {paid}, а сумма чека {amount}.")
        fields.refuse("payments", sentence.format(paid=paid, amount=amount))
    return {payment: money for payment, money in payments.items() if money}


def _position(fields: LineFields) -> Position:
    details: dict[str, Any] = {}
    for name in POSITION_DETAILS:
        text = fields.text(name, 100)
        if text:
            details[name] = text
    if fields.has("marks"):
        details["marks"] = fields.texts("marks", 200)
    return fields.build(
        Position,
        name=fields.text("name", 300, needed=True),
        quantity=fields.quantity("quantity"),
        price=fields.money("price", needed=True),
        section=fields.text("section", 20),
        discount=fields.money("discount"),
        markup=fields.money("markup"),
        rate=fields.rate("rate"),
        goods=fields.money("goods") if fields.has("goods") else None,
        details=details,
    )


def _modifier(fields: LineFields) -> Modifier:
    return fields.build(
        Modifier,
        role=fields.choice("kind", MODIFIERS),
        amount=fields.money("amount", needed=True),
        rate=fields.rate("rate"),
        name=fields.text("name", 300),
    )


def _ticket_details(fields: LineFields) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if fields.has("buyer"):
        details["buyer"] = fields.typed("buyer", PersonalNumber, _("ИИН/БИН — 12 цифр."))
    if fields.has("basis"):
        details["basis"] = _basis(fields.part("basis"))
    return details


def _basis(fields: LineFields) -> dict[str, Any]:
    """The ticket that is returned."""
    return {
        "number": fields.text("number", 50, needed=True),
        "at": local_iso(fields.moment("at")),
        "total": fields.money("total", needed=True).tiyn,
        "registration_number": fields.typed(
            "registration_number", RegistrationNumber, _("РНМ — 12 цифр.")
        ),
        "offline": fields.flag("offline"),
    }


READERS: dict[str, Callable[[LineFields, dict], Document]] = {
    "ticket": _ticket,
    "placement": _placement,
    "closing": _closing,
}
