"""A paper without a QR: what somebody typed from it, line by line against the frozen Z and against
the shift's operations.

It tells nothing to who does not hold the paper: it speaks only of what was typed, and no line
agrees unless some sum that is not zero, or the control value, was typed right. So an unknown
register, another day and wrong sums have one answer, after as many statements.
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
from kkm.models import FiscalOperation, Shift
from kkm.reading.fold import fold

K = OperationKind
Figure = Money | int | str

SUMS = {kind: f"{kind.name.lower()}_amount" for kind in TICKETS}
ENDS = {kind: f"{kind.name.lower()}_total" for kind in TICKETS}
REVENUE, CASH, DOCUMENTS, CONTROL = "revenue", "cash", "documents", "control"
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
    CONTROL: _("Контрольное значение"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: ЗНМ or РНМ (which has the form of one), the number of the Z, the day it
    was closed, figures by name.
    """

    register: SerialNumber
    z_number: int
    day: date
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Line:
    """A figure that was typed, and whether the journal says so."""

    name: str
    typed: Figure
    agrees: bool

    @property
    def title(self) -> str:
        """The figure as the paper calls it."""
        return str(NAMES[self.name])


def answer(typed: Typed) -> tuple[Line, ...]:
    """A line for each figure. Three statements, whatever was found."""
    shift = _shift(typed)
    anew = fold(FiscalOperation.objects.filter(shift=shift.pk if shift else 0))
    frozen, journal = _known(shift, anew) if shift else ({}, {})
    right = {
        name
        for name, figure in typed.figures.items()
        if figure == frozen.get(name) == journal.get(name)
    }
    if not any(
        typed.figures[name] for name in right - {DOCUMENTS}
    ):  # how many documents there are is soon guessed
        right = set()
    return tuple(Line(name, figure, name in right) for name, figure in typed.figures.items())


def _shift(typed: Typed) -> Shift | None:
    register = Q(kkm__serial_number=typed.register)
    with suppress(ValueError):  # a ЗНМ may look like an РНМ, seldom the other way round
        register |= Q(registration__registration_number=RegistrationNumber(typed.register))
    start, end = Period.day(typed.day).bounds(timezone.get_default_timezone())
    found = Shift.objects.filter(register, number=typed.z_number).closed_within(start, end)
    return found.select_related("z__operation").order_by("pk").last()


def _known(shift: Shift, anew: Totals) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """What the frozen Z says, and what the operations come to; of a Z that is gone or cannot be
    read, nothing.
    """
    try:
        snapshot, closing = shift.frozen, shift.z.operation
        return _figures(snapshot.totals, snapshot.closing, closing.seal), _figures(
            anew, closing.balance, closing.seal
        )
    except Unreadable:
        return {}, {}


def _figures(totals: Totals, closing: Balance, seal: str) -> dict[str, Figure]:
    sums = {name: totals.money("amount", kind) for kind, name in SUMS.items()}
    ends = {name: closing.total(kind) for kind, name in ENDS.items()}
    single = {
        REVENUE: totals.revenue,
        CASH: closing.cash,
        DOCUMENTS: totals.count("documents"),
        CONTROL: fingerprint(seal),
    }
    return {**sums, **ends, **single}
