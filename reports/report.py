"""A report as a value: a heading, blocks of rows, identities.

Every frame and export prints this and computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import NamedTuple, Protocol

from kkm.domain.identities import Identity
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.statement import Claimed
from kkm.reading.asked_lines import Modified
from reports.parts.labels import IDENTITY, PLURAL

Value = Money | int | str

# The lines of the end of a report, which stands below the right column.
_ENDING_LINES = 6


class Span(Enum):
    """Which shifts of the register: those of the report, all before them, all up to their end."""

    REPORTED = auto()
    BEFORE = auto()
    UP_TO_END = auto()


@dataclass(frozen=True, slots=True)
class Counted:
    """Which operations a row counts. None is no condition; no `kinds` are all of them; `cashier`
    is (code, name). `section`, `rate` and `modified` are those of lines of the tickets, as
    `kkm.reading.asked_lines` has them.
    """

    kinds: tuple[OperationKind, ...] = ()
    payment: PaymentType | None = None
    offline: bool | None = None
    cashier: tuple[str, str] | None = None
    section: str | None = None
    rate: str | None = None
    modified: Modified | None = None
    span: Span = Span.REPORTED


class NamedZ(NamedTuple):
    """A Z-report: the number of its shift and the day on which that was closed."""

    shift: int
    day: date


class CountedZs(NamedTuple):
    """The Z-reports of the shifts that were closed from one day to another."""

    first: date
    last: date


class Links(Protocol):
    """Addresses of pages behind the figures; a frame on screen has them, a paper has not."""

    def address(self, counted: Counted | CountedZs) -> str:
        """The page that lists exactly these operations, or these Z's."""

    def z_address(self, z: NamedZ) -> str:
        """The page of a Z."""

    def operation_address(self, number: int) -> str:
        """The page of an operation."""


@dataclass(frozen=True, slots=True)
class Row:
    """A label and, at the right edge, a value.

    `lead` is a count before the label, `count` one after it. For frames that can lead there:
    `counted` is what the figures count; `zs` are the Z's whose numbers are the value, with « / »
    between them.
    """

    label: str
    value: Value | None = None
    lead: int | None = None
    count: int | None = None
    indent: int = 0
    centred: bool = False
    strong: bool = False
    counted: Counted | CountedZs | None = None
    zs: tuple[NamedZ, ...] = ()

    @property
    def is_zero(self) -> bool:
        """Whether nothing is counted: no figure, or none other than zero."""
        return not (self.lead or self.count or self.value)


