"""Reports as lines of characters of one width: the roll, and the columns of the screen and of A4.

A character that would turn or break a line is printed as «·».
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import NamedTuple

from django.utils.translation import gettext as _

from kkm.domain.printable import printable
from reports.report import Block, Column, Report, Row, Table, Tally, Value

WIDTH = 48  # characters on an 80 mm roll


class Line(NamedTuple):
    """A line of a roll; a strong one is printed in bold."""

    text: str
    strong: bool = False


# The columns of a tally, in characters after the space before its label.
_TALLY_LABEL = 18
_TALLY_COUNT_ENDS = 22
_TALLY_VALUE = 20


def row_lines(row: Row | Tally, width: int = WIDTH) -> list[str]:
    """A row as one line, or as several if it is too long.

    A long label is wrapped. The value stands at the end of the last line, or at the right edge of
    a line of its own; a value that is longer than a line follows the label as wrapped text.
    """
    if isinstance(row, Tally):
        return _tally_lines(row, width)
    if row.centred:
        wrapped = wrap(printable(row.label), width)
        return [line.center(width).rstrip() for line in wrapped]
    lines = _label_lines(row, width)
    value = _text(row.value)
    if not value:
        return lines
    gap = 1
    if row.count is not None:
        gap = 2  # «0025 24 499.71» would be read as one figure
    *before, last = lines
    room = width - len(last)
    if gap + len(value) <= room:
        return [*before, last + value.rjust(room)]
    if len(value) <= width:
        return [*lines, value.rjust(width)]
    return [*lines, *wrap(value, width, initial_indent="  ", subsequent_indent="  ")]


def _label_lines(row: Row, width: int) -> list[str]:
    """The label with its counts, at least one line."""
    start = " " * row.indent
    if row.lead is not None:
        start += f"{row.lead:04d} "
    text = start + printable(row.label)
    if row.count is not None:
        text += f"  {row.count:04d}"
    if len(text) <= width:
        return [text]
    return wrap(text, width, subsequent_indent=" " * len(start)) or [""]


def _tally_lines(row: Tally, width: int) -> list[str]:
    """A label, a count and a sum in three columns, the sum at least two spaces from the count;
    as a row if they do not fit.
    """
    label = printable(row.label)
    if len(label) <= _TALLY_LABEL:
        count = f" {row.count}".rjust(_TALLY_COUNT_ENDS - len(label))
        value = f"  {_text(row.value)}".rjust(_TALLY_VALUE)
        line = f" {label}{count}{value}"
        if len(line) <= width:
            return [line]
    return row_lines(Row(row.label, row.value, count=row.count, indent=1), width)


def table_lines(table: Table, width: int = WIDTH) -> list[str]:
    """A table on a roll without its total: only the columns that have a width there, together
    `width` at most.
    """
    titles = [column.roll_title or column.title for column in table.columns]
    lines: list[str] = []
    for values in (titles, *table.lines):
        lines += _table_line(table, values, width)
    return lines


def _table_line(table: Table, values: Iterable[Value], width: int) -> list[str]:
    cells = []
    for column, value in zip(table.columns, values, strict=True):
        if column.roll:
            cells.append((_text(value), column))
    return _cell_lines(cells, width)


def _cell_lines(cells: list[tuple[str, Column]], width: int) -> list[str]:
    """Cells side by side, at least one space between them, numbers at the right edge of their
    column. What does not fit goes on in the next line, at the right edge if it is a number; a text
    longer than a line is broken.
    """
    lines = [""]
    end = 0
    for text, column in cells:
        end += column.roll
        pieces = [text]
        if len(text) >= width:
            pieces = wrap(text, width - 1)
        for piece in pieces:
            _put(lines, piece, column, end, width)
    return [line.rstrip() for line in lines]


def _put(lines: list[str], text: str, column: Column, end: int, width: int) -> None:
    """Put a cell whose column ends at `end` into the last line, or into a new one."""
    last = lines[-1]
    line = last + _cell(text, column, end - len(last), is_first=not last)
    if last and len(line.rstrip()) > width:
        lines.append(_cell_of_new_line(text, column, end))
    else:
        lines[-1] = line


def _cell(text: str, column: Column, room: int, *, is_first: bool) -> str:
    if column.numeric and len(text) < room:
        return text.rjust(room)
    if is_first:
        return text.ljust(room)
    return f" {text}".ljust(room)


def _cell_of_new_line(text: str, column: Column, end: int) -> str:
    if column.numeric:
        return text.rjust(end)
    return f" {text}".ljust(end)


def report_lines(report: Report, width: int = WIDTH) -> Iterator[Line]:
    """The whole report as a roll prints it."""
    rule = Line("-" * width)
    if report.alarms:
        heading = _centred(_("РАСХОЖДЕНИЕ С ЖУРНАЛОМ"), strong=True)
        sentences = map(Row, report.alarms)
        yield from rows_as_lines([heading, *sentences], width)
        yield rule
    taxpayer = _centred(report.taxpayer)
    address = _centred(report.address)
    yield from rows_as_lines([taxpayer, address, *report.requisites], width)
    yield rule
    title = _centred(report.title, strong=True)
    subtitle = _centred(report.subtitle)
    yield from rows_as_lines([title, subtitle, *report.facts], width)
    yield rule
    for block in report.blocks:
        yield from _block_lines(block, rule, width)
        yield rule
    yield from rows_as_lines(report.ending, width)
    end = _("КОНЕЦ ОТЧЕТА")
    yield from rows_as_lines([_centred(f"*** {end} ***")], width)


def _block_lines(block: Block, rule: Line, width: int) -> Iterator[Line]:
    if block.title:
        yield from rows_as_lines([_centred(block.title)], width)
        yield rule
    yield from rows_as_lines(block.rows, width)
    table = block.table
    if table:
        yield from map(Line, table_lines(table, width))
        if table.total:
            for text in _table_line(table, table.total, width):
                yield Line(text, strong=True)


def _centred(text: str, *, strong: bool = False) -> Row:
    return Row(text, centred=True, strong=strong)


def rows_as_lines(rows: Iterable[Row | Tally], width: int = WIDTH) -> Iterator[Line]:
    """The lines of many rows."""
    for row in rows:
        strong = isinstance(row, Row) and row.strong
        for text in row_lines(row, width):
            yield Line(text, strong)


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    return printable(" ".join(str(value).split()))
