"""Reports as lines of characters of one width: the roll, and the columns of the screen and of A4. What would turn a line is «·»."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from django.utils.translation import gettext as _

from kkm.domain.printable import printable
from reports.report import Block, Column, Report, Row, Table, Tally, Value

WIDTH = 48  # characters on an 80 mm roll


def row_lines(row: Row | Tally, width: int = WIDTH) -> list[str]:
    """A row as one line, or as several if it is too long: the label is wrapped, the value stands at the end of the last or at the right
    edge of a line of its own; a value that is a text of several lines follows the label."""
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
    if len(lines[-1]) + 1 + len(right) <= width:
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
    """A label, a count and a sum in three columns; as a row if they do not fit."""
    label = printable(row.label)
    line = (
        f" {label}{f' {row.count}':>{22 - len(label)}}{f' {_text(row.value)}':>20}"
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
    """A table on a roll: only the columns that have a width there. What they come to together may be a little more than `width`."""
    shown = [(index, column) for index, column in enumerate(table.columns) if column.roll]
    rows = [tuple(column.title for column in table.columns), *table.lines]
    most = max(width, sum(column.roll for _index, column in shown))
    return [
        line
        for row in rows
        for line in _cell_lines([(_text(row[index]), column) for index, column in shown], most)
    ]


def _cell_lines(cells: list[tuple[str, Column]], most: int) -> list[str]:
    """Cells side by side, at least one space between them, numbers at the right edge of their column. What does not fit goes on in
    the next line, at the right edge if it is a number."""
    lines, end = [""], 0
    for text, column in cells:
        end += column.roll
        room = end - len(lines[-1])
        cell = (
            text.rjust(room)
            if column.numeric and len(text) < room
            else f" {text}".ljust(room)
            if lines[-1]
            else text.ljust(room)
        )
        if lines[-1] and len((lines[-1] + cell).rstrip()) > most:
            lines.append("")
            cell = text.rjust(end) if column.numeric else f" {text}".ljust(end)
        lines[-1] += cell
    return [line.rstrip() for line in lines]


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