@dataclass(frozen=True, slots=True)
class Tally:
    """A row of the cashier report: a label, a count and a sum, each in its column."""

    label: str
    count: int
    value: Money
    counted: Counted | None = None

    @property
    def is_zero(self) -> bool:
        """Whether nothing is counted."""
        return not (self.count or self.value)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title; its width in characters on a roll (0: only wide paper has
    it); its share of wide paper in percent, which is also how many figures fit into it; its title
    on a roll where it is another one.
    """

    title: str
    roll: int = 0
    numeric: bool = False
    wide: int = 10
    roll_title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A line of cells for each of many things, the titles of the columns above.

    `total`: what the lines come to, a cell for each column, and `counted` what each of these cells
    counts. Where each line is a Z or an operation: `zs` are these Z's, `operations` the numbers of
    these operations.
    """

    columns: tuple[Column, ...]
    lines: Sequence[tuple[Value, ...]]
    total: tuple[Value, ...] = ()
    counted: tuple[Counted | None, ...] = ()
    zs: tuple[NamedZ, ...] = ()
    operations: tuple[int, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether a figure is longer than its column of wide paper has room for: such a table is
        set in smaller letters.
        """
        lines = list(self.lines)
        if self.total:
            lines.append(self.total)
        return any(map(self._is_long_line, lines))

    def _is_long_line(self, line: tuple[Value, ...]) -> bool:
        for column, cell in zip(self.columns, line, strict=True):
            if column.numeric and len(str(cell)) > column.wide:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Block:
    """A titled group of rows, or a table. `in_ending`: wide paper prints it in the ending, beside
    the QR.
    """

    title: str = ""
    rows: tuple[Row | Tally, ...] = ()
    table: Table | None = None
    in_ending: bool = False


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """Identities of one name over a whole report, and a sentence for each that does not hold."""

    text: str
    differences: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is no difference."""
        return not self.differences


class SignedRecord(NamedTuple):
    """A signature that was made before the paper, over the text of its statement, and the findings
    whose SHA-256 that text has: the JSON that is kept of them, "" for none.
    """

    findings: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a page or a paper prints.

    `name` is what people call this document, with its number or its days: «Z-отчёт № 59».
    `number` and `seal` are those of the last operation that counts, of the register `serial`.
    `statement` is what the report claims, and its QR carries the token of it; None for a kind that
    has no token. `frozen`: it is a stored Z and never changes. `alarms`: where the journal says
    otherwise now; they are printed before all else. `days`: the days that it is about, where the
    name does not say them. `shifts`: the numbers of the first and the last shift that it adds up;
    none for an act. `up_to`: its last operation, where the last shift had more of them, or may yet
    have; None where it counts whole shifts. `record`: what was signed apart from the paper, of a
    check alone.
    """

    kind: str
    name: str
    title: str
    subtitle: str
    taxpayer: str
    registration_number: str
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
    statement: Claimed | None = None
    frozen: bool = False
    alarms: tuple[str, ...] = ()
    days: str = ""
    shifts: tuple[int, int] | None = None
    up_to: int | None = None
    record: SignedRecord | None = None

    @property
    def full_name(self) -> str:
        """«Z-отчёт № 59 · 26.11.2026 · ALS70000001»: the title of its page and of its PDF."""
        return " · ".join(filter(None, (self.name, self.days, self.serial)))

    @property
    def checks(self) -> list[IdentityCheck]:
        """The identities, one line for each sort."""
        return list(_checks(self.identities))

    @property
    def holds(self) -> bool:
        """Whether all identities hold."""
        return all(identity.holds for identity in self.identities)

    @property
    def narrow_blocks(self) -> list[Block]:
        """Blocks of rows: they stand in two columns."""
        rows = [block for block in self.blocks if block.table is None]
        return [block for block in rows if not block.in_ending]

    @property
    def ending_blocks(self) -> list[Block]:
        """Blocks of rows that stand in the ending."""
        return [block for block in self.blocks if block.in_ending]

    @property
    def tables(self) -> list[Block]:
        """Blocks that need the whole width."""
        return [block for block in self.blocks if block.table is not None]

    @property
    def columns(self) -> tuple[list[Block], list[Block]]:
        """The narrow blocks in two columns of about the same length."""
        blocks = self.narrow_blocks

        def height(cut: int) -> int:
            return max(_lines_of(blocks[:cut]), _lines_of(blocks[cut:]) + _ENDING_LINES)

        best = min(range(len(blocks) + 1), key=height)
        return blocks[:best], blocks[best:]


def _checks(identities: Sequence[Identity]) -> Iterator[IdentityCheck]:
    by_name: dict[str, list[Identity]] = {}
    for identity in identities:
        by_name.setdefault(identity.name, []).append(identity)
    for name, sentence in IDENTITY.items():
        if name in by_name:
            yield IdentityCheck(str(sentence), tuple(_differences(by_name[name])))


def _differences(identities: Sequence[Identity]) -> Iterator[str]:
    for identity in identities:
        if identity.holds:
            continue
        difference = f"{identity.left} ≠ {identity.right}, {identity.difference}"
        if identity.kind is not None:
            difference = f"{PLURAL[identity.kind]}: {difference}"
        yield difference


def _lines_of(blocks: Sequence[Block]) -> int:
    """About how many lines blocks take, each with its title."""
    return sum(len(block.rows) + 2 for block in blocks)
