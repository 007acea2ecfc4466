"""Operations from a file of lines, one JSON object a line (JSON Lines, UTF-8), as `manage.py
import_operations` takes them.

Every line has
  type              "ticket", "placement" or "closing"
  kkm               serial number (ЗНМ) of the register
  external_number   obligatory, 1 to 50 characters, one operation of the register for ever: a line
                    that is already there is passed over, the same number with another content is
                    refused
  at                when it happened: ISO 8601 with an offset, or dd.MM.yyyy HH:mm:ss in Almaty;
                    whole seconds, no microseconds are kept
and may have
  received_at       when the server got it, in the same forms; otherwise the same as `at`
  cashier           {"code", "name"}
  offline           true or false (otherwise false)
A placement has
  kind              "deposit" or "withdrawal";  amount
A ticket has
  kind              "sale", "sale_return", "purchase" or "purchase_return"
  positions         [{"name", "quantity", "price"}] and if need be section, discount, markup, rate
                    (VAT in percent; null or absent: without VAT), goods (the cost before discount
                    and markup, if rounding makes it differ from quantity × price by less than a
                    tenge), code, unit, gtin, ntin, marks (a list)
  payments          {"cash", "card", "credit", "tare", "mobile"}: what was taken, cash with the
                    change in it; of several payments of one kind, as by two cards, a list of sums,
                    which are added up
and may have
  change            given back out of the cash
  modifiers         [{"kind": "discount" or "markup", "amount", "rate", "name"}], on the whole
                    ticket
  buyer             ИИН/БИН;  basis: {"number", "at", "total", "registration_number", "offline"},
                    the ticket that is returned

Sums are tenge, numbers or texts with at most two decimals; quantities have at most three, rates
too. Numbers are read as they are written and never become floats. Other keys are passed over; a key
that is there twice is refused. A ticket has at most 1000 positions and modifiers. Empty lines are
allowed. A line is at most a megabyte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple, NoReturn

from django.utils.translation import gettext as _

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.limits import MOST_LINES
from kkm.domain.money import Money
from kkm.domain.printable import printable
from kkm.domain.requisites import PersonalNumber, RegistrationNumber, SerialNumber
from kkm.domain.ticket import Document, Modifier, Placement, Position, ShiftClosing, Ticket
from kkm.importing.fields import BadLine, Fields
from kkm.local_time import local_iso

LONGEST = 1_000_000  # bytes of a line
KINDS = {kind.name.lower(): kind for kind in OperationKind if kind < OperationKind.CLOSE_SHIFT}
PLACEMENT_KINDS = {name: kind for name, kind in KINDS.items() if kind >= OperationKind.DEPOSIT}
TICKET_KINDS = {name: kind for name, kind in KINDS.items() if name not in PLACEMENT_KINDS}
MODIFIERS = {"discount": PositionRole.DISCOUNT, "markup": PositionRole.MARKUP}
DETAILS = ("code", "unit", "gtin", "ntin")


class Line(NamedTuple):
    """What a line says: of which register, what happened, and when it was received."""

    serial_number: str
    entry: Document
    received_at: datetime


def lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file as bytes, in constant memory: of a line that is too long only so much
    that it shows.
    """
    while raw := file.readline(LONGEST + 1):
        yield raw


