"""Signed heads as anchors of the audit: each is verified, and then the journal must still agree with it."""

from __future__ import annotations

from collections.abc import Iterator

from kkm import signing
from kkm.domain.anchor import Anchor
from kkm.domain.check import Rule
from kkm.domain.head import Head
from kkm.models import KKM, SignedHead

__all__ = ["Anchor", "signed"]

UNKNOWN_KEY, BAD_SIGNATURE, OTHER_HEAD = "unknown key", "bad signature", "head of another operation"
_CHUNK = 2000


def signed(kkm: KKM) -> Iterator[Anchor]:
    """The signed heads of a register by number; one that cannot be believed says why in `fault`."""
    heads = SignedHead.objects.filter(kkm=kkm).order_by("number").values_list("number", "text", "key", "signature")
    for number, text, key, signature in heads.iterator(_CHUNK):
        seal, fault = _read(kkm, number, text)
        if not signing.verify(text, key, signature):
            fault = BAD_SIGNATURE if key in signing.public_keys() else UNKNOWN_KEY
        yield Anchor(number, seal, Rule.SIGNATURE, key, fault)


def _read(kkm: KKM, number: int, text: str) -> tuple[str, str]:
    """The seal that a head states, and what is wrong with the head apart from its signature."""
    try:
        head = Head.parse(text)
    except ValueError:
        return "", OTHER_HEAD
    return head.seal, "" if (head.serial, head.number) == (kkm.serial_number, number) else OTHER_HEAD
