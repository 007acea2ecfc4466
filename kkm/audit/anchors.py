"""Signed heads as anchors of the audit: each is verified, and then the journal must still agree
with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kkm import signing
from kkm.domain.anchor import BAD_SIGNATURE, OTHER_HEAD, UNKNOWN_KEY, Anchor, stated
from kkm.domain.checker import Rule
from kkm.models import KKM, SignedHead

__all__ = ["BAD_SIGNATURE", "OTHER_HEAD", "UNKNOWN_KEY", "Anchor", "signed"]

_CHUNK = 2000


def signed(kkm: KKM) -> Iterator[Anchor]:
    """The signed heads of a register by number; one that cannot be believed says why in `fault`."""
    heads = (
        SignedHead.objects.filter(kkm=kkm)
        .order_by("number")
        .values_list("number", "text", "key", "signature")
    )
    for number, text, key, signature in heads.iterator(_CHUNK):
        seal, fault = stated(text, kkm.serial_number, number)
        if not signing.verify(text, key, signature):
            fault = BAD_SIGNATURE if key in signing.public_keys() else UNKNOWN_KEY
        yield Anchor(number, seal, Rule.SIGNATURE, key, fault)
