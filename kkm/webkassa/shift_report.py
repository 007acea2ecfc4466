"""An X- or a Z-report by the API: the figures that the cabinet shows, under the API's names.

It has two shapes: one for a report that is made now, one for histories. They differ in the fields
of the taxpayer, of placements of money and of the operator of fiscal data.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NotRequired  # pydantic asks for this one before Python 3.12

from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.domain.balance import Balance
from kkm.domain.heading import Unreadable
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from kkm.local_time import plain_clock
from kkm.models import KKM, Shift
from kkm.reading.fold import snapshot_at
from kkm.webkassa.answer_shapes import OfdAnswer, ShortOfdAnswer, ofd_answer, short_ofd_answer
from kkm.webkassa.answer_values import JsonObject, Number, json_money, whole_or_zero
from kkm.webkassa.http.codes import Z_NOT_FOUND, refused

# Kinds of tickets by their names in reports.
KINDS = {
    "Sell": OperationKind.SALE,
    "Buy": OperationKind.PURCHASE,
    "ReturnSell": OperationKind.SALE_RETURN,
    "ReturnBuy": OperationKind.PURCHASE_RETURN,
}
PLACEMENTS = {"PutMoney": OperationKind.DEPOSIT, "TakeMoney": OperationKind.WITHDRAWAL}


class PaidSumAnswer(TypedDict):
    """What was paid in one way."""

    Sum: Number
    Type: int


class TicketsOfKindAnswer(TypedDict):
    """Tickets of one kind in a shift; `TotalCount`: since the register's first day."""

    PaymentsByTypesApiModel: list[PaidSumAnswer]
    Discount: Number
    Markup: Number
    Taken: Number
    Change: Number
    Count: int
    TotalCount: int
    VAT: Number


class NonNullableAnswer(TypedDict):
    """Non-resettable totals."""

    Sell: Number
    Buy: Number
    ReturnSell: Number
    ReturnBuy: Number


class ReportTaxpayer(TypedDict):
    """Whose register it is."""

    TaxPayerName: str
    TaxPayerIN: str
    TaxPayerVAT: bool
    TaxPayerVATSeria: str
    TaxPayerVATNumber: str


class ReportHeading(TypedDict):
    """Which report it is. No `CloseOn` while the shift is open."""

    ReportNumber: int
    CashboxSN: str
    CashboxIN: int
    CashboxRN: str
    StartOn: str
    ReportOn: str
    CloseOn: NotRequired[str]
    CashierCode: int
    CashierName: str
    ShiftNumber: int
    DocumentCount: int


class PlacementSums(TypedDict):
    """Deposits and withdrawals."""

    PutMoneySum: Number
    TakeMoneySum: Number


class PlacementCountsAndSums(TypedDict):
    """Deposits and withdrawals."""

    PutMoneyCount: int
    PutMoneySum: Number
    TakeMoneyCount: int
    TakeMoneySum: Number


class ReportFigures(TypedDict):
    """Figures of tickets. `ControlSum` is the beginning of the seal of the last operation, as a
    number of 31 bits.
    """

    ControlSum: int
    OfflineMode: bool
    CashboxOfflineMode: bool
    SumInCashbox: Number
    Sell: TicketsOfKindAnswer
    Buy: TicketsOfKindAnswer
    ReturnSell: TicketsOfKindAnswer
    ReturnBuy: TicketsOfKindAnswer
    EndNonNullable: NonNullableAnswer
    StartNonNullable: NonNullableAnswer


class ShiftReportAnswer(ReportHeading, PlacementCountsAndSums, ReportFigures):
    """An X- or a Z-report as a history has it."""

    Ofd: ShortOfdAnswer


class TaxpayersReportAnswer(ReportTaxpayer, ReportHeading, PlacementSums, ReportFigures):
    """An X- or a Z-report as it is made."""

    Ofd: OfdAnswer


def report_of_history(kkm: KKM, snapshot: Snapshot, seal: str) -> JsonObject:
    """A report from the figures of a shift and the seal of its last operation: a
    `ShiftReportAnswer`.
    """
    return {
        **_heading(snapshot),
        **_placement_counts_and_sums(snapshot.totals),
        **_figures(snapshot, seal),
        "Ofd": short_ofd_answer(snapshot.heading, kkm.ofd),
    }


