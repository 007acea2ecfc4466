"""The check of the check: a small journal in memory, tampered with in every known way.

An audit whose canary is silent lies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from kkm.domain import seal as seals
from kkm.domain.anchor import Anchor, Anchors
from kkm.domain.checker import Checker, Rule
from kkm.domain.heading import KEY, NOT_IN_Z, Requisites
from kkm.domain.kinds import TICKETS, OperationKind, PositionRole
from kkm.domain.operation import (
    FIELDS,
    START,
    Operation,
    SealedLine,
    after,
    cells_of,
    sealed_fields,
)
from kkm.domain.vat import included_vat

K = OperationKind
SERIAL = "CANARY00001"
DAWN = 1_773_280_800  # 12.03.2026, in whole seconds
SELLER = Requisites(
    taxpayer="ТОО «Канарейка»",
    taxpayer_number="150740001357",
    vat_series="60001",
    vat_number="0012345",
    address="г. Алматы, ул. Толе би, д. 187",
    sections={"01": "Продукты"},
)
Journal = Sequence[Operation]


class Song(NamedTuple):
    """A manipulation: its name, the journal that it leaves, and the (number, seal) that somebody
    remembers from before.
    """

    name: str
    journal: Journal
    remembered: tuple[int, str] | None = None


def sings(check: type[Checker] = Checker) -> list[str]:
    """Names of the manipulations that the check does not notice.

    The untouched journal is among them if the check accuses it. Empty: the check can be trusted.
    """
    whole = journal()
    clean = Song("clean", whole, (whole[-1].number, whole[-1].seal))
    accused = [clean.name] if noticed(clean, check) else []
    return accused + [song.name for song in songs(whole) if not noticed(song, check)]


def noticed(song: Song, check: type[Checker] = Checker) -> bool:
    """Whether a check hears it."""
    checker, anchors = (
        check(SERIAL),
        Anchors([Anchor(*song.remembered, Rule.MEMORY, "canary")] if song.remembered else []),
    )
    found = []
    for operation in song.journal:
        checker.feed(operation)
        found += anchors.meet(operation)
    return bool(checker.findings or found or [*anchors.rest()])


def songs(whole: Journal) -> Iterator[Song]:
    """Every known way of tampering with a journal, at every place where it fits."""
    yield from _edits(whole)
    yield from _of_lines(whole)
    yield from _of_zs(whole)
    yield from _of_rows(whole)
    yield from _rewritten(whole)


def _edits(whole: Journal) -> Iterator[Song]:
    """Each field of each operation."""
    for at, operation in enumerate(whole):
        for name, value in operation._asdict().items():
            if name not in ("lines", "z"):
                for other in _others(value):
                    yield Song(
                        f"{name} of {operation.number}",
                        _with(whole, at, operation._replace(**{name: other})),
                    )


def _others(value: object) -> Iterable:
    """The value changed: a number a little, a text by a letter, one cell of many."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, tuple):
        return [(*value[:at], cell + 1, *value[at + 1 :]) for at, cell in enumerate(value)]
    return (
        [value + 1]
        if isinstance(value, int)
        else [value + "1"]
        if isinstance(value, str)
        else [16_000]
    )


def _of_lines(whole: Journal) -> Iterator[Song]:
    for at, operation in enumerate(whole):
        lines = operation.lines
        for place, line in enumerate(lines):
            for column, value in enumerate(line):
                for other in _others(value):
                    edited = (*line[:column], other, *line[column + 1 :])
                    yield _lined(
                        whole,
                        at,
                        (*lines[:place], edited, *lines[place + 1 :]),
                        f"column {column} of line {place + 1}",
                    )
            yield _lined(
                whole, at, (*lines[:place], *lines[place + 1 :]), f"line {place + 1} removed"
            )
            yield _lined(whole, at, (*lines, line), f"line {place + 1} doubled")
        if len(set(lines)) > 1:
            yield _lined(whole, at, lines[::-1], "lines reordered")
        if not lines:
            yield _lined(whole, at, (_item(100),), "line inserted")


def _lined(whole: Journal, at: int, lines: tuple[SealedLine, ...], name: str) -> Song:
    return Song(f"{name} of {whole[at].number}", _with(whole, at, whole[at]._replace(lines=lines)))


