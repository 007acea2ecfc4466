"""РНМ, ЗНМ and ИИН/БИН: texts that cannot be wrong.

Building one from a wrong text raises ValueError.
"""

from __future__ import annotations

import re


class RegistrationNumber(str):
    """РНМ: the number that the tax authority gives to a register; 12 digits, kept as text
    (leading zeros occur).
    """

    __slots__ = ()

    def __new__(cls, text: str) -> RegistrationNumber:
        if not re.fullmatch(r"[0-9]{12}", text):
            raise ValueError("РНМ: 12 digits")
        return super().__new__(cls, text)


class SerialNumber(str):
    """ЗНМ: the number that the maker gives to a register; 4 to 20 Latin capitals and digits."""

    __slots__ = ()

    def __new__(cls, text: str) -> SerialNumber:
        if not re.fullmatch(r"[A-Z0-9]{4,20}", text):
            raise ValueError("ЗНМ: 4 to 20 Latin capital letters and digits")
        return super().__new__(cls, text)


class PersonalNumber(str):
    """ИИН or БИН as somebody wrote it: 12 digits.

    The last one may not fit the others (`has_wrong_control_digit`).
    """

    __slots__ = ()

    def __new__(cls, text: str) -> PersonalNumber:
        if not re.fullmatch(r"[0-9]{12}", text):
            raise ValueError("ИИН/БИН: 12 digits")
        return super().__new__(cls, text)


def has_wrong_control_digit(number: str) -> bool:
    """Whether nobody can have this ИИН or БИН: its control digit does not fit."""
    try:
        TaxpayerNumber(number)
    except ValueError:
        return True
    return False


class TaxpayerNumber(str):
    """ИИН or БИН: 12 digits of which the last one checks the others.

    The fifth tells them apart: 4 to 6 БИН, 0 to 3 ИИН.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> TaxpayerNumber:
        if not re.fullmatch(r"[0-9]{12}", text):
            raise ValueError("ИИН/БИН: 12 digits")
        if text[4] > "6":
            raise ValueError("ИИН/БИН: the fifth digit is 0 to 6")
        if int(text[11]) != control_digit(text[:11]):
            raise ValueError("ИИН/БИН: the control digit does not fit")
        return super().__new__(cls, text)

    @property
    def is_company(self) -> bool:
        """True for a БИН."""
        return self[4] in "456"


def control_digit(eleven: str) -> int | None:
    """The twelfth digit of an ИИН/БИН; None where none exists (such a number is never issued)."""
    digits = [int(digit) for digit in eleven]
    for weights in (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        control = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if control < 10:
            return control
    return None
