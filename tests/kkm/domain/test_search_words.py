"""What is typed into the search field, as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkm.domain.search_words import search_words


def spelled(text):
    """The first spelling of each word: what was typed."""
    return [spellings[0] for spellings in search_words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  ", []),
        ("«Дастархан» Абая", ["дастархан", "абая"]),
        ("РНМ 6007 0000 0101", ["600700000101"]),
        ("рнм: 6007-0000-0101", ["600700000101"]),
        ("№ 600700000101", ["600700000101"]),
        ("абая 12 14", ["абая", "12", "14"]),
        ("абая 12-14", ["абая", "12-14"]),
        ("Абая — Достык", ["абая", "достык"]),
        ("рнм", []),
        ("%", ["%"]),
        ("ALS00001734", ["als00001734"]),
    ],
)
def test_a_question_is_cut_into_words(text, words):
    assert spelled(text) == words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lfcnfh[fy", "дастархан"), ("фды00001734", "als00001734"), ("GFHR", "парк")],
)
def test_a_word_typed_in_the_other_layout_is_understood(typed, meant):
    (spellings,) = search_words(typed)
    assert meant in spellings


@given(st.lists(st.from_regex(r"[а-я]{3,9}", fullmatch=True), min_size=1, max_size=5))
def test_every_word_is_kept_in_its_order(words):
    labels = {"рнм", "знм", "ккм", "иин", "бин"}
    assert spelled(" ".join(words)) == [word for word in words if word not in labels]


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.sampled_from([" ", "-", " - "]))
def test_a_number_is_found_however_it_is_cut(number, separator):
    groups = [number[:4], number[4:8], number[8:]]
    assert spelled("РНМ " + separator.join(groups)) == [number]


@given(st.text(max_size=60))
def test_any_text_is_a_question(text):
    for spellings in search_words(text):
        assert spellings
        assert all(spelling.strip() for spelling in spellings)