def _of_zs(whole: Journal) -> Iterator[Song]:
    for at, operation in enumerate(whole):
        if not operation.z:
            yield Song(f"Z put at {operation.number}", _with(whole, at, operation._replace(z="{}")))
            continue
        for name, text in _other_zs(operation.z):
            edited = _with(whole, at, operation._replace(z=text))
            yield Song(f"Z of {operation.number}: {name}", edited)
            yield Song(f"Z of {operation.number}: {name}, resealed", _resealed(edited, at))


def _other_sellers(text: str) -> Iterator[tuple[str, str]]:
    """A Z that names another seller than the journal has frozen."""
    for name, value in SELLER.cells.items():
        if name not in NOT_IN_Z:
            frozen = json.loads(text)
            other = {**value, "99": "Другая"} if name == "sections" else f"{value}1"
            frozen["heading"][name] = other
            yield f"heading {name}", seals.canonical(frozen)


def _other_zs(text: str) -> Iterator[tuple[str, str]]:
    yield from (("empty", ""), ("no map", "[]"), ("no totals", '{"totals":1}'))
    yield from _other_sellers(text)
    for part in ("totals", "opening", "closing"):
        for cell, value in json.loads(text)[part].items():
            frozen = json.loads(text)
            frozen[part][cell] = value + 1
            yield f"{part} {cell}", seals.canonical(frozen)


def _of_rows(whole: Journal) -> Iterator[Song]:
    """Rows removed, inserted, doubled, swapped, moved; with the numbers that they had, and with
    numbers put in order.
    """
    for at in range(len(whole)):
        changed = {
            "doubled": [*whole[: at + 1], *whole[at:]],
            "inserted": [*whole[:at], _stranger(whole[at]), *whole[at:]],
        }
        if at < len(whole) - 1:
            changed["removed"] = [*whole[:at], *whole[at + 1 :]]
            changed["swapped"] = [*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]]
            changed["moved to the end"] = [*whole[:at], *whole[at + 1 :], whole[at]]
        for name, rows in changed.items():
            yield Song(f"{whole[at].number} {name}", rows)
            yield Song(
                f"{whole[at].number} {name}, renumbered",
                [row._replace(number=n) for n, row in enumerate(rows, 1)],
            )


def _stranger(before: Operation) -> Operation:
    return before._replace(
        amount=before.amount + 100, payments=(before.payments[0] + 100, *before.payments[1:])
    )


def _rewritten(whole: Journal) -> Iterator[Song]:
    """What the journal alone cannot show: its tail cut, or everything from some operation on
    written anew and sealed again.
    """
    head = (whole[-1].number, whole[-1].seal)
    for cut in range(1, len(whole) + 1):
        yield Song(f"tail of {cut} cut", whole[:-cut], head)
    for at, operation in enumerate(whole):
        other = _resealed(_with(whole, at, operation._replace(actor_name="Другой Д.Д.")), at)
        yield Song(f"rewritten from {operation.number}", other, head)
        balance = (operation.balance[0] + 100, *operation.balance[1:])
        yield Song(
            f"balance of {operation.number}, resealed",
            _resealed(_with(whole, at, operation._replace(balance=balance)), at),
        )


def _with(whole: Journal, at: int, operation: Operation) -> list[Operation]:
    return [*whole[:at], operation, *whole[at + 1 :]]


def _resealed(whole: Journal, start: int) -> list[Operation]:
    rows, previous = list(whole[:start]), whole[start - 1].seal if start else seals.GENESIS
    for row in whole[start:]:
        rows.append(_sealed(row, previous))
        previous = rows[-1].seal
    return rows


def _sealed(row: Operation, previous: str) -> Operation:
    if row.kind in TICKETS:
        row = row._replace(
            fiscal_sign=seals.fiscal_sign(
                previous, SERIAL, row.number, row.kind, row.occurred, row.amount
            )
        )
    return row._replace(seal=seals.seal(sealed_fields(row, previous, SERIAL)))


# -- the journal -----------------------------------------------------------------------------------


def journal() -> list[Operation]:
    """Two days of a register: activation, sales and returns of every kind, discounts, offline, a
    block between, two Z's, the end.
    """
    rows: list[Operation] = []
    seller = SELLER
    number = {"registration_number": "600700000001"}
    _write(rows, K.ACTIVATION, details={**number, KEY: seller.cells})
    for shift in (1, 2):
        _day(rows, shift)
        _write(rows, K.BLOCK, details={"reason": "неуплата"})
        _write(rows, K.UNBLOCK)
        _close(rows, shift, seller)
        seller = replace(seller, address=f"{seller.address}, к. {shift}")
        _write(rows, K.REQUISITES, details={KEY: seller.cells})
    _write(rows, K.DEREGISTRATION)
    return rows


