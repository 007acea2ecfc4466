"""The token of a paper: what its QR carries. This docstring is its specification, version 1;
another form is another version.

    claim = version (one byte, 1), kind of report (one byte, its place in `PLACES`), first
    shift, how many shifts later the
            last one is, number of the last operation that counts (three unsigned LEB128), length of
            the serial number (one byte), the serial number (ASCII), the first 8 bytes of the seal
            of that operation (the control value that is printed), the 16 bytes of the statement's
            digest
    bytes = claim, the first 4 bytes of the id of the key that signed, its Ed25519 signature (64
    bytes) of the claim
    text  = base32 of the bytes (RFC 4648) in capitals, without padding: so a QR needs 5.5 bits a
          character

There is one text for each token: unused bits are zero, numbers as short as they can be. Small
letters read as capitals.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from kkm.domain import check_statement
from kkm.domain.heading import Unreadable
from kkm.domain.statement import DIGEST, KINDS, Claimed

VERSION = 1
PLACES = (*KINDS, check_statement.KIND)  # a token has the place of a kind: never change one
FINGERPRINT, KEY, SIGNATURE = 8, 4, 64  # bytes
_TAIL = KEY + SIGNATURE
_SHORTEST = 6 + 1 + FINGERPRINT + DIGEST + _TAIL
_LONGEST = 300
_TEXT = re.compile(r"[A-Za-z2-7]+")


class NotAToken(ValueError):
    """The text does not have the form of a token."""


class Damaged(ValueError):
    """The text has the form of a token, but cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says of its paper.

    `fingerprint` is the beginning of the seal, 16 hexadecimal digits.
    """

    kind: str
    first_shift: int
    last_shift: int
    number: int
    serial: str
    fingerprint: str
    digest: bytes

    @classmethod
    def of(cls, statement: Claimed) -> Claim:
        """What the paper of a statement carries."""
        fingerprint = statement.seal[: 2 * FINGERPRINT]
        return cls(
            statement.kind,
            statement.first_shift,
            statement.last_shift,
            statement.number,
            statement.serial,
            fingerprint,
            statement.digest,
        )

    @property
    def bytes(self) -> bytes:
        """What is signed. Raises `Unreadable` if the seal is none: somebody has changed it."""
        serial = self.serial.encode("ascii")
        numbers = (self.first_shift, self.last_shift - self.first_shift, self.number)
        written = bytes([VERSION, PLACES.index(self.kind)]) + b"".join(map(_leb128, numbers))
        written += bytes([len(serial)]) + serial
        try:
            fingerprint = bytes.fromhex(self.fingerprint)
        except ValueError as error:
            raise Unreadable("seal") from error
        return written + fingerprint + self.digest


@dataclass(frozen=True, slots=True)
class PaperToken:
    """A claim with its signature. `key` is the beginning of the key's id, 8 hexadecimal digits."""

    claim: Claim
    key: str
    signature: bytes

    @property
    def text(self) -> str:
        """What the QR carries."""
        key = bytes.fromhex(self.key)[:KEY]
        return base64.b32encode(self.claim.bytes + key + self.signature).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> PaperToken:
        """The inverse of `text`. NotAToken, or Damaged, for whatever `text` does not write so."""
        data = _bytes(text)
        claim, key, signature = data[:-_TAIL], data[-_TAIL:-SIGNATURE], data[-SIGNATURE:]
        try:
            token = cls(_claim(claim), key.hex(), signature)
        except (ValueError, IndexError) as error:
            raise Damaged("a token that is damaged") from error
        if token.text != text.upper():
            raise Damaged("a token that is written in another form")
        return token


def _bytes(text: str) -> bytes:
    if not _TEXT.fullmatch(text) or not _SHORTEST <= len(text) * 5 // 8 <= _LONGEST:
        raise NotAToken("the text does not have the form of a token")
    try:
        data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise Damaged("a token that is cut") from error
    if data[0] != VERSION:
        raise NotAToken(f"not a token of version {VERSION}")
    return data


def _claim(data: bytes) -> Claim:
    kind, place = PLACES[data[1]], 2
    numbers = []
    for _number in range(3):
        number, place = _read(data, place)
        numbers.append(number)
    first, later, last = numbers
    end = place + 1 + data[place]
    serial, fingerprint, digest = (
        data[place + 1 : end],
        data[end : end + FINGERPRINT],
        data[end + FINGERPRINT :],
    )
    if len(digest) != DIGEST:
        raise ValueError("a claim of another length")
    return Claim(
        kind, first, first + later, last, serial.decode("ascii"), fingerprint.hex(), digest
    )


def _leb128(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth bit says that there is more."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _read(data: bytes, place: int) -> tuple[int, int]:
    """The number that begins at a place, and the place after it."""
    number = shift = 0
    while data[place] > 127:
        number |= (data[place] & 127) << shift
        place, shift = place + 1, shift + 7
    return number | data[place] << shift, place + 1
