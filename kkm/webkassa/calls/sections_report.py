"""`Reports/ReportByShiftsAndSections`: positions by section, after their own discounts and markups.

Documented by the vendor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from typing_extensions import TypedDict

from kkm.domain.kinds import DIRECTION
from kkm.domain.money import ZERO, Money
from kkm.domain.totals import natural_order
from kkm.local_time import plain_clock
from kkm.models import FiscalOperation, Shift
from kkm.reading.fold import SectionSums, by_section
from kkm.webkassa.answer_values import JsonObject, Number, json_money, whole_or_zero
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http.codes import invalid
from kkm.webkassa.request_fields import FirstMoment, LastMoment
from kkm.webkassa.request_shapes import OfRegisterRequest
from kkm.webkassa.shift_report import KINDS, snapshot_of_closed_shift, snapshot_of_open_shift

# Positions of one shift by kind of ticket and code of section.
SumsOfShift = Mapping[tuple[int, str], SectionSums]


class SectionsRequest(OfRegisterRequest):
    """Shifts opened within [StartDate, EndDate]."""

    start_date: FirstMoment
    end_date: LastMoment


class CountedAnswer(TypedDict):
    """Positions of one kind of ticket."""

    Quantity: int
    Sum: Number


class RevenueAnswer(TypedDict):
    """Sales − sale returns − purchases + purchase returns."""

    Sum: Number


class OfSectionsAnswer(TypedDict):
    """All sections together."""

    Sell: CountedAnswer
    Buy: CountedAnswer
    ReturnSell: CountedAnswer
    ReturnBuy: CountedAnswer
    Revenue: RevenueAnswer


class OfSectionAnswer(TypedDict):
    """One section, by its name."""

    Section: str
    Sell: CountedAnswer
    Buy: CountedAnswer
    ReturnSell: CountedAnswer
    ReturnBuy: CountedAnswer
    Revenue: RevenueAnswer


class ShiftBySectionsAnswer(TypedDict):
    """One shift; the cashier is who closed it, or acted last."""

    ShiftNumber: int
    CashierCode: int
    CashierName: str
    StartOn: str
    Sections: list[OfSectionAnswer]
    SectionsTotal: OfSectionsAnswer


class SectionsReportAnswer(TypedDict):
    """The shifts that were opened in the period, the oldest first."""

    CashboxUniqueNumber: str
    ShiftsInformation: list[ShiftBySectionsAnswer]


def sections_report(caller: Caller, request: SectionsRequest) -> CallResult:
    """Sections by shift, of shifts that were opened from StartDate to EndDate, both ends among
    them.
    """
    if request.end_date < request.start_date:
        raise invalid("EndDate", _("конец периода раньше его начала."))
    kkm = caller.register(request)
    opened = kkm.shifts.filter(opened_at__gte=request.start_date, opened_at__lte=request.end_date)
    found = list(opened.select_related("registration", "z").order_by("number"))
    sums = by_section(FiscalOperation.objects.tickets().of_shifts(found))
    shifts = []
    for shift in found:
        shifts.append(_shift(caller, shift, sums[shift.number]))
    return CallResult({"CashboxUniqueNumber": kkm.serial_number, "ShiftsInformation": shifts})


def _shift(caller: Caller, shift: Shift, sums: SumsOfShift) -> JsonObject:
    """A shift by those of its sections that had a position in it, in the order of their codes.

    What has no section comes last. Sums are after the discounts and markups of positions and
    before those of whole tickets, as the vendor documents them.
    """
    if shift.is_open:
        snapshot, _seal = snapshot_of_open_shift(shift, caller.now())
    else:
        snapshot = snapshot_of_closed_shift(shift)
    heading = snapshot.heading
    codes = sorted({code for _kind, code in sums}, key=_order)
    sections = []
    for code in codes:
        name = _section_name(code, heading.sections)
        sections.append({"Section": name, **_figures(sums, [code])})
    return {
        "ShiftNumber": shift.number,
        "CashierCode": whole_or_zero(heading.cashier_code),
        "CashierName": heading.cashier_name,
        "StartOn": plain_clock(shift.opened_at),
        "Sections": sections,
        "SectionsTotal": _figures(sums, codes),
    }


def _order(code: str) -> tuple:
    """A sort key: codes in natural order, positions without a section last."""
    return not code, *natural_order(code)


def _section_name(code: str, names: Mapping[str, str]) -> str:
    """As the Z froze it, or as it is now while the shift is open."""
    if not code:
        return pgettext("section of a register", "Отдел по умолчанию")
    return names.get(code) or _("Секция {code}").format(code=code)


def _figures(sums: SumsOfShift, codes: Sequence[str]) -> JsonObject:
    """Sums of all these sections together: an `OfSectionsAnswer`."""
    figures: JsonObject = {}
    revenue = ZERO
    for name, kind in KINDS.items():
        of_kind = [sums.get((kind, code), SectionSums()) for code in codes]
        total = Money.sum(one.result for one in of_kind)
        positions = sum(one.positions for one in of_kind)
        figures[name] = {"Quantity": positions, "Sum": json_money(total)}
        revenue += total * DIRECTION[kind]
    figures["Revenue"] = {"Sum": json_money(revenue)}
    return figures
