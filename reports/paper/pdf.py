"""Reports as HTML and PDF. One body serves the screen and A4; a roll prints the same rows as lines.

What WeasyPrint needs is made once in a process: fonts given as TTF in one FontConfiguration, and
parsed style sheets. It is not safe between threads, so one lock surrounds it. A stored Z is
rendered once and then served from the cache "paper".
"""

from __future__ import annotations

import gc
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML, VERSION
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from kkm.domain.printable import printable
from kkm.domain.seal import fingerprint
from kkm.local_time import clock
from reports.paper import font
from reports.paper.lines import report_lines
from reports.paper.pdfa import LONGEST, Inside, pdf_of
from reports.paper.qr import MILLIMETRES, proof_of
from reports.report import Report
from reports.report_json import file_name, report_json

logger = logging.getLogger(__name__)
_ROOT = Path(settings.BASE_DIR)
_CSS = _ROOT / "static" / "css"
_TEMPLATES = _ROOT / "templates" / "reports"
_LINE, _MARGIN = 9.2, 22.7  # points: a line, top and bottom of a roll
_MILLIMETRE, _AROUND, _WIDEST = (
    72 / 25.4,
    4,
    30,
)  # points; above and below an image together, and the widest one, in millimetres
_SLACK = 2 * _LINE + (_WIDEST + _AROUND) * _MILLIMETRE  # what the end of a page may leave empty
_lock = Lock()


class _OwnFiles(URLFetcher):
    """Paper is made of fonts on this disk and images inside the document: nothing else is
    fetched.
    """

    def fetch(self, url: str, headers: dict | None = None):
        if not url.startswith(("data:", font.ROOT.as_uri())):
            raise ValueError(f"paper does not fetch {url}")
        return super().fetch(url, headers)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a roll: lines of text, or an image as a data: URL, so many millimetres wide and
    high.
    """

    text: str = ""
    image: str = ""
    millimetres: int = _WIDEST


def render_pdf(
    html: str, stylesheet: str, *, page: str = "", inside: Inside | None = None
) -> bytes:
    """A PDF/A-3b of an HTML document in a style sheet of static/css; `page` is CSS of this document
    alone, `inside` a file to carry. The same input, the same bytes.
    """
    with _lock, _collector_waiting():
        sheets = [_sheet(stylesheet)] + ([CSS(string=page)] if page else [])
        document = HTML(string=_printable(html), url_fetcher=_OwnFiles()).render(
            stylesheets=sheets, font_config=_fonts()
        )
        return pdf_of(document, inside)


def _printable(html: str) -> str:
    """Names are sealed as they came: on any paper what would turn or break its lines, or has no
    letter in its face, is «·».
    """
    return font.legible("\n".join(printable(line) for line in html.split("\n")))


@contextmanager
def _collector_waiting() -> Iterator[None]:
    """Boxes by the thousand make Python's collector walk the whole process again and again: a
    seventh of the time. It waits.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def report_pdf(report: Report) -> bytes:
    """A report on A4; a stored Z comes from the cache when it has been rendered before, unless
    the journal contradicts it now.
    """
    if not report.frozen or report.alarms:
        return report_a4(report)
    site = hashlib.sha256(settings.CABINET_URL.encode()).hexdigest()[:16]  # the QR has it
    key = f"{report.kind}-{report.seal}-{_version()}-{site}-{get_language()}"
    pdf = _kept(key)
    if pdf is None:
        pdf = report_a4(report)
        _keep(key, pdf)
    return pdf


def _kept(key: str) -> bytes | None:
    """The paper that was rendered before; None if there is none, or if the cache cannot be read: a
    file that is damaged, or is not ours to read. Such a file is written anew.
    """
    pdf = None
    with _passed_over("read"):
        pdf = caches["paper"].get(key)
    return pdf if isinstance(pdf, bytes) else None


def _keep(key: str, pdf: bytes) -> None:
    """Put a paper into the cache, if it can be written: a full disk or a folder of somebody else
    is no reason not to print.
    """
    with _passed_over("written"):
        caches["paper"].set(key, pdf)


