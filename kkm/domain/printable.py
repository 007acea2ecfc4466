"""Characters that would make a printed line misleading: control characters, halves of surrogates,
whatever turns the direction of writing (an override, or a letter written from right to left: a
figure beside it is laid out backwards), and heaps of combining marks.
"""

import re

_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff"
_DIRECTION = (
    r"\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff"
    r"\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_MARKS = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}"
UNPRINTABLE = re.compile(f"[{_CONTROL}{_DIRECTION}]|{_MARKS}")


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


def without_controls(text: str) -> str:
    """A text on one line: tabs, line breaks, byte order marks and other control characters between
    words become one space, those at its ends go. What clients copy from tables and files has them.
    """
    return _CONTROLS.sub(" ", text).strip()


def printable(text: str) -> str:
    """A text with «·» for everything that cannot be printed.

    A sealed text cannot be changed, so it is printed without such characters.
    """
    return UNPRINTABLE.sub("·", text)
