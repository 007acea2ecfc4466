"""The history of checks: each check leaves a row, numbered and signed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from kkm import signing
from kkm.audit.audit import Verdict
from kkm.domain import audit_record
from kkm.fields import SEAL_DIGITS
from kkm.models import KKM, Audit

KEPT = 500  # findings that a row keeps; `findings_count` counts them all


@transaction.atomic
def keep(kkm: KKM, verdict: Verdict, *, at: datetime, by: str, milliseconds: int) -> Audit:
    """Write down what an audit has found; `at` is when it ended.

    Raises `kkm.errors.KeyUnavailable`.
    """
    # The lock gives audits that end at the same time numbers one after another.
    KKM.objects.select_for_update().get(pk=kkm.pk)
    at = at.replace(microsecond=0)
    record: dict[str, Any] = {
        "number": _next_number(kkm),
        "by": by,
        "operations": verdict.operations,
        "milliseconds": milliseconds,
        "seal": _seal(verdict),
        "findings_count": len(verdict.findings),
        "findings": _findings_text(verdict),
    }
    text = audit_record.text(serial=kkm.serial_number, at=int(at.timestamp()), **record)
    key, signature = signing.sign(text)
    return Audit.objects.create(kkm=kkm, at=at, key=key, signature=signature, **record)


def _next_number(kkm: KKM) -> int:
    last = Audit.objects.filter(kkm=kkm).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _seal(verdict: Verdict) -> str:
    """That of the last operation; "" for a longer text that somebody has put in its place."""
    if len(verdict.seal) > SEAL_DIGITS:
        return ""
    return verdict.seal


def _findings_text(verdict: Verdict) -> str:
    """The first `KEPT` findings as JSON, "" where there are none."""
    if verdict.holds:
        return ""
    findings = [finding.stored for finding in verdict.findings[:KEPT]]
    return json.dumps(findings, ensure_ascii=False)
