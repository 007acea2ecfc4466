"""How the cabinet names what operations tell besides sums (`kkm.domain.ticket` lists the keys)."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.audit.sentences import REQUISITES
from kkm.domain.heading import KEY, said
from kkm.domain.money import Money
from kkm.domain.printable import printable
from kkm.domain.requisites import is_doubtful
from kkm.reading.units import UNITS

FACTS = {
    "reason": gettext_lazy("Основание"),
    "comment": gettext_lazy("Комментарий"),
    "registration_number": gettext_lazy("РНМ"),
    "buyer": gettext_lazy("ИИН/БИН покупателя"),
    "order": gettext_lazy("Номер заказа"),
    "basis": gettext_lazy("Чек-основание"),
}

GOODS = {
    "code": gettext_lazy("код"),
    "unit": gettext_lazy("единица"),
    "gtin": gettext_lazy("GTIN"),
    "ntin": gettext_lazy("NTIN"),
    "marks": gettext_lazy("марка"),
}


def facts_in_words(facts: Mapping) -> Iterator[tuple[str, str]]:
    """(name, text) of everything in an operation's details; a key that has no name here goes by
    itself.
    """
    for key, value in sorted(facts.items(), key=lambda fact: [*FACTS, fact[0]].index(fact[0])):
        if key == KEY and isinstance(value, Mapping):
            yield from requisites_in_words(value)
            continue
        yield (
            str(FACTS.get(key, key)),
            _basis(value)
            if key == "basis" and isinstance(value, Mapping)
            else _own(key, str(value)),
        )


def requisites_in_words(requisites: Mapping) -> Iterator[tuple[str, str]]:
    """(name, text) of the requisites that an act has frozen, empty ones left out."""
    for key, name in REQUISITES.items():
        if text := printable(said(requisites.get(key, ""))):
            yield capfirst(str(name)), text


def changes_in_words(before: Mapping, after: Mapping) -> Iterator[tuple[str, str, str]]:
    """(name, what it was, what it became) of the requisites in which two acts differ."""
    for key, name in REQUISITES.items():
        was, became = (printable(said(told.get(key, ""))) for told in (before, after))
        if was != became:
            yield capfirst(str(name)), was, became


def goods_in_words(facts: Mapping) -> Iterator[tuple[str, str]]:
    """(name, text) of everything in a position's details; marks as many as there are, one below
    another.
    """
    for key, value in sorted(facts.items(), key=lambda fact: [*GOODS, fact[0]].index(fact[0])):
        if key == "marks" and isinstance(value, list):
            yield from ((str(GOODS[key]), printable(str(mark))) for mark in value)
        else:
            yield (
                str(GOODS.get(key, key)),
                str(UNITS.get(str(value).lstrip("0"), value))
                if key == "unit"
                else printable(str(value)),
            )


def _own(key: str, value: str) -> str:
    """A reason from the cabinet's list is kept in Russian and shown in the reader's language;
    anything else as it was written.
    """
    if key == "reason":
        return _(value)
    if key == "buyer" and is_doubtful(value):
        return _("{number} — контрольная цифра не сходится").format(number=value)
    return value


def _basis(basis: Mapping) -> str:
    """The ticket that is returned: «№ 12048151, 12.03.2026 10:15:00, 4 500.00 ₸, РНМ …»."""
    at, total = parse_datetime(str(basis.get("at", ""))), basis.get("total")
    parts = [f"№ {basis.get('number', '—')}"]
    parts += [_clock(at)] if at else []
    parts += [f"{Money(total)} ₸"] if isinstance(total, int) else []
    parts += (
        [f"{_('РНМ')} {basis['registration_number']}"] if basis.get("registration_number") else []
    )
    return ", ".join(parts + [_("автономно")] * bool(basis.get("offline")))


def _clock(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M:%S}"