def _day(rows: list[Operation], shift: int) -> None:
    _write(rows, K.DEPOSIT, shift, cash=500_000)
    for step in range(4):
        _write(
            rows,
            K.SALE,
            shift,
            lines=(_item(150_000 + step), _item(99_99, rate=None, section="02")),
            card=9_999,
        )
        _write(
            rows,
            K.SALE,
            shift,
            lines=(_item(70_000, discount=5_000, markup=100), _whole(PositionRole.DISCOUNT, 1_000)),
            offline=True,
        )
        _write(
            rows, K.PURCHASE, shift, lines=(_item(20_000, rate=0), _whole(PositionRole.MARKUP, 500))
        )
    _write(rows, K.SALE_RETURN, shift, lines=(_item(150_000),), details={"basis": {"number": 2}})
    _write(rows, K.PURCHASE_RETURN, shift, lines=(_item(20_000, rate=0),), change=700)
    _write(rows, K.WITHDRAWAL, shift, cash=100_000)
    for vat in (41, 42):  # of a turnover of zero: as it was counted at first, and as it is now
        lines = (*[_item(100)] * 3, _whole(PositionRole.DISCOUNT, 300, vat=vat))
        _write(rows, K.SALE, shift, lines=lines)


def _item(
    goods: int,
    *,
    rate: int | None = 16_000,
    section: str = "01",
    discount: int = 0,
    markup: int = 0,
) -> SealedLine:
    vat = included_vat(goods - discount + markup, rate)
    return (
        PositionRole.ITEM.value,
        section,
        "Хлеб",
        1000,
        goods,
        goods,
        discount,
        markup,
        rate,
        vat,
        "",
    )


def _whole(role: PositionRole, amount: int, vat: int | None = None) -> SealedLine:
    discount, markup = (amount, 0) if role == PositionRole.DISCOUNT else (0, amount)
    vat = included_vat(amount, 16_000) if vat is None else vat
    return (role.value, "", "", 0, 0, 0, discount, markup, 16_000, vat, "")


def _write(
    rows: list[Operation],
    kind: K,
    shift: int = 0,
    *,
    lines: tuple[SealedLine, ...] = (),
    cash: int = 0,
    card: int = 0,
    change: int = 0,
    offline: bool = False,
    details: dict | None = None,
    z: str = "",
) -> None:
    amount = sum(line[5] - line[6] + line[7] for line in lines) or cash
    number, at = len(rows) + 1, DAWN + 600 * len(rows)
    who = ("1", "Ахметова А.К.", f"canary-{number}" if shift else "", "")
    payments = (amount - card, card, 0, 0, 0)
    row = Operation(
        number,
        kind.value,
        shift,
        at,
        at + 60 * offline,
        offline,
        *who,
        amount,
        payments,
        change,
        START,
        seals.canonical(details),
        "",
        lines,
        z,
    )
    _append(rows, row)


def _append(rows: list[Operation], row: Operation) -> None:
    """The row with its balance and its seal, both after the last row."""
    balance, seal = (rows[-1].balance, rows[-1].seal) if rows else (START, seals.GENESIS)
    rows.append(_sealed(row._replace(balance=after(balance, row)), seal))


def _close(rows: list[Operation], shift: int, seller: Requisites) -> None:
    """With the Z that the shift folds to."""
    of_shift = [row for row in rows if row.shift == shift]
    opening = rows[of_shift[0].number - 2].balance
    ends = {
        "opening": dict(zip(FIELDS, opening, strict=True)),
        "closing": dict(zip(FIELDS, rows[-1].balance, strict=True)),
    }
    printed = {name: told for name, told in seller.cells.items() if name not in NOT_IN_Z}
    heading = {
        **printed,
        "shift_number": shift,
        "first_number": of_shift[0].number,
        "last_number": len(rows) + 1,
        "serial_number": SERIAL,
    }
    totals = cells_of(of_shift)
    totals["documents"] += 1  # the closing itself
    _write(
        rows,
        K.CLOSE_SHIFT,
        shift,
        z=seals.canonical({"version": 1, "heading": heading, "totals": totals, **ends}),
    )
