"""Numbers by which fields of requests and answers name things."""

# OperationType of a placement of money.
DEPOSIT = 0
WITHDRAWAL = 1

# TaxType.
WITHOUT_VAT = 0
VAT = 100

# Type of a modifier of the whole ticket.
DISCOUNT = 1
MARKUP = 2

# RoundType.
ROUND_NOTHING = 0
ROUND_ALL = 1
ROUND_POSITIONS = 2
ROUND_TOTAL = 3
