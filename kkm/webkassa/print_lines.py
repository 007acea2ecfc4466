"""A ticket as lines for a printer, in two languages side by side: «Ауысым/Смена 4».

This runs for every ticket, so it is kept cheap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.printable import printable
from kkm.domain.requisites import has_wrong_control_digit
from kkm.domain.thousandths import thousandths_text
from kkm.local_time import clock
from kkm.models.operation import PAYMENT_NAMES
from kkm.reading.units import UNITS
from kkm.webkassa.answer_shapes import PrintedLineAnswer, ofd_answer
from kkm.webkassa.print_languages import KAZAKH, RUSSIAN
from kkm.webkassa.ticket_reading import TicketInShift
from reports.parts.labels import SINGULAR
from reports.ticket.issued_ticket import TicketLine, site

WIDTHS = {0: 48, 3: 36, 12: 80, 13: 80}  # characters in a line, by kind of paper
TEXT, QR = 0, 2
PLAIN, BOLD = 0, 1
MAKER = "ALSEP"
# Fifth digits of a БИН; that of an ИИН is another.
OF_COMPANIES = ("4", "5", "6")

LABELS = {
    **{kind.name: word for kind, word in SINGULAR.items()},
    **{payment.name: word for payment, word in PAYMENT_NAMES.items()},
    **{f"unit {code}": word for code, word in UNITS.items()},
    "company": _("БИН"),
    "person": _("ИИН"),
    "certificate": _("НДС Серия"),
    "shift": _("Смена"),
    "ticket": _("Чек"),
    "cashier": _("Кассир"),
    "order": _("Номер заказа"),
    "discount": _("Скидка"),
    "markup": _("Наценка"),
    "cost": _("Стоимость"),
    "change": _("Сдача"),
    "total": _("ИТОГО"),
    "vat": _("в т.ч. НДС"),
    "basis": _("Возврат по чеку"),
    "buyer": _("ИИН/БИН клиента"),
    "sign": _("ФП"),
    "time": _("Время"),
    "offline": _("Автономный"),
    "ofd": _("ОФД"),
    "site": _("Для проверки чека зайдите на сайт"),
    "fiscal": _("ФИСКАЛЬНЫЙ ЧЕК"),
    "identity": _("ИНК"),
    "registration": _("Код ККМ КГД (РНМ)"),
    "serial": _("ЗНМ"),
}


def print_lines(
    ticket: TicketInShift, languages: tuple[str, ...], paper_kind: int
) -> list[PrintedLineAnswer]:
    """The ticket, no line of text longer than its paper.

    Kinds of paper: 0 80 mm, 3 57 mm, 12 and 13 A4.
    """
    paper = _Paper(WIDTHS[paper_kind], languages)
    for print_part in (_heading, _goods, _sums, _basis_and_buyer, _requisites, _ending):
        print_part(paper, ticket)
    return paper.lines


@cache
def labels_in(languages: tuple[str, ...]) -> Mapping[str, str]:
    """The labels in these languages, side by side."""
    translated = []
    for language in languages:
        with translation.override(language):
            translated.append([str(label) for label in LABELS.values()])
    side_by_side = map("/".join, zip(*translated, strict=True))
    return dict(zip(LABELS, side_by_side, strict=True))


class _Paper:
    """Lines one under another."""

    def __init__(self, width: int, languages: tuple[str, ...]) -> None:
        self.width = width
        self.languages = languages
        self.labels = labels_in(languages)
        self.lines: list[PrintedLineAnswer] = []

    def line(self, text: str, style: int = PLAIN, kind: int = TEXT) -> None:
        self.lines.append(
            {"Order": len(self.lines) + 1, "Type": kind, "Value": text, "Style": style}
        )

    def rule(self) -> None:
        self.line("-" * self.width)

    def text(self, text: str, *, indent: int = 0, style: int = PLAIN) -> None:
        for part in wrapped(text, self.width - indent):
            self.line(" " * indent + part, style)

    def centred(self, text: str, style: int = PLAIN) -> None:
        for part in wrapped(text, self.width):
            self.line(part.center(self.width), style)

    def row(self, label: str, value: object, *, indent: int = 0, style: int = PLAIN) -> None:
        """The value at the right edge; in lines of its own where there is no room beside the
        label.
        """
        left = " " * indent + label
        right = str(value)
        if len(left) + 1 + len(right) <= self.width:
            self.line(left + right.rjust(self.width - len(left)), style)
            return
        self.text(label, indent=indent, style=style)
        for part in wrapped(right, self.width):
            self.line(part.rjust(self.width), style)


def wrapped(text: str, width: int) -> Iterator[str]:
    """A text in lines of at most so many characters, parted at spaces; a longer word is cut."""
    while len(text) > width:
        cut = text.rfind(" ", 1, width + 1)
        if cut < 0:
            cut = width
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    yield text


def _heading(paper: _Paper, ticket: TicketInShift) -> None:
    labels = paper.labels
    heading = ticket.heading
    operation = ticket.operation
    number_label = labels["person"]
    if heading.taxpayer_number[4:5] in OF_COMPANIES:
        number_label = labels["company"]
    paper.centred(printable(heading.taxpayer))
    paper.centred(f"{number_label} {heading.taxpayer_number}")
    if heading.vat_number:
        paper.centred(f"{labels['certificate']} {heading.vat_series} №{heading.vat_number}")
    paper.rule()
    if heading.trade_name:
        paper.centred(printable(heading.trade_name))
    paper.centred(f"{labels['shift']} {ticket.shift_number}")
    paper.text(f"{labels['ticket']} №{operation.fiscal_sign}")
    paper.text(f"{labels['cashier']} {printable(operation.actor_name)}")
    paper.row(labels[OperationKind(operation.kind).name], f"№{ticket.order_number}")
    paper.rule()
    if ticket.order:
        paper.row(f"{labels['order']}:", printable(ticket.order))


def _goods(paper: _Paper, ticket: TicketInShift) -> None:
    labels = paper.labels
    for place, line in enumerate(ticket.items, 1):
        paper.text(f"{place}. {printable(line.name)}", indent=2)
        marks = line.details.get("marks")
        if marks:
            paper.text(printable(marks[0]), indent=3)
        paper.text(f"{_quantity(line, labels)} x {line.price}", indent=3)
        if line.discount:
            paper.row(labels["discount"], -line.discount, indent=3)
        if line.markup:
            paper.row(labels["markup"], line.markup, indent=3)
        paper.row(labels["cost"], line.total, indent=3)
    for line in ticket.modifiers:
        usual = labels["markup"]
        if line.is_discount:
            usual = labels["discount"]
        paper.row(printable(line.name) or usual, line.total)


def _quantity(line: TicketLine, labels: Mapping[str, str]) -> str:
    """«2.4 кг»; without the unit where it has none that we know."""
    quantity = line.quantity_text
    unit = line.details.get("unit", "").lstrip("0")
    label = labels.get(f"unit {unit}")
    if not label:
        return quantity
    return f"{quantity} {label}"


def _sums(paper: _Paper, ticket: TicketInShift) -> None:
    labels = paper.labels
    operation = ticket.operation
    paper.rule()
    for payment_type, money in ticket.handed_over.items():
        paper.row(f"{labels[PaymentType(payment_type).name]}:", money)
    if operation.change:
        paper.row(f"{labels['change']}:", operation.change)
    paper.row(f"{labels['total']}:", operation.amount, style=BOLD)
    for rate, vat in ticket.vat_by_rate.items():
        paper.row(f"{labels['vat']} {thousandths_text(rate)}%:", vat)


def _basis_and_buyer(paper: _Paper, ticket: TicketInShift) -> None:
    """Which ticket is returned, and whose purchase it was (Order No. 626; protocol 2.0.3)."""
    labels = paper.labels
    buyer = ticket.buyer
    basis = ticket.basis
    if buyer or basis:
        paper.rule()
    if basis:
        paper.row(f"{labels['basis']}:", _basis(basis))
    if buyer:
        doubt = ""
        if has_wrong_control_digit(buyer):
            doubt = " (?)"
        paper.row(f"{labels['buyer']}:", f"{buyer}{doubt}")


def _basis(basis: Mapping) -> str:
    number = printable(str(basis.get("number", "")))
    at = basis.get("at")
    if not at:
        return f"№{number}"
    return f"№{number} {clock(datetime.fromisoformat(at))}"


def _requisites(paper: _Paper, ticket: TicketInShift) -> None:
    labels = paper.labels
    heading = ticket.heading
    operation = ticket.operation
    paper.rule()
    paper.text(f"{labels['sign']}: {operation.fiscal_sign}")
    paper.text(f"{labels['time']}: {clock(operation.occurred_at)}")
    if operation.offline:
        paper.text(labels["offline"], style=BOLD)
    addresses = {KAZAKH: heading.address_kk or heading.address, RUSSIAN: heading.address}
    printed = set()
    for language in paper.languages:
        address = addresses[language]
        if address not in printed:
            paper.text(printable(address))
            printed.add(address)
    if heading.ofd:
        ofd = ofd_answer(heading, ticket.kkm.ofd)
        names = {KAZAKH: ofd["NameKz"], RUSSIAN: ofd["Name"]}
        for language in paper.languages:
            label = labels_in((language,))["ofd"]
            paper.text(f"{label}: {printable(names[language])}")
    paper.text(f"{labels['site']}: {site()}")


def _ending(paper: _Paper, ticket: TicketInShift) -> None:
    labels = paper.labels
    heading = ticket.heading
    paper.rule()
    paper.centred(labels["fiscal"], BOLD)
    paper.line(ticket.url, kind=QR)
    if heading.identity_number:
        paper.centred(f"{labels['identity']}: {heading.identity_number}")
    paper.centred(f"{labels['registration']}: {heading.registration_number}")
    paper.centred(f"{labels['serial']}: {heading.serial_number}")
    paper.centred(MAKER)
