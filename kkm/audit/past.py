"""Earlier audits as anchors: what was found whole must still be as it was, and no verdict may
have been turned, made up or taken out.
"""

from __future__ import annotations

from kkm import signing
from kkm.domain.anchor import Anchor
from kkm.domain.checker import Rule
from kkm.local_time import clock
from kkm.models import KKM, Audit

# faults
CHANGED_AUDIT, MISSING_AUDIT = "changed audit", "missing audit"
UNKNOWN_AUDIT = "audit of an unknown key"
FOREIGN_MEMORY, UNKNOWN_MEMORY = "foreign memory", "memory of an unknown key"
_CHUNK = 2000


def known(kkm: KKM) -> list[Anchor]:
    """One anchor for each green audit, by number of its last operation; one with a `fault` for each
    that was changed or is missing.

    KeyUnavailable where there is no key at all. A missing one is told where the next ended. If the
    last ones were taken out, this does not know it.
    """
    anchors, number = [], 0
    for audit in (
        Audit.objects.filter(kkm=kkm).select_related("kkm").order_by("number").iterator(_CHUNK)
    ):
        head = max(1, audit.operations)
        if audit.number != number + 1:
            anchors.append(Anchor(head, "", Rule.MEMORY, f"№ {number + 1}", MISSING_AUDIT))
        if audit.is_unsure:
            signing.require()
            anchors.append(Anchor(head, "", Rule.MEMORY, f"№ {audit.number}", UNKNOWN_AUDIT))
        elif not audit.is_believed:
            anchors.append(Anchor(head, "", Rule.MEMORY, f"№ {audit.number}", CHANGED_AUDIT))
        elif audit.holds and audit.operations:
            anchors.append(Anchor(head, audit.seal, Rule.MEMORY, f"{audit.by}, {clock(audit.at)}"))
        number = audit.number
    return sorted(anchors)
