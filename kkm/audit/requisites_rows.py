"""The rows of a register, its taxpayer and its OFD against what its journal has frozen last."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from kkm.audit.milestones import Milestone, Milestones
from kkm.domain.finding import Finding, Rule
from kkm.domain.heading import (
    Requisites,
    Unreadable,
    frozen_in,
    requisite_text,
    requisites_differences,
)
from kkm.domain.kinds import FREEZING
from kkm.models import KKM
from kkm.reading.frozen import present


def requisites_findings(kkm: KKM, milestones: Milestones) -> list[Finding]:
    """Where the rows differ from the last act of the journal that froze requisites.

    `milestones` are those of the journal, which has just been read. The findings have the number
    of the last operation, because the rows are as they are now. The register is locked meanwhile,
    otherwise its requisites could change between two queries.
    """
    with transaction.atomic():
        KKM.objects.select_for_update().get(pk=kkm.pk)
        milestones.catch_up(kkm)
        act = _last_freezing_act(milestones)
        if act is None:
            return []
        stored = KKM.objects.select_related("taxpayer", "ofd").get(pk=kkm.pk)
        return list(_differences(act, present(stored), milestones.last_read))


def _last_freezing_act(milestones: Milestones) -> Milestone | None:
    for milestone in reversed(milestones.closings_and_acts):
        if milestone.kind in FREEZING:
            return milestone
    return None


def _differences(act: Milestone, now: Requisites, number: int) -> Iterator[Finding]:
    """Nothing for an act that cannot be read, which the check of the journal reports.

    Nothing for an act of an older form either: it froze no requisites.
    """
    try:
        frozen = frozen_in(act.details)
    except Unreadable:
        return
    if frozen is None:
        return
    for name, expected, found in requisites_differences(frozen, now.cells):
        yield Finding(
            number,
            Rule.REQUISITES,
            requisite_text(expected),
            requisite_text(found),
            subject=name,
        )
