"""A Z without a QR: figures that were typed from it are compared with the frozen Z and with the
operations of its shift.

The answer tells nothing to a person who does not hold the paper. It speaks only of the figures that
were typed, and no figure agrees unless a sum that is not zero, or the control value, was typed
right. An unknown register, another day and wrong sums have the same answer, after the same number
of SQL statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kkm.domain.balance import Balance
from kkm.domain.heading import Unreadable
from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.money import Money
from kkm.domain.period import Period
from kkm.domain.requisites import RegistrationNumber, SerialNumber
from kkm.domain.seal import fingerprint
from kkm.domain.totals import Totals
from kkm.models import KKM, FiscalOperation, Shift
from kkm.reading.fold import fold

K = OperationKind
Figure = Money | int | str

# The names of figures. Sums of tickets of a shift, and non-resettable sums at its end, by kind:
SUMS = {kind: f"{kind.name.lower()}_amount" for kind in TICKETS}
ENDS = {kind: f"{kind.name.lower()}_total" for kind in TICKETS}
REVENUE = "revenue"
CASH = "cash"
DOCUMENTS = "documents"
CONTROL_VALUE = "control"  # the fingerprint of the seal of the closing
NAMES = {  # in the order of the paper
    SUMS[K.SALE]: _("Чеков продаж на сумму"),
    SUMS[K.PURCHASE]: _("Чеков покупок на сумму"),
    SUMS[K.SALE_RETURN]: _("Чеков возврата продаж на сумму"),
    SUMS[K.PURCHASE_RETURN]: _("Чеков возврата покупок на сумму"),
    REVENUE: _("Выручка"),
    CASH: _("Наличных в кассе"),
    ENDS[K.SALE]: _("Необнуляемая сумма продаж на конец"),
    ENDS[K.PURCHASE]: _("Необнуляемая сумма покупок на конец"),
    ENDS[K.SALE_RETURN]: _("Необнуляемая сумма возвратов продаж на конец"),
    ENDS[K.PURCHASE_RETURN]: _("Необнуляемая сумма возвратов покупок на конец"),
    DOCUMENTS: _("Документов за смену"),
    CONTROL_VALUE: _("Контрольное значение"),
}


@dataclass(frozen=True, slots=True)
class TypedReport:
    """What was typed: ЗНМ or РНМ (which has the form of one), the number of the Z, the day it
    was closed, figures by name.
    """

    register: SerialNumber
    z_number: int
    day: date
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure that was typed, and whether the journal agrees."""

    name: str
    typed: Figure
    agrees: bool

    @property
    def title(self) -> str:
        """The figure as the paper calls it."""
        return str(NAMES[self.name])


def compare(typed: TypedReport) -> tuple[ComparedFigure, ...]:
    """Every figure that was typed, compared. Four SQL statements, whatever was found."""
    shift = _shift(typed)
    operations = FiscalOperation.objects.filter(kkm=0)
    if shift is not None:
        operations = shift.operations
    counted = fold(operations)
    right = _right_figures(typed.figures, shift, counted)
    # The number of documents alone is easily guessed.
    if not any(typed.figures[name] for name in right - {DOCUMENTS}):
        right = set()
    return tuple(
        ComparedFigure(name, figure, name in right) for name, figure in typed.figures.items()
    )


def _shift(typed: TypedReport) -> Shift | None:
    start, end = Period.day(typed.day).bounds(timezone.get_default_timezone())
    found = Shift.objects.filter(kkm__in=_registers(typed), number=typed.z_number)
    found = found.closed_within(start, end).select_related("kkm", "z__operation", "registration")
    shift: Shift
    for shift in found.order_by("-kkm_id"):
        registration = shift.registration
        if typed.register in (shift.kkm.serial_number, registration.registration_number):
            return shift
    return None


def _registers(typed: TypedReport) -> list[int]:
    """Ids of the registers that have what was typed as serial number or as an РНМ; 0 without any,
    so that as many statements follow.
    """
    named = Q(serial_number=typed.register)
    # A ЗНМ may look like an РНМ, seldom the other way round.
    with suppress(ValueError):
        number = RegistrationNumber(typed.register)
        named |= Q(registrations__registration_number=number)
    registers = KKM.objects.filter(named).order_by("pk").distinct()
    return list(registers.values_list("pk", flat=True)) or [0]


def _right_figures(typed: Mapping[str, Figure], shift: Shift | None, counted: Totals) -> set[str]:
    """The names of figures that are those of the frozen Z, and of the operations of its shift.

    None if there is no such Z, or it cannot be read.
    """
    if shift is None:
        return set()
    try:
        snapshot = shift.frozen
    except Unreadable:
        return set()
    closing = shift.z.operation
    frozen = _figures(snapshot.totals, snapshot.closing, closing.seal)
    by_journal = _figures(counted, closing.balance, closing.seal)
    right = set()
    for name, figure in typed.items():
        if figure == frozen[name] == by_journal[name]:
            right.add(name)
    return right


def _figures(totals: Totals, closing: Balance, seal: str) -> dict[str, Figure]:
    figures: dict[str, Figure] = {
        REVENUE: totals.revenue,
        CASH: closing.cash,
        DOCUMENTS: totals.count("documents"),
        CONTROL_VALUE: fingerprint(seal),
    }
    for kind in TICKETS:
        figures[SUMS[kind]] = totals.money("amount", kind)
        figures[ENDS[kind]] = closing.total(kind)
    return figures
