"""Finds the shift that a call names."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kkm.models import KKM, Shift
from kkm.webkassa.http.codes import NO_SHIFT, SHIFT_NOT_FOUND, refused


def open_shift(kkm: KKM) -> Shift:
    """The shift that is open. CallRefused if there is none."""
    shift = kkm.shifts.open().select_related("registration").first()
    if shift is None:
        raise refused(NO_SHIFT, _("Смена закрыта, X-отчёта нет."))
    return shift


def shift_of_number(shifts: QuerySet[Shift], number: int) -> Shift:
    """The shift with this number among those of a register. CallRefused if there is none."""
    shift = shifts.filter(number=number).first()
    if shift is None:
        sentence = _("ShiftNumber: смены № {number} у этой кассы не было.")
        raise refused(SHIFT_NOT_FOUND, sentence.format(number=number))
    return shift
