"""Reports as HTML and PDF. One body serves the screen and A4; a roll prints the same rows as lines.

What WeasyPrint needs is made once in a process: fonts given as TTF in one FontConfiguration, and parsed style sheets. It is not
safe between threads, so one lock surrounds it. A stored Z is rendered once and then served from the cache "paper".
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import fontpkg_ibm_plex_mono
from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from kkm.domain.printable import printable
from kkm.domain.seal import fingerprint
from kkm.models.moment import clock
from reports.lines import report_lines
from reports.report import Report

_CSS = Path(settings.BASE_DIR) / "static" / "css"
_TEMPLATES = Path(settings.BASE_DIR) / "templates" / "reports"
_FACE = '@font-face {{ font-family: "Plex Mono"; font-weight: {weight}; src: url("{url}"); }}\n'
_LINE, _IMAGE, _MARGIN = 9.2, 96.4, 22.7  # points: a line, a QR with its margins, top and bottom of a roll
_lock = Lock()


class _OwnFiles(URLFetcher):
    """Paper is made of fonts on this disk and images inside the document: nothing else is fetched."""

    def fetch(self, url: str, headers: dict | None = None):
        if not url.startswith(("data:", fontpkg_ibm_plex_mono.ROOT.as_uri())):
            raise ValueError(f"paper does not fetch {url}")
        return super().fetch(url, headers)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a roll: lines of text, or an image as a data: URL."""

    text: str = ""
    image: str = ""


def render_pdf(html: str, stylesheet: str, *, page: str = "") -> bytes:
    """A PDF of an HTML document in a style sheet of static/css; `page` is CSS of this document alone. The same input, the same bytes."""
    with _lock, _collector_waiting():
        sheets = [_sheet(stylesheet)] + ([CSS(string=page)] if page else [])
        return HTML(string=_printable(html), url_fetcher=_OwnFiles()).write_pdf(stylesheets=sheets, font_config=_fonts())


def _printable(html: str) -> str:
    """Names are sealed as they came: on any paper what would turn or break its lines is «·»."""
    return "\n".join(printable(line) for line in html.split("\n"))


@contextmanager
def _collector_waiting() -> Iterator[None]:
    """Boxes by the thousand make Python's collector walk the whole process again and again: a seventh of the time. It waits."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def report_pdf(report: Report) -> bytes:
    """A report on A4; a stored Z comes from the cache when it has been rendered before, unless the journal contradicts it now."""
    if not report.frozen or report.alarms:
        return _a4(report)
    key = f"{report.kind}-{report.seal}-{_version()}-{get_language()}"
    pdf = caches["paper"].get(key)
    if pdf is None:
        pdf = _a4(report)
        caches["paper"].set(key, pdf)
    return pdf


def made(report: Report) -> str:
    """When and by whom the paper was made; a Z by its closing."""
    parts = (_("Сформирован {at}").format(at=clock(report.made_at)), report.made_by, fingerprint(report.seal))
    return " · ".join(part for part in parts if part)


def report_roll(report: Report) -> bytes:
    """A report on an 80 mm roll."""
    return roll_pdf(report.title, [Part(text="\n".join(report_lines(report)))])


def roll_pdf(title: str, parts: list[Part]) -> bytes:
    """Lines and images on an 80 mm roll, one page as long as they are."""
    html, page = roll_html(title, parts)
    return render_pdf(html, "roll.css", page=page)


def roll_html(title: str, parts: list[Part]) -> tuple[str, str]:
    """The document that a roll prints, and the CSS of its page."""
    lines = sum(part.text.count("\n") + 1 for part in parts if part.text)
    height = lines * _LINE + sum(_IMAGE for part in parts if part.image) + _MARGIN
    html = render_to_string("reports/roll.html", {"title": title, "parts": parts, "LANGUAGE_CODE": get_language()})
    return html, f"@page {{ size: 80mm {height:.1f}pt; margin: 4mm 4mm }}"


def report_html(report: Report) -> str:
    """The document that A4 prints."""
    return render_to_string("reports/paper.html", {"report": report, "made": made(report), "LANGUAGE_CODE": get_language()})


def _a4(report: Report) -> bytes:
    return render_pdf(report_html(report), "paper.css")


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _sheet(name: str) -> CSS:
    return CSS(string=style_text(name), font_config=_fonts(), url_fetcher=_OwnFiles())


def style_text(name: str) -> str:
    """A style sheet of static/css with the faces of paper before it."""
    return _faces() + (_CSS / name).read_text(encoding="utf-8")


def _faces() -> str:
    files = fontpkg_ibm_plex_mono.ROOT / "files"
    named = {400: "IBMPlexMono-Regular.ttf", 600: "IBMPlexMono-SemiBold.ttf"}
    return "".join(_FACE.format(weight=weight, url=(files / name).as_uri()) for weight, name in named.items())


@cache
def _version() -> str:
    """Changes with templates, style sheets, words and their translations, so that the cache forgets what they made."""
    catalogues = sorted((Path(settings.BASE_DIR) / "locale").rglob("*.mo"))
    templates = (_TEMPLATES / "body.html", _TEMPLATES / "paper.html", _CSS / "paper.css")
    sources = (*templates, *sorted(Path(__file__).parent.glob("*.py")), *catalogues)
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
