"""A request as an entry for the door: rounding, VAT, payments and change, by the API's rules.

What does not fit names its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from kkm.domain import ticket
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.limits import MONEY_LIMIT, MOST_LINES
from kkm.domain.money import ZERO, Money
from kkm.domain.ticket import Placement, Ticket, goods_of
from kkm.domain.vat import included_vat
from kkm.local_time import local_iso
from kkm.webkassa import requests
from kkm.webkassa.refusals import invalid

RETURNS = (OperationKind.SALE_RETURN, OperationKind.PURCHASE_RETURN)
PLACEMENTS = {
    requests.DEPOSIT: OperationKind.DEPOSIT,
    requests.WITHDRAWAL: OperationKind.WITHDRAWAL,
}
ROLES = {requests.DISCOUNT: PositionRole.DISCOUNT, requests.MARKUP: PositionRole.MARKUP}
ROUNDING = "Округление"
_TAX_TOLERANCE = 100  # tiyn


def ticket_of(
    check: requests.Check, *, at: datetime, actor: Mapping[str, str], number: str
) -> Ticket:
    """The ticket that is asked for, under an external number.

    CallRefused names the field that does not fit.
    """
    rounds = check.round_type in (requests.ROUND_ALL, requests.ROUND_POSITIONS)
    positions = tuple(
        _position(place, asked, rounds) for place, asked in enumerate(check.positions)
    )
    modifiers = [
        _modifier(place, check.ticket_modifiers[place]) for place in modifier_places(check)
    ]
    amount = Money.sum(line.total for line in (*positions, *modifiers))
    if amount < ZERO:
        raise invalid("TicketModifiers", _("скидки больше суммы чека."))
    if check.round_type in (requests.ROUND_ALL, requests.ROUND_TOTAL):
        modifiers += _rounding(amount)
    amount = _amount((*positions, *modifiers))
    payments, change = _payments(check, amount)
    kind = OperationKind(check.operation_type)
    return Ticket(
        at=at,
        kind=kind,
        positions=positions,
        modifiers=tuple(modifiers),
        payments=payments,
        change=change,
        external_number=number,
        offline=check.date_time is not None,
        details=_details(check, kind),
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


def modifier_places(check: requests.Check) -> list[int]:
    """Where in the request each modifier of the ticket stands: those of nothing are passed over."""
    return [place for place, asked in enumerate(check.ticket_modifiers) if asked.sum]


def placement_of(
    asked: requests.MoneyOperation, *, at: datetime, actor: Mapping[str, str], number: str
) -> Placement:
    """The money placement that is asked for."""
    kind, offline = PLACEMENTS[asked.operation_type], asked.date_time is not None
    return Placement(
        at=at,
        kind=kind,
        amount=asked.sum,
        external_number=number,
        offline=offline,
        **actor,
    )


def whole_tenge(money: Money) -> Money:
    """Rounded half-up to a whole tenge."""
    return Money((money.tiyn + 50) // 100 * 100)


def _position(place: int, asked: requests.Position, rounds: bool) -> ticket.Position:
    field, goods = f"Positions[{place}]", goods_of(asked.count, asked.price)
    exact = goods - asked.discount + asked.markup
    if exact < ZERO:
        raise invalid(
            f"{field}.Discount",
            _("скидка {sum} больше стоимости позиции.").format(sum=asked.discount),
        )
    total = whole_tenge(exact) if rounds else exact
    if goods + total - exact < ZERO:  # a markup on what costs next to nothing
        total = exact
    if max(goods, goods + total - exact, exact, total) >= MONEY_LIMIT:
        raise invalid(f"{field}.Price", _("сумма позиции не меньше 10¹² тенге."))
    if asked.is_storno:
        raise invalid(
            f"{field}.IsStorno",
            _("сторно не принимается: пришлите чек без этой позиции и без той, что она отменяет."),
        )
    rate = _rate(field, asked)
    ours = included_vat(total.tiyn, rate)
    by_piece = asked.count * included_vat(asked.price.tiyn, rate) // 1000
    others = (included_vat(exact.tiyn, rate), included_vat(goods.tiyn, rate), by_piece)
    _check_tax(f"{field}.Tax", asked.tax, ours, others)
    return ticket.Position(
        name=asked.position_name,
        quantity=asked.count,
        price=asked.price,
        section=asked.section_code,
        discount=asked.discount,
        markup=asked.markup,
        rate=rate,
        goods=goods + total - exact,
        details=_marks(asked),
    )


def _modifier(place: int, asked: requests.Modifier) -> ticket.Modifier:
    field = f"TicketModifiers[{place}]"
    rate = _rate(field, asked)
    _check_tax(f"{field}.Tax", asked.tax, included_vat(asked.sum.tiyn, rate))
    return ticket.Modifier(role=ROLES[asked.type], amount=asked.sum, rate=rate, name=asked.text)


def _rate(field: str, asked: requests.Position | requests.Modifier) -> int | None:
    """None for «без НДС». Who names no TaxType means VAT by naming a rate."""
    rate = asked.tax_percent
    if asked.tax_type == requests.VAT:
        if rate is None:
            sentence = _("обязательное поле: с TaxType 100 нужна ставка НДС.")
            raise invalid(f"{field}.TaxPercent", sentence)
        return rate
    if asked.tax_type == requests.WITHOUT_VAT and rate:
        sentence = _("TaxType 0 значит «без НДС», а указана ставка: одно из двух неверно.")
        raise invalid(f"{field}.TaxPercent", sentence)
    return rate or None


def _check_tax(field: str, stated: Money | None, ours: int, others: Sequence[int] = ()) -> None:
    """The client's VAT may be counted otherwise, ours is recorded.

    Accepted are the VAT before rounding, before the discount, or rounded for each piece, and what
    differs from one of these by no more than a tenge or one percent.
    """
    if stated is None:
        return
    for counted in (ours, *others):
        off = abs(stated.tiyn - counted)
        if off <= _TAX_TOLERANCE or off * 100 <= counted:
            return
    sentence = _("НДС {stated}, а по расчёту {counted}.")
    raise invalid(field, sentence.format(stated=stated, counted=Money(ours)))


def _rounding(amount: Money) -> Sequence[ticket.Modifier]:
    """What makes the total a whole tenge stands on the ticket as a discount or a markup of its
    own, without VAT.
    """
    difference = whole_tenge(amount) - amount
    if not difference:
        return []
    role = PositionRole.MARKUP if difference > ZERO else PositionRole.DISCOUNT
    return [ticket.Modifier(role=role, amount=Money(abs(difference.tiyn)), name=ROUNDING)]


def _payments(check: requests.Check, amount: Money) -> tuple[dict[PaymentType, Money], Money]:
    """What stays with the till, and the change: all that was handed over less the change is the sum
    of the ticket.

    Payments of one kind, as by two cards, are added up: the journal has one sum of each kind.
    """
    taken: dict[PaymentType, Money] = {}
    for place, payment in enumerate(check.payments):
        way = PaymentType(payment.payment_type)
        taken[way] = taken.get(way, ZERO) + payment.sum
        if taken[way] >= MONEY_LIMIT:
            raise invalid(f"Payments[{place}].Sum", _("сумма оплат не меньше 10¹² тенге."))
    whole, cash = Money.sum(taken.values()), taken.get(PaymentType.CASH, ZERO)
    change = max(whole - amount, ZERO) if check.change is None else check.change
    if whole - change != amount:
        facts = {"paid": whole - change, "amount": amount}
        raise invalid(
            "Payments", _("оплачено без сдачи {paid}, а сумма чека {amount}.").format(**facts)
        )
    if change > cash:
        raise invalid(
            "Change",
            _("сдача {change} больше полученных наличных {cash}.").format(change=change, cash=cash),
        )
    return {**taken, PaymentType.CASH: cash - change} if cash else taken, change


def _marks(asked: requests.Position) -> dict:
    marks = [mark for mark in (asked.mark, *asked.mark_list) if mark]
    told = {
        "code": asked.position_code,
        "unit": asked.unit_code,
        "gtin": asked.gtin,
        "ntin": asked.ntin,
        "marks": marks,
    }
    return {name: value for name, value in told.items() if value}


def _details(check: requests.Check, kind: OperationKind) -> dict:
    basis = check.return_basis_details if kind in RETURNS else None
    told = {
        "buyer": check.customer_xin,
        "order": check.external_order_number,
        "basis": _basis(basis) if basis else None,
    }
    return {name: value for name, value in told.items() if value}


def _basis(asked: requests.ReturnBasis) -> dict:
    told = {
        "number": asked.check_number,
        "at": local_iso(asked.date_time),
        "total": asked.total.tiyn,
        "registration_number": asked.registration_number,
        "offline": asked.is_offline,
    }
    return {name: value for name, value in told.items() if value != ""}
