"""A journal's head as it is signed. This docstring is its specification, version 1; it never
changes: another form is another version.

    text = one JSON array, written by RFC 8785 (no spaces, only escapes that must be, integers below
    2⁵³):

    ["alsep-head-1", serial number (ЗНМ), number of the operation, its seal, number of the last
      closed shift (0 before the first),
     [non-resettable totals after it: sales, purchases, returns of sales, returns of purchases],
       cash in the drawer,
     occurred at (whole seconds since 1970-01-01 UTC)]

What is signed are the UTF-8 bytes of the text: Ed25519 (RFC 8032), the signature in base64. Sums
are whole tiyn.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass

from kkm.domain.balance import Balance
from kkm.domain.canonical_json import encode

VERSION = "alsep-head-1"
_TOTALS = ("sale_total", "purchase_total", "sale_return_total", "purchase_return_total")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal ended at one moment.

    `totals` in the order of `Balance`; `occurred` in seconds.
    """

    serial: str
    number: int
    seal: str
    z_number: int
    totals: tuple[int, ...]
    cash: int
    occurred: int

    @classmethod
    def after(
        cls, serial: str, number: int, seal: str, z_number: int, balance: Balance, occurred: int
    ) -> Head:
        """The head that an operation leaves behind with its balance."""
        cells = balance.cells
        return cls(
            serial,
            number,
            seal,
            z_number,
            tuple(cells[name] for name in _TOTALS),
            cells["cash"],
            occurred,
        )

    @property
    def text(self) -> str:
        """What is signed and stored."""
        return encode([VERSION, *astuple(self)])

    @classmethod
    def parse(cls, text: str) -> Head:
        """The inverse of `text`. ValueError for whatever `text` does not write so."""
        try:
            version, serial, number, seal, z_number, totals, cash, occurred = json.loads(text)
            head = cls(serial, number, seal, z_number, tuple(totals), cash, occurred)
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError("not a head of a journal") from error
        if version != VERSION or not head._is_whole or head.text != text:
            raise ValueError(f"not a head of a journal of version {VERSION}")
        return head

    @property
    def _is_whole(self) -> bool:
        whole = (self.number, self.z_number, *self.totals, self.cash, self.occurred)
        texts = isinstance(self.serial, str) and isinstance(self.seal, str)
        return texts and len(self.totals) == 4 and all(type(value) is int for value in whole)
