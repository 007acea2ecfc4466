"""Whose register it is: as its journal has frozen it, and as its rows say now.

What a paper prints is frozen with what it is about: by the last activation or change of requisites
before it. Journals that were begun before activations froze requisites have the Z of the shift;
where nothing was frozen yet, the rows are all there is. A frozen text that cannot be read raises
`kkm.domain.heading.Unreadable` and is never replaced by another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from kkm.domain.heading import (
    OF_OFD,
    OF_REGISTER,
    OF_TAXPAYER,
    RegisterHeading,
    Requisites,
    frozen_in,
)
from kkm.domain.kinds import FREEZING
from kkm.models.operation import FiscalOperation
from kkm.models.register import KKM
from kkm.models.span import Registration, Shift


def present(kkm: KKM, sections: Mapping[str, str] | None = None) -> Requisites:
    """What the rows of a register, its taxpayer and its OFD say now, saved or not; its sections
    as they are saved, unless given.
    """
    if sections is None:
        sections = {section.code: section.name for section in kkm.sections.all()}
    cells: dict[str, str] = {}
    for name in OF_REGISTER:
        cells[name] = str(getattr(kkm, name))
    for name, column in OF_TAXPAYER.items():
        cells[name] = str(getattr(kkm.taxpayer, column))
    if kkm.ofd is not None:
        for name, column in OF_OFD.items():
            cells[name] = str(getattr(kkm.ofd, column))
    return Requisites(**cells, sections=sections)


def freezing(kkm: object) -> QuerySet[FiscalOperation]:
    """The operations of a register that freeze requisites, the last one first."""
    acts = FiscalOperation.objects.acts().filter(kkm=kkm, kind__in=FREEZING)
    return acts.order_by("-number")


def frozen_before(kkm: int, number: int) -> Requisites | None:
    """What was frozen before an operation of a register, by its id; None in a journal that had
    frozen nothing by then.
    """
    details = freezing(kkm).filter(number__lt=number).values_list("details", flat=True).first()
    return frozen_in(details or "")


def heading_of_shift(shift: Shift) -> RegisterHeading:
    """What every paper about a shift begins with.

    No requisites change while a shift is open: the row remembers what it was asked.
    """
    known = vars(shift)
    if "heading" not in known:
        known["heading"] = _heading_of(shift)
    return known["heading"]


def _heading_of(shift: Shift) -> RegisterHeading:
    found = frozen_before(shift.kkm_id, shift.first_number)
    if found is None and not shift.is_open:
        return shift.frozen.heading
    return _numbered(found or present(shift.kkm), shift.kkm, shift.registration)


def heading_of_registration(registration: Registration) -> RegisterHeading:
    """The same for a registration that has ended: as it was at its end.

    ValueError if it has not ended.
    """
    if registration.last_number is None:
        raise ValueError("the registration has not ended")
    found = frozen_before(registration.kkm_id, registration.last_number)
    shifts = registration.shifts.closed().select_related("z")
    last = shifts.order_by("number").last()
    if found is None and last is not None:
        return last.frozen.heading
    kkm = registration.kkm
    return _numbered(found or present(kkm), kkm, registration)


def heading_at(kkm: KKM, number: int, at: datetime) -> RegisterHeading:
    """The same for a whole journal up to an operation: its last registration at a moment, a dash
    where it had none.
    """
    found = frozen_before(kkm.pk, number + 1)
    begun = kkm.registrations.filter(opened_at__lte=at).order_by("first_number")
    registration = begun.last()
    registration_number = "—"
    if registration is not None:
        registration_number = str(registration.registration_number)
    requisites = found or present(kkm)
    return RegisterHeading.of(requisites, str(kkm.serial_number), registration_number)


def _numbered(requisites: Requisites, kkm: KKM, registration: Registration) -> RegisterHeading:
    serial, number = kkm.serial_number, registration.registration_number
    return RegisterHeading.of(requisites, str(serial), str(number))
