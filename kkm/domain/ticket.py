"""What a register asks to be recorded: a ticket, a money placement, the closing of a shift. Wrong
ones cannot be built (WrongField).

`details` are texts, whole numbers, true or false, lists and maps of such; what is not known is left
out. Their keys:
  of a ticket     buyer   ИИН/БИН of the buyer; order: the number of his order
                  basis   the ticket that a return returns: number (its fiscal sign), at (ISO 8601
                          with the offset), total (tiyn), registration_number (РНМ), offline (true
                          or false)
  of a position   code    the seller's own code of the goods; unit: code of the unit of measure (796
                  piece, 166 kg, 112 litre); gtin, ntin: numbers in the catalogues of goods; marks:
                  list of codes of obligatory marking
  of an act       reason, comment, registration_number (РНМ); requisites: as `kkm.domain.heading`
                  freezes them
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from kkm.domain.kinds import (
    ACTS,
    PLACEMENTS,
    RETURNED,
    TICKETS,
    OperationKind,
    PaymentType,
    PositionRole,
)
from kkm.domain.limits import MONEY_LIMIT, MOST_LINES, QUANTITY_LIMIT
from kkm.domain.moments import utc
from kkm.domain.money import ZERO, Money, goods_in_tiyn
from kkm.domain.printable import UNPRINTABLE
from kkm.domain.vat import TaxedLine, included_vat, line_vats


class WrongField(ValueError):
    """A field has a value that cannot be true, by itself or beside the others."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


def goods_of(quantity: int, price: Money) -> Money:
    """Quantity in thousandths × price, rounded half-up to the tiyn."""
    return Money(goods_in_tiyn(quantity, price.tiyn))


def _check_amounts(**amounts: Money) -> None:
    for name, amount in amounts.items():
        if not ZERO <= amount < MONEY_LIMIT:
            raise WrongField(name, f"{amount} is not between 0 and 10¹² tenge")


