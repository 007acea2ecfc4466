"""X- and Z-reports by the API: the figures that the cabinet shows, under the API's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from kkm.domain.balance import Balance
from kkm.domain.heading import Unreadable
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from kkm.local_time import plain_clock
from kkm.models import KKM, Shift
from kkm.reading.fold import snapshot_at
from kkm.webkassa import answers
from kkm.webkassa.answers import number, ofd_of, short_ofd_of, whole_number
from kkm.webkassa.refusals import Z_NOT_FOUND, refused

K = OperationKind
KINDS = {
    "Sell": K.SALE,
    "Buy": K.PURCHASE,
    "ReturnSell": K.SALE_RETURN,
    "ReturnBuy": K.PURCHASE_RETURN,
}
PLACEMENTS = {"PutMoney": K.DEPOSIT, "TakeMoney": K.WITHDRAWAL}


def snapshot_now(shift: Shift, now: datetime) -> tuple[Snapshot, str]:
    """The figures of a shift that is open, and the seal that they end with.

    What comes meanwhile is not counted: they are of one moment.
    """
    operations = shift.operations.all()
    last = operations.order_by("-number").first()
    snapshot = snapshot_at(shift, at=now, operations=operations.filter(number__lte=last.number))
    return replace(snapshot, heading=replace(snapshot.heading, closed_at="")), last.seal


def snapshot_frozen(shift: Shift) -> Snapshot:
    """The figures that the Z of a closed shift froze.

    CallRefused if they cannot be read: somebody has been at them.
    """
    try:
        return shift.frozen
    except Unreadable as error:
        sentence = _("Z-отчёт смены № {number} не читается: журнал кассы повреждён.")
        raise refused(Z_NOT_FOUND, sentence.format(number=shift.number)) from error


def with_taxpayer(kkm: KKM, snapshot: Snapshot, seal: str) -> answers.TaxpayersReport:
    """An X, or a Z that was made just now."""
    heading, report = snapshot.heading, history_item(kkm, snapshot, seal)
    taxpayer = {
        "TaxPayerName": heading.taxpayer,
        "TaxPayerIN": heading.taxpayer_number,
        "TaxPayerVAT": bool(heading.vat_number),
        "TaxPayerVATSeria": heading.vat_series,
        "TaxPayerVATNumber": heading.vat_number,
    }
    told = {
        name: value
        for name, value in report.items()
        if name in answers.TaxpayersReport.__annotations__
    }
    return {**taxpayer, **told, "Ofd": ofd_of(heading, kkm.ofd)}


def history_item(kkm: KKM, snapshot: Snapshot, seal: str) -> answers.ShiftReport:
    """A report as histories have it.

    `ControlSum` is the beginning of the seal of the last operation, as a number of 31 bits.
    """
    heading, totals = snapshot.heading, snapshot.totals
    return {
        "ReportNumber": heading.shift_number,
        "CashboxSN": heading.serial_number,
        "CashboxIN": whole_number(heading.identity_number),
        "CashboxRN": heading.registration_number,
        "StartOn": _clock(heading.opened_at),
        "ReportOn": _clock(heading.reported_at),
        **_closing(heading.closed_at),
        "CashierCode": whole_number(heading.cashier_code),
        "CashierName": heading.cashier_name,
        "ShiftNumber": heading.shift_number,
        "DocumentCount": totals.count("documents"),
        **dict(_placements(totals)),
        "ControlSum": int(seal[:8], 16) >> 1,
        "OfflineMode": False,
        "CashboxOfflineMode": False,
        "SumInCashbox": number(snapshot.closing.cash),
        **{name: _tickets(totals, snapshot.closing, kind) for name, kind in KINDS.items()},
        "EndNonNullable": _non_nullable(snapshot.closing),
        "StartNonNullable": _non_nullable(snapshot.opening),
        "Ofd": short_ofd_of(heading, kkm.ofd),
    }


def _closing(closed_at: str) -> dict[str, str]:
    """When the shift was closed; nothing while it is open."""
    if not closed_at:
        return {}
    return {"CloseOn": _clock(closed_at)}


def _placements(totals: Totals) -> Iterator[tuple[str, object]]:
    for name, kind in PLACEMENTS.items():
        yield f"{name}Count", totals.count("placements", kind)
        yield f"{name}Sum", number(totals.money("placed", kind))


def _tickets(totals: Totals, closing: Balance, kind: K) -> answers.TicketsOfKind:
    amount, change = totals.money("amount", kind), totals.money("change", kind)
    paid: Mapping[PaymentType, Money] = {
        way: totals.money("paid", kind, way) for way in PaymentType
    }
    return {
        "PaymentsByTypesApiModel": [
            {"Sum": number(money), "Type": int(way)} for way, money in paid.items() if money
        ],
        "Discount": number(totals.money("discount", kind)),
        "Markup": number(totals.money("markup", kind)),
        "Taken": number(amount + change),
        "Change": number(change),
        "Count": totals.count("tickets", kind),
        "TotalCount": closing.count(kind),
        "VAT": number(Money(sum(totals.over("vat", kind).values()))),
    }


def _non_nullable(balance: Balance) -> answers.NonNullable:
    return {name: number(balance.total(kind)) for name, kind in KINDS.items()}


def _clock(iso: str) -> str:
    return plain_clock(datetime.fromisoformat(iso))
