"""Limits that more than one room keeps: each stands here once."""

from datetime import timedelta

from kkm.domain.money import Money

# Order No. 626, item 93: a shift lasts less than 24 hours from its first operation.
SHIFT_LIMIT = timedelta(hours=24)

# Order No. 626, items 106 and 107: an operation made offline reaches the server within 72 hours.
OFFLINE_LIMIT = timedelta(hours=72)

# Sums stay below 10¹² tenge, quantities below 10⁹ pieces (in thousandths).
MONEY_LIMIT = Money(10**14)
QUANTITY_LIMIT = 10**12

# Positions, discounts and markups of one ticket together.
MOST_LINES = 1000