def _check_texts(limit: int, **texts: str) -> None:
    for name, text in texts.items():
        if len(text) > limit:
            raise WrongField(name, f"at most {limit} characters")
        if UNPRINTABLE.search(text):
            raise WrongField(name, "has a character that cannot be printed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One line of goods. `quantity` in thousandths; `rate` as in `kkm.domain.vat`; `details`: code,
    unit, gtin, ntin, marks.

    `goods` is the sum before discount and markup; it may differ from quantity × price by less than
    a tenge (rounding to whole tenge).
    """

    name: str
    quantity: int
    price: Money
    section: str = ""
    discount: Money = ZERO
    markup: Money = ZERO
    rate: int | None = None
    goods: Money = None  # type: ignore[assignment]  # not given: quantity × price
    details: Mapping[str, Any] = field(default_factory=dict)

    role = PositionRole.ITEM

    def __post_init__(self) -> None:
        exact = goods_of(self.quantity, self.price)
        if self.goods is None:
            object.__setattr__(self, "goods", exact)
        if not 0 < self.quantity < QUANTITY_LIMIT:
            raise WrongField("quantity", "must be positive")
        if not self.name.strip():
            raise WrongField("name", "is empty")
        _check_texts(300, name=self.name)
        _check_texts(20, section=self.section)
        if any(letter > "\uffff" for letter in self.section):
            # It also sorts otherwise in RFC 8785 than in Python.
            raise WrongField("section", "has a character that cannot be printed")
        _check_amounts(
            price=self.price, goods=self.goods, discount=self.discount, markup=self.markup
        )
        if abs(self.goods.tiyn - exact.tiyn) >= 100:
            raise WrongField("goods", f"{self.goods} is not quantity × price, {exact}")
        if self.total < ZERO:
            raise WrongField("discount", f"{self.discount} is more than the position costs")

    @property
    def total(self) -> Money:
        """Goods − discount + markup."""
        return self.goods - self.discount + self.markup

    @property
    def vat(self) -> Money:
        """Included VAT, rounded for this position alone."""
        return Money(included_vat(self.total.tiyn, self.rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """A discount or a markup on the whole ticket, with its own VAT rate.

    `vat` is never negative: a discount takes it off, a markup adds it. A ticket sets it
    (`kkm.domain.vat.line_vats`); of a modifier that is not on a ticket it is the VAT included in
    its amount.
    """

    role: PositionRole
    amount: Money
    rate: int | None = None
    name: str = ""
    vat: Money = None  # type: ignore[assignment]  # not given: as above

    quantity = 0
    price = goods = ZERO
    section = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.role not in (PositionRole.DISCOUNT, PositionRole.MARKUP):
            raise WrongField("role", "a modifier is a discount or a markup")
        _check_texts(300, name=self.name)
        _check_amounts(amount=self.amount)
        if not self.amount:
            raise WrongField("amount", "a modifier of nothing")
        if self.vat is None:
            object.__setattr__(self, "vat", Money(included_vat(self.amount.tiyn, self.rate)))

    @property
    def discount(self) -> Money:
        """What it takes off."""
        if self.role != PositionRole.DISCOUNT:
            return ZERO
        return self.amount

    @property
    def markup(self) -> Money:
        """What it adds."""
        if self.role != PositionRole.MARKUP:
            return ZERO
        return self.amount

    @property
    def total(self) -> Money:
        """Its signed share of the ticket's sum."""
        return self.markup - self.discount


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every request has: when it happened (UTC, whole seconds), who did it, and the
    client's own number that makes it idempotent.
    """

    at: datetime
    actor_code: str = ""
    actor_name: str = ""
    external_number: str = ""
    offline: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise WrongField("at", "a time without a zone")
        object.__setattr__(self, "at", utc(self.at))
        _check_texts(50, external_number=self.external_number, actor_code=self.actor_code)
        _check_texts(200, actor_name=self.actor_name)


@dataclass(frozen=True, kw_only=True)
class Ticket(Entry):
    """A sale, a purchase or a return. `payments` are what stays with the till (cash without the
    change); their sum is the ticket's.

    `sold_at`: when the ticket was made that a return returns, in UTC; None of other kinds, or if
    the basis does not say it.
    """

    kind: OperationKind
    positions: tuple[Position, ...]
    modifiers: tuple[Modifier, ...] = ()
    payments: Mapping[PaymentType, Money]
    change: Money = ZERO
    sold_at: datetime | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind not in TICKETS:
            raise WrongField("kind", f"{self.kind!r} is not a kind of ticket")
        if not self.positions:
            raise WrongField("positions", "a ticket has at least one")
        if len(self.lines) > MOST_LINES:
            raise WrongField("positions", f"with discounts and markups at most {MOST_LINES}")
        _check_amounts(
            total=self.amount,
            change=self.change,
            **{PaymentType(t).name.lower(): m for t, m in self.payments.items()},
        )
        paid = Money.sum(self.payments.values())
        if paid != self.amount:
            raise WrongField("payments", f"{paid} paid, the ticket is {self.amount}")
        object.__setattr__(self, "modifiers", self._taxed_modifiers())
        object.__setattr__(self, "sold_at", self._read_sold_at())

    def _taxed_modifiers(self) -> tuple[Modifier, ...]:
        """The modifiers with their share of the ticket's VAT."""
        if not self.modifiers:
            return ()
        taxed = [TaxedLine(line.role, line.total.tiyn, line.rate) for line in self.lines]
        vats = line_vats(taxed)[len(self.positions) :]
        modifiers = []
        for modifier, vat in zip(self.modifiers, map(Money, vats), strict=True):
            if modifier.vat != vat:
                modifier = replace(modifier, vat=vat)
            modifiers.append(modifier)
        return tuple(modifiers)

    def _read_sold_at(self) -> datetime | None:
        if self.kind not in RETURNED:
            return None
        at = self.details.get("basis", {}).get("at")
        if not at:
            return None
        return utc(datetime.fromisoformat(at))

    @property
    def index_of_excessive_discount(self) -> int | None:
        """The index of the first modifier that is a discount and makes the turnover of its rate
        negative.

        None if there is none. Markups count first. A discount without a rate may be larger than
        the goods without VAT: the client has not said to which goods such a discount belongs.
        """
        turnover: dict[int | None, Money] = defaultdict(Money)
        for line in self.lines:
            if line.role != PositionRole.DISCOUNT:
                turnover[line.rate] += line.total
        for index, modifier in enumerate(self.modifiers):
            if modifier.rate is None or modifier.role != PositionRole.DISCOUNT:
                continue
            turnover[modifier.rate] += modifier.total
            if turnover[modifier.rate] < ZERO:
                return index
        return None

    @property
    def lines(self) -> tuple[Position | Modifier, ...]:
        """Positions, then modifiers: as they are stored and sealed."""
        return (*self.positions, *self.modifiers)

    @cached_property
    def amount(self) -> Money:
        """Goods − discounts + markups."""
        return Money.sum(line.total for line in self.lines)

    def paid(self, payment: PaymentType) -> Money:
        """What was paid in one way, net of change."""
        return self.payments.get(payment, ZERO)


@dataclass(frozen=True, kw_only=True)
class Placement(Entry):
    """Cash put into the drawer or taken out of it."""

    kind: OperationKind
    amount: Money

    lines = ()
    change = ZERO

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind not in PLACEMENTS:
            raise WrongField("kind", f"{self.kind!r} is not a money placement")
        _check_amounts(amount=self.amount)
        if not self.amount:
            raise WrongField("amount", "nothing to place")

    def paid(self, payment: PaymentType) -> Money:
        """A placement is cash."""
        if payment != PaymentType.CASH:
            return ZERO
        return self.amount


class MoneylessEntry(Entry):
    """What moves no money."""

    amount = ZERO
    change = ZERO
    lines = ()

    def paid(self, payment: PaymentType) -> Money:
        """Nothing, in whatever way."""
        return ZERO


@dataclass(frozen=True, kw_only=True)
class ShiftClosing(MoneylessEntry):
    """The end of a shift: its Z."""

    kind = OperationKind.CLOSE_SHIFT


@dataclass(frozen=True, kw_only=True)
class Act(MoneylessEntry):
    """Activation, deregistration, blocking, unblocking, change of requisites: `details` say the
    РНМ, the reason, the comment, the requisites.
    """

    kind: OperationKind

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind not in ACTS:
            raise WrongField("kind", f"{self.kind!r} is not an act")


Document = Ticket | Placement | ShiftClosing
