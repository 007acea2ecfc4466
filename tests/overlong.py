"""A register whose every text is as long as its field and has no space, whose sums are the largest
that are taken, and whose last ticket has as many positions as a ticket may have.
"""

from datetime import datetime, timedelta

from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.limits import MONEY_LIMIT, MOST_LINES
from kkm.domain.money import Money
from kkm.domain.ticket import Modifier, Placement, Position, Ticket
from kkm.models import KKM
from tests import stories
from tests.factories import KKMFactory, KKMModelFactory, OFDFactory, SectionFactory, TaxpayerFactory

LARGEST = MONEY_LIMIT - Money(1)  # 999 999 999 999.99
HOUR = timedelta(hours=1)
CASHIER = {"actor_code": "8" * 50, "actor_name": "Ы" * 200}
MODIFIERS = 2


def overlong_register(start: datetime, **of_kkm: object) -> KKM:
    """Two shifts closed, one open, within ten hours of `start`."""
    kkm = KKMFactory(
        taxpayer=TaxpayerFactory(name="Щ" * 200),
        model=KKMModelFactory(name="Ж" * 120),
        ofd=OFDFactory(code=4, name="Ю" * 120, name_kk="Ұ" * 120, host="h" * 110 + ".kz"),
        trade_name="Ш" * 120,
        address="Ф" * 200,
        address_kk="Қ" * 200,
        identity_number="7" * 20,
        comment="М" * 300,
        **of_kkm,
    )
    SectionFactory(kkm=kkm, code="0" * 20, name="Ц" * 120)
    stories.activate(kkm, at=start)
    for shift in range(2):
        _work(kkm, start + shift * 4 * HOUR)
        stories.close(kkm, at=start + shift * 4 * HOUR + 3 * HOUR)
    _work(kkm, start + 8 * HOUR)
    stories.record(kkm, thousand_positions(start + 9 * HOUR))
    return kkm


def _work(kkm: KKM, at: datetime) -> None:
    """Twelve sales of the largest sum, so that a total has thirteen digits of tenge; and all the
    rest once.
    """
    for place in range(12):
        stories.record(kkm, one_position(at, payment=PaymentType(place % len(PaymentType))))
    for kind in (OperationKind.PURCHASE, OperationKind.SALE_RETURN, OperationKind.PURCHASE_RETURN):
        stories.record(kkm, one_position(at, kind=kind))
    deposit = Placement(kind=OperationKind.DEPOSIT, at=at, amount=LARGEST, **CASHIER)
    stories.record(kkm, deposit)
    stories.record(kkm, paid_in_every_way(at), received_at=at + HOUR)


def one_position(
    at: datetime,
    *,
    kind: OperationKind = OperationKind.SALE,
    payment: PaymentType = PaymentType.CASH,
) -> Ticket:
    """Bread at the largest price."""
    position = Position(name="Й" * 200, quantity=1000, price=LARGEST, section="0" * 20, rate=16_000)
    return Ticket(at=at, kind=kind, positions=(position,), payments={payment: LARGEST}, **CASHIER)


def paid_in_every_way(at: datetime) -> Ticket:
    """Offline, sent later, with change."""
    part = Money(LARGEST.tiyn // 10)
    price = len(PaymentType) * part
    position = Position(name="З" * 300, quantity=1000, price=price, section="9" * 20, rate=5_000)
    return Ticket(
        at=at,
        kind=OperationKind.SALE,
        positions=(position,),
        payments=dict.fromkeys(PaymentType, part),
        change=part,
        offline=True,
        external_number="W" * 50,
        **CASHIER,
    )


def thousand_positions(at: datetime) -> Ticket:
    """As many lines as a ticket may have, each with a discount and a markup of its own."""
    lines = MOST_LINES - MODIFIERS
    price, part = Money(LARGEST.tiyn // MOST_LINES), Money(LARGEST.tiyn // MOST_LINES // 10)
    position = Position(
        name="Э" * 200,
        quantity=1000,
        price=price,
        section="0" * 20,
        rate=16_000,
        discount=part,
        markup=part,
    )
    modifiers = (
        Modifier(role=PositionRole.DISCOUNT, name="Ъ" * 300, amount=part, rate=16_000),
        Modifier(role=PositionRole.MARKUP, name="Ё" * 300, amount=part, rate=16_000),
    )
    return Ticket(
        at=at,
        kind=OperationKind.SALE,
        positions=(position,) * lines,
        modifiers=modifiers,
        payments={PaymentType.CARD: lines * price},
        **CASHIER,
    )
