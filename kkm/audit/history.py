"""The history of checks: each leaves a row, numbered and signed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from kkm import signing
from kkm.audit import Verdict
from kkm.domain import audit_record
from kkm.models import KKM, Audit

KEPT = 500  # findings that a row keeps: when all is wrong, the first ones say it


@transaction.atomic
def keep(kkm: KKM, verdict: Verdict, *, at: datetime, by: str, milliseconds: int) -> Audit:
    """Write down what an audit has found; `at` is when it ended.

    Raises `kkm.errors.KeyUnavailable`.
    """
    KKM.objects.select_for_update().get(pk=kkm.pk)  # of two audits that end at once one is the next
    at, found = at.replace(microsecond=0), [asdict(finding) for finding in verdict.findings[:KEPT]]
    facts = {
        "number": _next_number(kkm),
        "by": by,
        "operations": verdict.operations,
        "milliseconds": milliseconds,
        "seal": verdict.seal,
    }
    facts |= {
        "findings_count": len(verdict.findings),
        "findings": json.dumps(found, ensure_ascii=False) if found else "",
    }
    key, signature = signing.sign(
        audit_record.text(serial=kkm.serial_number, at=int(at.timestamp()), **facts)
    )
    return Audit.objects.create(kkm=kkm, at=at, key=key, signature=signature, **facts)


def _next_number(kkm: KKM) -> int:
    return (Audit.objects.filter(kkm=kkm).aggregate(last=Max("number"))["last"] or 0) + 1
