"""Reference data of the demo world: taxpayers, models, operators, registers and their states."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from kkm.demo import goods
from kkm.demo.goods import Trade

SERIAL_PREFIX = "ALS7"


class State(Enum):
    """The state of a register today."""

    # Active, a shift is open.
    OPEN = auto()
    # Active, no shift is open.
    CLOSED = auto()
    # Active, the shift has been open for more than 24 hours.
    OVERDUE = auto()
    # Blocked by the authority.
    BLOCKED = auto()
    DEREGISTERED = auto()
    # Never activated.
    NEVER = auto()
    # Deregistered, and activated again under a new РНМ.
    AGAIN = auto()
    # Active, without any shift yet.
    IDLE = auto()
    # Active, its shifts cross midnight.
    NIGHT = auto()


@dataclass(frozen=True)
class Firm:
    """A taxpayer with its cashiers. `vat`: series and number of the VAT certificate."""

    name: str
    number: str
    vat: tuple[str, str] = ("", "")
    cashiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A register and its place of use.

    `model` and `ofd` are keys of the tables below. With `halves` a day has two shifts, one before
    noon and one after it.
    """

    firm: Firm
    trade: Trade
    state: State
    model: str
    made_in: int
    ofd: int
    trade_name: str
    address: str
    address_kk: str
    comment: str = ""
    halves: bool = False
    index: int = 0

    @property
    def serial_number(self) -> str:
        """ЗНМ."""
        return f"{SERIAL_PREFIX}{self.index:07d}"

    @property
    def identity_number(self) -> str:
        """ИНК ОФД."""
        return str(300_000 + self.index * 37)

    def registration_number(self, registration: int) -> str:
        """РНМ of the first, second … registration of the register, from 1."""
        return f"60{registration}7{self.index:08d}"


DASTARKHAN = Firm(
    "ТОО «Дастархан Трейд»",
    "180540019628",
    ("60001", "0284517"),
    ("Нурланова А.С.", "Ким В.О.", "Жумабаев Е.Т.", "Петрова Н.И."),
)
SHIPA = Firm(
    "ТОО «Шипа Фарм»",
    "091140007346",
    ("62001", "0071943"),
    ("Сагындыкова Г.М.", "Омарова Д.К.", "Литвиненко О.В."),
)
JIBEK = Firm(
    "ТОО «Жібек Жолы Ойл»",
    "210240033185",
    ("31001", "0119305"),
    ("Абдрахманов Б.Н.", "Сейтказиев М.А.", "Тулегенова А.Б.", "Юсупов Р.Р."),
)
KARIMOV = Firm("ИП «Каримов Т.Б.»", "840712350418", cashiers=("Каримов Т.Б.", "Каримова Л.Ш."))
FIRMS = (DASTARKHAN, SHIPA, JIBEK, KARIMOV)

MODELS = {
    "software": ("АПК «Alsep Kassa Online»", "ТОО «Digitech Solution»"),
    "terminal": ("Alsep T2 POS-терминал", "ТОО «Digitech Solution»"),
    "printer": ("Меркурий 115Ф фискальный принтер", "ТОО «Astana Fiscal»"),
}
OFDS = {
    1: ("АО «Казахтелеком»", "«Қазақтелеком» АҚ", "Kazakhtelecom JSC", "consumer.oofd.kz"),
    2: ("АО «Транстелеком»", "«Транстелеком» АҚ", "Transtelecom JSC", "ofd1.kz"),
    3: ("АО «Jusan Mobile»", "«Jusan Mobile» АҚ", "Jusan Mobile JSC", "cabinet.kofd.kz"),
    4: ("ТОО «Smartcontract»", "«Smartcontract» ЖШС", "Smartcontract LLP", "wofd.kz"),
}
BUYERS = (
    "990314002564",
    "911127450274",
    "050940008125",
    "151040014478",
    "780529301184",
    "950214400631",
    "170640022917",
    "030340005879",
)

