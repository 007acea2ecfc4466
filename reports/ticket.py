"""A ticket as the buyer gets it: its lines on a roll, its QR, the address where the OFD shows it."""

from __future__ import annotations

from collections.abc import Iterator

import segno
from django.utils import timezone
from django.utils.translation import gettext as _

from kkm.domain.kinds import PositionRole
from kkm.models import FiscalOperation, Position
from reports import words
from reports.heading import clock
from reports.lines import row_lines
from reports.rendering import Part, roll_pdf
from reports.report import Row

RULE = Row("-" * 48)


def ticket_url(operation: FiscalOperation) -> str:
    """The text of the QR, in the OFD's form (domain.md 3); without an OFD its host is empty and the text names none."""
    host = operation.kkm.ofd.host if operation.kkm.ofd else ""
    time = f"{timezone.localtime(operation.occurred_at):%Y%m%dT%H%M%S}"
    query = f"i={operation.fiscal_sign}&f={operation.shift.registration.registration_number}&s={operation.amount.plain}&t={time}"
    return f"http://{host}/consumer?{query}" if host else query


def qr(text: str) -> str:
    """A QR code as a data: URL of an SVG."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=2, dark="#000", light="#fff")


def ticket_pdf(operation: FiscalOperation) -> bytes:
    """The ticket on an 80 mm roll."""
    above = "\n".join(_lines(ticket_rows(operation)))
    below = "\n".join(_lines([Row(_("ФИСКАЛЬНЫЙ ЧЕК"), centred=True), Row(_registration(operation), centred=True)]))
    title = f"{words.SINGULAR[operation.kind]} {operation.fiscal_sign}"
    return roll_pdf(title, [Part(text=above), Part(image=qr(ticket_url(operation))), Part(text=below)])


def ticket_rows(operation: FiscalOperation) -> Iterator[Row]:
    """Everything that stands on the ticket above the QR."""
    kkm, taxpayer = operation.kkm, operation.kkm.taxpayer
    yield Row(taxpayer.name, centred=True)
    yield Row(", ".join(part for part in (kkm.address, kkm.trade_name) if part), centred=True)
    yield Row(_("БИН/ИИН"), taxpayer.taxpayer_number)
    if taxpayer.vat_number:
        yield Row(_("НДС Серия {series}").format(series=taxpayer.vat_series), f"№ {taxpayer.vat_number}")
    yield RULE
    yield Row(str(words.SINGULAR[operation.kind]), f"№ {operation.number}", strong=True)
    yield Row(_("СМЕНА №"), operation.shift.number)
    yield Row(_("КАССИР"), operation.actor)
    yield RULE
    for position in operation.positions.all():
        yield from _position(position)
    yield RULE
    yield from _sums(operation)
    yield RULE
    yield from _marks(operation)


def _position(position: Position) -> Iterator[Row]:
    if position.role != PositionRole.ITEM:
        discount = position.role == PositionRole.DISCOUNT
        name = position.name or (_("Скидка на чек") if discount else _("Наценка на чек"))
        yield Row(name, f"{'-' if discount else ''}{position.discount + position.markup}")
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
        yield Row(str(words.PAYMENT[payment]), money)
    if operation.change:
        yield Row(_("ПОЛУЧЕНО"), operation.taken)
        yield Row(_("СДАЧА"), operation.change)
    yield Row(_("в т.ч. НДС"), operation.vat)


def _marks(operation: FiscalOperation) -> Iterator[Row]:
    facts = operation.facts
    if basis := facts.get("basis"):
        yield Row(_("Возврат по чеку"), basis.get("number", ""))
    if buyer := facts.get("buyer"):
        yield Row(_("ИИН/БИН покупателя"), buyer)
    yield Row(_("Фискальный признак"), operation.fiscal_sign)
    yield Row(_("Время"), clock(operation.occurred_at))
    if operation.offline:
        yield Row(_("Автономный"), strong=True)
    yield Row(_("Код ККМ КГД (РНМ)"), operation.shift.registration.registration_number)
    yield Row(_("ЗНМ"), operation.kkm.serial_number)
    if ofd := operation.kkm.ofd:
        yield Row(_("ОФД"), ofd.name)
        yield Row(_("Для проверки чека зайдите на сайт"), ofd.host)


def _registration(operation: FiscalOperation) -> str:
    return f"{_('ИНК ОФД')} {operation.kkm.identity_number}" if operation.kkm.identity_number else ""


def _lines(rows) -> Iterator[str]:
    for row in rows:
        yield from row_lines(row)
