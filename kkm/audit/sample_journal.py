"""A small journal in memory in which everything happens that can happen to a register.

It is whole: the check must find nothing in it. The self-test tampers with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kkm.domain import seal as seals
from kkm.domain.heading import KEY, NOT_IN_Z, Requisites
from kkm.domain.kinds import TICKETS, OperationKind, PositionRole
from kkm.domain.operation import (
    FIELDS,
    START,
    Operation,
    SealedLine,
    after,
    cells_of,
    fiscal_sign_of,
    sealed_fields,
)
from kkm.domain.vat import included_vat

K = OperationKind

SERIAL_NUMBER = "SELFTEST001"
SELLER = Requisites(
    taxpayer="ТОО «Пример»",
    taxpayer_number="150740001357",
    vat_series="60001",
    vat_number="0012345",
    address="г. Алматы, ул. Толе би, д. 187",
    sections={"01": "Продукты"},
)
_FIRST_SECOND = 1_773_280_800  # 12.03.2026 02:00:00 UTC
_INTERVAL = 600  # seconds between two operations
_OFFLINE_DELAY = 60  # seconds until an offline ticket is received
_CASHIER = {"actor_code": "1", "actor_name": "Ахметова А.К."}
_VAT_RATE = 16_000  # thousandths of a percent


def sample_journal() -> list[Operation]:
    """Two shifts between the activation and the deregistration of a register.

    Sales and purchases and their returns, discounts and markups, offline tickets, money put in and
    taken out, a block, Z-reports, changes of requisites.
    """
    journal: list[Operation] = []
    seller = SELLER
    activation = {"registration_number": "600700000001", KEY: seller.cells}
    _add(journal, K.ACTIVATION, details=activation)
    for shift in (1, 2):
        _add_documents(journal, shift)
        _add(journal, K.BLOCK, details={"reason": "неуплата"})
        _add(journal, K.UNBLOCK)
        _add_closing(journal, shift, seller)
        seller = replace(seller, address=f"{seller.address}, к. {shift}")
        _add(journal, K.REQUISITES, details={KEY: seller.cells})
    _add(journal, K.DEREGISTRATION)
    return journal


def sealed(operation: Operation, previous: str) -> Operation:
    """The operation with the fiscal sign and the seal that it has after the seal `previous`."""
    if operation.kind in TICKETS:
        sign = fiscal_sign_of(operation, previous, SERIAL_NUMBER)
        operation = operation._replace(fiscal_sign=sign)
    seal = seals.seal(sealed_fields(operation, previous, SERIAL_NUMBER))
    return operation._replace(seal=seal)


def item_line(
    goods: int,
    *,
    rate: int | None = _VAT_RATE,
    section: str = "01",
    discount: int = 0,
    markup: int = 0,
) -> SealedLine:
    """A position: one piece of bread that costs `goods` tiyn."""
    role = PositionRole.ITEM.value
    vat = included_vat(goods - discount + markup, rate)
    return (role, section, "Хлеб", 1000, goods, goods, discount, markup, rate, vat, "")


def _discount_line(amount: int, vat: int | None = None) -> SealedLine:
    """A discount on the whole ticket; `vat`: if it is not what the discount includes."""
    role = PositionRole.DISCOUNT.value
    if vat is None:
        vat = included_vat(amount, _VAT_RATE)
    return (role, "", "", 0, 0, 0, amount, 0, _VAT_RATE, vat, "")


def _markup_line(amount: int) -> SealedLine:
    """A markup on the whole ticket."""
    role = PositionRole.MARKUP.value
    vat = included_vat(amount, _VAT_RATE)
    return (role, "", "", 0, 0, 0, 0, amount, _VAT_RATE, vat, "")


def _add_documents(journal: list[Operation], shift: int) -> None:
    """The tickets of a shift, and the money put in and taken out."""
    _add(journal, K.DEPOSIT, shift, cash=500_000)
    for step in range(4):
        two_rates = (item_line(150_000 + step), item_line(99_99, rate=None, section="02"))
        _add(journal, K.SALE, shift, lines=two_rates, card=9_999)
        reduced = (item_line(70_000, discount=5_000, markup=100), _discount_line(1_000))
        _add(journal, K.SALE, shift, lines=reduced, offline=True)
        raised = (item_line(20_000, rate=0), _markup_line(500))
        _add(journal, K.PURCHASE, shift, lines=raised)
    sold = (item_line(150_000),)
    _add(journal, K.SALE_RETURN, shift, lines=sold, details={"basis": {"number": 2}})
    bought = (item_line(20_000, rate=0),)
    _add(journal, K.PURCHASE_RETURN, shift, lines=bought, change=700)
    _add(journal, K.WITHDRAWAL, shift, cash=100_000)
    # A turnover of zero. The VAT of its discount was counted in the first way at first, and is
    # counted in the second way now: the check accepts both.
    for vat in (41, 42):
        free = (item_line(100), item_line(100), item_line(100), _discount_line(300, vat))
        _add(journal, K.SALE, shift, lines=free)


def _add_closing(journal: list[Operation], shift: int, seller: Requisites) -> None:
    """The closing of a shift with the Z-report that its documents add up to."""
    documents = [operation for operation in journal if operation.shift == shift]
    first = documents[0]
    number = len(journal) + 1
    heading = {
        **{name: value for name, value in seller.cells.items() if name not in NOT_IN_Z},
        "shift_number": shift,
        "first_number": first.number,
        "last_number": number,
        "serial_number": SERIAL_NUMBER,
    }
    totals = cells_of(documents)
    totals["documents"] += 1  # the closing itself
    before_first = journal[first.number - 2]
    z = {
        "version": 1,
        "heading": heading,
        "totals": totals,
        "opening": _balance_by_names(before_first),
        "closing": _balance_by_names(journal[-1]),
    }
    _add(journal, K.CLOSE_SHIFT, shift, z=seals.canonical(z))


def _balance_by_names(operation: Operation) -> dict[str, int]:
    return dict(zip(FIELDS, operation.balance, strict=True))


def _add(
    journal: list[Operation],
    kind: OperationKind,
    shift: int = 0,
    *,
    lines: Sequence[SealedLine] = (),
    cash: int = 0,
    card: int = 0,
    change: int = 0,
    offline: bool = False,
    details: dict | None = None,
    z: str = "",
) -> None:
    """Append an operation.

    `cash`: the sum of one without lines. `card`: the part of the sum that is paid by card.
    """
    number = len(journal) + 1
    occurred = _FIRST_SECOND + _INTERVAL * len(journal)
    amount = sum(map(_total, lines)) or cash
    unsealed = Operation(
        number=number,
        kind=kind.value,
        shift=shift,
        occurred=occurred,
        received=occurred + _OFFLINE_DELAY if offline else occurred,
        offline=offline,
        **_CASHIER,
        external_number=f"self-test-{number}" if shift else "",
        fiscal_sign="",
        amount=amount,
        payments=(amount - card, card, 0, 0, 0),
        change=change,
        balance=START,
        details=seals.canonical(details),
        seal="",
        lines=tuple(lines),
        z=z,
    )
    _append(journal, unsealed)


def _append(journal: list[Operation], operation: Operation) -> None:
    """With the balance and the seal that it has after the last operation."""
    previous, balance = seals.GENESIS, START
    if journal:
        previous, balance = journal[-1].seal, journal[-1].balance
    operation = operation._replace(balance=after(balance, operation))
    journal.append(sealed(operation, previous))


def _total(line: SealedLine) -> int:
    _role, _section, _name, _quantity, _price, goods, discount, markup, *_rest = line
    return goods - discount + markup
