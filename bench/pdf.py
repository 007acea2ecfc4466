"""The Z of the worked example as PDF: ours, warm and past the cache, beside headless Chromium kept
open.

Ours is PDF/A-3 with the report's data inside, which are made each time; Chromium prints the same
page and nothing more.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ground import CannotMeasure, set_up
from bench.measured import Measured, by_turns, say, seconds

_NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chrome", "chromium-browser")


def measure(directory: Path, quick: bool) -> list[Measured]:
    """A4 and the roll: the same document goes in on both sides, bytes come out."""
    executable = _executable()
    say("pdf: telling the worked example")
    set_up(f"sqlite:///{directory / 'bench.sqlite3'}", migrate=True)
    report = _z_of_shift_143()
    with _chromium(executable, directory) as chromium_pdf:
        rounds = 5 if quick else 40
        return [
            _compared(name, aim, *_ways(report, chromium_pdf, *document), rounds)
            for name, aim, *document in _documents(report)
        ]


def _compared(name: str, aim: float, ours, theirs, rounds: int) -> Measured:
    for _ in range(3):  # warm
        ours(), theirs()
    medians = by_turns(rounds, {"ours": seconds(ours), "Chromium": seconds(theirs)}, f"pdf, {name}")
    say(", ".join(f"{way} {1000 * median:.0f} ms" for way, median in medians.items()))
    return Measured("pdf", name, medians["ours"] / medians["Chromium"], aim, at_most=True)


def _documents(report) -> Iterator[tuple[str, float, str, str, str]]:
    """What is compared: its name, the aim, the HTML, the style sheet, the CSS of its page."""
    from reports import rendering

    yield "one page of A4", 1.0, rendering.report_html(report), "paper.css", ""
    html, page = rendering.roll_html(report.title, rendering.roll_parts(report))
    yield "80 mm roll", 0.6, html, "roll.css", page


def _ways(report, chromium_pdf: Callable[[str], bytes], html: str, sheet: str, page: str):
    from reports import rendering

    whole = _with_styles(html, rendering.style_text(sheet) + page)
    return lambda: rendering.render_pdf(
        html, sheet, page=page, inside=rendering.inside(report)
    ), lambda: chromium_pdf(whole)


def _with_styles(html: str, css: str) -> str:
    """The document with its style sheet inside, as a browser without our fonts needs it."""
    return html.replace("</head>", f"<style>{css}</style></head>")


def _z_of_shift_143():
    from django.utils import timezone

    from kkm.domain.period import Period
    from reports.kinds import KINDS, Question, answer
    from tests.worked_example.story import tell

    example = tell()
    day = timezone.localdate(example.shift(143).closed_at)
    now = timezone.now()
    return answer(KINDS["z"], Question(example.kkm, Period.day(day), now, "bench", 143), day).report


def _executable() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise CannotMeasure("There is no Chromium to stand beside; its Debian package is chromium.")
    return found


@contextmanager
def _chromium(executable: str, directory: Path) -> Iterator[Callable[[str], bytes]]:
    """A call that prints HTML.

    The page stands on a file, so that the fonts are read from the disk as ours are.
    """
    from playwright.sync_api import sync_playwright

    blank = directory / "blank.html"
    blank.write_text("<!doctype html>", encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--allow-file-access-from-files"]
        )
        page = browser.new_page()
        page.goto(blank.as_uri())

        def printed(html: str) -> bytes:
            page.set_content(html)
            return page.pdf(prefer_css_page_size=True, print_background=True)

        yield printed
        browser.close()
