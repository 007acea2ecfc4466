"""What each call is asked with: the declarations that parse the requests, and that the
description of the API is made of.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.alias_generators import to_pascal

from kkm.domain.kinds import PaymentType
from kkm.domain.limits import MOST_LINES
from kkm.domain.money import ZERO
from kkm.webkassa.fields import (
    Buyer,
    FirstMoment,
    Flag,
    LastMoment,
    Mark,
    Moment,
    Percent,
    Quantity,
    RegistrationNumber,
    Secret,
    Section,
    Tenge,
    capped,
    one_of,
    printed,
    whole,
)

SALE_RETURN, DEPOSIT, WITHDRAWAL = 3, 0, 1
VAT, WITHOUT_VAT = 100, 0
DISCOUNT, MARKUP = 1, 2
ROUND_NOTHING, ROUND_ALL, ROUND_POSITIONS, ROUND_TOTAL = 0, 1, 2, 3
PAPER_KINDS = (0, 3, 12, 13)
NOTHING = (None, "", "0", "0.0", False)  # numbers are the texts that were written
MOST_TAKEN = 100
MOST_PAYMENTS = 100  # several of one kind are added up
MOST_SHIFT = 2**31 - 1


class Request(BaseModel):
    """A JSON object. Names of fields are read whatever their case, `null` is as good as nothing,
    unknown ones are passed over.
    """

    model_config = ConfigDict(alias_generator=to_pascal, extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _any_case(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        names = {field.alias.lower(): field.alias for field in cls.model_fields.values()}
        return {
            names.get(name.lower(), name): value
            for name, value in values.items()
            if value is not None
        }


class Authorize(Request):
    """Login and password of a cashier."""

    login: printed(150, least=1)
    password: Secret


class Authorized(Request):
    """Who calls: the token that `Authorize` gave."""

    token: printed(100)


class OfRegister(Authorized):
    """Which register (ЗНМ)."""

    cashbox_unique_number: printed(50, least=1)


class OfShift(OfRegister):
    """Which shift of it."""

    shift_number: whole(1, MOST_SHIFT)


class Listed(OfRegister):
    """A part of a long list."""

    skip: whole(0, MOST_SHIFT) = 0
    take: capped(MOST_TAKEN) = 50


class Position(Request):
    """A line of goods: Count × Price − Discount + Markup."""

    position_name: printed(300, least=1)
    count: Quantity
    price: Tenge
    discount: Tenge = ZERO
    markup: Tenge = ZERO
    tax: Tenge | None = None
    tax_type: one_of(WITHOUT_VAT, VAT) | None = None
    tax_percent: Percent | None = None
    position_code: printed(100) = ""
    section_code: Section = ""
    unit_code: printed(20) = ""
    mark: Mark = ""
    mark_list: Annotated[list[Mark], Field(max_length=1000)] = []
    gtin: printed(100) = ""
    ntin: printed(100) = ""
    is_storno: Flag = False


class Modifier(Request):
    """A discount (1) or a markup (2) on the whole ticket."""

    type: one_of(DISCOUNT, MARKUP)
    sum: Tenge
    text: printed(300) = ""
    tax: Tenge | None = None
    tax_type: one_of(WITHOUT_VAT, VAT) | None = None
    tax_percent: Percent | None = None


class Payment(Request):
    """What was handed over in one way: 0 cash, 1 card, 2 credit, 3 tare, 4 mobile."""

    sum: Tenge
    payment_type: one_of(*PaymentType)


class ReturnBasis(Request):
    """The ticket that a return returns."""

    check_number: printed(50, least=1)
    date_time: Moment
    registration_number: RegistrationNumber
    total: Tenge
    is_offline: Flag = False


class Check(OfRegister):
    """A ticket. `DateTime`: its own time, of one that was made offline up to 72 hours ago."""

    operation_type: one_of(0, 1, 2, 3)
    positions: Annotated[list[Position], Field(min_length=1, max_length=MOST_LINES)]
    ticket_modifiers: Annotated[list[Modifier], Field(max_length=MOST_LINES)] = []
    payments: Annotated[list[Payment], Field(max_length=MOST_PAYMENTS)] = []
    change: Tenge | None = None
    round_type: one_of(0, 1, 2, 3) = ROUND_POSITIONS
    external_check_number: printed(50) = ""
    external_order_number: printed(200) = ""
    customer_xin: Buyer = ""
    return_basis_details: ReturnBasis | None = None
    date_time: Moment | None = None
    paper_kind: one_of(*PAPER_KINDS) = 0

    @field_validator("return_basis_details", mode="before")
    @classmethod
    def _empty_is_nothing(cls, value: object) -> object:
        """Clients send an object of empty fields with every sale."""
        if isinstance(value, dict) and all(inside in NOTHING for inside in value.values()):
            return None
        return value


class MoneyOperation(OfRegister):
    """Cash into the drawer (0) or out of it (1)."""

    operation_type: one_of(DEPOSIT, WITHDRAWAL)
    sum: Tenge
    external_check_number: printed(50) = ""
    date_time: Moment | None = None


class ZReport(OfRegister):
    """The closing of a shift. A repeat with the same number answers the Z-report that it made."""

    external_check_number: printed(50) = ""


class TicketsOfShift(Listed):
    """Tickets of a shift."""

    shift_number: whole(1, MOST_SHIFT)


class TicketByNumber(OfRegister):
    """A ticket by its fiscal sign, perhaps of a given shift."""

    number: printed(50, least=1)
    shift_number: whole(1, MOST_SHIFT) | None = None


class Sections(OfRegister):
    """Shifts opened within [StartDate, EndDate]."""

    start_date: FirstMoment
    end_date: LastMoment


class PrintFormat(OfRegister):
    """A ticket as lines of a paper: 0 80 mm, 3 57 mm, 12 and 13 A4."""

    external_check_number: printed(50, least=1)
    paper_kind: one_of(*PAPER_KINDS) = 0
