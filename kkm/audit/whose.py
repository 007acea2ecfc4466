"""The rows of a register, its taxpayer and its OFD against what its journal has frozen last."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from kkm.audit.marks import Mark, Marks
from kkm.domain.checker import Finding, Rule
from kkm.domain.heading import Requisites, Unreadable, frozen_in, said, unlike
from kkm.domain.kinds import FREEZING
from kkm.models import KKM
from kkm.reading.frozen import present


def whose(kkm: KKM, marks: Marks) -> list[Finding]:
    """What the rows say otherwise than the last freezing act among the `marks` of the journal,
    which has just been read. It is told at the last operation: the rows are as they are now.

    The register is locked meanwhile, or its requisites could change between two questions. An act
    that cannot be read the reading itself tells; one of an older form froze nothing.
    """
    with transaction.atomic():
        KKM.objects.select_for_update().get(pk=kkm.pk)
        marks.catch_up(kkm)
        act = next((mark for mark in reversed(marks.ends) if mark.kind in FREEZING), None)
        found = KKM.objects.select_related("taxpayer", "ofd").get(pk=kkm.pk)
        return list(_differences(act, present(found), marks.read)) if act else []


def _differences(act: Mark, now: Requisites, number: int) -> Iterator[Finding]:
    try:
        frozen = frozen_in(act.details)
    except Unreadable:
        return
    if frozen is None:
        return
    for name, expected, found in unlike(frozen, now.cells):
        yield Finding(number, Rule.REQUISITES, f"{name} {said(expected)}", said(found))
