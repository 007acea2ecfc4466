"""The 142 shifts before shift 143: sums of known size spread over known numbers of tickets.

Sums are whole tenge.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate, cycle, islice, pairwise

from kkm.domain.kinds import OperationKind, PaymentType
from tests.worked_example.tape import AHMETOVA, IBRAEV, Row, closing, goods, placement, sale, ticket

K = OperationKind
CASH, CARD, MOBILE = PaymentType.CASH, PaymentType.CARD, PaymentType.MOBILE
FIRST_DAY = date(2025, 10, 21)  # a shift a day: shift 141 falls on 10.03.2026
SHIFTS = 140
SALES, RETURNS, PURCHASES = (
    (5_114, 47_392_500),
    (58, 380_900),
    (86, 1_140_000),
)  # how many, and their sum, over the 140 shifts
DEPOSITS, WITHDRAWALS = 208, 392
CARRIED = 30_000  # what the drawer holds after each of them
# With these weights the VAT of shifts 141 and 142, rounded position by position, comes to 113
# 122.76.
WEIGHTS = (2, 6, 4, 9, 5, 7, 15, 8, 3, 12)


def day_of(shift: int) -> date:
    """The day on which a shift works."""
    return FIRST_DAY + timedelta(days=shift - 1)


def spread(total: int, count: int) -> list[int]:
    """A sum over `count` tickets in proportion to the weights, in tens of tenge."""
    weights = list(islice(cycle(WEIGHTS), count))
    marks = [total // 10 * mark // sum(weights) for mark in accumulate(weights, initial=0)]
    return [10 * (after - before) for before, after in pairwise(marks)]


def dealt(amounts: Sequence, shift: int) -> Sequence:
    """The part of many amounts that falls to one of the 140 shifts."""
    return amounts[len(amounts) * (shift - 1) // SHIFTS : len(amounts) * shift // SHIFTS]


def clock(minute: int) -> str:
    """The time so many minutes after nine."""
    return f"{9 + minute // 60:02d}:{minute % 60:02d}:00"


def rate_on(day: date) -> int:
    """12 % to the end of 2025, 16 % since."""
    return 12_000 if day.year < 2026 else 16_000


def ordinary_shifts() -> Iterator[list[Row]]:
    """Shifts 1 to 140."""
    sales, returns, purchases = (
        spread(total, count) for count, total in (SALES, RETURNS, PURCHASES)
    )
    for shift in range(1, SHIFTS + 1):
        dealt_out = (dealt(amounts, shift) for amounts in (sales, returns, purchases))
        deposits, withdrawals = (
            len(dealt(range(count), shift)) for count in (DEPOSITS, WITHDRAWALS)
        )
        cash = CARRIED if shift > 1 else 0
        yield _ordinary_shift(rate_on(day_of(shift)), cash, *dealt_out, deposits, withdrawals)


def _ordinary_shift(
    rate: int, cash: int, sales, returns, purchases, deposits: int, withdrawals: int
) -> list[Row]:
    food = [goods("01", "Продукты", 1000, amount, rate) for amount in sales]
    back = [goods("01", "Продукты", 1000, amount, rate) for amount in returns]
    bought = [goods("03", "Овощи, закуп у населения", 1000, amount, None) for amount in purchases]
    payments = [CARD if index % 3 == 2 else CASH for index in range(len(sales))]
    rows = [placement(clock(0), AHMETOVA, K.DEPOSIT, 10_000)] * deposits
    rows += [
        sale(clock(5 + 15 * index), AHMETOVA, {payment: amount}, one)
        for index, (amount, payment, one) in enumerate(zip(sales, payments, food, strict=True))
    ]
    rows += [
        ticket(clock(640), IBRAEV, {CARD: amount}, one, kind=K.SALE_RETURN)
        for amount, one in zip(returns, back, strict=True)
    ]
    rows += [
        ticket(clock(650), IBRAEV, {CASH: amount}, one, kind=K.PURCHASE)
        for amount, one in zip(purchases, bought, strict=True)
    ]
    in_cash = sum(
        amount for amount, payment in zip(sales, payments, strict=True) if payment == CASH
    )
    cash += 10_000 * deposits + in_cash - sum(purchases)
    out = [20_000] * (withdrawals - 1)
    rows += [
        placement(clock(660), IBRAEV, K.WITHDRAWAL, amount)
        for amount in (*out, cash - sum(out) - CARRIED)
    ]
    return [*rows, closing(clock(720), IBRAEV)]


def shift_141() -> list[Row]:
    """431 200.00 of sales, 33 tickets; the drawer goes from 30 000 to 31 200."""
    return [
        placement("08:58:20", AHMETOVA, K.DEPOSIT, 20_000),
        *_sales([(CASH, 18, 176_200), (CARD, 13, 225_000), (MOBILE, 2, 30_000)]),
        placement("20:10:00", IBRAEV, K.WITHDRAWAL, 120_000),
        placement("20:50:00", IBRAEV, K.WITHDRAWAL, 75_000),
        closing("21:02:11", IBRAEV),
    ]


def shift_142() -> list[Row]:
    """388 940.00 of sales, 29 tickets, and a return of 5 300.00; the drawer goes from 31 200 to
    35 200.
    """
    returned = goods("01", "Продукты", 1000, 5_300, 16_000)
    return [
        placement("08:55:43", AHMETOVA, K.DEPOSIT, 20_000),
        *_sales([(CASH, 16, 154_140), (CARD, 11, 214_800), (MOBILE, 2, 20_000)]),
        ticket("19:40:00", IBRAEV, {CASH: 5_300}, returned, kind=K.SALE_RETURN, basis="141/cash"),
        placement("20:10:00", IBRAEV, K.WITHDRAWAL, 100_000),
        placement("20:50:00", IBRAEV, K.WITHDRAWAL, 64_840),
        closing("21:00:27", IBRAEV),
    ]


def _sales(parts: list[tuple[PaymentType, int, int]]) -> list[Row]:
    paid = [(payment, amount) for payment, count, total in parts for amount in spread(total, count)]
    return [
        sale(
            clock(6 + 18 * index),
            AHMETOVA if index < 20 else IBRAEV,
            {payment: amount},
            goods("01", "Продукты", 1000, amount, 16_000),
        )
        for index, (payment, amount) in enumerate(paid)
    ]
