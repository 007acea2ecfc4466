"""The story that the golden files tell: a register works two shifts, and is taken off the
record.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import tenge
from kkm.domain.ticket import Modifier, Placement, Position, ShiftClosing, Ticket
from kkm.models import KKM
from tests.factories import KKMFactory, OFDFactory, SectionFactory, TaxpayerFactory
from tests.stories import act

K = OperationKind
AHMETOVA = {"actor_code": "1", "actor_name": "Ахметова А.К."}
IBRAEV = {"actor_code": "2", "actor_name": "Ибраев Д.С."}
REGISTRATION_NUMBER = "600700000007"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026; hours are those of Almaty."""
    return datetime(2026, 3, day, hour - 5, minute, tzinfo=UTC)


def put_key(directory: Path) -> None:
    """A signing key that is the same in every run. Ed25519 signatures do not depend on chance."""
    directory.mkdir(parents=True, exist_ok=True)
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = private.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    raw = private.public_key().public_bytes_raw()
    path = directory / f"{hashlib.sha256(raw).hexdigest()[:16]}.pem"
    path.write_bytes(pem)
    path.chmod(0o600)


def register(serial_number: str) -> KKM:
    """A register with everything that a heading can print."""
    taxpayer = TaxpayerFactory(
        name="ТОО «Береке»",
        taxpayer_number="150740001357",
        vat_series="60001",
        vat_number="0012345",
    )
    ofd = OFDFactory(code=1, name='АО "Казахтелеком"', host="consumer.oofd.kz")
    kkm = KKMFactory(
        serial_number=serial_number,
        taxpayer=taxpayer,
        ofd=ofd,
        trade_name="маг. «Береке»",
        address="г. Алматы, ул. Толе би, д. 187",
        address_kk="Алматы қ., Төле би к-сі, 187",
        identity_number="309412",
        made_in=2025,
    )
    SectionFactory(kkm=kkm, code="01", name="Продукты")
    SectionFactory(kkm=kkm, code="02", name="Аптечный отдел")
    return kkm


def bread(quantity: int = 2000) -> Position:
    """Bread at 310 tenge with VAT of 16 %."""
    return Position(
        name="Нан «Бөлке»", quantity=quantity, price=tenge(310), section="01", rate=16_000
    )


MEDICINE = Position(
    name="Ибупрофен 400 мг",
    quantity=3000,
    price=tenge(1260),
    section="02",
    rate=5_000,
    discount=tenge(30),
    markup=tenge(20),
    details={"code": "7", "unit": "796", "gtin": "04870249811936"},
)
BAG = Position(name="Пакет", quantity=1000, price=tenge(30))
CARD_DISCOUNT = Modifier(
    role=PositionRole.DISCOUNT, amount=tenge(100), rate=16_000, name="Карта гостя"
)
DELIVERY = Modifier(role=PositionRole.MARKUP, amount=tenge(50, 50), rate=16_000, name="Доставка")


def tell(kkm: KKM) -> None:
    """Two shifts of the register and its removal from the record."""
    opened = act(at(12, 8), comment="новая касса")
    journal.activate(kkm=kkm, registration_number=REGISTRATION_NUMBER, act=opened)
    _first_shift(kkm)
    journal.block(kkm=kkm, act=act(at(12, 22), reason="неуплата"))
    journal.unblock(kkm=kkm, act=act(at(13, 8)))
    _second_shift(kkm)
    removed = act(at(13, 22), reason="Прекращение деятельности", comment="по заявлению")
    journal.deregister(kkm=kkm, act=removed)


def _record(kkm: KKM, entry: Ticket | Placement | ShiftClosing, received_at: datetime) -> None:
    journal.record(kkm=kkm, entry=entry, received_at=received_at)


def _first_shift(kkm: KKM) -> None:
    deposit = Placement(kind=K.DEPOSIT, at=at(12, 9), amount=tenge(20_000), **AHMETOVA)
    _record(kkm, deposit, at(12, 9))
    sale = Ticket(
        at=at(12, 9, 30),
        kind=K.SALE,
        positions=(bread(), MEDICINE, BAG),
        modifiers=(CARD_DISCOUNT, DELIVERY),
        payments={PaymentType.CASH: tenge(1370, 50), PaymentType.CARD: tenge(3000)},
        change=tenge(629, 50),
        external_number="till-1-0001",
        details={"buyer": "150740001357", "order": "З-0042"},
        **AHMETOVA,
    )
    _record(kkm, sale, at(12, 9, 30))
    offline = Ticket(
        at=at(12, 10),
        kind=K.SALE,
        positions=(bread(1500),),
        payments={PaymentType.MOBILE: tenge(465)},
        offline=True,
        **IBRAEV,
    )
    _record(kkm, offline, at(12, 13))
    purchase = Ticket(
        at=at(12, 14),
        kind=K.PURCHASE,
        positions=(Position(name="Картофель, закуп", quantity=10_000, price=tenge(150)),),
        payments={PaymentType.CASH: tenge(1500)},
        **AHMETOVA,
    )
    _record(kkm, purchase, at(12, 14))
    _record(kkm, ShiftClosing(at=at(12, 21), **AHMETOVA), at(12, 21))


def _second_shift(kkm: KKM) -> None:
    sold = kkm.operations.get(external_number="till-1-0001")
    basis = {
        "number": sold.fiscal_sign,
        "at": "2026-03-12T09:30:00+05:00",
        "total": sold.amount.tiyn,
        "registration_number": REGISTRATION_NUMBER,
        "offline": False,
    }
    returned = Ticket(
        at=at(13, 9),
        kind=K.SALE_RETURN,
        positions=(bread(1000),),
        payments={PaymentType.CASH: tenge(310)},
        details={"basis": basis},
        **IBRAEV,
    )
    _record(kkm, returned, at(13, 9))
    back = Ticket(
        at=at(13, 10),
        kind=K.PURCHASE_RETURN,
        positions=(Position(name="Картофель, закуп", quantity=2000, price=tenge(150)),),
        payments={PaymentType.CASH: tenge(300)},
        **AHMETOVA,
    )
    _record(kkm, back, at(13, 10))
    withdrawal = Placement(kind=K.WITHDRAWAL, at=at(13, 20), amount=tenge(5_000), **AHMETOVA)
    _record(kkm, withdrawal, at(13, 20))
