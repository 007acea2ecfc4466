"""The QR of a report: it carries the address where the paper is checked, with the signed token of
its statement.

The QR is at most 25 mm wide with its quiet zone. A token of a serial number of 20 characters and a
host of 40 make a QR of version 9, level M: 61 modules, each 0.41 mm; up to version 10 a module is
0.38 mm, the least that a thermal printer and an old phone manage. A longer address takes level L.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import segno
from django.conf import settings

from kkm import signing
from kkm.domain.statement import Claimed
from kkm.domain.token import KEY, Claim, PaperToken

VERIFY_PATH = "/verify/"
MILLIMETRES = 25
QUIET = 4  # modules
LARGEST = 10  # the version whose modules are 0.38 mm
# The letters of a token are evenly distributed, so every mask serves as well; to try all eight
# takes three times as long.
_MASK = 3
_PIXELS = 3  # of a module on the screen


class QR(NamedTuple):
    """A data: URL of a PNG, a pixel a module, and how wide a screen shows it so that it is
    sharp.
    """

    image: str
    width: int


class TokenCode(NamedTuple):
    """The address of a token, and the QR of it."""

    address: str
    qr: QR


def token_code(statement: Claimed) -> TokenCode:
    """What a paper that claims this carries; the same for ever, but for a new key.

    `KeyUnavailable` where there is none to sign with.
    """
    address = address_of(token_of(statement))
    return TokenCode(address, qr(address))


def token_of(statement: Claimed) -> PaperToken:
    """The claim, signed now."""
    claim = Claim.of(statement)
    key, signature = signing.sign_bytes(claim.bytes)
    return PaperToken(claim, key[: 2 * KEY], signature)


def address_of(token: PaperToken) -> str:
    """Where a token is checked, in capitals: a QR holds them in two thirds of the room.

    Only a path of the cabinet's own keeps its case.
    """
    parts = urlsplit(str(settings.CABINET_URL))
    host = f"{parts.scheme}://{parts.netloc}".upper()
    return host + parts.path.rstrip("/") + VERIFY_PATH.upper() + token.text


def site() -> str:
    """Where a paper without QR is checked, as people type it: «cabinet.example.kz/verify/»."""
    parts = urlsplit(str(settings.CABINET_URL))
    return parts.netloc + parts.path.rstrip("/") + VERIFY_PATH


@lru_cache(maxsize=256)
def qr(text: str) -> QR:
    """A text as a QR with its quiet zone."""
    made = code(text)
    modules, _height = made.symbol_size(border=QUIET)
    return QR(made.png_data_uri(border=QUIET), int(modules) * _PIXELS)


def code(text: str) -> segno.QRCode:
    """Level M, or L if M needs modules that are too small."""
    medium = segno.make(text, error="m", micro=False, mask=_MASK)
    if int(medium.version) <= LARGEST:
        return medium
    return segno.make(text, error="l", micro=False, mask=_MASK)
