"""A ticket as lines for a printer, in two languages side by side: «Ауысым/Смена 4».

This runs for every ticket, so it is kept cheap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.printable import printable
from kkm.domain.requisites import is_doubtful
from kkm.local_time import clock
from kkm.models.operation import PAYMENT_NAMES
from kkm.reading.units import UNITS
from kkm.webkassa.answers import PrintedLine, ofd_of
from kkm.webkassa.issued import Issued, Line
from reports.parts import labels
from reports.ticket.layout import site

OTHER = {"kk": "ru", "ru": "kk"}
WIDTHS = {0: 48, 3: 36, 12: 80, 13: 80}  # characters in a line, by kind of paper
TEXT, QR = 0, 2
PLAIN, BOLD = 0, 1
MAKER = "ALSEP"

WORDS = {
    **{kind.name: word for kind, word in labels.SINGULAR.items()},
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


def languages_of(request: HttpRequest) -> tuple[str, ...]:
    """In which languages to print, by `Accept-Language` and `Secondary-Language`; Kazakh and
    Russian where they say nothing.

    Both are obligatory (order No. 626, item 90): whoever names one gets the other beside it, unless
    he names it twice.
    """
    accepted = request.headers.get("Accept-Language", "")
    first = _language(accepted)
    second = _language(request.headers.get("Secondary-Language", ""))
    if not first and _named(accepted):
        first = "ru"  # a language that nothing is printed in
    if first and first == second:
        return (first,)
    first = first or OTHER.get(second, "kk")
    return first, OTHER[first]


def _language(header: str) -> str:
    """The first of our languages that a header names; "" if it names none."""
    for code in _named(header):
        if code in OTHER:
            return code
    return ""


def _named(header: str) -> list[str]:
    """Codes of the languages that a header names, the most wanted first."""
    weighed = parse_accept_lang_header(header.lower())
    codes = [name.partition("-")[0] for name, _weight in weighed]
    return [code for code in codes if code != "*"]


def printed(found: Issued, languages: tuple[str, ...], paper_kind: int) -> list[PrintedLine]:
    """The ticket, no line of text longer than its paper.

    Kinds of paper: 0 80 mm, 3 57 mm, 12 and 13 A4.
    """
    paper = _Paper(WIDTHS[paper_kind], languages)
    for part in (_heading, _goods, _sums, _sides, _marks, _ending):
        part(paper, found)
    return paper.lines


@cache
def _said(languages: tuple[str, ...]) -> Mapping[str, str]:
    """The words in these languages, side by side."""
    said = []
    for language in languages:
        with translation.override(language):
            said.append([str(word) for word in WORDS.values()])
    return {key: "/".join(texts) for key, texts in zip(WORDS, zip(*said, strict=True), strict=True)}


class _Paper:
    """Lines one under another."""

    def __init__(self, width: int, languages: tuple[str, ...]) -> None:
        self.width, self.languages, self.said = width, languages, _said(languages)
        self.lines: list[PrintedLine] = []

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
        left, right = " " * indent + label, str(value)
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
        cut = width if cut < 0 else cut
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    yield text


def _heading(paper: _Paper, found: Issued) -> None:
    said, who, operation = paper.said, found.requisites, found.operation
    paper.centred(printable(who.taxpayer))
    paper.centred(
        f"{said['company' if who.taxpayer_number[4:5] in '456' else 'person']} "
        f"{who.taxpayer_number}"
    )
    if who.vat_number:
        paper.centred(f"{said['certificate']} {who.vat_series} №{who.vat_number}")
    paper.rule()
    if who.trade_name:
        paper.centred(printable(who.trade_name))
    paper.centred(f"{said['shift']} {found.shift_number}")
    paper.text(f"{said['ticket']} №{operation.fiscal_sign}")
    paper.text(f"{said['cashier']} {printable(operation.actor_name)}")
    paper.row(said[OperationKind(operation.kind).name], f"№{found.order_number}")
    paper.rule()
    if order := operation.facts.get("order"):
        paper.row(f"{said['order']}:", printable(order))


def _goods(paper: _Paper, found: Issued) -> None:
    said = paper.said
    for place, line in enumerate(found.items, 1):
        paper.text(f"{place}. {printable(line.name)}", indent=2)
        if marks := line.facts.get("marks"):
            paper.text(printable(marks[0]), indent=3)
        paper.text(f"{_quantity(line, said)} x {line.price}", indent=3)
        if line.discount:
            paper.row(said["discount"], -line.discount, indent=3)
        if line.markup:
            paper.row(said["markup"], line.markup, indent=3)
        paper.row(said["cost"], line.total, indent=3)
    for line in found.modifiers:
        usual = said["discount" if line.role == PositionRole.DISCOUNT else "markup"]
        paper.row(printable(line.name) or usual, line.total)


def _quantity(line: Line, said: Mapping[str, str]) -> str:
    whole, part = divmod(line.quantity, 1000)
    number = f"{whole}.{part:03d}".rstrip("0") if part else str(whole)
    unit = said.get(f"unit {line.facts.get('unit', '').lstrip('0')}")
    return f"{number} {unit}" if unit else number


def _sums(paper: _Paper, found: Issued) -> None:
    said, operation = paper.said, found.operation
    paper.rule()
    for way, money in found.handed_over.items():
        paper.row(f"{said[PaymentType(way).name]}:", money)
    if operation.change:
        paper.row(f"{said['change']}:", operation.change)
    paper.row(f"{said['total']}:", operation.amount, style=BOLD)
    for rate, vat in found.vat_by_rate.items():
        paper.row(f"{said['vat']} {_percent(rate)}:", vat)


def _percent(rate: int) -> str:
    """16 000 → «16%»."""
    whole, part = divmod(rate, 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".") + "%"


def _sides(paper: _Paper, found: Issued) -> None:
    """Whose purchase it was, and which ticket is returned (Order No. 626; protocol 2.0.3)."""
    said, facts = paper.said, found.operation.facts
    buyer, basis = facts.get("buyer"), facts.get("basis")
    if buyer or basis:
        paper.rule()
    if basis:
        paper.row(f"{said['basis']}:", _basis(basis))
    if buyer:
        mark = " (?)" if is_doubtful(buyer) else ""
        paper.row(f"{said['buyer']}:", f"{buyer}{mark}")


def _basis(basis: Mapping) -> str:
    at, number = basis.get("at"), printable(str(basis.get("number", "")))
    return f"№{number} {clock(datetime.fromisoformat(at))}" if at else f"№{number}"


def _marks(paper: _Paper, found: Issued) -> None:
    said, who, operation = paper.said, found.requisites, found.operation
    paper.rule()
    paper.text(f"{said['sign']}: {operation.fiscal_sign}")
    paper.text(f"{said['time']}: {clock(operation.occurred_at)}")
    if operation.offline:
        paper.text(said["offline"], style=BOLD)
    for address in _in(paper.languages, kk=who.address_kk or who.address, ru=who.address):
        paper.text(printable(address))
    if who.ofd:
        ofd = ofd_of(who, found.kkm.ofd)
        names = {"kk": ofd["NameKz"], "ru": ofd["Name"]}
        for language in paper.languages:
            paper.text(f"{_said((language,))['ofd']}: {printable(names[language])}")
    paper.text(f"{said['site']}: {site()}")


def _in(languages: Sequence[str], **texts: str) -> list[str]:
    """The texts of these languages, one that is the same in both once."""
    return list(dict.fromkeys(texts[language] for language in languages))


def _ending(paper: _Paper, found: Issued) -> None:
    said, who = paper.said, found.requisites
    paper.rule()
    paper.centred(said["fiscal"], BOLD)
    paper.line(found.url, kind=QR)
    if who.identity_number:
        paper.centred(f"{said['identity']}: {who.identity_number}")
    paper.centred(f"{said['registration']}: {found.registration_number}")
    paper.centred(f"{said['serial']}: {who.serial_number}")
    paper.centred(MAKER)
