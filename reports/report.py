"""A report as a value: a heading, blocks of rows, identities.

Every frame and export prints this and computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kkm.domain.identities import Identity
from kkm.domain.money import Money
from kkm.domain.statement import Statement
from reports.parts.labels import IDENTITY, PLURAL

Value = Money | int | str


@dataclass(frozen=True, slots=True)
class Row:
    """A label and, at the right edge, a value.

    `lead` is a count before the label, `count` one after it.
    """

    label: str
    value: Value | None = None
    lead: int | None = None
    count: int | None = None
    indent: int = 0
    centred: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """A row of the cashier report: a label, a count and a sum, each in its column."""

    label: str
    count: int
    value: Money


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, and its width in characters on a roll (0: only wide paper
    has it).
    """

    title: str
    roll: int = 0
    numeric: bool = False
    wide: int = 10  # its share of wide paper in percent; as many figures fit into it


@dataclass(frozen=True, slots=True)
class Table:
    """Many like things, one a line."""

    columns: tuple[Column, ...]
    lines: Sequence[tuple[Value, ...]]

    @property
    def is_long(self) -> bool:
        """Whether a figure is longer than its column of wide paper has room for: such a table is
        set in smaller letters.
        """
        return any(
            column.numeric and len(str(cell)) > column.wide
            for line in self.lines
            for column, cell in zip(self.columns, line, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A titled group of rows, or a table."""

    title: str = ""
    rows: tuple[Row | Tally, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of identity over a whole report: whether it holds, and a sentence for each that
    does not.
    """

    text: str
    differences: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is no difference."""
        return not self.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a page or a paper prints.

    `number` and `seal` are those of the last operation that counts, of the register `serial`.
    `statement` is what the report claims, and its QR carries the token of it; None for a kind that
    has no token. `frozen`: it is a stored Z and never changes. `alarms`: where the journal says
    otherwise now; they are printed before all else.
    """

    kind: str
    title: str
    subtitle: str
    taxpayer: str
    address: str
    requisites: tuple[Row, ...]
    facts: tuple[Row, ...]
    blocks: tuple[Block, ...]
    ending: tuple[Row, ...]
    identities: tuple[Identity, ...]
    made_at: datetime
    made_by: str
    serial: str
    number: int
    seal: str
    statement: Statement | None = None
    frozen: bool = False
    alarms: tuple[str, ...] = ()

    @property
    def checks(self) -> list[Check]:
        """The identities, one line for each sort."""
        return list(_checks(self.identities))

    @property
    def holds(self) -> bool:
        """Whether all identities hold."""
        return all(identity.holds for identity in self.identities)

    @property
    def narrow_blocks(self) -> list[Block]:
        """Blocks of rows: they stand in two columns."""
        return [block for block in self.blocks if block.table is None]

    @property
    def tables(self) -> list[Block]:
        """Blocks that need the whole width."""
        return [block for block in self.blocks if block.table is not None]

    @property
    def columns(self) -> tuple[list[Block], list[Block]]:
        """The narrow blocks in two columns of about the same length."""
        blocks = self.narrow_blocks
        heights = [len(block.rows) + 2 for block in blocks]
        best = min(
            range(len(blocks) + 1), key=lambda cut: max(sum(heights[:cut]), sum(heights[cut:]) + 6)
        )
        return blocks[:best], blocks[best:]


def _checks(identities: Sequence[Identity]) -> Iterator[Check]:
    by_name = sorted(identities, key=lambda identity: list(IDENTITY).index(identity.name))
    for name, same in groupby(by_name, key=lambda identity: identity.name):
        yield Check(
            str(IDENTITY[name]),
            tuple(_difference(identity) for identity in same if not identity.holds),
        )


def _difference(identity: Identity) -> str:
    subject = f"{PLURAL[identity.kind]}: " if identity.kind is not None else ""
    return f"{subject}{identity.left} ≠ {identity.right}, {identity.difference}"
