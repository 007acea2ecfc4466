"""HTML and a style sheet as PDF/A.

What WeasyPrint needs is made once in a process: fonts given as TTF in one FontConfiguration, and
parsed style sheets. It is not safe between threads, so one lock surrounds it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.document import Document
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
    """A PDF/A-3a of an HTML document in a style sheet of static/css; `page` is CSS of this document
    alone, `attached` a file to carry. The same input gives the same bytes.
    """
    files = []
    if attached:
        files.append(attached)
    with _lock, _garbage_collector_off():
        return pdf_of(_laid_out(html, stylesheet, page), *files)


def render_pdf_of_many(
    documents: Sequence[str], stylesheet: str, *, title: str, attached: Sequence[AttachedFile]
) -> bytes:
    """One PDF/A-3a of several HTML documents, one behind the other, each with the pages that it has
    alone.

    Other papers may be rendered between two of the documents.
    """
    rendered = []
    for html in documents:
        with _lock, _garbage_collector_off():
            rendered.append(_laid_out(html, stylesheet))
    pages = []
    for document in rendered:
        pages += document.pages
    whole = rendered[0].copy(pages)
    whole.metadata.title = title
    with _lock, _garbage_collector_off():
        return pdf_of(whole, *attached)


def _laid_out(html: str, stylesheet: str, page: str = "") -> Document:
    sheets = [_sheet(stylesheet)]
    if page:
        sheets.append(CSS(string=page))
    document = HTML(string=_printable(html), url_fetcher=_LocalFetcher())
    return document.render(stylesheets=sheets, font_config=_fonts())


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
