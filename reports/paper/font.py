"""The face of paper, IBM Plex Mono: its files, and what it has no letters for."""

from __future__ import annotations

import re
from functools import cache

import fontpkg_ibm_plex_mono
from fontTools.ttLib import TTFont

ROOT = fontpkg_ibm_plex_mono.ROOT
_FILES = {400: "IBMPlexMono-Regular.ttf", 600: "IBMPlexMono-SemiBold.ttf"}
_FACE = '@font-face {{ font-family: "Plex Mono"; font-weight: {weight}; src: url("{url}"); }}\n'


def faces() -> str:
    """CSS that names the face in both weights."""
    return "".join(
        _FACE.format(weight=weight, url=(ROOT / "files" / name).as_uri())
        for weight, name in _FILES.items()
    )


def legible(text: str) -> str:
    """A text with «·» for what the face has no letter for, and with plain spaces. Another face
    would be this machine's own; without one paper shows a box that no program can read back, which
    PDF/A forbids (ISO 19005-3, 6.2.11.8).
    """
    return _unknown().sub(lambda found: " " if found[0].isspace() else "·", text)


@cache
def _unknown() -> re.Pattern[str]:
    known = set.intersection(*(_letters(name) for name in _FILES.values()))
    return re.compile(f"[^\n{re.escape(''.join(map(chr, sorted(known))))}]")


def _letters(name: str) -> set[int]:
    with TTFont(ROOT / "files" / name, lazy=True) as font:
        return set(font.getBestCmap())
