"""Addresses and texts that several pages of the cabinet need."""

import re

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils import timezone
from django.utils.html import format_html, strip_spaces_between_tags
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kkm.domain.heading import Unreadable
from kkm.domain.period import Period
from kkm.models import FiscalOperation, Shift
from reports.kinds.kind import Kind

register = template.Library()

# Letters that two lines of the narrowest column have room for.
SURELY_SHOWN = 24

# A space within a sum, and the one before its ₸.
_SPACE_OF_SUM = re.compile(r"(?<=\d) (?=\d{3}\b|₸)")

# A line of a template that begins further in.
_INDENTATION = re.compile(r"\n {2,}")


@register.simple_tag
def z_query(shift: Shift) -> str:
    """The query that asks for the Z-report of a closed shift: «type=z&date=…&shift=…»."""
    day = timezone.localdate(shift.closed_at)
    query: dict[str, str | int] = {"type": "z", "date": day.isoformat(), "shift": shift.number}
    return urlencode(query)


@register.simple_tag
def clamped(text: object) -> SafeString:
    """A text of a cell that has room for two lines of it, with all of it as a tooltip if it may be
    longer; a dash for none.
    """
    shown = str(text) or "—"
    if len(shown) <= SURELY_SHOWN:
        return format_html('<span class="clamp">{}</span>', shown)
    return format_html('<span class="clamp" title="{}">{}</span>', shown, shown)


@register.simple_tag
def days_query(kind: Kind, period: Period, unit: str = "") -> str:
    """The query that asks for a kind of report of these days: «type=period&date=…&to=…&unit=week».
    `unit` is what the days are left of; a report of one day has neither it nor an end.
    """
    query = {"type": kind.name, "date": period.first.isoformat()}
    if kind.has_end:
        query["to"] = period.last.isoformat()
    if kind.has_end and unit:
        query["unit"] = unit
    return urlencode(query)


@register.filter
def reason_and_comment(act: FiscalOperation) -> str:
    """Why an act was done, as the inspector chose and wrote it; that somebody has changed it."""
    try:
        facts = act.facts
    except Unreadable:
        return _("запись изменена")
    sentences = []
    if facts.get("reason"):
        sentences.append(_(facts["reason"]))
    if facts.get("comment"):
        sentences.append(facts["comment"])
    return ". ".join(sentences)


@register.filter
def whole_sums(text: str) -> str:
    """A sentence whose sums are not broken at the end of a line: «4 500.00 ₸» stays together."""
    return _SPACE_OF_SUM.sub("\N{NO-BREAK SPACE}", text)


@register.tag
def compact(parser: Parser, token: Token) -> "Compact":
    """`{% compact %}…{% endcompact %}`: without the indentation of the template, which is a third
    of a long table. A browser shows the same.
    """
    nodes = parser.parse(("endcompact",))
    parser.delete_first_token()
    return Compact(nodes)


class Compact(Node):
    """What stands between the tags."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodes = nodes

    def render(self, context: Context) -> SafeString:
        html = strip_spaces_between_tags(self.nodes.render(context).strip())
        # The nodes have escaped what they print.
        return mark_safe(_INDENTATION.sub(" ", html))  # noqa: S308
