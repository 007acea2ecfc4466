"""What the audit knows of a journal from elsewhere: signed heads and earlier audits.

Each becomes an anchor: at some operation the journal had some seal, and must still have it. The
signature of each is verified first.
"""

from __future__ import annotations

from collections.abc import Iterator

from kkm import signing
from kkm.domain.anchor import (
    BAD_SIGNATURE,
    CHANGED_AUDIT,
    MISSING_AUDIT,
    UNKNOWN_AUDIT,
    UNKNOWN_KEY,
    Anchor,
    stated,
)
from kkm.domain.finding import Rule
from kkm.local_time import clock
from kkm.models import KKM, Audit, SignedHead

_CHUNK = 2000  # rows read at a time


def signed_heads(kkm: KKM, *, after: int = 0) -> Iterator[Anchor]:
    """One anchor for each signed head of a register after an operation, by number.

    `fault` of one that cannot be believed says why.
    """
    heads = SignedHead.objects.filter(kkm=kkm, number__gt=after).order_by("number")
    rows = heads.values_list("number", "text", "key", "signature")
    for number, text, key, signature in rows.iterator(_CHUNK):
        seal, fault = stated(text, kkm.serial_number, number)
        if not signing.verify(text, key, signature):
            fault = BAD_SIGNATURE if key in signing.public_keys() else UNKNOWN_KEY
        yield Anchor(number, seal, Rule.SIGNATURE, key, fault)


def earlier_audits(kkm: KKM) -> list[Anchor]:
    """One anchor for each audit that found nothing, by number of its last operation.

    A journal in which nothing was found must still be as it was, and no stored result may have been
    changed, invented or deleted: an audit that was changed or is missing gives an anchor with a
    `fault`. A missing one is reported where the next one ended. If the last ones were deleted, this
    does not notice it.

    Raises `kkm.errors.KeyUnavailable` where there is no key at all.
    """
    audits = Audit.objects.filter(kkm=kkm).select_related("kkm").order_by("number")
    anchors = []
    expected = 1
    for audit in audits.iterator(_CHUNK):
        if audit.number != expected:
            anchors.append(_faulty(audit, expected, MISSING_AUDIT))
        if audit.signature_fits is None:
            signing.require()
            anchors.append(_faulty(audit, audit.number, UNKNOWN_AUDIT))
        elif not audit.signature_fits:
            anchors.append(_faulty(audit, audit.number, CHANGED_AUDIT))
        elif audit.holds and audit.operations:
            source = f"{audit.by}, {clock(audit.at)}"
            anchors.append(Anchor(audit.operations, audit.seal, Rule.MEMORY, source))
        expected = audit.number + 1
    return sorted(anchors)


def _faulty(audit: Audit, number: int, fault: str) -> Anchor:
    """An anchor that says only what is wrong with the audit of this number.

    It stands at the last operation of `audit`.
    """
    last = max(1, audit.operations)
    return Anchor(last, "", Rule.MEMORY, f"№ {number}", fault)
