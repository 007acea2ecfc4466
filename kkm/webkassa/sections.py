"""The report by shifts and sections. Quantities are positions, sums are before discounts and markups, as in the cabinet's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from typing_extensions import TypedDict

from kkm.domain.kinds import DIRECTION
from kkm.domain.money import Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from kkm.models import Shift
from kkm.models.moment import clock
from kkm.webkassa.answers import Number, decimal, whole_number
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


def by_sections(shift: Shift, snapshot: Snapshot) -> ShiftBySections:
    """A shift by those of its sections that had a position in it, in the order of their codes; what has no section comes last."""
    heading, totals = snapshot.heading, snapshot.totals
    codes = sorted(totals.sections, key=lambda code: not code)
    return {
        "ShiftNumber": shift.number,
        "CashierCode": whole_number(heading.cashier_code),
        "CashierName": heading.cashier_name,
        "StartOn": clock(shift.opened_at),
        "Sections": [
            {"Section": _name(code, heading.sections), **_figures(totals, [code])} for code in codes
        ],
        "SectionsTotal": _figures(totals, codes),
    }


def _name(code: str, names: Mapping[str, str]) -> str:
    """As the Z froze it, or as it is now while the shift is open."""
    if not code:
        return pgettext("section of a register", "Отдел по умолчанию")
    return names.get(code) or _("Секция {code}").format(code=code)


def _figures(totals: Totals, codes: Sequence[str]) -> OfSections:
    sums = {
        kind: Money.sum(totals.money("goods", kind, code) for code in codes)
        for kind in KINDS.values()
    }
    counts = {
        kind: sum(totals.count("positions", kind, code) for code in codes)
        for kind in KINDS.values()
    }
    revenue = Money.sum(money * DIRECTION[kind] for kind, money in sums.items())
    by_kind = {
        name: {"Quantity": counts[kind], "Sum": decimal(sums[kind])} for name, kind in KINDS.items()
    }
    return {**by_kind, "Revenue": {"Sum": decimal(revenue)}}
