"""The types of the API's fields. Every number arrives as the text that was written, so that no sum
was ever a float.

Each type turns a text into a value of the domain or refuses it with a sentence, and says in JSON
Schema what it takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kkm import values
from kkm.domain.printable import UNPRINTABLE, without_controls
from kkm.domain.requisites import PersonalNumber
from kkm.domain.requisites import RegistrationNumber as RNM

_WHOLE = re.compile(r"-?[0-9]{1,18}(?:\.0{1,3})?")
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


def _by(reader: Callable[[str], Any]) -> Callable[[object], Any]:
    """A reader of `kkm.values` for a field."""

    def read(value: object) -> Any:
        try:
            return reader(_text(value))
        except values.Unreadable as error:
            raise wrong(str(error)) from error

    return read


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = _text(value)
        number = int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None
        if number is None or not least <= number <= most:
            raise wrong(_("нужно целое число от {least} до {most}.").format(least=least, most=most))
        return number

    return read


def _capped(most: int) -> Callable[[object], int]:
    """From 0; more than `most` means `most`."""
    read_whole = _whole(0, 10**18)

    def read(value: object) -> int:
        return min(read_whole(value), most)

    return read


def _one_of(*codes: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = _text(value)
        if not _WHOLE.fullmatch(text) or int(text.partition(".")[0]) not in codes:
            raise wrong(
                _("код {text} — не из списка: {codes}.").format(
                    text=values.shown(text), codes=", ".join(map(str, codes))
                )
            )
        return int(text.partition(".")[0])

    return read


def _printed(most: int, *, least: int = 0, allowed: str = "") -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value, ends=_SPACES if allowed else None)
        if not allowed:
            text = without_controls(text)
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
    """Its letters are sorted in the frozen Z, where some are put in other orders by other
    programs: those are refused.
    """
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


def capped(most: int) -> Any:
    """A whole number; a larger one is taken for the largest."""
    return _field(_capped(most), {"type": "integer", "minimum": 0, "default": 50})


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
Tenge = _field(_by(values.money), _decimal(2, "tenge"))
Quantity = _field(_by(values.quantity), _decimal(3, "quantity"))
Percent = _field(_by(values.percent), {"type": "number", "minimum": 0, "maximum": 100})
Flag = _field(_flag, {"type": "boolean"})
Moment = _field(_by(values.moment), {"type": "string", "format": "moment"})
FirstMoment = _field(_by(values.first_moment), {"type": "string", "format": "moment-or-day"})
LastMoment = _field(_by(values.last_moment), {"type": "string", "format": "moment-or-day"})
Buyer = _field(
    _requisite(PersonalNumber, lambda: _("ИИН/БИН — 12 цифр.")),
    {"type": "string", "pattern": "^([0-9]{12})?$"},
)
RegistrationNumber = _field(
    _requisite(RNM, lambda: _("РНМ — 12 цифр.")), {"type": "string", "pattern": "^([0-9]{12})?$"}
)
Section = _field(_section, {"anyOf": [{"type": "string", "maxLength": 20}, {"type": "number"}]})
Mark = printed(200, allowed=_GROUP_SEPARATOR)
Secret = _field(_secret, {"type": "string", "minLength": 1, "maxLength": 200})
