"""The domain's types as columns."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Col
from django.utils.translation import gettext_lazy as _

from kkm.domain.money import Money
from kkm.domain.printable import UNPRINTABLE
from kkm.domain.requisites import RegistrationNumber, SerialNumber, TaxpayerNumber

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def validate_printable(value: str) -> None:
    """Refuse a name that paper would show otherwise than it is written."""
    if UNPRINTABLE.search(value):
        raise ValidationError(_("Есть непечатаемый знак."), code="unprintable")


class MoneyField(models.BigIntegerField):
    """`Money` in Python, whole tiyn in the database."""

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if isinstance(kwargs.get("default"), Money):
            kwargs["default"] = kwargs["default"].tiyn
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return None if value is None else Money(int(value))  # PostgreSQL's SUM of bigint is numeric

    def to_python(self, value):
        if value is None or isinstance(value, Money):
            return value
        return Money(value) if isinstance(value, int) else Money.parse(value)

    def get_prep_value(self, value):
        return value.tiyn if isinstance(value, Money) else super().get_prep_value(value)


class _ZeroForNull(Col):
    """A column as statements of the ORM read it: zero where the database has NULL."""

    def as_sql(self, compiler, connection):
        sql, parameters = super().as_sql(compiler, connection)
        return zero_for_null(sql), parameters


class SparseMoneyField(MoneyField):
    """`Money` that is zero in most rows. The database keeps NULL for zero, which takes no place.

    The ORM reads zero wherever the field stands: in conditions, sums, constraints. A statement that
    is written out reads it by `zero_for_null`. A row that has a zero itself says the same.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "null": True})

    def get_col(self, alias, output_field=None):
        return _ZeroForNull(alias, self, output_field)

    def get_db_prep_save(self, value, connection):
        value = super().get_db_prep_save(value, connection)
        return null_for_zero(value)


def zero_for_null(column: str) -> str:
    """How a statement reads a column of `SparseMoneyField`."""
    return f"COALESCE({column}, 0)"


def null_for_zero(value: int | None) -> int | None:
    """A sum as a column of `SparseMoneyField` keeps it."""
    return None if value == 0 else value


SEAL_DIGITS = 64


class SealField(models.BinaryField):
    """A seal: hexadecimal digits in Python, the bytes that they mean in the database.

    A text that is no such digits is kept as its own bytes: no seal fits it, and it says so when
    it is read.
    """

    def from_db_value(self, value, expression, connection):
        return None if value is None else bytes(value).hex()

    def to_python(self, value):
        return value

    def get_db_prep_value(self, value, connection, prepared=False):
        if isinstance(value, str):
            value = seal_bytes(value)
        return super().get_db_prep_value(value, connection, prepared)


class SealDigits(models.Func):
    """A seal as a text of the database, to be compared with texts."""

    arity = 1
    output_field = models.TextField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="encode(%(expressions)s, 'hex')")

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="lower(hex(%(expressions)s))")


def seal_bytes(seal: str) -> bytes:
    """The bytes of a seal in the database."""
    try:
        found = bytes.fromhex(seal)
    except ValueError:
        return seal.encode()
    return found if found.hex() == seal else seal.encode()


class LineDetailsField(models.TextField):
    """What a line of a ticket says of its goods: JSON by RFC 8785 or empty in Python, in the
    database without the names that nearly every line has (`packed_details`).
    """

    def from_db_value(self, value, expression, connection):
        return None if value is None else unpacked_details(value)

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return packed_details(value) if isinstance(value, str) else value


# In the order of RFC 8785.
_USUAL = ("code", "gtin", "ntin", "unit")
_BAR = "|"
_ONE_OF_THEM = '(?:"{}":"([^"|]*)",?)?'
_OF_THEM_ALONE = re.compile(r"\{" + "".join(map(_ONE_OF_THEM.format, _USUAL)) + r"\}")
# A shop sells the same goods all day.
_REMEMBERED = 4096


@lru_cache(_REMEMBERED)
def packed_details(text: str) -> str:
    """Details of a line as they are stored: «|4870|4870745599242||796», a bar before each of code,
    GTIN, NTIN and unit.

    Details with anything else, and any other text, are stored as they are.
    """
    found = _OF_THEM_ALONE.fullmatch(text)
    if found:
        packed = _BAR + _BAR.join(value or "" for value in found.groups())
        if unpacked_details(packed) == text:
            return packed
    return text


@lru_cache(_REMEMBERED)
def unpacked_details(stored: str) -> str:
    """Details of a line as they are sealed. Lines of older journals are stored so too."""
    first, *values = stored.split(_BAR)
    if first or len(values) != len(_USUAL):
        return stored
    facts = []
    for name, value in zip(_USUAL, values, strict=True):
        if value:
            facts.append(f'"{name}":"{value}"')
    return "{" + ",".join(facts) + "}"


class _RequisiteField(models.CharField):
    """A text of one of the domain's requisite types; a wrong one is refused at the field with
    `sentence`.
    """

    requisite: type
    sentence: StrPromise

    def to_python(self, value):
        if value in (None, ""):
            return value
        try:
            return self.requisite(str(value).strip())
        except ValueError as error:
            raise ValidationError(self.sentence, code="requisite") from error

    def formfield(self, form_class=forms.CharField, choices_form_class=None, **kwargs):
        classes = {"form_class": form_class, "choices_form_class": choices_form_class}
        return super().formfield(**classes, **kwargs)


class RegistrationNumberField(_RequisiteField):
    """РНМ."""

    requisite = RegistrationNumber
    sentence = _("Регистрационный номер (РНМ) состоит из 12 цифр.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 12, **kwargs})


class SerialNumberField(_RequisiteField):
    """ЗНМ."""

    requisite = SerialNumber
    sentence = _("Серийный номер (ЗНМ) состоит из 4–20 латинских заглавных букв и цифр.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 20, **kwargs})


class TaxpayerNumberField(_RequisiteField):
    """ИИН or БИН."""

    requisite = TaxpayerNumber
    sentence = _("ИИН/БИН состоит из 12 цифр, последняя из которых контрольная: проверьте номер.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 12, **kwargs})
