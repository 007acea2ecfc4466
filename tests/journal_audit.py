"""The check of a journal alone: without the tables beside it, and without earlier audits."""

from collections.abc import Iterable

from kkm.audit.audit import Verdict, journal_audit_steps, run_to_end
from kkm.domain.anchor import Anchor
from kkm.models import KKM


def audit_journal(kkm: KKM, *, anchors: Iterable[Anchor] = ()) -> Verdict:
    return run_to_end(journal_audit_steps(kkm, anchors=anchors))
