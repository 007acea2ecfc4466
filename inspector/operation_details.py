"""Names and texts of the details of operations and positions (`kkm.domain.ticket` lists the keys),
as the cabinet shows them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain.heading import KEY, requisite_text
from kkm.domain.money import Money
from kkm.domain.printable import printable
from kkm.domain.requisites import has_wrong_control_digit
from kkm.reading.finding_sentences import REQUISITES
from kkm.reading.units import UNITS

OPERATION_KEYS: dict[str, Promise] = {
    "reason": gettext_lazy("Основание"),
    "comment": gettext_lazy("Комментарий"),
    "registration_number": gettext_lazy("РНМ"),
    "buyer": gettext_lazy("ИИН/БИН покупателя"),
    "order": gettext_lazy("Номер заказа"),
    "basis": gettext_lazy("Чек-основание"),
}
POSITION_KEYS: dict[str, Promise] = {
    "code": gettext_lazy("код"),
    "unit": gettext_lazy("единица"),
    "gtin": gettext_lazy("GTIN"),
    "ntin": gettext_lazy("NTIN"),
    "marks": gettext_lazy("марка"),
}


def operation_details(details: Mapping) -> Iterator[tuple[str, str]]:
    """(name, text) of all details of an operation, known keys in the order of `OPERATION_KEYS`.
    A key that has no name is shown itself.
    """
    for key in _in_order(details, OPERATION_KEYS):
        value = details[key]
        if key == KEY and isinstance(value, Mapping):
            yield from frozen_requisites(value)
        elif key == "basis" and isinstance(value, Mapping):
            yield str(OPERATION_KEYS[key]), _basis(value)
        else:
            yield str(OPERATION_KEYS.get(key, key)), _operation_text(key, str(value))


def frozen_requisites(requisites: Mapping) -> Iterator[tuple[str, str]]:
    """(name, text) of the requisites that an operation has frozen, empty ones left out."""
    for key, name in REQUISITES.items():
        text = _requisite(requisites, key)
        if text:
            yield capfirst(str(name)), text


def changed_requisites(before: Mapping, after: Mapping) -> Iterator[tuple[str, str, str]]:
    """(name, text before, text after) of the requisites in which two operations differ."""
    for key, name in REQUISITES.items():
        old, new = _requisite(before, key), _requisite(after, key)
        if old != new:
            yield capfirst(str(name)), old, new


def _requisite(requisites: Mapping, key: str) -> str:
    return printable(requisite_text(requisites.get(key, "")))


def position_details(details: Mapping) -> Iterator[tuple[str, str]]:
    """(name, text) of all details of a position, known keys in the order of `POSITION_KEYS`, a line
    for each mark.
    """
    for key in _in_order(details, POSITION_KEYS):
        value = details[key]
        name = str(POSITION_KEYS.get(key, key))
        if key == "marks" and isinstance(value, list):
            for mark in value:
                yield name, printable(str(mark))
        elif key == "unit":
            yield name, str(UNITS.get(str(value).lstrip("0"), value))
        else:
            yield name, printable(str(value))


def _in_order(details: Mapping, known: Iterable[str]) -> list[str]:
    """The keys of details: known ones first, in their order, then the others as they stand."""
    order = list(known)
    return sorted(details, key=lambda key: [*order, key].index(key))


def _operation_text(key: str, value: str) -> str:
    """The value as it was written, with two exceptions: a reason is translated (the journal keeps
    the Russian words), and a buyer's number with a wrong check digit has a remark.
    """
    if key == "reason":
        return _(value)
    if key == "buyer" and has_wrong_control_digit(value):
        return _("{number} — контрольная цифра не сходится").format(number=value)
    return value


def _basis(basis: Mapping) -> str:
    """The ticket that is returned: «№ 12048151, 12.03.2026 10:15:00, 4 500.00 ₸, РНМ …»."""
    at, total = parse_datetime(str(basis.get("at", ""))), basis.get("total")
    parts = [f"№ {basis.get('number', '—')}"]
    if at:
        parts.append(_clock(at))
    if isinstance(total, int):
        parts.append(f"{Money(total)} ₸")
    if basis.get("registration_number"):
        parts.append(f"{_('РНМ')} {basis['registration_number']}")
    if basis.get("offline"):
        parts.append(_("автономно"))
    return ", ".join(parts)


def _clock(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M:%S}"
