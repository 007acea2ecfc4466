"""Reports as lines of characters of one width: the roll, and the columns of the screen and of A4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from django.utils.translation import gettext as _

from reports.report import Block, Report, Row, Table, Tally, Value

WIDTH = 48  # characters on an 80 mm roll


def row_lines(row: Row | Tally, width: int = WIDTH) -> list[str]:
    """A row as one line, or as several if it is too long: the label is wrapped, the value stands at the end of the last."""
    if isinstance(row, Tally):
        return [f" {row.label:<18}{row.count:>4}{_text(row.value):>20}"]
    if row.centred:
        return [line.center(width).rstrip() for line in wrap(row.label, width)]
    lead = f"{row.lead:04d} " if row.lead is not None else ""
    count = f"  {row.count:04d}" if row.count is not None else ""
    left, right = f"{' ' * row.indent}{lead}{row.label}{count}", _text(row.value)
    if len(left) + len(right) + bool(right) <= width:
        return [f"{left}{right:>{width - len(left)}}" if right else left]
    hanging = " " * (row.indent + len(lead))
    lines = wrap(left, width - (1 if right else 0), subsequent_indent=hanging, drop_whitespace=True, initial_indent="")
    lines[0] = " " * row.indent + lines[0].lstrip()
    if len(lines[-1]) + len(right) + 1 > width:
        return [*lines, f"{right:>{width}}"]
    return [*lines[:-1], f"{lines[-1]}{right:>{width - len(lines[-1])}}"]


def block_text(block: Block, width: int = WIDTH) -> str:
    """The rows of a block as preformatted text, without its title."""
    return "\n".join(line for row in block.rows for line in row_lines(row, width))


def rows_text(rows: Iterable[Row], width: int = WIDTH) -> str:
    """Rows outside a block."""
    return block_text(Block(rows=tuple(rows)), width)


def table_lines(table: Table, width: int = WIDTH) -> list[str]:
    """A table on a roll: only the columns that have a width there, the last ones at the right edge."""
    shown = [(index, column) for index, column in enumerate(table.columns) if column.roll]
    rows = [tuple(column.title for column in table.columns), *table.lines]
    return [_table_line([(_text(row[index]), column.roll, column.numeric) for index, column in shown]) for row in rows]


def _table_line(cells: list[tuple[str, int, bool]]) -> str:
    """Cells side by side, at least one space between them, numbers at the right edge of their column."""
    line = ""
    for text, width, numeric in cells:
        line += text.rjust(width) if numeric and len(text) < width else f" {text}".ljust(width) if line else text.ljust(width)
    return line.rstrip()


def report_lines(report: Report, width: int = WIDTH) -> Iterator[str]:
    """The whole report as a roll prints it."""
    rule = "-" * width
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
            yield from (block.title.center(width).rstrip(), rule)
        yield from _many(block.rows, width)
        if block.table:
            yield from table_lines(block.table, width)
        yield rule
    yield from _many(report.ending, width)
    yield from row_lines(Row(f"*** {_('КОНЕЦ ОТЧЕТА')} ***", centred=True), width)


def _many(rows: Iterable[Row | Tally], width: int) -> Iterator[str]:
    for row in rows:
        yield from row_lines(row, width)


def _text(value: Value | None) -> str:
    return "" if value is None else str(value)
