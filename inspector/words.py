"""How the cabinet names what operations tell besides sums (`kkm.domain.ticket` lists the keys)."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain.money import Money

FACTS = {
    "reason": gettext_lazy("Основание"),
    "comment": gettext_lazy("Комментарий"),
    "registration_number": gettext_lazy("РНМ"),
    "buyer": gettext_lazy("ИИН/БИН покупателя"),
    "basis": gettext_lazy("Чек-основание"),
}


def facts_in_words(facts: Mapping) -> Iterator[tuple[str, str]]:
    """(name, text) of everything in an operation's details; a key that has no name here goes by itself."""
    for key, value in sorted(facts.items(), key=lambda fact: [*FACTS, fact[0]].index(fact[0])):
        yield str(FACTS.get(key, key)), _basis(value) if key == "basis" and isinstance(value, Mapping) else _own(key, str(value))


def _own(key: str, value: str) -> str:
    """A reason from the cabinet's list is kept in Russian and shown in the reader's language; anything else as it was written."""
    return _(value) if key == "reason" else value


def _basis(basis: Mapping) -> str:
    """The ticket that is returned: «№ 12048151, 12.03.2026 10:15:00, 4 500.00 ₸, РНМ …»."""
    at, total = parse_datetime(str(basis.get("at", ""))), basis.get("total")
    parts = [f"№ {basis.get('number', '—')}"]
    parts += [_clock(at)] if at else []
    parts += [f"{Money(total)} ₸"] if isinstance(total, int) else []
    parts += [f"{_('РНМ')} {basis['registration_number']}"] if basis.get("registration_number") else []
    return ", ".join(parts + [_("автономно")] * bool(basis.get("offline")))


def _clock(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M:%S}"
