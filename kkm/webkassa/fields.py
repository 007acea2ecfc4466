"""The types of the API's fields. Every number arrives as the text that was written, so that no sum was ever a float.

Each type turns a text into a value of the domain or refuses it with a sentence, and says in JSON Schema what it takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kkm.domain.money import ZERO, Money
from kkm.domain.printable import UNPRINTABLE, printable
from kkm.domain.requisites import RegistrationNumber as RNM
from kkm.domain.requisites import TaxpayerNumber
from kkm.domain.ticket import LIMIT

_WHOLE = re.compile(r"-?[0-9]{1,18}(?:\.0{1,3})?")
_DECIMAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,2}))?")
_ALMATY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: ([+-]\d\d:\d\d))?", re.ASCII)
_GROUP_SEPARATOR = "\x1d"  # stands inside codes of obligatory marking, and may begin one
_SPACES = " \t\r\n"  # for Python a group separator is a space too


def wrong(sentence: str) -> PydanticCustomError:
    """A refusal of a field with our own sentence."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


def _field(read: Callable[[Any], Any], schema: dict) -> Any:
    return Annotated[Any, PlainValidator(read), WithJsonSchema(schema)]


def _text(value: object, *, ends: str | None = None) -> str:
    if isinstance(value, str):
        return value.strip(ends)
    raise wrong(_("нужны число или текст."))


def _shown(value: object) -> str:
    """The beginning of a wrong value, fit for a sentence."""
    return printable(str(value)[:40])


def _scaled(value: object, places: int) -> int | None:
    """A decimal as written (1250.5, 1.25e3, "1250,50") in units of 10^-places; None if it is none or has more places."""
    match = _DECIMAL.fullmatch(_text(value).replace(",", "."))
    if not match:
        return None
    sign, whole, part, power = match.groups()
    digits, shift = whole + (part or ""), places - len(part or "") + int(power or 0)
    if shift < 0:
        digits, lost = digits[:shift], digits[shift:]
        if lost.strip("0"):
            return None
    number = int(digits or 0) * 10 ** max(shift, 0)
    return -number if sign else number


def _money(value: object) -> Money:
    tiyn = _scaled(value, 2)
    if tiyn is None:
        raise wrong(
            _("«{text}» — не сумма в тенге не более чем с двумя знаками после точки.").format(
                text=_shown(value)
            )
        )
    if not ZERO <= Money(tiyn) < LIMIT:
        raise wrong(
            _("сумма {text} отрицательна или не меньше 10¹² тенге.").format(text=_shown(value))
        )
    return Money(tiyn)


def _quantity(value: object) -> int:
    number = _scaled(value, 3)
    if number is None or not 0 < number < 10**12:
        raise wrong(
            _(
                "«{text}» — не количество: нужно число больше нуля не более чем с тремя знаками."
            ).format(text=_shown(value))
        )
    return number


def _percent(value: object) -> int:
    rate = _scaled(value, 3)
    if rate is None or not 0 <= rate <= 100_000:
        raise wrong(_("«{text}» — не ставка НДС в процентах.").format(text=_shown(value)))
    return rate


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = _text(value)
        number = int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None
        if number is None or not least <= number <= most:
            raise wrong(_("нужно целое число от {least} до {most}.").format(least=least, most=most))
        return number

    return read


def _one_of(*codes: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = _text(value)
        if not _WHOLE.fullmatch(text) or int(text.partition(".")[0]) not in codes:
            raise wrong(
                _("код {text} — не из списка: {codes}.").format(
                    text=_shown(text), codes=", ".join(map(str, codes))
                )
            )
        return int(text.partition(".")[0])

    return read


def _printed(most: int, *, least: int = 0, allowed: str = "") -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value, ends=_SPACES if allowed else None)
        if len(text) < least:
            raise wrong(_("обязательное поле."))
        if len(text) > most:
            raise wrong(_("не более {limit} знаков.").format(limit=most))
        if UNPRINTABLE.search(text.replace(allowed, "") if allowed else text):
            raise wrong(_("есть знак, который нельзя напечатать."))
        return text

    return read


