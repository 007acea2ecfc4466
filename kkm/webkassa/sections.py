"""The report by shifts and sections: positions by section, after their own discounts and
markups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from typing_extensions import TypedDict

from kkm.domain.kinds import DIRECTION
from kkm.domain.money import ZERO, Money
from kkm.local_time import plain_clock
from kkm.models import Shift
from kkm.reading.fold import SectionSums
from kkm.webkassa.answers import Number, number, whole_number
from kkm.webkassa.shift_reports import KINDS


class Counted(TypedDict):
    """Positions of one kind of ticket."""

    Quantity: int
    Sum: Number


class Revenue(TypedDict):
    """Sales − sale returns − purchases + purchase returns."""

    Sum: Number


class OfSections(TypedDict):
    """All sections together."""

    Sell: Counted
    Buy: Counted
    ReturnSell: Counted
    ReturnBuy: Counted
    Revenue: Revenue


class OfSection(TypedDict):
    """One section, by its name."""

    Section: str
    Sell: Counted
    Buy: Counted
    ReturnSell: Counted
    ReturnBuy: Counted
    Revenue: Revenue


class ShiftBySections(TypedDict):
    """One shift; the cashier is who closed it, or acted last."""

    ShiftNumber: int
    CashierCode: int
    CashierName: str
    StartOn: str
    Sections: list[OfSection]
    SectionsTotal: OfSections


class SectionsReport(TypedDict):
    """The shifts that were opened in the period, the oldest first."""

    CashboxUniqueNumber: str
    ShiftsInformation: list[ShiftBySections]


def by_sections(
    shift: Shift, heading: Mapping, sums: Mapping[tuple[int, str], SectionSums]
) -> ShiftBySections:
    """A shift by those of its sections that had a position in it, in the order of their codes.

    What has no section comes last. Sums are after the discounts and markups of positions and
    before those of whole tickets, as the vendor documents them.
    """
    codes = sorted({code for _kind, code in sums}, key=_order)
    listed = []
    for code in codes:
        listed.append({"Section": _name(code, heading.sections), **_figures(sums, [code])})
    return {
        "ShiftNumber": shift.number,
        "CashierCode": whole_number(heading.cashier_code),
        "CashierName": heading.cashier_name,
        "StartOn": plain_clock(shift.opened_at),
        "Sections": listed,
        "SectionsTotal": _figures(sums, codes),
    }


def _order(code: str) -> tuple:
    """In natural order, what has no section last."""
    return not code, code.zfill(20), code


def _name(code: str, names: Mapping[str, str]) -> str:
    """As the Z froze it, or as it is now while the shift is open."""
    if not code:
        return pgettext("section of a register", "Отдел по умолчанию")
    return names.get(code) or _("Секция {code}").format(code=code)


def _figures(sums: Mapping[tuple[int, str], SectionSums], codes: Sequence[str]) -> OfSections:
    figures = {}
    revenue = ZERO
    for name, kind in KINDS.items():
        of_kind = [sums.get((kind, code), SectionSums()) for code in codes]
        total = Money.sum(one.result for one in of_kind)
        positions = sum(one.positions for one in of_kind)
        figures[name] = {"Quantity": positions, "Sum": number(total)}
        revenue += total * DIRECTION[kind]
    return {**figures, "Revenue": {"Sum": number(revenue)}}
