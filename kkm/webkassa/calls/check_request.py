"""The request of `Check`, and the ticket that it means: rounding, VAT, payments and change by
the API's rules. Documented by the vendor.

A field that does not fit is named in the refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field, field_validator

from kkm.domain import ticket
from kkm.domain.kinds import RETURNED, OperationKind, PaymentType, PositionRole
from kkm.domain.limits import MONEY_LIMIT, MOST_LINES
from kkm.domain.money import ZERO, Money
from kkm.domain.ticket import Ticket, goods_of
from kkm.domain.vat import included_vat
from kkm.local_time import local_iso
from kkm.models.reference import Actor
from kkm.webkassa.field_codes import (
    DISCOUNT,
    MARKUP,
    ROUND_ALL,
    ROUND_NOTHING,
    ROUND_POSITIONS,
    ROUND_TOTAL,
    VAT,
    WITHOUT_VAT,
)
from kkm.webkassa.http.codes import invalid
from kkm.webkassa.request_fields import (
    Buyer,
    ExternalNumber,
    Flag,
    Mark,
    Moment,
    Percent,
    Quantity,
    RegistrationNumber,
    Section,
    Tenge,
    one_of,
    printable_text,
)
from kkm.webkassa.request_shapes import OfRegisterRequest, PrintWidth, Request

MOST_PAYMENTS = 100  # several of one kind are added up
MOST_MARKS = 1000
EMPTY_VALUES = (None, "", "0", "0.0", False)  # numbers are the texts that were written
ROLES = {DISCOUNT: PositionRole.DISCOUNT, MARKUP: PositionRole.MARKUP}
ROUNDING = "Округление"
TAX_TOLERANCE = 100  # tiyn

TaxType = Annotated[int, one_of(WITHOUT_VAT, VAT)]
RoundType = Annotated[int, one_of(ROUND_NOTHING, ROUND_ALL, ROUND_POSITIONS, ROUND_TOTAL)]


class PositionRequest(Request):
    """A line of goods: Count × Price − Discount + Markup."""

    position_name: Annotated[str, printable_text(300, least=1)]
    count: Quantity
    price: Tenge
    discount: Tenge = ZERO
    markup: Tenge = ZERO
    tax: Tenge | None = None
    tax_type: TaxType | None = None
    tax_percent: Percent | None = None
    position_code: Annotated[str, printable_text(100)] = ""
    section_code: Section = ""
    unit_code: Annotated[str, printable_text(20)] = ""
    mark: Mark = ""
    mark_list: Annotated[list[Mark], Field(max_length=MOST_MARKS)] = []
    gtin: Annotated[str, printable_text(100)] = ""
    ntin: Annotated[str, printable_text(100)] = ""
    is_storno: Flag = False


class ModifierRequest(Request):
    """A discount (1) or a markup (2) on the whole ticket."""

    type: Annotated[int, one_of(DISCOUNT, MARKUP)]
    sum: Tenge
    text: Annotated[str, printable_text(300)] = ""
    tax: Tenge | None = None
    tax_type: TaxType | None = None
    tax_percent: Percent | None = None


class PaymentRequest(Request):
    """What was handed over in one way: 0 cash, 1 card, 2 credit, 3 tare, 4 mobile."""

    sum: Tenge
    payment_type: Annotated[int, one_of(*PaymentType)]


class ReturnBasisRequest(Request):
    """The ticket that a return returns."""

    check_number: Annotated[str, printable_text(50, least=1)]
    date_time: Moment
    registration_number: RegistrationNumber
    total: Tenge
    is_offline: Flag = False


class CheckRequest(OfRegisterRequest):
    """A ticket. `DateTime`: its own time, of one that was made offline up to 72 hours ago."""

    operation_type: Annotated[int, one_of(0, 1, 2, 3)]
    positions: Annotated[list[PositionRequest], Field(min_length=1, max_length=MOST_LINES)]
    ticket_modifiers: Annotated[list[ModifierRequest], Field(max_length=MOST_LINES)] = []
    payments: Annotated[list[PaymentRequest], Field(max_length=MOST_PAYMENTS)] = []
    change: Tenge | None = None
    round_type: RoundType = ROUND_POSITIONS
    external_check_number: ExternalNumber = ""
    external_order_number: Annotated[str, printable_text(200)] = ""
    customer_xin: Buyer = ""
    return_basis_details: ReturnBasisRequest | None = None
    date_time: Moment | None = None
    paper_kind: PrintWidth = 0

    @field_validator("return_basis_details", mode="before")
    @classmethod
    def _read_empty_as_none(cls, value: object) -> object:
        """Clients send an object of empty fields with every sale."""
        if isinstance(value, dict) and all(inside in EMPTY_VALUES for inside in value.values()):
            return None
        return value

    @property
    def modifier_places(self) -> list[int]:
        """Where the modifiers of the ticket stand in the request; those of nothing are left out."""
        return [place for place, line in enumerate(self.ticket_modifiers) if line.sum]


def ticket_of(request: CheckRequest, *, at: datetime, actor: Actor, external_number: str) -> Ticket:
    """The ticket of a request. CallRefused names the field that does not fit."""
    kind = OperationKind(request.operation_type)
    rounds = request.round_type in (ROUND_ALL, ROUND_POSITIONS)
    positions = []
    for place, line in enumerate(request.positions):
        positions.append(_position(place, line, rounds))
    modifiers = []
    for place in request.modifier_places:
        modifiers.append(_modifier(place, request.ticket_modifiers[place]))
    lines: list[ticket.Position | ticket.Modifier] = [*positions, *modifiers]
    amount = Money.sum(line.total for line in lines)
    if amount < ZERO:
        raise invalid("TicketModifiers", _("скидки больше суммы чека."))
    if request.round_type in (ROUND_ALL, ROUND_TOTAL):
        modifiers += _rounding(amount)
    amount = _amount([*positions, *modifiers])
    payments, change = _payments(request, amount)
    return Ticket(
        at=at,
        kind=kind,
        positions=tuple(positions),
        modifiers=tuple(modifiers),
        payments=payments,
        change=change,
        external_number=external_number,
        offline=request.date_time is not None,
        details=_ticket_details(request, kind),
        **actor,
    )


def _amount(lines: Sequence[ticket.Position | ticket.Modifier]) -> Money:
    """The sum of the ticket's lines. CallRefused for too many of them and too large a sum."""
    if len(lines) > MOST_LINES:
        sentence = _("вместе со скидками и наценками на чек — не более {limit}.")
        raise invalid("Positions", sentence.format(limit=MOST_LINES))
    amount = Money.sum(line.total for line in lines)
    if amount >= MONEY_LIMIT:
        raise invalid("Positions", _("сумма чека не меньше 10¹² тенге."))
    return amount


