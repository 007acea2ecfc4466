"""HTML and a style sheet as PDF/A.

What WeasyPrint needs is made once in a process: fonts given as TTF in one FontConfiguration, and
parsed style sheets. It is not safe between threads, so one lock surrounds it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from kkm.domain.printable import printable
from reports.paper import font
from reports.paper.pdfa import AttachedFile, pdf_of

STYLE_SHEETS = Path(settings.BASE_DIR) / "static" / "css"
_lock = Lock()


class _LocalFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint brings no types
    """Reads the fonts on this disk and images inside the document, and fetches nothing else."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(("data:", font.ROOT.as_uri())):
            raise ValueError(f"paper does not fetch {url}")
        return super().fetch(url, headers)


def render_pdf(
    html: str, stylesheet: str, *, page: str = "", attached: AttachedFile | None = None
) -> bytes:
    """A PDF/A-3b of an HTML document in a style sheet of static/css; `page` is CSS of this document
    alone, `attached` a file to carry. The same input gives the same bytes.
    """
    with _lock, _garbage_collector_off():
        sheets = [_sheet(stylesheet)]
        if page:
            sheets.append(CSS(string=page))
        document = HTML(string=_printable(html), url_fetcher=_LocalFetcher())
        return pdf_of(document.render(stylesheets=sheets, font_config=_fonts()), attached)


def _printable(html: str) -> str:
    """The document with «·» for what would turn or break a line, or has no letter in the font:
    names are sealed as they came.
    """
    lines = map(printable, html.split("\n"))
    return font.legible("\n".join(lines))


@contextmanager
def _garbage_collector_off() -> Iterator[None]:
    """Thousands of boxes make Python's collector walk the whole process again and again, which
    takes a seventh of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _sheet(name: str) -> CSS:
    return CSS(string=style_text(name), font_config=_fonts(), url_fetcher=_LocalFetcher())


def style_text(name: str) -> str:
    """A style sheet of static/css with the fonts of paper before it."""
    return font.font_faces() + (STYLE_SHEETS / name).read_text(encoding="utf-8")
