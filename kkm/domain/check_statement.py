"""What the protocol of a check claims. This docstring is the specification, version 1; it never
changes: another form is another version.

    text   = what was signed when the check was kept (`kkm.domain.audit_record`)
    digest = the first 16 bytes of the SHA-256 of the UTF-8 bytes of the text

In the token of a protocol (`kkm.domain.token`) both shifts are 0, the number is that of the check
within its register, and the control value is of the last operation that the check read, eight zero
bytes where it read none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kkm.domain.statement import DIGEST

KIND = "check"
NO_SEAL = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStatement:
    """The claim of the protocol of check `number`: `text` is what was signed of it, `last_seal`
    the seal of the last operation that it read, "" where it read none.
    """

    serial: str
    number: int
    last_seal: str
    text: str

    @property
    def kind(self) -> str:
        """The kind of a protocol."""
        return KIND

    @property
    def first_shift(self) -> int:
        """A protocol is of a whole journal, of no shift."""
        return 0

    @property
    def last_shift(self) -> int:
        """As `first_shift`."""
        return 0

    @property
    def seal(self) -> str:
        """What the control value is of."""
        return self.last_seal or NO_SEAL

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for the whole claim."""
        return hashlib.sha256(self.text.encode()).digest()[:DIGEST]