def taxpayers_report(kkm: KKM, snapshot: Snapshot, seal: str) -> JsonObject:
    """An X-report, or a Z-report that has just been made: a `TaxpayersReportAnswer`."""
    heading = snapshot.heading
    return {
        "TaxPayerName": heading.taxpayer,
        "TaxPayerIN": heading.taxpayer_number,
        "TaxPayerVAT": bool(heading.vat_number),
        "TaxPayerVATSeria": heading.vat_series,
        "TaxPayerVATNumber": heading.vat_number,
        **_heading(snapshot),
        **_placement_sums(snapshot.totals),
        **_figures(snapshot, seal),
        "Ofd": ofd_answer(heading, kkm.ofd),
    }


def snapshot_of_open_shift(shift: Shift, now: datetime) -> tuple[Snapshot, str]:
    """The figures of a shift that is open, and the seal of the last operation in them.

    Operations that arrive while they are read are not counted: all figures are of one moment.
    """
    operations = shift.operations.all()
    last = operations.latest("number")
    counted = operations.filter(number__lte=last.number)
    snapshot = snapshot_at(shift, at=now, operations=counted, last=last)
    heading = replace(snapshot.heading, closed_at="")
    return replace(snapshot, heading=heading), last.seal


def snapshot_of_closed_shift(shift: Shift) -> Snapshot:
    """The figures that the Z of a closed shift froze.

    CallRefused if they cannot be read: the database was changed by hand.
    """
    try:
        return shift.frozen
    except Unreadable as error:
        sentence = _("Z-отчёт смены № {number} не читается: журнал кассы повреждён.")
        raise refused(Z_NOT_FOUND, sentence.format(number=shift.number)) from error


def _heading(snapshot: Snapshot) -> JsonObject:
    heading = snapshot.heading
    closing = {}
    if heading.closed_at:
        closing["CloseOn"] = _clock(heading.closed_at)
    return {
        "ReportNumber": heading.shift_number,
        "CashboxSN": heading.serial_number,
        "CashboxIN": whole_or_zero(heading.identity_number),
        "CashboxRN": heading.registration_number,
        "StartOn": _clock(heading.opened_at),
        "ReportOn": _clock(heading.reported_at),
        **closing,
        "CashierCode": whole_or_zero(heading.cashier_code),
        "CashierName": heading.cashier_name,
        "ShiftNumber": heading.shift_number,
        "DocumentCount": snapshot.totals.count("documents"),
    }


def _placement_counts_and_sums(totals: Totals) -> JsonObject:
    placed: JsonObject = {}
    for name, kind in PLACEMENTS.items():
        placed[f"{name}Count"] = totals.count("placements", kind)
        placed[f"{name}Sum"] = json_money(totals.money("placed", kind))
    return placed


def _placement_sums(totals: Totals) -> JsonObject:
    placed: JsonObject = {}
    for name, kind in PLACEMENTS.items():
        placed[f"{name}Sum"] = json_money(totals.money("placed", kind))
    return placed


def _figures(snapshot: Snapshot, seal: str) -> JsonObject:
    closing = snapshot.closing
    tickets = {}
    for name, kind in KINDS.items():
        tickets[name] = _tickets(snapshot.totals, closing, kind)
    return {
        "ControlSum": int(seal[:8], 16) >> 1,
        "OfflineMode": False,
        "CashboxOfflineMode": False,
        "SumInCashbox": json_money(closing.cash),
        **tickets,
        "EndNonNullable": _non_nullable(closing),
        "StartNonNullable": _non_nullable(snapshot.opening),
    }


def _tickets(totals: Totals, closing: Balance, kind: OperationKind) -> TicketsOfKindAnswer:
    change = totals.money("change", kind)
    vat = Money(sum(totals.over("vat", kind).values()))
    return {
        "PaymentsByTypesApiModel": _payments(totals, kind),
        "Discount": json_money(totals.money("discount", kind)),
        "Markup": json_money(totals.money("markup", kind)),
        "Taken": json_money(totals.money("amount", kind) + change),
        "Change": json_money(change),
        "Count": totals.count("tickets", kind),
        "TotalCount": closing.count(kind),
        "VAT": json_money(vat),
    }


def _payments(totals: Totals, kind: OperationKind) -> list[PaidSumAnswer]:
    payments: list[PaidSumAnswer] = []
    for payment_type in PaymentType:
        money = totals.money("paid", kind, payment_type)
        if money:
            payments.append({"Sum": json_money(money), "Type": int(payment_type)})
    return payments


def _non_nullable(balance: Balance) -> JsonObject:
    return {name: json_money(balance.total(kind)) for name, kind in KINDS.items()}


def _clock(iso: str) -> str:
    return plain_clock(datetime.fromisoformat(iso))
