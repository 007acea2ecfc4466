"""The figures of a shift at one moment: what an X shows and a Z freezes."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kkm.domain.balance import Balance
from kkm.domain.canonical_json import encode_sorted
from kkm.domain.heading import ShiftHeading, Unreadable
from kkm.domain.totals import Totals

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`heading`: requisites, times and names as printed; `opening`, `closing`: balances at both
    ends; `totals`: what lies between.
    """

    heading: ShiftHeading
    opening: Balance
    closing: Balance
    totals: Totals

    @property
    def text(self) -> str:
        """JSON in one form only (RFC 8785: sorted keys, no spaces, integers): it is sealed and
        stored as it is.
        """
        parts = {
            "version": VERSION,
            "heading": self.heading.frozen,
            "opening": self.opening.cells,
            "closing": self.closing.cells,
            "totals": dict(self.totals.cells),
        }
        return encode_sorted(parts)

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        """The inverse of `text`. Raises `Unreadable`, also for a version that is not ours."""
        try:
            parts = json.loads(text)
            version, heading = parts["version"], parts["heading"]
            opening_cells = dict(parts["opening"])
            closing_cells = dict(parts["closing"])
            totals = dict(parts["totals"])
            opening = Balance.from_cells(opening_cells)
            closing = Balance.from_cells(closing_cells)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unreadable("not a snapshot") from error
        if version != VERSION:
            raise Unreadable(f"a snapshot of version {version}, not {VERSION}")
        figures = [*opening_cells.values(), *closing_cells.values(), *totals.values()]
        if not set(map(type, figures)) <= {int}:
            raise Unreadable("a figure that is no whole number")
        return cls(
            heading=ShiftHeading.parse(heading),
            opening=opening,
            closing=closing,
            totals=Totals(totals),
        )
