"""Every known way of tampering with a journal, at every place of a small one where it fits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kkm.audit.sample_journal import SELLER, item_line, sealed
from kkm.domain import seal as seals
from kkm.domain.heading import NOT_IN_Z
from kkm.domain.operation import Operation, SealedLine

Journal = Sequence[Operation]


class Tampering(NamedTuple):
    """A journal that was tampered with.

    `remembered`: the number and the seal of an operation that somebody saw before, if that is
    needed to find the tampering.
    """

    name: str
    journal: Journal
    remembered: tuple[int, str] | None = None


def tamperings(journal: Journal) -> Iterator[Tampering]:
    """All of them. `journal` is that of `kkm.audit.sample_journal`."""
    yield from _edited_fields(journal)
    yield from _edited_lines(journal)
    yield from _edited_zs(journal)
    yield from _edited_order(journal)
    yield from _cut_tails(journal)
    yield from _rewritten(journal)


# -- one operation changed -------------------------------------------------------------------------


def _edited_fields(journal: Journal) -> Iterator[Tampering]:
    """Each field of each operation, its lines and its Z-report apart."""
    for place, operation in enumerate(journal):
        for name, value in operation._asdict().items():
            if name in ("lines", "z"):
                continue
            for other in _other_values(value):
                edit: dict[str, Any] = {name: other}
                edited = operation._replace(**edit)
                yield Tampering(f"{name} of {operation.number}", _with(journal, place, edited))


def _edited_lines(journal: Journal) -> Iterator[Tampering]:
    """Each column of each line; lines removed, doubled, reordered and inserted."""
    for place, operation in enumerate(journal):
        for change, lines in _other_lines(operation.lines):
            edited = operation._replace(lines=lines)
            yield Tampering(f"{change} of {operation.number}", _with(journal, place, edited))


def _other_lines(
    lines: Sequence[SealedLine],
) -> Iterator[tuple[str, tuple[SealedLine, ...]]]:
    for place, line in enumerate(lines):
        for column, value in enumerate(line):
            for other in _other_values(value):
                edited: Any = tuple(_with(line, column, other))
                change = f"column {column} of line {place + 1}"
                yield change, tuple(_with(lines, place, edited))
        yield f"line {place + 1} removed", tuple(_without(lines, place))
        yield f"line {place + 1} doubled", (*lines, line)
    if len(set(lines)) > 1:
        yield "lines reordered", tuple(reversed(lines))
    if not lines:
        yield "line inserted", (item_line(100),)


def _other_values(value: Any) -> Iterator[object]:
    """The value changed a little; of a tuple, each of its cells. Only a rate can be None."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield value + "1"
    elif isinstance(value, tuple):
        for place, cell in enumerate(value):
            yield tuple(_with(value, place, cell + 1))
    else:
        yield 16_000


def _edited_zs(journal: Journal) -> Iterator[Tampering]:
    """Each figure and each requisite of each Z-report, also with all seals after it made anew."""
    for place, operation in enumerate(journal):
        number = operation.number
        if not operation.z:
            edited = _with(journal, place, operation._replace(z="{}"))
            yield Tampering(f"Z put at {number}", edited)
            continue
        for change, text in _other_zs(operation.z):
            edited = _with(journal, place, operation._replace(z=text))
            yield Tampering(f"Z of {number}: {change}", edited)
            yield Tampering(f"Z of {number}: {change}, resealed", _resealed(edited, place))


def _other_zs(text: str) -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "no map", "[]"
    yield "no totals", '{"totals":1}'
    for name, value in SELLER.cells.items():
        if name not in NOT_IN_Z:
            yield f"heading {name}", _with_cell(text, "heading", name, _other_requisite(value))
    for part in ("totals", "opening", "closing"):
        for name, value in json.loads(text)[part].items():
            yield f"{part} {name}", _with_cell(text, part, name, value + 1)


def _other_requisite(value: Any) -> object:
    """Another text, or one more section."""
    if isinstance(value, dict):
        return {**value, "99": "Другая"}
    return f"{value}1"


def _with_cell(text: str, part: str, name: str, value: object) -> str:
    z = json.loads(text)
    z[part][name] = value
    return seals.canonical(z)


# -- operations removed, added and moved -----------------------------------------------------------


def _edited_order(journal: Journal) -> Iterator[Tampering]:
    """Each with the numbers that the operations had, and with numbers put in order."""
    for place, operation in enumerate(journal):
        for change, operations in _other_orders(journal, place):
            name = f"{operation.number} {change}"
            yield Tampering(name, operations)
            yield Tampering(f"{name}, renumbered", _renumbered(operations))


def _other_orders(journal: Journal, place: int) -> Iterator[tuple[str, list[Operation]]]:
    operation = journal[place]
    yield "doubled", _inserted(journal, place, operation)
    yield "inserted", _inserted(journal, place, _with_more_money(operation))
    if place == len(journal) - 1:
        return
    yield "removed", _without(journal, place)
    following = journal[place + 1]
    yield "swapped", _inserted(_without(journal, place + 1), place, following)
    yield "moved to the end", [*_without(journal, place), operation]


def _with_more_money(operation: Operation) -> Operation:
    cash, *others = operation.payments
    return operation._replace(amount=operation.amount + 100, payments=(cash + 100, *others))


def _renumbered(operations: Journal) -> list[Operation]:
    renumbered = []
    for number, operation in enumerate(operations, 1):
        renumbered.append(operation._replace(number=number))
    return renumbered


# -- what the journal alone cannot show ------------------------------------------------------------


def _cut_tails(journal: Journal) -> Iterator[Tampering]:
    """The last operations removed: only who remembers the last one can find it."""
    for cut in range(1, len(journal) + 1):
        yield Tampering(f"tail of {cut} cut", journal[:-cut], _head(journal))


def _rewritten(journal: Journal) -> Iterator[Tampering]:
    """Everything from some operation on written anew and sealed again.

    If no other rule is broken, only who remembers the last operation can find it.
    """
    for place, operation in enumerate(journal):
        renamed = operation._replace(actor_name="Другой Д.Д.")
        rewritten = _resealed(_with(journal, place, renamed), place)
        yield Tampering(f"rewritten from {operation.number}", rewritten, _head(journal))
        first_total, *others = operation.balance
        unbalanced = operation._replace(balance=(first_total + 100, *others))
        resealed = _resealed(_with(journal, place, unbalanced), place)
        yield Tampering(f"balance of {operation.number}, resealed", resealed)


def _head(journal: Journal) -> tuple[int, str]:
    return journal[-1].number, journal[-1].seal


def _resealed(journal: Journal, start: int) -> list[Operation]:
    """The journal with the seals from the place `start` on made anew."""
    operations = list(journal[:start])
    previous = operations[-1].seal if operations else seals.GENESIS
    for operation in journal[start:]:
        operations.append(sealed(operation, previous))
        previous = operations[-1].seal
    return operations


# -- sequences with one item changed ---------------------------------------------------------------


def _with(items: Sequence[Any], place: int, item: Any) -> list[Any]:
    return [*items[:place], item, *items[place + 1 :]]


def _without(items: Sequence[Any], place: int) -> list[Any]:
    return [*items[:place], *items[place + 1 :]]


def _inserted(items: Sequence[Any], place: int, item: Any) -> list[Any]:
    return [*items[:place], item, *items[place:]]
