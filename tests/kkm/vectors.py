"""A small journal in which nothing is left to chance: an activation, a ticket of two positions
and a modifier, and a Z.
"""

from datetime import UTC, datetime

from kkm import journal, signing
from kkm.domain import seal as seals
from kkm.domain.balance import Balance
from kkm.domain.head import Head
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import tenge
from kkm.domain.ticket import Act, Modifier, Position, ShiftClosing, Ticket
from kkm.models import (
    KKM,
    FiscalOperation,
    Registration,
    SignedHead,
    TakenRegistrationNumber,
)
from kkm.models.operation import BALANCE_COLUMNS
from tests.factories import KKMFactory, OFDFactory, TaxpayerFactory
from tests.kkm.domain import written

NUMBER = "010203040506"
MORNING = datetime(2026, 3, 12, 3, 30, tzinfo=UTC)
BREAD = Position(
    name='Нан «Бөлке» 1/2 "ақ"',
    quantity=1500,
    price=tenge(250),
    section="01",
    rate=16_000,
    discount=tenge(15),
)
BAG = Position(
    name="Пакет",
    quantity=1000,
    price=tenge(30),
    section="",
    rate=None,
    markup=tenge(2),
    details={"unit": "шт", "code": "7"},
)
LOYALTY = Modifier(role=PositionRole.DISCOUNT, amount=tenge(10), rate=16_000, name="Карта гостя")


def worked_register() -> KKM:
    """Put the journal into the database: its activation as they were before they froze
    requisites, the rest through the door.
    """
    kkm = register()
    put_on_the_record(kkm)
    cashier = {"actor_code": "1", "actor_name": "Ахметова А.К."}
    sale = Ticket(
        at=datetime(2026, 3, 12, 4, 0, 5, tzinfo=UTC),
        kind=OperationKind.SALE,
        positions=(BREAD, BAG),
        modifiers=(LOYALTY,),
        payments={PaymentType.CASH: tenge(182), PaymentType.CARD: tenge(200)},
        change=tenge(18),
        external_number="a1b2-c3",
        offline=True,
        **cashier,
    )
    journal.record(
        kkm=kkm, entry=sale, received_at=datetime(2026, 3, 12, 4, 10, 0, 999_999, tzinfo=UTC)
    )
    closing = ShiftClosing(at=datetime(2026, 3, 12, 16, 4, 38, tzinfo=UTC), **cashier)
    journal.record(kkm=kkm, entry=closing, received_at=datetime(2026, 3, 12, 16, 4, 39, tzinfo=UTC))
    return kkm


def put_on_the_record(kkm: KKM) -> None:
    """An activation of the older form, row by row: the door writes no such any more.

    Its seal is written out in tests.kkm.domain.written.
    """
    balance = {column: 0 for name, column in BALANCE_COLUMNS.items()}
    details = {"comment": "новая касса", "registration_number": NUMBER}
    FiscalOperation.objects.create(
        kkm=kkm,
        number=1,
        kind=OperationKind.ACTIVATION,
        occurred_at=MORNING,
        received_at=MORNING,
        actor_code="serikov",
        actor_name="Сериков Н.Б.",
        details=seals.canonical(details),
        seal=written.ACTIVATION[1],
        **balance,
    )
    TakenRegistrationNumber.objects.create(kkm=kkm, registration_number=NUMBER)
    Registration.objects.create(
        kkm=kkm, registration_number=NUMBER, first_number=1, opened_at=MORNING
    )
    occurred = int(MORNING.timestamp())
    text = Head.after(kkm.serial_number, 1, written.ACTIVATION[1], 0, Balance(), occurred).text
    key, signature = signing.sign(text)
    SignedHead.objects.create(kkm=kkm, number=1, text=text, key=key, signature=signature)


def activated_register() -> KKM:
    """The same register, put on the record through the door."""
    kkm = register()
    act = Act(
        kind=OperationKind.ACTIVATION,
        at=MORNING,
        details={"comment": "новая касса"},
        actor_code="serikov",
        actor_name="Сериков Н.Б.",
    )
    journal.activate(kkm=kkm, registration_number=NUMBER, act=act)
    return kkm


def register() -> KKM:
    """Whose journal it is."""
    return KKMFactory(
        serial_number="SWK00053162",
        taxpayer=TaxpayerFactory(
            name="ТОО «Береке»",
            taxpayer_number="150740001357",
            vat_series="60001",
            vat_number="0012345",
        ),
        ofd=OFDFactory(code=1, name='АО "Казахтелеком"', host="consumer.oofd.kz"),
        trade_name="маг. «Береке»",
        address="г. Алматы, ул. Толе би, д. 187",
        identity_number="309412",
    )
