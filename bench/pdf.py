"""The Z of the worked example as PDF, printed by us and by headless Chromium.

Our side is warm and bypasses the cache; Chromium is kept open. Our PDF is a PDF/A-3 that contains
the data of the report, which are made anew each time. Chromium prints the same page and no more.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.ground import CannotMeasure, set_up
from bench.measured import Measured, by_turns, say, say_milliseconds, seconds

_NAMES = (
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-browser",
)


class Document(NamedTuple):
    """A document to print: its HTML, the name of its style sheet, and the CSS of its page."""

    name: str
    aim: float
    html: str
    sheet: str
    page: str


def measure(directory: Path, quick: bool) -> list[Measured]:
    """Compare A4 and the roll: both sides get the same document and return bytes."""
    executable = _executable()
    say("pdf: telling the worked example")
    set_up(f"sqlite:///{directory / 'bench.sqlite3'}", migrate=True)
    report = _z_of_shift_143()
    rounds = 5 if quick else 40
    lines = []
    with _chromium(executable, directory) as chromium_pdf:
        for document in _documents(report):
            lines.append(_compared(report, document, chromium_pdf, rounds))
    return lines


def _compared(
    report, document: Document, chromium_pdf: Callable[[str], bytes], rounds: int
) -> Measured:
    from reports.paper import a4, pdf

    css = pdf.style_text(document.sheet) + document.page
    whole = _with_styles(document.html, css)

    def ours() -> bytes:
        attached = a4.attached_json(report)
        return pdf.render_pdf(document.html, document.sheet, page=document.page, attached=attached)

    def theirs() -> bytes:
        return chromium_pdf(whole)

    for _warming in range(3):
        ours()
        theirs()
    ways = {"ours": seconds(ours), "Chromium": seconds(theirs)}
    medians = by_turns(rounds, ways, f"pdf, {document.name}")
    say_milliseconds(medians)
    return Measured(
        part="pdf",
        what=document.name,
        ratio=medians["ours"] / medians["Chromium"],
        aim=document.aim,
        at_most=True,
    )


def _documents(report) -> Iterator[Document]:
    from reports.paper import a4, roll

    html = a4.report_html(report)
    yield Document("one page of A4", 1.0, html, "paper.css", "")
    html, page = roll.roll_html(report.title, roll.roll_parts(report))
    yield Document("80 mm roll", 0.6, html, "roll.css", page)


def _with_styles(html: str, css: str) -> str:
    """The document with its style sheet inside, because a browser lacks our fonts."""
    return html.replace("</head>", f"<style>{css}</style></head>")


def _z_of_shift_143():
    from django.utils import timezone

    from kkm.domain.period import Period
    from reports.kinds import KINDS
    from reports.request import ReportRequest, make_report
    from tests.worked_example.story import tell

    example = tell()
    shift = example.shift(143)
    day = timezone.localdate(shift.closed_at)
    request = ReportRequest(example.kkm, Period.day(day), timezone.now(), "bench", 143)
    return make_report(KINDS["z"], request, day).report


def _executable() -> str:
    """The path of Chromium. CannotMeasure if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    raise CannotMeasure("There is no Chromium to stand beside; its Debian package is chromium.")


@contextmanager
def _chromium(executable: str, directory: Path) -> Iterator[Callable[[str], bytes]]:
    """A function that prints HTML.

    The page is opened from a file, so that Chromium reads the fonts from the disk as we do.
    """
    from playwright.sync_api import sync_playwright

    blank = directory / "blank.html"
    blank.write_text("<!doctype html>", encoding="utf-8")
    options = ["--no-sandbox", "--allow-file-access-from-files"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=options)
        page = browser.new_page()
        page.goto(blank.as_uri())

        def printed(html: str) -> bytes:
            page.set_content(html)
            return page.pdf(prefer_css_page_size=True, print_background=True)

        yield printed
        browser.close()
