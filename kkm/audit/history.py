"""The history of checks: each leaves a row."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from kkm.audit import Verdict
from kkm.models import KKM, Audit

KEPT = 500  # findings that a row keeps: when all is wrong, the first ones say it


def keep(kkm: KKM, verdict: Verdict, *, at: datetime, by: str, milliseconds: int) -> Audit:
    """Write down what an audit has found; `at` is when it ended."""
    found = [asdict(finding) for finding in verdict.findings[:KEPT]]
    findings = json.dumps(found, ensure_ascii=False) if found else ""
    facts = {"operations": verdict.operations, "milliseconds": milliseconds, "seal": verdict.seal, "findings": findings}
    return Audit.objects.create(kkm=kkm, at=at.replace(microsecond=0), by=by, **facts)
