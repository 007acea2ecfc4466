"""Questions put to the table of reports, and how their papers read."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from html import unescape
from io import BytesIO
from zoneinfo import ZoneInfo

from django.core.cache.backends.locmem import LocMemCache
from django.template.loader import render_to_string
from django.utils import timezone
from pypdf import PdfReader

from kkm.domain.period import Period
from kkm.models import KKM
from reports.kinds import KINDS
from reports.paper.lines import Line, report_lines
from reports.paper.roll import RollPart
from reports.report import Report
from reports.request import MadeReport, ReportRequest, make_report

ALMATY = ZoneInfo("Asia/Almaty")
LATER = datetime(2026, 4, 1, 9, 30, tzinfo=ALMATY)
SERIKOV = "Сериков Н.Б."


def ask(
    kkm: KKM,
    kind: str,
    first: date,
    last: date | None = None,
    *,
    shift: int | None = None,
    now: datetime = LATER,
) -> MadeReport:
    """What an inspector is answered at the moment `now`."""
    request = ReportRequest(kkm, Period(first, last or first), now, SERIKOV, shift)
    return make_report(KINDS[kind], request, timezone.localdate(now))


def report_of(kkm: KKM, kind: str, first: date, last: date | None = None, **more: object) -> Report:
    """The report alone."""
    return ask(kkm, kind, first, last, **more).report


def page_lines(report: Report) -> list[str]:
    """What the report's body says on the page: a line of it, or a row of a table, with runs of
    white space collapsed.
    """
    html = render_to_string("reports/body.html", {"report": report})
    text = unescape(
        re.sub(
            r"<[^>]+>",
            "",
            re.sub(
                r"</?(?:h1|h2|p|ul|li|div|section|tr|article)\b[^>]*>",
                "\n",
                re.sub(r"</t[dh]>\s*", " ", html),
            ),
        )
    )
    return collapsed(text.split("\n"))


def roll_texts(report: Report) -> list[str]:
    """What a roll of it says, line by line."""
    return [line.text for line in report_lines(report)]


def roll_part(*texts: str) -> RollPart:
    """Lines of a roll."""
    return RollPart([Line(text) for text in texts])


def paper_lines(pdf: bytes) -> list[str]:
    """The text of a PDF, page after page."""
    return collapsed(
        line for page in PdfReader(BytesIO(pdf)).pages for line in page.extract_text().split("\n")
    )


def paper_text(pdf: bytes) -> str:
    """The same in one line."""
    return " ".join(paper_lines(pdf))


def collapsed(lines) -> list[str]:
    """Lines that say something, runs of white space as one space."""
    return [line for line in (" ".join(line.split()) for line in lines) if line]


def say_in_order(text: str, lines: Sequence[str]) -> list[str]:
    """Which of the lines are not found in the text one after another."""
    place, missing = 0, []
    for line in lines:
        found = text.find(line, place)
        if found < 0:
            missing.append(line)
        else:
            place = found + len(line)
    return missing


class OpenCache(LocMemCache):
    """A cache that tells its keys."""

    def keys(self) -> list[str]:
        """Keys as they were given to `set`."""
        return [key.split(":", 2)[2] for key in self._cache]
