"""Readers of sums, quantities, rates and moments, for the register API and for the import of files.

A reader takes a text and returns a value of the domain, or raises `WrongValue`, whose `str()` is a
sentence for a person. The sentence names the value, not the field, which only the caller knows.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from django.utils import timezone
from django.utils.translation import gettext as _

from kkm.domain.limits import MONEY_LIMIT, QUANTITY_LIMIT
from kkm.domain.moments import OffsetNeeded, at_wall_clock, read_day, read_moment
from kkm.domain.money import ZERO, Money
from kkm.domain.printable import printable

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_PRECISION = 200  # digits: more than any text of this form has
# Programs count with binary fractions: 9.100000000000364 means 9.10. A difference of less than a
# hundredth of the smallest unit (a tiyn, a thousandth) is such an error of rounding.
_ROUNDING_ERROR = Decimal("0.01")
_DAY_BEGINS = time(0, 0, 0)
_DAY_ENDS = time(23, 59, 59)


class WrongValue(ValueError):
    """The text is no value of this kind."""


def money(text: str) -> Money:
    """Tenge with at most two decimals, from 0 to less than 10¹²."""
    tiyn = _whole(text, places=2)
    if tiyn is None:
        sentence = _("«{text}» — не сумма в тенге не более чем с двумя знаками после точки.")
        raise WrongValue(sentence.format(text=shown(text)))
    amount = Money(tiyn)
    if not _is_within_limit(amount):
        raise _beyond_limit(shown(text))
    return amount


def within_limit(amount: Money) -> Money:
    """An amount that was added up of several, from 0 to less than 10¹² tenge."""
    if not _is_within_limit(amount):
        raise _beyond_limit(str(amount))
    return amount


def _is_within_limit(amount: Money) -> bool:
    return ZERO <= amount < MONEY_LIMIT


def _beyond_limit(text: str) -> WrongValue:
    sentence = _("сумма {text} отрицательна или не меньше 10¹² тенге.")
    return WrongValue(sentence.format(text=text))


def quantity(text: str) -> int:
    """A quantity in thousandths, more than 0 and less than 10⁹ pieces."""
    thousandths = _whole(text, places=3)
    if thousandths is None or not 0 < thousandths < QUANTITY_LIMIT:
        sentence = _(
            "«{text}» — не количество: нужно число больше нуля не более чем с тремя знаками."
        )
        raise WrongValue(sentence.format(text=shown(text)))
    return thousandths


def percent(text: str) -> int:
    """A VAT rate in thousandths of a percent, from 0 to 100 %."""
    rate = _whole(text, places=3)
    if rate is None or not 0 <= rate <= 100_000:
        sentence = _("«{text}» — не ставка НДС в процентах.")
        raise WrongValue(sentence.format(text=shown(text)))
    return rate


def moment(text: str, *, iso_has_offset: bool = False) -> datetime:
    """A moment in UTC: dd.MM.yyyy HH:mm, HH:mm:ss or HH:mm:ss.fff in Almaty, or ISO 8601.

    With `iso_has_offset` ISO 8601 must name its offset, otherwise it means Almaty without one.
    """
    zone = timezone.get_default_timezone()
    try:
        return read_moment(text.strip(), zone, iso_has_offset=iso_has_offset)
    except OffsetNeeded as error:
        sentence = _(
            "по часам Алматы время {time} было дважды или не было ни разу: в тот час часы "
            "переводили. Укажите смещение, например {time} +05:00."
        )
        raise WrongValue(sentence.format(time=error.local)) from error
    except ValueError as error:
        sentence = _("«{text}» — не время: нужно дд.ММ.гггг ЧЧ:мм:сс или ISO 8601.")
        raise WrongValue(sentence.format(text=shown(text))) from error


def first_moment(text: str) -> datetime:
    """Where a period begins: a moment, or a day alone, which means its first second."""
    return _of_day(text, _DAY_BEGINS)


def last_moment(text: str) -> datetime:
    """Where a period ends: a moment, or a day alone, which means its last second."""
    return _of_day(text, _DAY_ENDS)


def shown(value: object) -> str:
    """The beginning of a wrong value, fit for a sentence."""
    return printable(str(value)[:40])


def _of_day(text: str, clock: time) -> datetime:
    try:
        day = read_day(text.strip())
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year < 2100:
        return moment(text)
    return at_wall_clock(day, clock, timezone.get_default_timezone())


def _whole(text: str, *, places: int) -> int | None:
    """A decimal number («1250.5», «1.25e3», «1 250,50») in units of 10^-places.

    None for a text that is no number, and for one with more places, errors of rounding aside.
    """
    plain = _SPACES.sub("", text).replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return None
    with localcontext(prec=_PRECISION):
        exact = Decimal(plain).scaleb(places)
        whole = exact.to_integral_value(ROUND_HALF_EVEN)
        if abs(exact - whole) >= _ROUNDING_ERROR:
            return None
    return int(whole)
