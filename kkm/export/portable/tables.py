"""The tables of an export for the eye: CSV that a Russian Excel opens (UTF-8 with a mark, «;»,
decimal comma) and does not obey.

A text that a spreadsheet would take for a formula, a number or a date is kept a text
(`kkm.export.portable.cells`); figures stay figures. The check writes every row anew and compares,
so this module has no clock, no locale and no database of time zones.

`text` of the functions below writes a text into its cell. The check gives them that of the version
of an export.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from kkm.domain.kinds import DIRECTION, PLACEMENTS, TICKETS
from kkm.domain.operation import FIELDS, Operation
from kkm.export.portable import cells
from kkm.export.portable.form import OPERATIONS_CSV, POSITIONS_CSV, ZS_CSV
from kkm.export.portable.words import BALANCES, KINDS, PAYMENT_NAMES, ROLES

Row = list[str]
Text = Callable[[str], str]
BOM = "\ufeff"
_EPOCH = datetime(1970, 1, 1)
_UTC_5 = 1_709_229_600  # 29.02.2024 18:00 UTC: the country's clocks went from UTC+6 to UTC+5
_REMEMBERED = 1024  # prices and times come again and again
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)\+\d\d:\d\d")
_COUNTS = {name for name in FIELDS if name.endswith("_count")}

HEADERS = {
    OPERATIONS_CSV: [
        *(
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
        ),
        *("Сумма", *PAYMENT_NAMES, "Сдача", *BALANCES, "Подробности", "Печать"),
    ],
    POSITIONS_CSV: [
        *(
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
        ),
        *("Скидка", "Наценка", "Всего", "Ставка НДС, %", "НДС", "Подробности"),
    ],
    ZS_CSV: [
        *(
            "Смена №",
            "Первая операция",
            "Операция закрытия",
            "Открыта",
            "Закрыта",
            "Код исполнителя",
            "Исполнитель",
        ),
        *(f"{KINDS[kind]}: {what}" for kind in TICKETS for what in ("чеков", "сумма", "НДС")),
        *(f"{KINDS[kind]}: {what}" for kind in PLACEMENTS for what in ("операций", "сумма")),
        *("Выручка", *BALANCES),
    ],
}


class Table:
    """Writes rows as bytes."""

    def __init__(self) -> None:
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer, delimiter=";", lineterminator="\r\n")

    def rows(self, rows: Iterable[Row]) -> bytes:
        """So many lines."""
        self._writer.writerows(rows)
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return text.encode(errors="backslashreplace")  # half a surrogate, out of a Z that is no Z

    def header(self, name: str) -> bytes:
        """How the file of this name begins."""
        return BOM.encode() + self.rows([HEADERS[name]])


def operation_row(operation: Operation, text: Text = cells.text) -> Row:
    """A row of operations.csv."""
    number, kind, shift, occurred, received, offline, *texts = operation[:10]
    sums = map(money, (operation.amount, *operation.payments, operation.change))
    told = [
        str(number),
        _kind(kind),
        str(shift or ""),
        clock(occurred),
        clock(received),
        "да" if offline else "нет",
    ]
    balance = [_figure(name, value) for name, value in zip(FIELDS, operation.balance, strict=True)]
    return [
        *told,
        *map(text, texts),
        *sums,
        *balance,
        text(operation.details),
        text(operation.seal),
    ]


def position_rows(operation: Operation, text: Text = cells.text) -> Iterator[Row]:
    """Rows of positions.csv: a line of the ticket each."""
    about = [str(operation.number), _kind(operation.kind), clock(operation.occurred)]
    for place, line in enumerate(operation.lines, 1):
        role, section, name, quantity, price, goods, discount, markup, rate, vat, details = line
        sums = [
            money(value) for value in (price, goods, discount, markup, goods - discount + markup)
        ]
        told = [
            *about,
            str(place),
            ROLES.get(role, str(role)),
            text(section),
            text(name),
            thousandths(quantity),
            *sums,
        ]
        yield [*told, "без НДС" if rate is None else percent(rate), money(vat), text(details)]


def z_row(frozen: str, text: Text = cells.text) -> Row:
    """A row of z.csv: the main figures of a frozen Z; of what is no Z, an empty one."""
    try:
        parts = json.loads(frozen)
        heading, totals, closing = (dict(parts[name]) for name in ("heading", "totals", "closing"))
    except (ValueError, TypeError, KeyError, RecursionError):
        return [""] * len(HEADERS[ZS_CSV])
    cells = {name: value for name, value in (totals | closing).items() if type(value) is int}
    numbers = [
        _number(heading.get(name, ""), text)
        for name in ("shift_number", "first_number", "last_number")
    ]
    times = [_local(str(heading.get(name, "")), text) for name in ("opened_at", "closed_at")]
    who = [text(str(heading.get(name, ""))) for name in ("cashier_code", "cashier_name")]
    balance = [_figure(name, cells.get(name, 0)) for name in FIELDS]
    return [*numbers, *times, *who, *_turnover(cells), money(_revenue(cells)), *balance]


def _turnover(cells: dict[str, int]) -> Iterator[str]:
    for kind in TICKETS:
        vat = sum(value for name, value in cells.items() if name.startswith(f"vat/{kind:d}/"))
        yield from (
            str(cells.get(f"tickets/{kind:d}", 0)),
            money(cells.get(f"amount/{kind:d}", 0)),
            money(vat),
        )
    for kind in PLACEMENTS:
        yield from (
            str(cells.get(f"placements/{kind:d}", 0)),
            money(cells.get(f"placed/{kind:d}", 0)),
        )


def _revenue(cells: dict[str, int]) -> int:
    return sum(DIRECTION[kind] * cells.get(f"amount/{kind:d}", 0) for kind in TICKETS)


def _number(value: object, text: Text) -> str:
    """A number of a Z's heading: a figure, unless the Z has something else in its place."""
    return str(value) if type(value) is int else text(str(value))


@lru_cache(_REMEMBERED)
def money(tiyn: int) -> str:
    """1250,50."""
    return f"{tiyn // 100},{tiyn % 100:02d}" if tiyn >= 0 else f"-{money(-tiyn)}"


def thousandths(quantity: int) -> str:
    """0,450."""
    whole, rest = divmod(abs(quantity), 1000)
    return f"{'-' if quantity < 0 else ''}{whole},{rest:03d}"


def percent(rate: int) -> str:
    """16,00."""
    return money(rate // 10)


@lru_cache(_REMEMBERED)
def clock(seconds: int) -> str:
    """12.03.2026 21:04:38 by the country's clock: UTC+6 before 01.03.2024, UTC+5 since
    (domain.md 2).
    """
    try:
        local = _EPOCH + timedelta(seconds=seconds, hours=5 + (seconds < _UTC_5))
    except OverflowError:
        return str(seconds)
    return (
        f"{local.day:02d}.{local.month:02d}.{local.year:04d} "
        f"{local.hour:02d}:{local.minute:02d}:{local.second:02d}"
    )


def _local(iso: str, text: Text) -> str:
    """What a Z's heading says, as the other times are written."""
    found = _ISO.fullmatch(iso)
    return "{2}.{1}.{0} {3}".format(*found.groups()) if found else text(iso)


def _kind(kind: int) -> str:
    return KINDS.get(kind, str(kind))


def _figure(name: str, value: int) -> str:
    return str(value) if name in _COUNTS else money(value)
