"""Lines of text and images on an 80 mm roll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.paper.a4 import attached_json
from reports.paper.lines import Line, report_lines
from reports.paper.pdf import render_pdf
from reports.paper.pdfa import LONGEST, AttachedFile
from reports.paper.qr import MILLIMETRES, token_code
from reports.report import Report

# In points:
_MILLIMETRE = 72 / 25.4
_LINE = 9.2
_MARGIN = 22.7  # top and bottom together
# In millimetres:
_WIDEST_IMAGE = 30
_AROUND_IMAGE = 4  # above and below it together

# The time to lay out one block of text grows with the square of its lines: a long one is divided
# into blocks of so many.
_LINES_IN_BLOCK = 200

# What the end of a page may leave empty, in points.
_SLACK = 2 * _LINE + (_WIDEST_IMAGE + _AROUND_IMAGE) * _MILLIMETRE


@dataclass(frozen=True, slots=True)
class RollPart:
    """A piece of a roll: lines of text, or an image as a data: URL, so many millimetres wide and
    high, with the words that stand for it where it cannot be seen.
    """

    lines: Sequence[Line] = ()
    image: str = ""
    alt: str = ""
    millimetres: int = _WIDEST_IMAGE

    @property
    def blocks(self) -> list[Sequence[Line]]:
        """The lines, in blocks that stand one below the other."""
        starts = range(0, len(self.lines), _LINES_IN_BLOCK)
        return [self.lines[start : start + _LINES_IN_BLOCK] for start in starts]

    @property
    def height(self) -> float:
        """In points."""
        if self.image:
            return (self.millimetres + _AROUND_IMAGE) * _MILLIMETRE
        return len(self.lines) * _LINE


def report_roll(report: Report) -> bytes:
    """A report on an 80 mm roll."""
    return roll_pdf(report.full_name, roll_parts(report), attached=attached_json(report))


def roll_parts(report: Report) -> list[RollPart]:
    """Its lines, and the QR before the last one if it has a token.

    `KeyUnavailable` if the token cannot be signed.
    """
    lines = list(report_lines(report))
    if report.statement is None:
        return [RollPart(lines)]
    *before, end = lines
    code = token_code(report.statement).qr
    alt = _("QR-код: проверить этот отчёт по журналу")
    return [
        RollPart(before),
        RollPart(image=code.image, alt=alt, millimetres=MILLIMETRES),
        RollPart([end]),
    ]


def roll_pdf(title: str, parts: list[RollPart], *, attached: AttachedFile | None = None) -> bytes:
    """Lines and images on an 80 mm roll, one page as long as they are."""
    html, page = roll_html(title, parts)
    return render_pdf(html, "roll.css", page=page, attached=attached)


def roll_html(title: str, parts: list[RollPart]) -> tuple[str, str]:
    """The document that a roll prints, and the CSS of its page."""
    html = render_to_string(
        "reports/roll.html",
        {"title": title, "parts": parts, "LANGUAGE_CODE": get_language()},
    )
    height = _page_height(sum(part.height for part in parts))
    return html, f"@page {{ size: 80mm {height:.1f}pt; margin: 4mm 4mm }}"


def _page_height(content: float) -> float:
    """The height of a page, in points.

    A roll that is longer than a page of PDF/A may be continues on pages as long as the first.
    """
    room = LONGEST - _MARGIN - _SLACK
    pages = ceil(content / room)
    if pages <= 1:
        return content + _MARGIN
    return content / pages + _MARGIN + _SLACK
