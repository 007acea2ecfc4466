"""`XReport/extended` and `ZReport/extended`: the reports with sections, taxes and modifiers.

The calls were read in the public code of an OPOS driver; the names of the additional fields in its
sample of `cashbox/state`, where the same report stands. `Type` (1 X, 0 Z) is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import TypedDict

from kkm.domain.kinds import OperationKind
from kkm.domain.money import ZERO, Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import rate_key
from kkm.models import KKM
from kkm.webkassa import answers, requests
from kkm.webkassa.answers import Number, number, whole_number
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.reading import open_shift
from kkm.webkassa.requests import DISCOUNT, MARKUP, VAT, WITHOUT_VAT
from kkm.webkassa.shift_reports import KINDS, snapshot_now, with_taxpayer
from kkm.webkassa.writing import closed_shift

X, Z = 1, 0
K = OperationKind


class Amounts(TypedDict):
    """How many, and their sum."""

    Amount: Number
    Count: int


class ReportSection(TypedDict):
    """Positions of a section by kind of ticket (Sell, Buy, ReturnSell, ReturnBuy)."""

    Code: int
    Name: str
    Operations: dict[str, Amounts]


class ReportTax(TypedDict):
    """Turnover and VAT of a rate.

    `Type` 100: VAT, 0: without VAT; `OperationType` as in `Check`.
    """

    Type: int
    OperationType: int
    Turnover: Number
    Amount: Number
    Percent: Number


class Placed(TypedDict):
    """Placements of money; `TotalCount` in all shifts."""

    TotalCount: int
    Count: int
    Amount: Number


class Placements(TypedDict):
    """Both kinds of them, spelled as the vendor does."""

    Deposit: Placed
    WithDrawal: Placed


class ReportModifiers(TypedDict):
    """Discounts (1) or markups (2) by kind of ticket."""

    Type: int
    Operations: dict[str, Amounts]


class ExtendedReport(answers.TaxpayersReport):
    """A report with its parts."""

    Sections: list[ReportSection]
    Taxes: list[ReportTax]
    MoneyPlacementOperations: Placements
    Revenue: Number
    Type: int
    Modificators: list[ReportModifiers]


@call("XReport/extended", requests.OfRegister, ExtendedReport)
def x_report_extended(caller: Caller, asked: requests.OfRegister) -> Answer:
    """The X-report of the shift that is open, with its parts."""
    kkm = caller.register(asked)
    snapshot, seal = snapshot_now(open_shift(kkm), caller.now())
    return Answer(extended(kkm, snapshot, seal, X))


@call("ZReport/extended", requests.ZReport, ExtendedReport)
def z_report_extended(caller: Caller, asked: requests.ZReport) -> Answer:
    """Close the shift and give its Z-report with its parts."""
    kkm = caller.register(asked)
    closing, repeat_of = closed_shift(caller, kkm, asked)
    return Answer(extended(kkm, closing.z.snapshot, closing.seal, Z), repeat_of)


def extended(kkm: KKM, snapshot: Snapshot, seal: str, kind: int) -> ExtendedReport:
    """A report with its parts."""
    return {
        **with_taxpayer(kkm, snapshot, seal),
        "Sections": list(_sections(snapshot)),
        "Taxes": list(_taxes(snapshot)),
        "MoneyPlacementOperations": {
            "Deposit": _placed(snapshot, K.DEPOSIT),
            "WithDrawal": _placed(snapshot, K.WITHDRAWAL),
        },
        "Revenue": number(snapshot.totals.revenue),
        "Type": kind,
        "Modificators": list(_modifiers(snapshot)),
    }


def _sections(snapshot: Snapshot) -> Iterator[ReportSection]:
    totals = snapshot.totals
    names = snapshot.heading.sections
    for code in totals.sections:
        operations = {}
        for name, kind in KINDS.items():
            count = totals.count("positions", kind, code)
            if count:
                goods = totals.money("goods", kind, code)
                operations[name] = {"Amount": number(goods), "Count": count}
        yield {
            "Code": whole_number(code),
            "Name": names.get(code, ""),
            "Operations": operations,
        }


def _taxes(snapshot: Snapshot) -> Iterator[ReportTax]:
    totals = snapshot.totals
    for rate in totals.rates:
        for kind in KINDS.values():
            turnover = totals.money("turnover", kind, rate_key(rate))
            vat = totals.money("vat", kind, rate_key(rate))
            if turnover != ZERO or vat != ZERO:
                yield {
                    "Type": WITHOUT_VAT if rate is None else VAT,
                    "OperationType": int(kind),
                    "Turnover": number(turnover),
                    "Amount": number(vat),
                    "Percent": answers.thousandths(rate or 0),
                }


def _placed(snapshot: Snapshot, kind: K) -> Placed:
    totals = snapshot.totals
    return {
        "TotalCount": snapshot.closing.count(kind),
        "Count": totals.count("placements", kind),
        "Amount": number(totals.money("placed", kind)),
    }


def _modifiers(snapshot: Snapshot) -> Iterator[ReportModifiers]:
    totals = snapshot.totals
    for code, count_of, sum_of in (
        (DISCOUNT, "discounts", "discount"),
        (MARKUP, "markups", "markup"),
    ):
        operations = {}
        for name, kind in KINDS.items():
            count = totals.count(count_of, kind)
            if count:
                amount: Money = totals.money(sum_of, kind)
                operations[name] = {"Amount": number(amount), "Count": count}
        if operations:
            yield {"Type": code, "Operations": operations}
