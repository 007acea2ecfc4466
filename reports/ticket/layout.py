"""A ticket as the buyer gets it: its lines on a roll, its QR, the address where we show it to
him.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from kkm.domain.heading import RegisterHeading
from kkm.domain.kinds import PositionRole
from kkm.domain.money import Money
from kkm.domain.requisites import is_doubtful
from kkm.local_time import compact_clock
from kkm.models import FiscalOperation, Position
from kkm.reading.frozen import heading_of_shift
from reports.paper.lines import row_lines
from reports.paper.roll import RollPart, roll_pdf
from reports.parts import labels
from reports.parts.heading import clock, place
from reports.report import Row

RULE = Row("-" * 48)
PLACE = "/consumer"


def ticket_url(operation: FiscalOperation) -> str:
    """The text of the QR."""
    number = requisites(operation).registration_number
    return consumer_url(operation.fiscal_sign, number, operation.amount, operation.occurred_at)


def consumer_url(
    fiscal_sign: str, registration_number: str, amount: Money, occurred_at: datetime
) -> str:
    """The address of a ticket in the form of every OFD (domain.md 3), at our own host
    (`reports.ticket.views`): the fiscal sign is autonomous, an OFD does not know it.
    """
    time = compact_clock(occurred_at)
    host = settings.CABINET_URL.rstrip("/")
    asked = f"i={fiscal_sign}&f={registration_number}&s={amount.plain}&t={time}"
    return f"{host}{PLACE}?{asked}"


def site() -> str:
    """Where a ticket is checked, as people type it: «cabinet.example.kz/consumer»."""
    parts = urlsplit(settings.CABINET_URL)
    return parts.netloc + parts.path.rstrip("/") + PLACE


def requisites(operation: FiscalOperation) -> RegisterHeading:
    """Whose ticket it is: as its journal had frozen it when it was sold (`kkm.reading.frozen`).

    Raises `Unreadable`.
    """
    shift = operation.shift
    shift.kkm = operation.kkm  # it is read already
    return heading_of_shift(shift)


def qr(text: str) -> str:
    """A QR code as a data: URL of an SVG."""
    return segno.make(text, error="m", micro=False).svg_data_uri(
        scale=4, border=2, dark="#000", light="#fff"
    )


def ticket_pdf(operation: FiscalOperation) -> bytes:
    """The ticket on an 80 mm roll."""
    above = "\n".join(_lines(ticket_rows(operation)))
    below = "\n".join(_lines(ticket_ending(operation)))
    title = f"{labels.SINGULAR[operation.kind]} {operation.fiscal_sign}"
    return roll_pdf(
        title,
        [RollPart(text=above), RollPart(image=qr(ticket_url(operation))), RollPart(text=below)],
    )


def ticket_rows(operation: FiscalOperation) -> Iterator[Row]:
    """Everything that stands on the ticket above the QR."""
    heading = requisites(operation)
    yield Row(heading.taxpayer, centred=True)
    yield Row(place(heading), centred=True)
    yield Row(_("БИН/ИИН"), heading.taxpayer_number)
    if heading.vat_number:
        yield Row(
            _("НДС Серия {series}").format(series=heading.vat_series),
            f"№ {heading.vat_number}",
        )
    yield RULE
    yield Row(str(labels.SINGULAR[operation.kind]), f"№ {operation.number}", strong=True)
    yield Row(_("СМЕНА №"), operation.shift.number)
    yield Row(_("КАССИР"), operation.actor)
    yield RULE
    for position in operation.positions.all():
        yield from _position(position)
    yield RULE
    yield from _sums(operation)
    yield RULE
    yield from _marks(operation, heading)


def _position(position: Position) -> Iterator[Row]:
    if position.role != PositionRole.ITEM:
        discount = position.role == PositionRole.DISCOUNT
        name = position.name or (_("Скидка на чек") if discount else _("Наценка на чек"))
        yield Row(name, position.total)
        if position.vat:
            vat = -position.vat if discount else position.vat
            yield Row(f"{_('в т.ч. НДС')} {position.rate_name}", vat, indent=3)
        return
    yield Row(f"{position.line}. {position.name}")
    yield Row(f"{position.amount_of_goods} x {position.price}", position.goods, indent=3)
    if position.discount:
        yield Row(_("Скидка"), f"-{position.discount}", indent=3)
    if position.markup:
        yield Row(_("Наценка"), position.markup, indent=3)
    if position.rate is not None:
        yield Row(f"{_('в т.ч. НДС')} {position.rate_name}", position.vat, indent=3)


def _sums(operation: FiscalOperation) -> Iterator[Row]:
    yield Row(_("ИТОГ"), operation.amount, strong=True)
    for payment, money in operation.payments.items():
        yield Row(str(labels.PAYMENT[payment]), money)
    if operation.change:
        yield Row(_("ПОЛУЧЕНО"), operation.taken)
        yield Row(_("СДАЧА"), operation.change)
    yield Row(_("в т.ч. НДС"), operation.vat)


def _marks(operation: FiscalOperation, heading: RegisterHeading) -> Iterator[Row]:
    facts = operation.facts
    if basis := facts.get("basis"):
        yield Row(_("Возврат по чеку"), basis.get("number", ""))
    if buyer := facts.get("buyer"):
        yield Row(_("ИИН/БИН покупателя"), buyer)
        if is_doubtful(buyer):
            yield Row(_("контрольная цифра не сходится"), indent=3)
    yield Row(_("Фискальный признак"), operation.fiscal_sign)
    yield Row(_("Время"), clock(operation.occurred_at))
    if operation.offline:
        yield Row(_("Автономный"), strong=True)
    yield Row(_("Код ККМ КГД (РНМ)"), heading.registration_number)
    yield Row(_("ЗНМ"), heading.serial_number)
    if heading.ofd:
        yield Row(_("ОФД"), heading.ofd)
    yield Row(_("Для проверки чека зайдите на сайт"), site())


def ticket_ending(operation: FiscalOperation) -> list[Row]:
    """What stands below the QR."""
    number = requisites(operation).identity_number
    return [
        Row(_("ФИСКАЛЬНЫЙ ЧЕК"), centred=True),
        Row(f"{_('ИНК ОФД')} {number}" if number else "", centred=True),
    ]


def _lines(rows) -> Iterator[str]:
    for row in rows:
        yield from row_lines(row)
