"""What may stand in an address of the cabinet."""

from __future__ import annotations

from django.urls.converters import StringConverter


class SerialConverter(StringConverter):
    """A serial number (ЗНМ) as it is stored: anything else is the address of nothing."""

    regex = "[A-Z0-9]{4,20}"


# So many digits are sure to fit into a column of the database.
_MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """The number that the digits of a query or a form name; None of anything else, and of a
    number that no column of the database can hold.
    """
    is_number = text.isascii() and text.isdecimal()
    if not is_number or len(text) > _MOST_DIGITS:
        return None
    return int(text)
