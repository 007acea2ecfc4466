"""A check of a journal as it is signed. This docstring is its specification, version 1; it never
changes: another form is another version.

    text = one JSON array, written by RFC 8785 (no spaces, only escapes that must be, integers below
    2⁵³):

    ["alsep-audit-1", serial number (ЗНМ), number of the check within the register (1, 2, 3 …), when
      (whole seconds since 1970-01-01
     UTC), who, operations read, milliseconds it took, seal of the last operation, number of
     findings, SHA-256 in hexadecimal digits of the findings as they are stored, or "" when there
     are none]

What is signed are the UTF-8 bytes of the text: Ed25519 (RFC 8032), the signature in base64.
"""

from __future__ import annotations

from kkm.domain.canonical_json import encode
from kkm.domain.seal import digest

VERSION = "alsep-audit-1"


def text(
    *,
    serial: str,
    number: int,
    at: int,
    by: str,
    operations: int,
    milliseconds: int,
    seal: str,
    findings_count: int,
    findings: str,
) -> str:
    """What is signed of a check."""
    findings_digest = ""
    if findings:
        findings_digest = digest(findings)
    array = [
        VERSION,
        serial,
        number,
        at,
        by,
        operations,
        milliseconds,
        seal,
        findings_count,
        findings_digest,
    ]
    return encode(array)
