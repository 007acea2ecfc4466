"""Reports as lines of characters of one width: the roll, and the columns of the screen and of A4.

What would turn a line is «·».
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from django.utils.translation import gettext as _

from kkm.domain.printable import printable
from reports.report import Block, Column, Report, Row, Table, Tally, Value

WIDTH = 48  # characters on an 80 mm roll


def row_lines(row: Row | Tally, width: int = WIDTH) -> list[str]:
    """A row as one line, or as several if it is too long: the label is wrapped, the value stands at
    the end of the last or at the right edge of a line of its own; a value that is a text of several
    lines follows the label.
    """
    if isinstance(row, Tally):
        return _tally_lines(row, width)
    if row.centred:
        return [line.center(width).rstrip() for line in wrap(printable(row.label), width)]
    lead = f"{row.lead:04d} " if row.lead is not None else ""
    count = f"  {row.count:04d}" if row.count is not None else ""
    left, right = f"{' ' * row.indent}{lead}{printable(row.label)}{count}", _text(row.value)
    lines = (
        [left]
        if len(left) <= width
        else wrap(left, width, subsequent_indent=" " * (row.indent + len(lead))) or [""]
    )
    if not right:
        return lines
    gap = 1 if row.count is None else 2  # «0025 24 499.71» would be read as one figure
    if len(lines[-1]) + gap + len(right) <= width:
        return [*lines[:-1], f"{lines[-1]}{right:>{width - len(lines[-1])}}"]
    return [
        *lines,
        *(
            wrap(right, width, initial_indent="  ", subsequent_indent="  ")
            if len(right) > width
            else [right.rjust(width)]
        ),
    ]


def _tally_lines(row: Tally, width: int) -> list[str]:
    """A label, a count and a sum in three columns, the sum at least two spaces from the count;
    as a row if they do not fit.
    """
    label = printable(row.label)
    line = (
        f" {label}{f' {row.count}':>{22 - len(label)}}{f'  {_text(row.value)}':>20}"
        if len(label) <= 18
        else ""
    )
    return (
        [line]
        if line and len(line) <= width
        else row_lines(Row(row.label, row.value, count=row.count, indent=1), width)
    )


def block_text(block: Block, width: int = WIDTH) -> str:
    """The rows of a block as preformatted text, without its title."""
    return "\n".join(line for row in block.rows for line in row_lines(row, width))


def rows_text(rows: Iterable[Row], width: int = WIDTH) -> str:
    """Rows outside a block."""
    return block_text(Block(rows=tuple(rows)), width)


def table_lines(table: Table, width: int = WIDTH) -> list[str]:
    """A table on a roll: only the columns that have a width there, together `width` at most."""
    shown = [(index, column) for index, column in enumerate(table.columns) if column.roll]
    rows = [tuple(column.title for column in table.columns), *table.lines]
    return [
        line
        for row in rows
        for line in _cell_lines([(_text(row[index]), column) for index, column in shown], width)
    ]


def _cell_lines(cells: list[tuple[str, Column]], width: int) -> list[str]:
    """Cells side by side, at least one space between them, numbers at the right edge of their
    column. What does not fit goes on in the next line, at the right edge if it is a number; a text
    longer than a line is broken.
    """
    lines, end = [""], 0
    for text, column in cells:
        end += column.roll
        pieces = [text] if len(text) < width else wrap(text, width - 1)
        for piece in pieces:
            _put(lines, piece, column, end, width)
    return [line.rstrip() for line in lines]


def _put(lines: list[str], text: str, column: Column, end: int, width: int) -> None:
    """Put a cell whose column ends at `end` into the last line, or into a new one."""
    room = end - len(lines[-1])
    if column.numeric and len(text) < room:
        cell = text.rjust(room)
    else:
        cell = f"{' ' * bool(lines[-1])}{text}".ljust(room)
    if lines[-1] and len((lines[-1] + cell).rstrip()) > width:
        lines.append("")
        cell = text.rjust(end) if column.numeric else f" {text}".ljust(end)
    lines[-1] += cell


def report_lines(report: Report, width: int = WIDTH) -> Iterator[str]:
    """The whole report as a roll prints it."""
    rule = "-" * width
    if report.alarms:
        yield from row_lines(Row(_("РАСХОЖДЕНИЕ С ЖУРНАЛОМ"), centred=True), width)
        yield from _many([Row(alarm) for alarm in report.alarms], width)
        yield rule
    yield from row_lines(Row(report.taxpayer, centred=True), width)
    yield from row_lines(Row(report.address, centred=True), width)
    yield from _many(report.requisites, width)
    yield rule
    yield from row_lines(Row(report.title, centred=True), width)
    yield from row_lines(Row(report.subtitle, centred=True), width)
    yield from _many(report.facts, width)
    yield rule
    for block in report.blocks:
        if block.title:
            yield from (*row_lines(Row(block.title, centred=True), width), rule)
        yield from _many(block.rows, width)
        if block.table:
            yield from table_lines(block.table, width)
        yield rule
    yield from _many(report.ending, width)
    end = _("КОНЕЦ ОТЧЕТА")
    yield from row_lines(Row(f"*** {end} ***", centred=True), width)


def _many(rows: Iterable[Row | Tally], width: int) -> Iterator[str]:
    for row in rows:
        yield from row_lines(row, width)


def _text(value: Value | None) -> str:
    return "" if value is None else printable(" ".join(str(value).split()))
