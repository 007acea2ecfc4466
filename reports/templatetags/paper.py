"""Rows of a report as preformatted lines: what the screen and the paper share."""

from collections.abc import Iterator, Sequence
from itertools import repeat, zip_longest

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kkm.domain.money import Money
from kkm.domain.printable import printable
from kkm.errors import KeyUnavailable
from reports.paper.lines import Line, row_lines
from reports.paper.qr import TokenCode, token_code
from reports.parts.heading import ofd_name, place
from reports.report import IdentityCheck, Links, Report, Row, Table, Tally, Value

register = template.Library()


@register.simple_tag(takes_context=True)
def lines(context: Context, rows: tuple[Row | Tally, ...]) -> SafeString:
    """Rows as lines of one width; strong ones in <b>. `links` of a page on screen: where it shows
    what a row counts. A paper has none.
    """
    links: Links | None = context.get("links")
    shown = [_line(row, links) for row in rows]
    return format_html_join("\n", "{}", zip(shown))


@register.simple_tag(takes_context=True)
def table_lines(context: Context, table: Table) -> Iterator[tuple[tuple[Value, ...], str]]:
    """The lines of a table, each with the address of its Z or its operation; "" where there is
    none, as on paper.
    """
    links: Links | None = context.get("links")
    if links and table.zs:
        return zip(table.lines, map(links.z_address, table.zs), strict=True)
    if links and table.operations:
        addresses = map(links.operation_address, table.operations)
        return zip(table.lines, addresses, strict=True)
    return zip(table.lines, repeat(""))


@register.simple_tag(takes_context=True)
def total_cells(context: Context, table: Table) -> Iterator[tuple[Value, str]]:
    """The cells of the total of a table, each with the address of what it counts, or ""."""
    links: Links | None = context.get("links")
    for cell, counted in zip_longest(table.total, table.counted):
        address = ""
        if links and counted and cell:
            address = links.address(counted)
        yield cell, address


@register.filter
def roll_lines(lines: Sequence[Line]) -> SafeString:
    """Lines of a roll, each with its end, so that an empty one at the end of a block is printed
    too.
    """
    return format_html_join("", "{}\n", zip(map(_roll_line, lines)))


@register.filter
def check_line(check: IdentityCheck) -> SafeString:
    """An identity; one that does not hold is in <b> with its differences below."""
    if check.holds:
        return format_html("<i>✓</i> {}", check.text)
    lines = [f"× {check.text}"]
    lines += [f"  {difference}" for difference in check.differences]
    return format_html("<b>{}</b>", "\n".join(lines))


register.filter("place", place)
register.filter("ofd_name", ofd_name)


@register.filter
def printed(value: Value) -> str:
    """A cell or a heading without what would turn its figures or break its line."""
    return printable(str(value))


@register.filter
def proof(report: Report) -> TokenCode | None:
    """The address and the QR by which the paper is checked; None where there is no key to sign
    with, or the kind of report has no token.
    """
    if report.statement is None:
        return None
    try:
        return token_code(report.statement)
    except KeyUnavailable:
        return None


@register.filter
def is_number(value: Value) -> bool:
    """Whether a cell stands at the right edge."""
    return isinstance(value, Money | int)


def _line(row: Row | Tally, links: Links | None) -> str:
    text = "\n".join(row_lines(row))
    if isinstance(row, Row) and row.strong:
        text = format_html("<b>{}</b>", text)
    if links is None:
        return text
    if isinstance(row, Row) and row.zs:
        return _line_of_zs(row, text, links)
    if row.counted and not row.is_zero:
        return _link(links.address(row.counted), text)
    return text


def _line_of_zs(row: Row, text: str, links: Links) -> SafeString:
    """A row whose value is numbers of Z's: each number is a link."""
    before = text.removesuffix(str(row.value))
    numbers = [(_link(links.z_address(z), z.shift),) for z in row.zs]
    return format_html("{}{}", before, format_html_join(" / ", "{}", numbers))


def _link(address: str, text: object) -> SafeString:
    return format_html('<a class="counted" href="{}">{}</a>', address, text)


def _roll_line(line: Line) -> str:
    if line.strong:
        return format_html("<b>{}</b>", line.text)
    return line.text
