"""The domain's types as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
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
