"""The seal of an operation. This docstring is its specification, version 1; it never changes:
another form is another version.

    seal = lower-case hexadecimal SHA-256 of the UTF-8 bytes of one JSON array, written by RFC 8785
    (no spaces, only escapes
           that must be, integers below 2⁵³):

    ["alsep-journal-1", previous seal ("" for operation 1), serial number (ЗНМ), number, kind, shift
      number (0 outside a shift),
     occurred at, received at (both whole seconds since 1970-01-01 UTC), offline (true or false),
     actor code, actor name, external number, fiscal sign, amount, [cash, card, credit, tare,
     mobile], change,
     [the eleven cells of the balance after the operation, in the order of `Balance`],
     details (text as stored: JSON by RFC 8785, or ""), hexadecimal SHA-256 of the frozen Z's text
     (or ""),
     [[role, section, name, quantity, price, goods, discount, markup, rate (or null), vat, details],
       … the lines in order]]

Sums are whole tiyn, quantities thousandths, rates thousandths of a percent. Python's `json` writes
such an array exactly as RFC 8785 asks for, so whoever checks a journal needs its standard library
only.
"""

from __future__ import annotations

import hashlib
from typing import Any

from kkm.domain.canonical_json import encode, encode_sorted

VERSION = "alsep-journal-1"
GENESIS = ""
CONTROL_DIGITS = 6  # of a fiscal sign, after the number of the operation


def seal(array: list[Any]) -> str:
    """The seal over the array of an operation (`kkm.domain.operation.sealed_fields`)."""
    return digest(encode(array))


def digest(text: str) -> str:
    """Hexadecimal SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(seal: str) -> str:
    """The beginning of a seal as people compare it: four groups of four."""
    if not seal:
        return ""
    groups = (seal[start : start + 4] for start in range(0, 16, 4))
    return "-".join(groups).upper()


def canonical(details: object) -> str:
    """Details as they are stored and sealed: RFC 8785 for texts, integers, lists and maps with
    ASCII keys; "" for none.
    """
    if not details:
        return ""
    return encode_sorted(details)


def fiscal_sign(
    previous: str, serial: str, number: int, kind: int, occurred: int, amount: int
) -> str:
    """The autonomous fiscal sign: the operation's number, then six digits that depend on it and on
    the whole journal before it.

    They are the first 48 bits of the SHA-256 of "alsep-journal-1/sign/" and the arguments with "/"
    between them, modulo a million.
    """
    control = hashlib.sha256(
        f"{VERSION}/sign/{previous}/{serial}/{number}/{kind}/{occurred}/{amount}".encode()
    ).digest()
    digits = int.from_bytes(control[:6], "big") % 10**CONTROL_DIGITS
    return f"{number}{digits:0{CONTROL_DIGITS}d}"


def number_in_sign(fiscal_sign: str) -> int | None:
    """The number of the operation that a fiscal sign begins with; None for another text."""
    number = fiscal_sign[:-CONTROL_DIGITS]
    if number.isascii() and number.isdecimal() and len(number) < 19:
        return int(number)
    return None
