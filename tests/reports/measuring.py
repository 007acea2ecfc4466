"""Where the words of a PDF stand, as pdftotext finds them."""

import re
import subprocess
from itertools import pairwise
from typing import NamedTuple

MILLIMETRE = 72 / 25.4
SLACK = 0.6  # points: figures are rounded
ABOVE = 2  # points: the box of a letter is higher than its line
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.S)
WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)


class Word(NamedTuple):
    """A word of a page: its box in points from the top left corner, and what it says."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def pages_of(pdf: bytes) -> list[tuple[float, float, list[Word]]]:
    """Width, height and words of each page."""
    html = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return [
        (
            float(width),
            float(height),
            [Word(*map(float, found[:4]), found[4]) for found in WORD.findall(inside)],
        )
        for width, height, inside in PAGE.findall(html)
    ]


def outside(pdf: bytes, margins: dict[str, int]) -> list[Word]:
    """Words that stand in the margins or beyond the sheet."""
    left, right, top, bottom = (
        margins[side] * MILLIMETRE - SLACK for side in ("left", "right", "top", "bottom")
    )
    return [
        word
        for width, height, words in pages_of(pdf)
        for word in words
        if word.left < left
        or word.right > width - right
        or word.top < top - ABOVE
        or word.bottom > height - bottom + ABOVE
    ]


def run_together(pdf: bytes) -> list[tuple[str, str]]:
    """Pairs of words of one line that stand one upon the other."""
    pairs = []
    for _width, _height, words in pages_of(pdf):
        ordered = sorted(words, key=lambda word: (round(word.top), word.left))
        for one, other in pairwise(ordered):
            same_line = round(one.top) == round(other.top)
            if same_line and other.left < one.right - SLACK:
                pairs.append((one.text, other.text))
    return pairs
