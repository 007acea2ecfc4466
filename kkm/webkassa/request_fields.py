"""The types of the fields of requests. A number arrives as the text that was written, so no sum is
ever a float.

Each type turns a text into a value of the domain or refuses it with a sentence, and has the JSON
Schema of what it accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from kkm import values
from kkm.domain.money import Money
from kkm.domain.printable import UNPRINTABLE, without_controls
from kkm.domain.requisites import PersonalNumber
from kkm.domain.requisites import RegistrationNumber as RNM

_WHOLE = re.compile(r"-?[0-9]{1,18}(?:\.0{1,3})?")
# It stands inside codes of obligatory marking, and may begin one. `str.strip` takes it for a space.
_GROUP_SEPARATOR = "\x1d"
_SPACES = " \t\r\n"

# How many characters at most.
MARK_LENGTH = 200
SECTION_LENGTH = 20
SECRET_LENGTH = 200


def wrong(sentence: str) -> PydanticCustomError:
    """A refusal of a field with a sentence of ours."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


@dataclass(frozen=True, eq=False)
class FieldReader:
    """How pydantic reads a field («Annotated[int, FieldReader(…)]»): a function that returns the
    value or raises `wrong`, and the JSON Schema of what it accepts.
    """

    read: Callable[[Any], Any]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Read by the function alone, whatever the type."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema as it was given."""
        return dict(self.schema)


def _text(value: object, *, ends: str | None = None) -> str:
    """The text that was sent, without these characters at its ends (None: all kinds of space)."""
    if isinstance(value, str):
        return value.strip(ends)
    raise wrong(_("нужны число или текст."))


def _value(reader: Callable[[str], Any]) -> Callable[[object], Any]:
    """A reader of `kkm.values` for a field."""

    def read(value: object) -> Any:
        try:
            return reader(_text(value))
        except values.WrongValue as error:
            raise wrong(str(error)) from error

    return read


def _whole_or_none(text: str) -> int | None:
    """5, and «5.00» too; None for any other text."""
    if not _WHOLE.fullmatch(text):
        return None
    return int(text.partition(".")[0])


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = _whole_or_none(_text(value))
        if number is None or not least <= number <= most:
            sentence = _("нужно целое число от {least} до {most}.")
            raise wrong(sentence.format(least=least, most=most))
        return number

    return read


def _whole_up_to(most: int) -> Callable[[object], int]:
    """From 0; more than `most` means `most`."""
    read_whole = _whole(0, 10**18)

    def read(value: object) -> int:
        return min(read_whole(value), most)

    return read


