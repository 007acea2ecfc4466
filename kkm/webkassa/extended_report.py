"""An X- or a Z-report with its sections, taxes and modifiers.

The names of the additional fields were read in an OPOS driver's sample of `Cashbox/state`, where
the same report stands. `Type` (1 X, 0 Z) is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import TypedDict

from kkm.domain.kinds import OperationKind
from kkm.domain.money import ZERO
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import rate_key
from kkm.models import KKM
from kkm.webkassa.answer_values import (
    JsonObject,
    Number,
    json_money,
    json_thousandths,
    whole_or_zero,
)
from kkm.webkassa.field_codes import DISCOUNT, MARKUP, VAT, WITHOUT_VAT
from kkm.webkassa.shift_report import KINDS, TaxpayersReportAnswer, taxpayers_report

X_REPORT = 1
Z_REPORT = 0
# Codes of modifiers with the measures of `Totals` that count and sum them.
MODIFIERS = ((DISCOUNT, "discounts", "discount"), (MARKUP, "markups", "markup"))


class AmountsAnswer(TypedDict):
    """How many, and their sum."""

    Amount: Number
    Count: int


class ReportSectionAnswer(TypedDict):
    """Positions of a section by kind of ticket (Sell, Buy, ReturnSell, ReturnBuy)."""

    Code: int
    Name: str
    Operations: dict[str, AmountsAnswer]


class ReportTaxAnswer(TypedDict):
    """Turnover and VAT of a rate.

    `Type` 100: VAT, 0: without VAT; `OperationType` as in `Check`.
    """

    Type: int
    OperationType: int
    Turnover: Number
    Amount: Number
    Percent: Number


class PlacedAnswer(TypedDict):
    """Placements of money; `TotalCount` in all shifts."""

    TotalCount: int
    Count: int
    Amount: Number


class PlacementsAnswer(TypedDict):
    """Both kinds of them, spelled as the vendor does."""

    Deposit: PlacedAnswer
    WithDrawal: PlacedAnswer


class ReportModifiersAnswer(TypedDict):
    """Discounts (1) or markups (2) by kind of ticket."""

    Type: int
    Operations: dict[str, AmountsAnswer]


class ExtendedReportAnswer(TaxpayersReportAnswer):
    """A report with its parts."""

    Sections: list[ReportSectionAnswer]
    Taxes: list[ReportTaxAnswer]
    MoneyPlacementOperations: PlacementsAnswer
    Revenue: Number
    Type: int
    Modificators: list[ReportModifiersAnswer]


def extended_report(kkm: KKM, snapshot: Snapshot, seal: str, report_type: int) -> JsonObject:
    """A report with its parts, of the shape `ExtendedReportAnswer`."""
    return {
        **taxpayers_report(kkm, snapshot, seal),
        "Sections": list(_sections(snapshot)),
        "Taxes": list(_taxes(snapshot)),
        "MoneyPlacementOperations": {
            "Deposit": _placed(snapshot, OperationKind.DEPOSIT),
            "WithDrawal": _placed(snapshot, OperationKind.WITHDRAWAL),
        },
        "Revenue": json_money(snapshot.totals.revenue),
        "Type": report_type,
        "Modificators": list(_modifiers(snapshot)),
    }


def _sections(snapshot: Snapshot) -> Iterator[ReportSectionAnswer]:
    for code in snapshot.totals.sections:
        yield {
            "Code": whole_or_zero(code),
            "Name": snapshot.heading.sections.get(code, ""),
            "Operations": _amounts(snapshot, "positions", "goods", code),
        }


def _amounts(snapshot: Snapshot, count_of: str, sum_of: str, *key: str) -> dict[str, AmountsAnswer]:
    """Two measures of `Totals` for each kind of ticket that has any."""
    totals = snapshot.totals
    amounts: dict[str, AmountsAnswer] = {}
    for name, kind in KINDS.items():
        count = totals.count(count_of, kind, *key)
        if count:
            money = totals.money(sum_of, kind, *key)
            amounts[name] = {"Amount": json_money(money), "Count": count}
    return amounts


def _taxes(snapshot: Snapshot) -> Iterator[ReportTaxAnswer]:
    totals = snapshot.totals
    for rate in totals.rates:
        tax_type = VAT
        if rate is None:
            tax_type = WITHOUT_VAT
        for kind in KINDS.values():
            turnover = totals.money("turnover", kind, rate_key(rate))
            vat = totals.money("vat", kind, rate_key(rate))
            if turnover != ZERO or vat != ZERO:
                yield {
                    "Type": tax_type,
                    "OperationType": int(kind),
                    "Turnover": json_money(turnover),
                    "Amount": json_money(vat),
                    "Percent": json_thousandths(rate or 0),
                }


def _placed(snapshot: Snapshot, kind: OperationKind) -> PlacedAnswer:
    totals = snapshot.totals
    return {
        "TotalCount": snapshot.closing.count(kind),
        "Count": totals.count("placements", kind),
        "Amount": json_money(totals.money("placed", kind)),
    }


def _modifiers(snapshot: Snapshot) -> Iterator[ReportModifiersAnswer]:
    for code, count_of, sum_of in MODIFIERS:
        amounts = _amounts(snapshot, count_of, sum_of)
        if amounts:
            yield {"Type": code, "Operations": amounts}