def _secret(value: object) -> str:
    """A password: spaces at its ends are its own."""
    _printed(200, least=1)(value)
    return str(value)


def _section(value: object) -> str:
    """Its letters are sorted in the frozen Z, where some are put in other orders by other programs: those are refused."""
    text = _printed(20)(value)
    if any(letter > "\uffff" for letter in text):
        raise wrong(_("есть знак, который нельзя напечатать."))
    return text


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = _text(value).lower()
    if text in ("true", "false", "1", "0"):
        return text in ("true", "1")
    raise wrong(_("нужно true или false."))


def _moment(value: object) -> datetime:
    """dd.MM.yyyy HH:mm:ss in Almaty, perhaps with an offset, or ISO 8601 (without an offset: Almaty)."""
    text = _text(value)
    try:
        match = _ALMATY.fullmatch(text)
        moment = (
            parse_datetime(_ALMATY.sub(r"\3-\2-\1T\4\5", text) if match else text)
            if text.isascii()
            else None
        )
        if moment and moment.tzinfo is None:
            moment = timezone.make_aware(moment)
    except (ValueError, OverflowError):
        moment = None
    if not moment or not 2000 <= moment.year < 2100:
        raise wrong(
            _("«{text}» — не время: нужно дд.ММ.гггг ЧЧ:мм:сс или ISO 8601.").format(
                text=_shown(text)
            )
        )
    return moment.replace(microsecond=0)


def _requisite(kind: Callable[[str], str], sentence: Callable[[], str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value)
        try:
            return str(kind(text)) if text else ""
        except ValueError as error:
            raise wrong(sentence()) from error

    return read


def printed(most: int, *, least: int = 0, allowed: str = "") -> Any:
    """A text that can be printed; a number will do, as it is written."""
    length = {"maxLength": most} | ({"minLength": least} if least else {})
    return _field(
        _printed(most, least=least, allowed=allowed),
        {"anyOf": [{"type": "string", **length}, {"type": "number"}]},
    )


def whole(least: int, most: int) -> Any:
    """A whole number."""
    return _field(_whole(least, most), {"type": "integer", "minimum": least, "maximum": most})


def one_of(*codes: int) -> Any:
    """One of the codes of a table."""
    return _field(_one_of(*codes), {"type": "integer", "enum": list(codes)})


def _decimal(places: int, name: str) -> dict:
    """A number, or a text that is one."""
    text = {"type": "string", "pattern": rf"^\s*[0-9]{{1,12}}([.,][0-9]{{1,{places}}})?\s*$"}
    return {
        "anyOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 10**12}, text],
        "format": name,
    }


# `format` is ours: the description of the API says by it what they are.
Tenge = _field(_money, _decimal(2, "tenge"))
Quantity = _field(_quantity, _decimal(3, "quantity"))
Percent = _field(_percent, {"type": "number", "minimum": 0, "maximum": 100})
Flag = _field(_flag, {"type": "boolean"})
Moment = _field(_moment, {"type": "string", "format": "moment"})
_xin = _requisite(TaxpayerNumber, lambda: _("ИИН/БИН — 12 цифр, последняя из которых контрольная."))
Buyer = _field(_xin, {"type": "string", "pattern": "^([0-9]{12})?$"})
RegistrationNumber = _field(
    _requisite(RNM, lambda: _("РНМ — 12 цифр.")), {"type": "string", "pattern": "^([0-9]{12})?$"}
)
Section = _field(_section, {"anyOf": [{"type": "string", "maxLength": 20}, {"type": "number"}]})
Mark = printed(200, allowed=_GROUP_SEPARATOR)
Secret = _field(_secret, {"type": "string", "minLength": 1, "maxLength": 200})
