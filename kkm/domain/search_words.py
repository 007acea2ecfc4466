"""What was typed into a search field, as words that must all be found.

A word may be written in several ways: as it was typed, and as the same keys write it in the other
keyboard layout (`lfcnfh[fy` is «дастархан», «фды» is ALS). A number of 12 digits (РНМ, ИИН, БИН)
may be cut by spaces or hyphens.
"""

import re

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)

_LEFT_OUT = {"рнм", "знм", "ккм", "иин", "бин", "иин/бин", "№", "-", "–", "—", ",", "/", "+"}
_QUOTES_AND_STOPS = "«»„“”\"'()[]{},.;:№"
_DIGITS_OF_A_NUMBER = 12
_NUMBER_IN_GROUPS = re.compile(r"(?<![\d-])\d+(?:[ \u00a0-]+\d+)+(?![\d-])")


def search_words(text: str) -> list[list[str]]:
    """Words of a question in their order, each with its spellings, in lower case.

    The name of a number («РНМ») and a dash between words are left out.
    """
    joined = _NUMBER_IN_GROUPS.sub(_one_number, text.lower())
    words = []
    for typed in joined.split():
        spellings = _spellings(typed)
        if spellings:
            words.append(spellings)
    return words


def _one_number(match: re.Match[str]) -> str:
    """Groups of digits as one number, when there are as many digits as a number has."""
    groups = match[0]
    digits = re.sub(r"\D", "", groups)
    if len(digits) == _DIGITS_OF_A_NUMBER:
        return digits
    return groups


def _spellings(typed: str) -> list[str]:
    """Without quotes and full stops around; as it is, when it has no letter or digit."""
    plain = typed.strip(_QUOTES_AND_STOPS)
    if typed in _LEFT_OUT or plain in _LEFT_OUT:
        return []
    candidates = [plain, typed.translate(_TO_CYRILLIC), typed.translate(_TO_LATIN)]
    spellings: list[str] = []
    for candidate in candidates:
        has_letter_or_digit = any(map(str.isalnum, candidate))
        if has_letter_or_digit and candidate not in spellings:
            spellings.append(candidate)
    return spellings or [typed]