# The index of each is its place in this list, from 1.
_PLACES = [
    Place(
        firm=DASTARKHAN,
        trade=goods.GROCERY,
        state=State.OPEN,
        model="software",
        made_in=2025,
        ofd=1,
        trade_name="маг. «Дастархан», касса 1",
        address="г. Алматы, пр. Абая, д. 52",
        address_kk="Алматы қ., Абай даңғ., 52-үй",
    ),
    Place(
        firm=DASTARKHAN,
        trade=goods.GROCERY,
        state=State.CLOSED,
        model="terminal",
        made_in=2024,
        ofd=1,
        trade_name="маг. «Дастархан», касса 2",
        address="г. Алматы, пр. Абая, д. 52",
        address_kk="Алматы қ., Абай даңғ., 52-үй",
    ),
    Place(
        firm=SHIPA,
        trade=goods.PHARMACY,
        state=State.OPEN,
        model="software",
        made_in=2025,
        ofd=4,
        trade_name="аптека «Шипа» № 3",
        address="г. Астана, ул. Кенесары, д. 40",
        address_kk="Астана қ., Кенесары көш., 40-үй",
    ),
    Place(
        firm=JIBEK,
        trade=goods.FILLING,
        state=State.OPEN,
        model="printer",
        made_in=2023,
        ofd=2,
        trade_name="АЗС «Жібек Жолы» № 12",
        address="Алматинская обл., Талгарский р-н, трасса Алматы — Талгар, 14-й км",
        address_kk="Алматы обл., Талғар ауд., Алматы — Талғар тас жолы, 14-км",
    ),
    Place(
        firm=DASTARKHAN,
        trade=goods.CAFE,
        state=State.OVERDUE,
        model="terminal",
        made_in=2024,
        ofd=1,
        trade_name="кафе «Дастархан»",
        address="г. Алматы, ул. Жибек Жолы, д. 135",
        address_kk="Алматы қ., Жібек Жолы көш., 135-үй",
        comment="Смену не закрыли: звонил управляющему",
    ),
    Place(
        firm=JIBEK,
        trade=goods.FILLING,
        state=State.BLOCKED,
        model="printer",
        made_in=2021,
        ofd=2,
        trade_name="АЗС «Жібек Жолы» № 4",
        address="г. Шымкент, ул. Байтурсынова, д. 77",
        address_kk="Шымкент қ., Байтұрсынов көш., 77-үй",
        comment="Ждём пояснений налогоплательщика",
    ),
    Place(
        firm=SHIPA,
        trade=goods.PHARMACY,
        state=State.DEREGISTERED,
        model="printer",
        made_in=2018,
        ofd=4,
        trade_name="аптека «Шипа» № 1",
        address="г. Караганда, пр. Бухар-Жырау, д. 61",
        address_kk="Қарағанды қ., Бұқар жырау даңғ., 61-үй",
        comment="Снята: модель исключают из реестра",
    ),
    Place(
        firm=SHIPA,
        trade=goods.PHARMACY,
        state=State.NEVER,
        model="software",
        made_in=2026,
        ofd=4,
        trade_name="аптека «Шипа» № 5",
        address="г. Астана, пр. Мангилик Ел, д. 17",
        address_kk="Астана қ., Мәңгілік Ел даңғ., 17-үй",
    ),
    Place(
        firm=KARIMOV,
        trade=goods.HARDWARE,
        state=State.AGAIN,
        model="terminal",
        made_in=2022,
        ofd=3,
        trade_name="маг. «Усто»",
        address="г. Шымкент, ул. Тауке хана, д. 8",
        address_kk="Шымкент қ., Тәуке хан көш., 8-үй",
        comment="Переезд из Сайрама, РНМ новый",
    ),
    Place(
        firm=KARIMOV,
        trade=goods.HARDWARE,
        state=State.IDLE,
        model="software",
        made_in=2026,
        ofd=3,
        trade_name="склад «Усто»",
        address="г. Шымкент, ул. Рыскулова, д. 112",
        address_kk="Шымкент қ., Рысқұлов көш., 112-үй",
    ),
    Place(
        firm=DASTARKHAN,
        trade=goods.BAR,
        state=State.NIGHT,
        model="terminal",
        made_in=2025,
        ofd=1,
        trade_name="бар «Тун»",
        address="г. Алматы, ул. Панфилова, д. 98",
        address_kk="Алматы қ., Панфилов көш., 98-үй",
    ),
    Place(
        firm=KARIMOV,
        trade=goods.HARDWARE,
        state=State.CLOSED,
        model="software",
        made_in=2025,
        ofd=3,
        trade_name="маг. «Усто», отдел плитки",
        address="г. Тараз, ул. Толе би, д. 63",
        address_kk="Тараз қ., Төле би көш., 63-үй",
        halves=True,
    ),
    Place(
        firm=JIBEK,
        trade=goods.FILLING,
        state=State.OPEN,
        model="software",
        made_in=2024,
        ofd=2,
        trade_name="АЗС «Жібек Жолы» № 21",
        address="г. Актобе, пр. Санкибай батыра, д. 24",
        address_kk="Ақтөбе қ., Саңқыбай батыр даңғ., 24-үй",
    ),
    Place(
        firm=DASTARKHAN,
        trade=goods.GROCERY,
        state=State.CLOSED,
        model="software",
        made_in=2026,
        ofd=1,
        trade_name="маг. «Дастархан-2»",
        address="г. Атырау, ул. Сатпаева, д. 19",
        address_kk="Атырау қ., Сәтпаев көш., 19-үй",
    ),
]


def places(count: int) -> Iterator[Place]:
    """The first `count` registers: those above, then copies of the working ones among them."""
    known = []
    for index, place in enumerate(_PLACES, 1):
        known.append(replace(place, index=index))
    yield from known[:count]
    working = [place for place in known if place.state in (State.OPEN, State.CLOSED)]
    for index in range(len(known) + 1, count + 1):
        model = working[index % len(working)]
        yield replace(model, index=index, trade_name=f"{model.trade_name}, точка {index}")
