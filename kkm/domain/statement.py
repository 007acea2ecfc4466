"""What a paper claims. This docstring is the specification, version 1; it never changes: another
form is another version.

    text = one JSON array, written by RFC 8785 (no spaces, only escapes that must be, integers below
    2⁵³, names in an object in
           the order of their UTF-16 code units):

    ["alsep-statement-1", kind of report, serial number (ЗНМ), first shift, last shift (0 and 0: an
      act without shifts),
     number of the last operation that counts, its seal, {totals}, [[[key, …], {totals}], … the
     parts],
     [the eleven cells of the balance before the first shift], [the same after the last operation
       that counts]]

    digest = the first 16 bytes of the SHA-256 of the UTF-8 bytes of the text

Totals are those of `Totals`, the balances those of `Balance`, in its order; sums are whole tiyn.
Parts are what a report prints besides its totals, in the order of the UTF-8 bytes of their keys as
JSON: of «period» and «act» each shift, [number]; of «cashiers» each cashier, [code, name]; of
«shift» each operation, [number, cashier's code, name]; other reports have none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kkm.domain.balance import Balance
from kkm.domain.canonical_json import encode
from kkm.domain.totals import Totals

VERSION = "alsep-statement-1"
KINDS = (
    "z",
    "x",
    "period",
    "cashiers",
    "shift",
    "sections",
    "act",
)  # a token has the place of a kind (`kkm.domain.token.PLACES`): never change one
DIGEST = 16  # bytes

Key = tuple[int | str, ...]
Cells = Mapping[str, int]


class Claimed(Protocol):
    """What a token is made of: a `Statement`, or what the protocol of a check claims."""

    @property
    def kind(self) -> str:
        """The kind of report."""

    @property
    def serial(self) -> str:
        """The serial number of the register."""

    @property
    def first_shift(self) -> int:
        """The first shift, 0 for none."""

    @property
    def last_shift(self) -> int:
        """The last shift, 0 for none."""

    @property
    def number(self) -> int:
        """The number of the last operation that counts, or of the check."""

    @property
    def seal(self) -> str:
        """What the control value is of."""

    @property
    def text(self) -> str:
        """What the digest is of."""

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for the whole claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The claim of one report; the fields are those of the specification, in its order.

    ValueError for a kind that is none.
    """

    kind: str
    serial: str
    first_shift: int
    last_shift: int
    number: int
    seal: str
    totals: Cells
    parts: Mapping[Key, Cells] = field(default_factory=dict)
    opening: Balance
    closing: Balance

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of report")

    @property
    def text(self) -> str:
        """What the digest is of."""
        parts = []
        for key in sorted(self.parts, key=_encoded_key):
            parts.append([list(key), _ordered(self.parts[key])])
        return encode(
            [
                VERSION,
                self.kind,
                self.serial,
                self.first_shift,
                self.last_shift,
                self.number,
                self.seal,
                _ordered(self.totals),
                parts,
                list(self.opening.cells.values()),
                list(self.closing.cells.values()),
            ]
        )

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for the whole claim."""
        return hashlib.sha256(self.text.encode()).digest()[:DIGEST]

    @property
    def sums(self) -> Totals:
        """The totals as a value that can be asked."""
        return Totals(self.totals)


def _encoded_key(key: Key) -> bytes:
    return encode(list(key)).encode()


def _ordered(cells: Cells) -> dict[str, int]:
    names = sorted(cells, key=lambda name: name.encode("utf-16-be"))
    return {name: cells[name] for name in names}
