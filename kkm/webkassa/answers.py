"""What each call answers: declarations that the description of the API is made of, in the order in
which the keys are written.

An answer is a plain dict of such a shape. Sums are written digit by digit, and never become floats.
"""

from __future__ import annotations

from datetime import datetime
from typing import (
    Annotated,
    NotRequired,  # as pydantic asks before Python 3.12
)

import orjson
from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from kkm.domain.heading import RegisterHeading, Requisites
from kkm.domain.money import Money
from kkm.local_time import offset, plain_clock
from kkm.models import KKM, OFD

Number = Annotated[object, WithJsonSchema({"type": "number"})]


def number(money: Money) -> orjson.Fragment:
    """A sum in tenge as a JSON number with a decimal point: 19500.0, 2089.28, 0.5.

    The vendor answers so, and clients of typed languages read such a number as a double.
    """
    text = money.plain.rstrip("0")
    if text.endswith("."):
        text += "0"
    return orjson.Fragment(text)


def thousandths(value: int) -> orjson.Fragment:
    """A quantity, or a rate in percent."""
    whole, part = divmod(value, 1000)
    return orjson.Fragment(f"{whole}.{part:03d}".rstrip("0").rstrip("."))


def with_offset(moment: datetime) -> str:
    """14.11.2024 12:17:42 +05:00, in Almaty."""
    return f"{plain_clock(moment)} {offset(moment)}"


def whole_number(text: str) -> int:
    """A number that the API declares whole though we keep it as text; 0 for one that is not."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


class ShortOfd(TypedDict):
    """The operator of fiscal data, as histories name him."""

    Name: str
    Host: str
    Code: int


class Ofd(TypedDict):
    """The operator of fiscal data."""

    Name: str
    NameKz: str
    NameEn: str
    Host: str
    Code: int


class Cashbox(TypedDict):
    """The register."""

    UniqueNumber: str
    RegistrationNumber: str
    IdentityNumber: str
    Address: str
    AddressKz: str
    Ofd: Ofd


class Organization(TypedDict):
    """The taxpayer."""

    TaxPayerName: str
    TaxPayerIN: str


class PrintedLine(TypedDict):
    """A line of a paper. `Type`: 0 text, 2 the text of the QR; `Style`: 1 bold."""

    Order: int
    Type: int
    Value: str
    Style: int


class PrintFormat(TypedDict):
    """A ticket, line by line."""

    Lines: list[PrintedLine]


class Authorized(TypedDict):
    """A token of 24 hours."""

    Token: str


class Check(TypedDict):
    """A ticket that was registered.

    `CheckNumber`: its fiscal sign; `CheckOrderNumber`: its number in the shift.
    """

    CheckNumber: str
    DateTime: str
    DateTimeUTC: str
    OfflineMode: bool
    CashboxOfflineMode: bool
    Cashbox: Cashbox
    Organization: Organization
    CheckOrderNumber: int
    ShiftNumber: int
    EmployeeName: str
    TicketUrl: str
    TicketPrintUrl: str
    TicketPrintFormat: list[PrintedLine]
    Total: Number
    OperationType: int
    ExternalCheckNumber: str
    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str


class MoneyOperation(TypedDict):
    """A money placement. `Sum`: the cash that is now in the drawer."""

    OfflineMode: bool
    CashboxOfflineMode: bool
    ShiftNumber: int
    DateTime: str
    DateTimeUTC: str
    Sum: Number
    Cashbox: Cashbox


class PaidSum(TypedDict):
    """What was paid in one way."""

    Sum: Number
    Type: int


class TicketsOfKind(TypedDict):
    """Tickets of one kind in a shift; `TotalCount`: since the register's first day."""

    PaymentsByTypesApiModel: list[PaidSum]
    Discount: Number
    Markup: Number
    Taken: Number
    Change: Number
    Count: int
    TotalCount: int
    VAT: Number


class NonNullable(TypedDict):
    """Non-resettable totals."""

    Sell: Number
    Buy: Number
    ReturnSell: Number
    ReturnBuy: Number


class ShiftReport(TypedDict):
    """An X- or a Z-report as a history has it."""

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
    PutMoneyCount: int
    PutMoneySum: Number
    TakeMoneyCount: int
    TakeMoneySum: Number
    ControlSum: int
    OfflineMode: bool
    CashboxOfflineMode: bool
    SumInCashbox: Number
    Sell: TicketsOfKind
    Buy: TicketsOfKind
    ReturnSell: TicketsOfKind
    ReturnBuy: TicketsOfKind
    EndNonNullable: NonNullable
    StartNonNullable: NonNullable
    Ofd: ShortOfd


class TaxpayersReport(TypedDict):
    """An X- or a Z-report as it is made: with the taxpayer, without counts of money placements."""

    TaxPayerName: str
    TaxPayerIN: str
    TaxPayerVAT: bool
    TaxPayerVATSeria: str
    TaxPayerVATNumber: str
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
    PutMoneySum: Number
    TakeMoneySum: Number
    ControlSum: int
    OfflineMode: bool
    CashboxOfflineMode: bool
    SumInCashbox: Number
    Sell: TicketsOfKind
    Buy: TicketsOfKind
    ReturnSell: TicketsOfKind
    ReturnBuy: TicketsOfKind
    EndNonNullable: NonNullable
    StartNonNullable: NonNullable
    Ofd: Ofd


class Refusal(TypedDict):
    """Why not: a code of the table, and a sentence for a person."""

    Code: int
    Text: str


def ofd_of(who: Requisites, ofd: OFD | None) -> Ofd:
    """Its names as they were frozen; a register without one has empty ones. A Z freezes neither its
    code nor its other names: these are the row's, if that has the same name.
    """
    if not who.ofd:
        return {"Name": "", "NameKz": "", "NameEn": "", "Host": "", "Code": 0}
    code, kazakh, english = who.ofd_code, who.ofd_kk, who.ofd_en
    if not code and ofd and ofd.name == who.ofd:
        code, kazakh, english = str(ofd.code), ofd.name_kk, ofd.name_en
    names = {"Name": who.ofd, "NameKz": kazakh or who.ofd, "NameEn": english or who.ofd}
    return {**names, "Host": f"{who.ofd_host}/consumer", "Code": int(code or 0)}


def short_ofd_of(who: Requisites, ofd: OFD | None) -> ShortOfd:
    """The same without the other languages."""
    told = ofd_of(who, ofd)
    return {name: value for name, value in told.items() if name in ShortOfd.__annotations__}


def cashbox_of(kkm: KKM, who: RegisterHeading) -> Cashbox:
    """The register as it was frozen with what the answer is about."""
    numbers = {
        "UniqueNumber": who.serial_number,
        "RegistrationNumber": who.registration_number,
        "IdentityNumber": who.identity_number,
    }
    return {
        **numbers,
        "Address": who.address,
        "AddressKz": who.address_kk or who.address,
        "Ofd": ofd_of(who, kkm.ofd),
    }