def values_of(raw: bytes) -> dict:
    """The object on a line; numbers stay the texts that they are. BadLine if there is none."""
    if len(raw) > LONGEST:
        raise BadLine("", _("строка длиннее 1 МБ."))
    try:
        values = json.loads(
            raw.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise BadLine("", _("байт {place} — не UTF-8.").format(place=error.start + 1)) from error
    except json.JSONDecodeError as error:
        raise BadLine(
            "", _("не читается как JSON с символа {place}.").format(place=error.pos + 1)
        ) from error
    except RecursionError as error:
        raise BadLine("", _("слишком много вложенных скобок.")) from error
    if not isinstance(values, dict):
        raise BadLine("", _("нужен один объект JSON в фигурных скобках."))
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = _first_repeated([name for name, _value in pairs])
        raise BadLine("", _("поле «{name}» указано дважды.").format(name=printable(twice[:50])))
    return values


def _first_repeated(names: list[str]) -> str:
    """The first name that has been there before; "" if there is none."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _no_number(text: str) -> NoReturn:
    raise BadLine("", _("{text} — не число.").format(text=text))


def read(values: Mapping, *, now: datetime) -> Line:
    """The operation that an object describes.

    BadLine names what is wrong with it; nothing may lie after `now`.
    """
    fields = Fields(values)
    serial_number = fields.typed(
        "kkm", SerialNumber, _("серийный номер (ЗНМ) — 4–20 латинских заглавных букв и цифр.")
    )
    make = fields.choice("type", {"ticket": _ticket, "placement": _placement, "closing": _closing})
    at = fields.moment("at")
    received_at = fields.moment("received_at") if fields.has("received_at") else at
    for name, moment in (("at", at), ("received_at", received_at)):
        if moment > now:
            fields.wrong(name, _("это время ещё не наступило."))
    cashier = fields.part("cashier") if fields.has("cashier") else Fields({}, "cashier.")
    common = {
        "at": at,
        "offline": fields.flag("offline"),
        "external_number": fields.text("external_number", 50, needed=True),
    }
    common |= {"actor_code": cashier.text("code", 50), "actor_name": cashier.text("name", 200)}
    return Line(serial_number, make(fields, common), received_at)


def _closing(fields: Fields, common: dict) -> ShiftClosing:
    return ShiftClosing(**common)


def _placement(fields: Fields, common: dict) -> Placement:
    kind = fields.choice("kind", PLACEMENT_KINDS)
    return fields.built(Placement, kind=kind, amount=fields.money("amount", needed=True), **common)


def _ticket(fields: Fields, common: dict) -> Ticket:
    kind = fields.choice("kind", TICKET_KINDS)
    listed, listed_modifiers = fields.parts("positions", needed=True), fields.parts("modifiers")
    if len(listed) + len(listed_modifiers) > MOST_LINES:
        fields.wrong(
            "positions",
            _("вместе со скидками и наценками на чек — не более {limit}.").format(limit=MOST_LINES),
        )
    positions = tuple(map(_position, listed))
    modifiers = tuple(map(_modifier, listed_modifiers))
    lines: tuple[Position | Modifier, ...] = (*positions, *modifiers)
    change = fields.money("change")
    payments = _payments(fields, Money.sum(line.total for line in lines), change)
    what = {"positions": positions, "modifiers": modifiers, "payments": payments, "change": change}
    return fields.built(Ticket, kind=kind, details=_ticket_details(fields), **what, **common)


def _payments(fields: Fields, amount: Money, change: Money) -> dict[PaymentType, Money]:
    """What stays with the till of what was taken; it must be the sum of the ticket."""
    part = fields.part("payments")
    taken = {payment: part.money_or_list(payment.name.lower()) for payment in PaymentType}
    if change > taken[PaymentType.CASH]:
        fields.wrong(
            "change",
            _("сдача {change} больше полученных наличных {cash}.").format(
                change=change, cash=taken[PaymentType.CASH]
            ),
        )
    paid = Money.sum(taken.values()) - change
    if paid != amount:
        fields.wrong(
            "payments",
            _("оплачено без сдачи {paid}, а сумма чека {amount}.").format(paid=paid, amount=amount),
        )
    taken[PaymentType.CASH] -= change
    return {payment: money for payment, money in taken.items() if money}


def _position(fields: Fields) -> Position:
    details: dict[str, Any] = {name: text for name in DETAILS if (text := fields.text(name, 100))}
    if fields.has("marks"):
        details["marks"] = fields.texts("marks", 200)
    return fields.built(
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


def _modifier(fields: Fields) -> Modifier:
    role = fields.choice("kind", MODIFIERS)
    amount = fields.money("amount", needed=True)
    return fields.built(
        Modifier, role=role, amount=amount, rate=fields.rate("rate"), name=fields.text("name", 300)
    )


def _ticket_details(fields: Fields) -> dict:
    details: dict[str, Any] = {}
    if fields.has("buyer"):
        details["buyer"] = fields.typed("buyer", PersonalNumber, _("ИИН/БИН — 12 цифр."))
    if fields.has("basis"):
        basis = fields.part("basis")
        details["basis"] = {
            "number": basis.text("number", 50, needed=True),
            "at": local_iso(basis.moment("at")),
            "total": basis.money("total", needed=True).tiyn,
            "registration_number": basis.typed(
                "registration_number", RegistrationNumber, _("РНМ — 12 цифр.")
            ),
            "offline": basis.flag("offline"),
        }
    return details