def whole_tenge(money: Money) -> Money:
    """Rounded half-up to a whole tenge."""
    return Money((money.tiyn + 50) // 100 * 100)


def _position(place: int, line: PositionRequest, rounds: bool) -> ticket.Position:
    field = f"Positions[{place}]"
    goods = goods_of(line.count, line.price)
    exact = goods - line.discount + line.markup
    if exact < ZERO:
        sentence = _("скидка {sum} больше стоимости позиции.")
        raise invalid(f"{field}.Discount", sentence.format(sum=line.discount))
    total = exact
    if rounds:
        total = whole_tenge(exact)
    rounded_goods = goods + total - exact
    if rounded_goods < ZERO:  # a markup on what costs next to nothing
        total = exact
        rounded_goods = goods
    if max(goods, rounded_goods, exact, total) >= MONEY_LIMIT:
        raise invalid(f"{field}.Price", _("сумма позиции не меньше 10¹² тенге."))
    if line.is_storno:
        sentence = _(
            "сторно не принимается: пришлите чек без этой позиции и без той, что она отменяет."
        )
        raise invalid(f"{field}.IsStorno", sentence)
    rate = _rate(field, line)
    # Also accepted is the VAT before rounding, before the discount, or rounded for each piece.
    _check_tax(f"{field}.Tax", line.tax, _accepted_taxes(line, rate, total, exact, goods))
    return ticket.Position(
        name=line.position_name,
        quantity=line.count,
        price=line.price,
        section=line.section_code,
        discount=line.discount,
        markup=line.markup,
        rate=rate,
        goods=rounded_goods,
        details=_position_details(line),
    )


def _modifier(place: int, line: ModifierRequest) -> ticket.Modifier:
    field = f"TicketModifiers[{place}]"
    rate = _rate(field, line)
    _check_tax(f"{field}.Tax", line.tax, [included_vat(line.sum.tiyn, rate)])
    return ticket.Modifier(role=ROLES[line.type], amount=line.sum, rate=rate, name=line.text)


def _rate(field: str, line: PositionRequest | ModifierRequest) -> int | None:
    """None for «без НДС». A line without TaxType has VAT if it names a rate."""
    rate = line.tax_percent
    if line.tax_type == VAT:
        if rate is None:
            sentence = _("обязательное поле: с TaxType 100 нужна ставка НДС.")
            raise invalid(f"{field}.TaxPercent", sentence)
        return rate
    if line.tax_type == WITHOUT_VAT and rate:
        sentence = _("TaxType 0 значит «без НДС», а указана ставка: одно из двух неверно.")
        raise invalid(f"{field}.TaxPercent", sentence)
    return rate or None


def _accepted_taxes(line: PositionRequest, rate: int | None, *sums: Money) -> list[int]:
    """VAT of a position as it may be counted, in tiyn: included in each of the sums, and rounded
    for each piece.
    """
    taxes = [included_vat(money.tiyn, rate) for money in sums]
    taxes.append(line.count * included_vat(line.price.tiyn, rate) // 1000)
    return taxes


def _check_tax(field: str, stated: Money | None, accepted: Sequence[int]) -> None:
    """The client may count VAT in another way than we do; the first of the `accepted` is ours and
    is recorded.

    Accepted is what differs from any of them by no more than a tenge or one percent.
    """
    if stated is None:
        return
    for counted in accepted:
        difference = abs(stated.tiyn - counted)
        if difference <= TAX_TOLERANCE or difference * 100 <= counted:
            return
    sentence = _("НДС {stated}, а по расчёту {counted}.")
    raise invalid(field, sentence.format(stated=stated, counted=Money(accepted[0])))


def _rounding(amount: Money) -> list[ticket.Modifier]:
    """The discount or markup, without VAT, that rounds the total to a whole tenge; empty if the
    total needs no rounding.
    """
    difference = whole_tenge(amount) - amount
    if not difference:
        return []
    role = PositionRole.DISCOUNT
    if difference > ZERO:
        role = PositionRole.MARKUP
    return [ticket.Modifier(role=role, amount=Money(abs(difference.tiyn)), name=ROUNDING)]


def _payments(request: CheckRequest, amount: Money) -> tuple[dict[PaymentType, Money], Money]:
    """The payments of the ticket, and the change. What was handed over, less the change, is the
    sum of the ticket; CallRefused if it is not.
    """
    handed_over = _handed_over(request)
    whole = Money.sum(handed_over.values())
    cash = handed_over.get(PaymentType.CASH, ZERO)
    change = request.change
    if change is None:
        change = max(whole - amount, ZERO)
    if whole - change != amount:
        sentence = _("оплачено без сдачи {paid}, а сумма чека {amount}.")
        raise invalid("Payments", sentence.format(paid=whole - change, amount=amount))
    if change > cash:
        sentence = _("сдача {change} больше полученных наличных {cash}.")
        raise invalid("Change", sentence.format(change=change, cash=cash))
    if cash:
        handed_over[PaymentType.CASH] = cash - change
    return handed_over, change


def _handed_over(request: CheckRequest) -> dict[PaymentType, Money]:
    """The sum of each kind of payment: payments by two cards, for example, are added up."""
    sums: dict[PaymentType, Money] = {}
    for place, payment in enumerate(request.payments):
        payment_type = PaymentType(payment.payment_type)
        sums[payment_type] = sums.get(payment_type, ZERO) + payment.sum
        if sums[payment_type] >= MONEY_LIMIT:
            raise invalid(f"Payments[{place}].Sum", _("сумма оплат не меньше 10¹² тенге."))
    return sums


def _position_details(line: PositionRequest) -> dict:
    return _without_empty(
        {
            "code": line.position_code,
            "unit": line.unit_code,
            "gtin": line.gtin,
            "ntin": line.ntin,
            "marks": list(filter(None, [line.mark, *line.mark_list])),
        }
    )


def _ticket_details(request: CheckRequest, kind: OperationKind) -> dict:
    basis = None
    if kind in RETURNED and request.return_basis_details:
        basis = _basis_details(request.return_basis_details)
    return _without_empty(
        {
            "buyer": request.customer_xin,
            "order": request.external_order_number,
            "basis": basis,
        }
    )


def _without_empty(details: dict) -> dict:
    return {name: value for name, value in details.items() if value}


def _basis_details(basis: ReturnBasisRequest) -> dict:
    details = {
        "number": basis.check_number,
        "at": local_iso(basis.date_time),
        "total": basis.total.tiyn,
        "offline": basis.is_offline,
    }
    if basis.registration_number:
        details["registration_number"] = basis.registration_number
    return details
