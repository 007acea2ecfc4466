"""The figures of a shift at one moment: what an X shows and a Z freezes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kkm.domain.balance import Balance
from kkm.domain.totals import Totals

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`heading`: requisites, times and names as printed; `opening`, `closing`: balances at both ends; `totals`: what lies between."""

    heading: Mapping
    opening: Balance
    closing: Balance
    totals: Totals

    @property
    def text(self) -> str:
        """JSON in one form only (RFC 8785: sorted keys, no spaces, integers): it is sealed and stored as it is."""
        parts = {
            "version": VERSION,
            "heading": dict(self.heading),
            "opening": self.opening.cells,
            "closing": self.closing.cells,
            "totals": dict(self.totals.cells),
        }
        return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        """The inverse of `text`. ValueError for a version that is not ours."""
        parts = json.loads(text)
        if parts["version"] != VERSION:
            raise ValueError(f"a snapshot of version {parts['version']}, not {VERSION}")
        return cls(
            heading=parts["heading"],
            opening=Balance.from_cells(parts["opening"]),
            closing=Balance.from_cells(parts["closing"]),
            totals=Totals(parts["totals"]),
        )
