"""In which languages a ticket is printed for a caller."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

KAZAKH = "kk"
RUSSIAN = "ru"
OTHER = {KAZAKH: RUSSIAN, RUSSIAN: KAZAKH}


def languages_of(request: HttpRequest) -> tuple[str, ...]:
    """By the headers `Accept-Language` and `Secondary-Language`; Kazakh and Russian where they say
    nothing.

    Both are obligatory (order No. 626, item 90): who names one gets the other beside it, unless he
    names it twice.
    """
    accepted = request.headers.get("Accept-Language", "")
    first = _language(accepted)
    second = _language(request.headers.get("Secondary-Language", ""))
    if not first and _codes(accepted):
        first = RUSSIAN  # a language that nothing is printed in
    if first and first == second:
        return (first,)
    if not first:
        first = OTHER.get(second, KAZAKH)
    return first, OTHER[first]


def _language(header: str) -> str:
    """The first of our languages that a header names; "" if it names none."""
    for code in _codes(header):
        if code in OTHER:
            return code
    return ""


def _codes(header: str) -> list[str]:
    """Codes of the languages that a header names, the most wanted first."""
    codes = []
    for name, _weight in parse_accept_lang_header(header.lower()):
        code, _dash, _country = name.partition("-")
        if code != "*":
            codes.append(code)
    return codes
