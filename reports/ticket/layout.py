"""A ticket as the buyer gets it: its rows and its QR, on a page and on a roll."""

from __future__ import annotations

from collections.abc import Iterator

import segno
from django.utils.translation import gettext as _

from kkm.domain.heading import RegisterHeading
from kkm.domain.kinds import OperationKind
from kkm.domain.requisites import has_wrong_control_digit
from kkm.local_time import clock
from kkm.models import FiscalOperation, Shift
from kkm.reading.frozen import heading_of_shift
from reports.paper.lines import rows_as_lines
from reports.paper.roll import RollPart, roll_pdf
from reports.parts import labels
from reports.parts.heading import address_line
from reports.report import Row
from reports.ticket.issued_ticket import (
    IssuedTicket,
    TicketLine,
    consumer_url,
    site,
    stored_lines,
)

RULE = Row("-" * 48)


def issued_ticket(operation: FiscalOperation) -> IssuedTicket:
    """A ticket of the journal. Raises `Unreadable`."""
    return IssuedTicket(
        operation=operation,
        lines=stored_lines(operation.positions.all()),
        shift_number=_shift(operation).number,
        heading=requisites(operation),
    )


def ticket_url(operation: FiscalOperation) -> str:
    """The text of the QR."""
    number = requisites(operation).registration_number
    return consumer_url(operation.fiscal_sign, number, operation.amount, operation.occurred_at)


def requisites(operation: FiscalOperation) -> RegisterHeading:
    """Whose ticket it is: as its journal had frozen it when it was sold (`kkm.reading.frozen`).

    Raises `Unreadable`.
    """
    shift = _shift(operation)
    shift.kkm = operation.kkm  # it is read already
    return heading_of_shift(shift)


def _shift(operation: FiscalOperation) -> Shift:
    """The shift of a ticket. ValueError for an operation that is none."""
    if operation.shift is None:
        raise ValueError("a ticket belongs to a shift")
    return operation.shift


def qr(text: str) -> str:
    """A QR code as a data: URL of an SVG."""
    return segno.make(text, error="m", micro=False).svg_data_uri(
        scale=4, border=2, dark="#000", light="#fff"
    )


def ticket_pdf(operation: FiscalOperation) -> bytes:
    """The ticket on an 80 mm roll."""
    above = RollPart(list(rows_as_lines(ticket_rows(operation))))
    alt = _("QR-код: проверить этот чек")
    code = RollPart(image=qr(ticket_url(operation)), alt=alt)
    below = RollPart(list(rows_as_lines(ticket_ending(operation))))
    title = f"{_kind_name(operation)} {operation.fiscal_sign}"
    return roll_pdf(title, [above, code, below])


def ticket_rows(operation: FiscalOperation) -> Iterator[Row]:
    """Everything that stands on the ticket above the QR."""
    ticket = issued_ticket(operation)
    heading = ticket.heading
    yield Row(heading.taxpayer, centred=True)
    yield Row(address_line(heading), centred=True)
    yield Row(_("БИН/ИИН"), heading.taxpayer_number)
    if heading.vat_number:
        yield Row(
            _("НДС Серия {series}").format(series=heading.vat_series),
            f"№ {heading.vat_number}",
        )
    yield RULE
    yield Row(
        str(labels.SINGULAR[OperationKind(operation.kind)]), f"№ {operation.number}", strong=True
    )
    yield Row(_("СМЕНА №"), ticket.shift_number)
    yield Row(_("КАССИР"), operation.actor)
    yield RULE
    for line in ticket.lines:
        if line.is_item:
            yield from _item(line)
        else:
            yield from _modifier(line)
    yield RULE
    yield from _sums(ticket)
    yield RULE
    yield from _basis_and_buyer(ticket)
    yield from _requisites(ticket)


def _kind_name(operation: FiscalOperation) -> str:
    return str(labels.SINGULAR[OperationKind(operation.kind)])


def _item(line: TicketLine) -> Iterator[Row]:
    yield Row(f"{line.number}. {line.name}")
    yield Row(f"{line.quantity_text} x {line.price}", line.goods, indent=3)
    if line.rounding:
        yield Row(_("в т.ч. округление"), line.rounding, indent=3)
    if line.discount:
        yield Row(_("Скидка"), f"-{line.discount}", indent=3)
    if line.markup:
        yield Row(_("Наценка"), line.markup, indent=3)
    if line.rate is not None:
        yield Row(f"{_('в т.ч. НДС')} {line.rate_name}", line.vat, indent=3)


def _modifier(line: TicketLine) -> Iterator[Row]:
    """A discount or a markup on the whole ticket."""
    usual = _("Наценка на чек")
    if line.is_discount:
        usual = _("Скидка на чек")
    yield Row(line.name or usual, line.total)
    if line.vat:
        yield Row(f"{_('в т.ч. НДС')} {line.rate_name}", line.signed_vat, indent=3)


def _sums(ticket: IssuedTicket) -> Iterator[Row]:
    operation = ticket.operation
    yield Row(_("ИТОГ"), operation.amount, strong=True)
    for payment, money in operation.payments.items():
        yield Row(str(labels.PAYMENT[payment]), money)
    if operation.change:
        yield Row(_("ПОЛУЧЕНО"), operation.handed_over)
        yield Row(_("СДАЧА"), operation.change)
    yield Row(_("в т.ч. НДС"), ticket.vat)


def _basis_and_buyer(ticket: IssuedTicket) -> Iterator[Row]:
    if ticket.basis:
        yield Row(_("Возврат по чеку"), ticket.basis.get("number", ""))
    if ticket.buyer:
        yield Row(_("ИИН/БИН покупателя"), ticket.buyer)
        if has_wrong_control_digit(ticket.buyer):
            yield Row(_("контрольная цифра не сходится"), indent=3)


def _requisites(ticket: IssuedTicket) -> Iterator[Row]:
    operation = ticket.operation
    heading = ticket.heading
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
    identity = ""
    if number:
        identity = f"{_('ИНК ОФД')} {number}"
    return [Row(_("ФИСКАЛЬНЫЙ ЧЕК"), centred=True), Row(identity, centred=True)]
