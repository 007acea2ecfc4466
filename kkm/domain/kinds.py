"""What can happen to a register, and how a ticket is paid.

Codes of tickets and payments are those of every Kazakh system.
"""

from enum import IntEnum


class OperationKind(IntEnum):
    """Kinds of fiscal operation. The number is stored and sealed: never change one."""

    PURCHASE = 0
    PURCHASE_RETURN = 1
    SALE = 2
    SALE_RETURN = 3
    DEPOSIT = 10
    WITHDRAWAL = 11
    CLOSE_SHIFT = 20
    ACTIVATION = 30
    DEREGISTRATION = 31
    BLOCK = 40
    UNBLOCK = 41
    REQUISITES = 50


class PaymentType(IntEnum):
    """How a ticket is paid."""

    CASH = 0
    CARD = 1
    CREDIT = 2
    TARE = 3
    MOBILE = 4


class PositionRole(IntEnum):
    """A line of a ticket: a position, or a discount or markup on the whole ticket."""

    ITEM = 0
    DISCOUNT = 1
    MARKUP = 2


_K = OperationKind
TICKETS = (
    _K.SALE,
    _K.PURCHASE,
    _K.SALE_RETURN,
    _K.PURCHASE_RETURN,
)  # in the order in which reports print them
RETURNED = {_K.SALE_RETURN: _K.SALE, _K.PURCHASE_RETURN: _K.PURCHASE}  # what each return returns
PLACEMENTS = (_K.DEPOSIT, _K.WITHDRAWAL)
ACTS = (_K.ACTIVATION, _K.DEREGISTRATION, _K.BLOCK, _K.UNBLOCK, _K.REQUISITES)
FREEZING = (_K.ACTIVATION, _K.REQUISITES)  # acts that freeze the requisites of the register
DOCUMENTS = (*TICKETS, *PLACEMENTS, _K.CLOSE_SHIFT)

# Which way money goes, seen from the drawer. For tickets it is also the sign in the revenue.
DIRECTION = {
    _K.SALE: 1,
    _K.PURCHASE: -1,
    _K.SALE_RETURN: -1,
    _K.PURCHASE_RETURN: 1,
    _K.DEPOSIT: 1,
    _K.WITHDRAWAL: -1,
}
