"""Texts in the cells of a table, so that Excel shows the text that was sealed.

Excel looks at the content of a cell of a CSV file, not at its quotes. It computes what begins like
a formula, and it turns what looks like a number or a date into one: «00123» becomes 123, «1-2» the
first of February, «12E5» 1200000, and of a number of more than 15 digits the rest becomes zeros.
Two ways keep a text:

    '=1+1      an apostrophe before what begins like a formula. Excel shows the apostrophe and
               computes nothing.
    ="00123"   a formula whose result is the text, where the text looks like a figure. Excel shows
               00123, as a text. An apostrophe would be shown too and a tab would stay in the cell,
               so neither is used here. A quotation mark inside is doubled. Excel takes at most 255
               characters in such a formula: longer texts get the apostrophe.

A program that reads the tables should read the JSON Lines instead. They have every text as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kkm.export.portable.export_format import FORMAT, FORMAT_1

# Full-width signs are signs to a Japanese Excel.
_FORMULA = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0]")
_LONGEST_STRING = 255  # characters of a text inside a formula of Excel
_CACHE_SIZE, _CACHED_BELOW = 1024, 300  # texts, and characters of one: names occur many times

_WORD = re.compile(r"[^\W\d_]+")
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    *("янв", "фев", "мар", "апр", "май", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    *("қаң", "ақп", "нау", "сәу", "мам", "мау", "шіл", "там", "қыр", "қаз", "қар", "жел"),
)
_BESIDE_FIGURES = {"e", "am", "pm", "г", "т", "тг", "тенге", "kzt", "р", "руб", "rub", "usd", "eur"}
_LOGICAL = {"true", "false", "истина", "ложь", "ақиқат", "жалған"}


def text(value: str) -> str:
    """A text as the tables have it since version 2 of the form."""
    if len(value) < _CACHED_BELOW:
        return _cached_text(value)
    return _text(value)


def text_1(value: str) -> str:
    """A text as the tables of version 1 have it: with a guard against formulas only."""
    if _FORMULA.match(value):
        return f"'{value}"
    return value


TEXTS = {FORMAT_1: text_1, FORMAT: text}


def _text(value: str) -> str:
    if _FORMULA.match(value):
        return f"'{value}"
    if not looks_like_a_figure(value):
        return value
    if len(value) > _LONGEST_STRING:
        return f"'{value}"
    doubled = value.replace('"', '""')
    return f'="{doubled}"'


_cached_text = lru_cache(_CACHE_SIZE)(_text)


def looks_like_a_figure(value: str) -> bool:
    """Whether Excel may take a text for a number, a date, a time, a logical value or an error.

    It may say so of a few texts that Excel leaves alone: they are shown as they are either way.
    """
    bare = value.strip().casefold()
    if bare.startswith("#") or bare in _LOGICAL:
        return True
    has_digit = any(map(str.isdigit, bare))
    return has_digit and all(map(_may_stand_in_a_figure, _WORD.findall(bare)))


def _may_stand_in_a_figure(word: str) -> bool:
    """The name of a month in any case, or a word beside the digits of a number, a time or a sum."""
    return word in _BESIDE_FIGURES or word.startswith(_MONTHS)
