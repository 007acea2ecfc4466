"""The font of paper, IBM Plex Mono: its files, and the characters that it lacks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import fontpkg_ibm_plex_mono
from fontTools.ttLib import TTFont

ROOT: Path = fontpkg_ibm_plex_mono.ROOT
_FILES = {400: "IBMPlexMono-Regular.ttf", 600: "IBMPlexMono-SemiBold.ttf"}
_FONT_FACE = (
    '@font-face {{ font-family: "Plex Mono"; font-weight: {weight}; src: url("{url}"); }}\n'
)


def font_faces() -> str:
    """CSS that names the font in both weights."""
    css = ""
    for weight, name in _FILES.items():
        url = (ROOT / "files" / name).as_uri()
        css += _FONT_FACE.format(weight=weight, url=url)
    return css


def legible(text: str) -> str:
    """A text with «·» for each character that the font lacks, and with plain spaces.

    Another font would be this machine's own. Without one, paper shows a box that no program can
    read back, which PDF/A forbids (ISO 19005-3, 6.2.11.8).
    """
    return _missing().sub(_replacement, text)


def _replacement(found: re.Match[str]) -> str:
    if found[0].isspace():
        return " "
    return "·"


@cache
def _missing() -> re.Pattern[str]:
    regular, semi_bold = map(_code_points, _FILES.values())
    both = "".join(map(chr, sorted(regular & semi_bold)))
    return re.compile(f"[^\n{re.escape(both)}]")


def _code_points(name: str) -> set[int]:
    with TTFont(ROOT / "files" / name, lazy=True) as font:
        return set(font.getBestCmap())
