"""The tables of an export for people: CSV that a Russian Excel opens without changing its texts.

They are UTF-8 with a byte order mark, «;» between cells and a decimal comma. A text that a
spreadsheet would take for a formula, a number or a date is kept a text
(`kkm.export.portable.excel_cells`); figures stay figures. The check writes every row anew and
compares, so this module has no clock, no locale and no database of time zones.

`text` of the functions below writes a text into its cell. The check gives them that of the version
of an export.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from kkm.domain.kinds import DIRECTION, PLACEMENTS, TICKETS
from kkm.domain.operation import FIELDS, Operation
from kkm.export.portable import excel_cells
from kkm.export.portable.export_format import OPERATIONS_CSV, POSITIONS_CSV, ZS_CSV
from kkm.export.portable.russian_names import BALANCES, KINDS, PAYMENT_NAMES, ROLES

Row = list[str]
Text = Callable[[str], str]

BOM = "\ufeff"
_EPOCH = datetime(1970, 1, 1)
# 29.02.2024 18:00 UTC: the country's clocks went from UTC+6 to UTC+5 (docs/domain.md, section 2).
_CHANGE_OF_OFFSET = 1_709_229_600
_OFFSET_BEFORE, _OFFSET_SINCE = timedelta(hours=6), timedelta(hours=5)
_CACHE_SIZE = 1024  # prices and times occur many times
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)\+\d\d:\d\d")
_COUNTS = {name for name in FIELDS if name.endswith("_count")}


def _turnover_headers() -> Iterator[str]:
    for kind in TICKETS:
        for column in ("чеков", "сумма", "НДС"):
            yield f"{KINDS[kind]}: {column}"
    for kind in PLACEMENTS:
        for column in ("операций", "сумма"):
            yield f"{KINDS[kind]}: {column}"


HEADERS = {
    OPERATIONS_CSV: [
        "№",
        "Вид",
        "Смена",
        "Время",
        "Получена",
        "Автономно",
        "Код исполнителя",
        "Исполнитель",
        "Внешний номер",
        "Фискальный признак",
        "Сумма",
        *PAYMENT_NAMES,
        "Сдача",
        *BALANCES,
        "Подробности",
        "Печать",
    ],
    POSITIONS_CSV: [
        "Операция №",
        "Вид",
        "Время",
        "Строка",
        "Вид строки",
        "Секция",
        "Наименование",
        "Количество",
        "Цена",
        "Стоимость",
        "Скидка",
        "Наценка",
        "Всего",
        "Ставка НДС, %",
        "НДС",
        "Подробности",
    ],
    ZS_CSV: [
        "Смена №",
        "Первая операция",
        "Операция закрытия",
        "Открыта",
        "Закрыта",
        "Код исполнителя",
        "Исполнитель",
        *_turnover_headers(),
        "Выручка",
        *BALANCES,
    ],
}


class Table:
    """Writes rows as bytes."""

    def __init__(self) -> None:
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer, delimiter=";", lineterminator="\r\n")

    def rows(self, rows: Iterable[Row]) -> bytes:
        """The lines of these rows."""
        self._writer.writerows(rows)
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        # A Z-report that was damaged may have half of a surrogate pair, which UTF-8 has not.
        return text.encode(errors="backslashreplace")

    def header(self, name: str) -> bytes:
        """How the file of this name begins."""
        return BOM.encode() + self.rows([HEADERS[name]])


# -- rows ------------------------------------------------------------------------------------------


def operation_row(operation: Operation, text: Text = excel_cells.text) -> Row:
    """A row of operations.csv."""
    return [
        str(operation.number),
        _kind(operation.kind),
        str(operation.shift or ""),
        clock(operation.occurred),
        clock(operation.received),
        "да" if operation.offline else "нет",
        text(operation.actor_code),
        text(operation.actor_name),
        text(operation.external_number),
        text(operation.fiscal_sign),
        money(operation.amount),
        *map(money, operation.payments),
        money(operation.change),
        *map(_balance_cell, FIELDS, operation.balance),
        text(operation.details),
        text(operation.seal),
    ]


def position_rows(operation: Operation, text: Text = excel_cells.text) -> Iterator[Row]:
    """Rows of positions.csv: one for each line of the ticket."""
    number = str(operation.number)
    kind = _kind(operation.kind)
    occurred = clock(operation.occurred)
    for place, line in enumerate(operation.lines, 1):
        role, section, name, quantity, price, goods, discount, markup, rate, vat, details = line
        yield [
            number,
            kind,
            occurred,
            str(place),
            ROLES.get(role, str(role)),
            text(section),
            text(name),
            thousandths(quantity),
            money(price),
            money(goods),
            money(discount),
            money(markup),
            money(goods - discount + markup),
            "без НДС" if rate is None else percent(rate),
            money(vat),
            text(details),
        ]


def z_row(frozen: str, text: Text = excel_cells.text) -> Row:
    """A row of z.csv: the main figures of a frozen Z; of what is no Z, an empty one."""
    try:
        parts = json.loads(frozen)
        heading = dict(parts["heading"])
        figures = dict(parts["totals"]) | dict(parts["closing"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return [""] * len(HEADERS[ZS_CSV])
    cells = {name: value for name, value in figures.items() if type(value) is int}
    return [
        _number_cell(heading.get("shift_number", ""), text),
        _number_cell(heading.get("first_number", ""), text),
        _number_cell(heading.get("last_number", ""), text),
        _time_cell(str(heading.get("opened_at", "")), text),
        _time_cell(str(heading.get("closed_at", "")), text),
        text(str(heading.get("cashier_code", ""))),
        text(str(heading.get("cashier_name", ""))),
        *_turnover_cells(cells),
        money(_revenue(cells)),
        *(_balance_cell(name, cells.get(name, 0)) for name in FIELDS),
    ]


def _turnover_cells(cells: Mapping[str, int]) -> Iterator[str]:
    for kind in TICKETS:
        yield str(cells.get(f"tickets/{kind:d}", 0))
        yield money(cells.get(f"amount/{kind:d}", 0))
        yield money(_vat(cells, kind))
    for kind in PLACEMENTS:
        yield str(cells.get(f"placements/{kind:d}", 0))
        yield money(cells.get(f"placed/{kind:d}", 0))


def _vat(cells: Mapping[str, int], kind: int) -> int:
    """The VAT of a kind of ticket at all rates together."""
    prefix = f"vat/{kind:d}/"
    return sum(value for name, value in cells.items() if name.startswith(prefix))


def _revenue(cells: Mapping[str, int]) -> int:
    return sum(DIRECTION[kind] * cells.get(f"amount/{kind:d}", 0) for kind in TICKETS)


# -- cells -----------------------------------------------------------------------------------------


@lru_cache(_CACHE_SIZE)
def money(tiyn: int) -> str:
    """1250,50."""
    if tiyn < 0:
        return f"-{money(-tiyn)}"
    return f"{tiyn // 100},{tiyn % 100:02d}"


def thousandths(quantity: int) -> str:
    """0,450."""
    if quantity < 0:
        return f"-{thousandths(-quantity)}"
    return f"{quantity // 1000},{quantity % 1000:03d}"


def percent(rate: int) -> str:
    """16,00."""
    return money(rate // 10)


@lru_cache(_CACHE_SIZE)
def clock(seconds: int) -> str:
    """12.03.2026 21:04:38 by the country's clock: UTC+6 before 01.03.2024, UTC+5 since."""
    offset = _OFFSET_BEFORE if seconds < _CHANGE_OF_OFFSET else _OFFSET_SINCE
    try:
        local = _EPOCH + (timedelta(seconds=seconds) + offset)
    except OverflowError:
        return str(seconds)
    day = f"{local.day:02d}.{local.month:02d}.{local.year:04d}"
    return f"{day} {local.hour:02d}:{local.minute:02d}:{local.second:02d}"


def _number_cell(value: object, text: Text) -> str:
    """A number of a Z's heading; a text if the Z has something else in its place."""
    if type(value) is int:
        return str(value)
    return text(str(value))


def _time_cell(iso: str, text: Text) -> str:
    """A time of a Z's heading, as the other times are written."""
    found = _ISO.fullmatch(iso)
    if found is None:
        return text(iso)
    year, month, day, time = found.groups()
    return f"{day}.{month}.{year} {time}"


def _kind(kind: int) -> str:
    return KINDS.get(kind, str(kind))


def _balance_cell(name: str, value: int) -> str:
    if name in _COUNTS:
        return str(value)
    return money(value)