@contextmanager
def _passed_over(done: str) -> Iterator[None]:
    """Whatever a cache raises is told to the log: a damaged pickle may raise anything."""
    try:
        yield
    except Exception as error:
        logger.warning(
            "The cache of papers cannot be %s, the paper is rendered: %s: %s",
            done,
            type(error).__name__,
            error,
        )


def made(report: Report) -> str:
    """When and by whom the paper was made; a Z by its closing."""
    parts = (
        _("Сформирован {at}").format(at=clock(report.made_at)),
        report.made_by,
        fingerprint(report.seal),
    )
    return " · ".join(part for part in parts if part)


def report_roll(report: Report) -> bytes:
    """A report on an 80 mm roll."""
    return roll_pdf(report.title, roll_parts(report), inside=inside(report))


def roll_parts(report: Report) -> list[Part]:
    """Its lines, and the QR before the last one. `KeyUnavailable` if it cannot be signed."""
    *lines, end = report_lines(report)
    return [
        Part(text="\n".join(lines)),
        Part(image=proof_of(report.statement).qr.image, millimetres=MILLIMETRES),
        Part(text=end),
    ]


def roll_pdf(title: str, parts: list[Part], *, inside: Inside | None = None) -> bytes:
    """Lines and images on an 80 mm roll, one page as long as they are."""
    html, page = roll_html(title, parts)
    return render_pdf(html, "roll.css", page=page, inside=inside)


def roll_html(title: str, parts: list[Part]) -> tuple[str, str]:
    """The document that a roll prints, and the CSS of its page."""
    lines = sum(part.text.count("\n") + 1 for part in parts if part.text)
    images = sum(part.millimetres + _AROUND for part in parts if part.image)
    height = _height(lines * _LINE + images * _MILLIMETRE)
    html = render_to_string(
        "reports/roll.html", {"title": title, "parts": parts, "LANGUAGE_CODE": get_language()}
    )
    return html, f"@page {{ size: 80mm {height:.1f}pt; margin: 4mm 4mm }}"


def _height(content: float) -> float:
    """Of a page of a roll, in points.

    A roll that is longer than a page of PDF/A may be goes on on others as long as the first.
    """
    room = LONGEST - _MARGIN - _SLACK
    pages = ceil(content / room)
    return content + _MARGIN if pages <= 1 else content / pages + _MARGIN + _SLACK


def report_html(report: Report) -> str:
    """The document that A4 prints.

    `KeyUnavailable` if it cannot be signed: there is no paper without its QR.
    """
    proof_of(report.statement)
    return render_to_string(
        "reports/paper.html",
        {"report": report, "made": made(report), "LANGUAGE_CODE": get_language()},
    )


def report_a4(report: Report) -> bytes:
    """A report on A4, rendered anew."""
    return render_pdf(report_html(report), "paper.css", inside=inside(report))


def inside(report: Report) -> Inside:
    """What a report carries inside: itself, for programs."""
    return Inside(file_name(report), report_json(report), report.made_at)


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _sheet(name: str) -> CSS:
    return CSS(string=style_text(name), font_config=_fonts(), url_fetcher=_OwnFiles())


def style_text(name: str) -> str:
    """A style sheet of static/css with the faces of paper before it."""
    return font.faces() + (_CSS / name).read_text(encoding="utf-8")


@cache
def _version() -> str:
    """Changes with templates, style sheets, words and their translations, what figures are made of,
    and WeasyPrint, so that the cache forgets what they made.
    """
    templates = (_TEMPLATES / "body.html", _TEMPLATES / "paper.html", _CSS / "paper.css")
    rooms = (
        (_ROOT / "reports", "*.py"),
        (_ROOT / "kkm" / "domain", "*.py"),
        (_ROOT / "locale", "*.mo"),
    )
    sources = (
        *templates,
        *(source for room, names in rooms for source in sorted(room.rglob(names))),
    )
    return hashlib.sha256(
        b"".join([VERSION.encode(), *(source.read_bytes() for source in sources)])
    ).hexdigest()[:16]