def _one_of(*codes: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = _text(value)
        code = _whole_or_none(text)
        if code is None or code not in codes:
            sentence = _("код {text} — не из списка: {codes}.")
            listed = ", ".join(map(str, codes))
            raise wrong(sentence.format(text=values.shown(text), codes=listed))
        return code

    return read


def _printable(most: int, *, least: int = 0) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = without_controls(_text(value))
        _refuse_length(text, least, most)
        _refuse_unprintable(text)
        return text

    return read


def _refuse_length(text: str, least: int, most: int) -> None:
    if len(text) < least:
        raise wrong(_("обязательное поле."))
    if len(text) > most:
        raise wrong(_("не более {limit} знаков.").format(limit=most))


def _refuse_unprintable(text: str) -> None:
    if UNPRINTABLE.search(text):
        raise wrong(_("есть непечатаемый знак."))


def _mark(value: object) -> str:
    """A code of obligatory marking, with the separators that stand inside it."""
    text = _text(value, ends=_SPACES)
    _refuse_length(text, 0, MARK_LENGTH)
    _refuse_unprintable(text.replace(_GROUP_SEPARATOR, ""))
    return text


def _secret(value: object) -> str:
    """A password. Spaces at its ends are part of it."""
    _printable(SECRET_LENGTH, least=1)(value)
    return str(value)


def _section(value: object) -> str:
    """A code of a section.

    The frozen Z sorts codes, and programs sort the letters beyond U+FFFF in different orders: they
    are refused.
    """
    text = _printable(SECTION_LENGTH)(value)
    if any(letter > "\uffff" for letter in text):
        raise wrong(_("есть непечатаемый знак."))
    return text


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = _text(value).lower()
    if text in ("true", "false", "1", "0"):
        return text in ("true", "1")
    raise wrong(_("нужно true или false."))


def _requisite(kind: Callable[[str], str], sentence: Callable[[], str]) -> Callable[[object], str]:
    """A number of a requisite, or "". `sentence` says what is wrong with any other text."""

    def read(value: object) -> str:
        text = _text(value)
        if not text:
            return ""
        try:
            return str(kind(text))
        except ValueError as error:
            raise wrong(sentence()) from error

    return read


def printable_text(most: int, *, least: int = 0) -> FieldReader:
    """A text that can be printed; a number is read as it was written."""
    return FieldReader(_printable(most, least=least), _text_schema(most, least))


def _text_schema(most: int, least: int = 0) -> dict:
    text: dict[str, object] = {"type": "string", "maxLength": most}
    if least:
        text["minLength"] = least
    return {"anyOf": [text, {"type": "number"}]}


def whole(least: int, most: int) -> FieldReader:
    """A whole number."""
    return FieldReader(_whole(least, most), {"type": "integer", "minimum": least, "maximum": most})


def whole_up_to(most: int) -> FieldReader:
    """A whole number; a larger one means the largest."""
    return FieldReader(_whole_up_to(most), {"type": "integer", "minimum": 0, "default": 50})


def one_of(*codes: int) -> FieldReader:
    """One of the codes of a table."""
    return FieldReader(_one_of(*codes), {"type": "integer", "enum": list(codes)})


def _decimal(places: int, name: str) -> dict:
    """The schema of a number, or of a text that is one."""
    text = {"type": "string", "pattern": rf"^\s*[0-9]{{1,12}}([.,][0-9]{{1,{places}}})?\s*$"}
    number = {"type": "number", "minimum": 0, "exclusiveMaximum": 10**12}
    return {"anyOf": [number, text], "format": name}


_TWELVE_DIGITS = {"type": "string", "pattern": "^([0-9]{12})?$"}

# `format` is our own: by it the description of the API says what the field is.
_PERCENT = {"type": "number", "minimum": 0, "maximum": 100}
_MOMENT = {"type": "string", "format": "moment"}
_MOMENT_OR_DAY = {"type": "string", "format": "moment-or-day"}
_SECRET = {"type": "string", "minLength": 1, "maxLength": SECRET_LENGTH}
_read_buyer = _requisite(PersonalNumber, lambda: _("ИИН/БИН — 12 цифр."))
_read_rnm = _requisite(RNM, lambda: _("РНМ — 12 цифр."))

Tenge = Annotated[Money, FieldReader(_value(values.money), _decimal(2, "tenge"))]
Quantity = Annotated[int, FieldReader(_value(values.quantity), _decimal(3, "quantity"))]
Percent = Annotated[int, FieldReader(_value(values.percent), _PERCENT)]
Flag = Annotated[bool, FieldReader(_flag, {"type": "boolean"})]
Moment = Annotated[datetime, FieldReader(_value(values.moment), _MOMENT)]
FirstMoment = Annotated[datetime, FieldReader(_value(values.first_moment), _MOMENT_OR_DAY)]
LastMoment = Annotated[datetime, FieldReader(_value(values.last_moment), _MOMENT_OR_DAY)]
Buyer = Annotated[str, FieldReader(_read_buyer, _TWELVE_DIGITS)]
RegistrationNumber = Annotated[str, FieldReader(_read_rnm, _TWELVE_DIGITS)]
Section = Annotated[str, FieldReader(_section, _text_schema(SECTION_LENGTH))]
Mark = Annotated[str, FieldReader(_mark, _text_schema(MARK_LENGTH))]
Secret = Annotated[str, FieldReader(_secret, _SECRET)]
# The number that a client gives an operation.
ExternalNumber = Annotated[str, printable_text(50)]
