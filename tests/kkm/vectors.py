"""A small journal in which nothing is left to chance: an activation, a ticket of two positions and a modifier, and a Z."""

from datetime import UTC, datetime

from kkm import journal, signing
from kkm.domain import seal as seals
from kkm.domain.balance import Balance
from kkm.domain.head import Head
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import tenge
from kkm.domain.ticket import Act, Modifier, Position, ShiftClosing, Ticket
from kkm.models import KKM, FiscalOperation, Registration, SignedHead
from kkm.models.operation import BALANCE_COLUMNS
from tests.factories import KKMFactory, OFDFactory, TaxpayerFactory

# What is sealed, and the seals; both written out, so that no change of the form goes unnoticed.
ACTIVATION = (
    '["alsep-journal-1","","SWK00053162",1,30,0,1773286200,1773286200,false,"serikov","Сериков Н.Б.","","",0,[0,0,0,0,0],0,'
    '[0,0,0,0,0,0,0,0,0,0,0],"{\\"comment\\":\\"новая касса\\",\\"registration_number\\":\\"010203040506\\"}","",[]]',
    "14c34972ed60f99e15c009c35c6b8b93b691107b272fb918245d07a9c536165b",
)
# What an activation freezes today, and its seal.
FREEZING_ACTIVATION = (
    '{"comment":"новая касса","registration_number":"010203040506","requisites":{"address":"г. Алматы, ул. Толе би, д. 187",'
    '"address_kk":"","identity_number":"309412","ofd":"АО \\"Казахтелеком\\"","ofd_code":"1","ofd_en":"",'
    '"ofd_host":"consumer.oofd.kz","ofd_kk":"\\"Қазақтелеком\\" АҚ","sections":{},"taxpayer":"ТОО «Береке»",'
    '"taxpayer_number":"150740001357","trade_name":"маг. «Береке»","vat_number":"0012345","vat_series":"60001"}}',
    "512cb435445d48fff7cc3e02c91a85890bb83ba1c9e6f65706c4a67e27959d22",
)
SALE = (
    '["alsep-journal-1","14c34972ed60f99e15c009c35c6b8b93b691107b272fb918245d07a9c536165b","SWK00053162",2,2,1,1773288005,'
    '1773288600,true,"1","Ахметова А.К.","a1b2-c3","2697787",38200,[18200,20000,0,0,0],1800,[38200,0,0,0,1,0,0,0,0,0,18200],"","",'
    '[[0,"01","Нан «Бөлке» 1/2 \\"ақ\\"",1500,25000,37500,1500,0,16000,4966,""],'
    '[0,"","Пакет",1000,3000,3000,0,200,null,0,"{\\"code\\":\\"7\\",\\"unit\\":\\"шт\\"}"],'
    '[1,"","Карта гостя",0,0,0,1000,0,16000,138,""]]]',
    "97d46a987d77bbb5a0396a867b583744f1fa02215efb52431453fdc6ab49099e",
)
CLOSING = (
    '["alsep-journal-1","97d46a987d77bbb5a0396a867b583744f1fa02215efb52431453fdc6ab49099e","SWK00053162",3,20,1,1773331478,'
    '1773331479,false,"1","Ахметова А.К.","","",0,[0,0,0,0,0],0,[38200,0,0,0,1,0,0,0,0,0,18200],"",'
    '"b7921eee6483f946be8dbaa5393d36b3128997c1b6b64cdbeb0253b21f8f309e",[]]',
    "f3678691a14b50d772b107e3e71bd022c65b1e15f85a0c717107e591f974ff12",
)
Z = (
    '{"closing":{"cash":18200,"deposit_count":0,"purchase_count":0,"purchase_return_count":0,"purchase_return_total":0,'
    '"purchase_total":0,"sale_count":1,"sale_return_count":0,"sale_return_total":0,"sale_total":38200,"withdrawal_count":0},'
    '"heading":{"address":"г. Алматы, ул. Толе би, д. 187","address_kk":"","cashier_code":"1","cashier_name":"Ахметова А.К.",'
    '"closed_at":"2026-03-12T21:04:38+05:00","first_number":2,"identity_number":"309412","last_number":3,'
    '"ofd":"АО \\"Казахтелеком\\"","ofd_host":"consumer.oofd.kz","opened_at":"2026-03-12T09:00:05+05:00",'
    '"registration_number":"010203040506","reported_at":"2026-03-12T21:04:38+05:00","sections":{},"serial_number":"SWK00053162",'
    '"shift_number":1,"taxpayer":"ТОО «Береке»","taxpayer_number":"150740001357","trade_name":"маг. «Береке»",'
    '"vat_number":"0012345","vat_series":"60001"},"opening":{"cash":0,"deposit_count":0,"purchase_count":0,'
    '"purchase_return_count":0,"purchase_return_total":0,"purchase_total":0,"sale_count":0,"sale_return_count":0,'
    '"sale_return_total":0,"sale_total":0,"withdrawal_count":0},"totals":{"amount/2":38200,"change/2":1800,"discount/2":2500,'
    '"discounts/2":2,"documents":2,"goods/2/":3000,"goods/2/01":37500,"markup/2":200,"markups/2":1,"offline/2":1,"paid/2/0":18200,'
    '"paid/2/1":20000,"payments/2/0":1,"payments/2/1":1,"positions/2/":1,"positions/2/01":1,"tickets/2":1,"turnover/2/16000":35000,'
    '"turnover/2/none":3200,"vat/2/16000":4828},"version":1}'
)

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
    """Put the journal into the database: its activation as they were before they froze requisites, the rest through the door."""
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
    journal.close_shift(
        kkm=kkm, entry=closing, received_at=datetime(2026, 3, 12, 16, 4, 39, tzinfo=UTC)
    )
    return kkm


def put_on_the_record(kkm: KKM) -> None:
    """An activation of the older form, row by row: the door writes no such any more. Its seal is written out above."""
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
        seal=ACTIVATION[1],
        **balance,
    )
    Registration.objects.create(
        kkm=kkm, registration_number=NUMBER, first_number=1, opened_at=MORNING
    )
    occurred = int(MORNING.timestamp())
    text = Head.after(kkm.serial_number, 1, ACTIVATION[1], 0, Balance(), occurred).text
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
