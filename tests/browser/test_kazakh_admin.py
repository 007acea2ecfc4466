"""The pages of the administration say nothing of Django's in Russian to who has chosen Kazakh: Django
has not all of its words in Kazakh, and falls back to the language of the settings. Nor in English: a
few of its Kazakh sentences are half translated.
"""

import gettext
import html
import re
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.test import Client
from django.utils import translation

from inspector.models import User
from tests.browser.test_axe import of_the_admin, world  # noqa: F401

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|<[^>]+>")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Letters; shorter pieces of sentences are words of our own too.
SHORTEST = 6
# What Django's Kazakh sentences have kept of the English ones, and names of attributes that have no
# label of ours.
ENGLISH = re.compile(r"\b(?:of|one|other|selected|objects?|None|Shift|Registration)\b")
SAME_IN_KAZAKH = {"алгоритм", "Модель"}


@pytest.fixture
def russian() -> set[str]:
    """Pieces of Django's Russian sentences that are in none of the Kazakh ones."""
    said, kazakh = set(), set()
    with translation.override("kk"):
        for msgid, sentence in _sentences_of_django():
            said |= set(_pieces(sentence))
            answer = translation.gettext(msgid)
            if answer != sentence:
                kazakh |= set(_pieces(answer))
    return said - kazakh - SAME_IN_KAZAKH


def _sentences_of_django() -> Iterator[tuple[str, str]]:
    for path in Path(django.__file__).parent.glob("contrib/a*/locale/ru/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog
        for msgid, sentence in catalogue.items():
            if isinstance(msgid, str) and msgid and "\x04" not in msgid:
                yield msgid, sentence


def _pieces(sentence: str) -> Iterator[str]:
    for piece in PLACEHOLDER.split(sentence):
        words = piece.strip(" .,:;«»\"'“”")
        if len(words) >= SHORTEST and CYRILLIC.search(words):
            yield words


def test_no_page_of_the_admin_says_words_of_django_in_russian(world, russian):  # noqa: F811
    client = Client(headers={"accept-language": "kk"})
    client.force_login(User.objects.get(username="ospanova"))
    found = []
    for address in of_the_admin(world):
        text = _text(client.get(address).content.decode())
        pieces = [piece for piece in russian if re.search(rf"\b{re.escape(piece)}\b", text)]
        found += [f"{address}: {piece}" for piece in [*pieces, *ENGLISH.findall(text)]]
    assert found == []


def _text(page: str) -> str:
    without_scripts = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", without_scripts))
