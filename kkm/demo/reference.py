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

    index: int
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

# For each register: the fields of `Place` up to the trade name, then those from the address on.
_PLACES = (
    (
        (DASTARKHAN, goods.GROCERY, State.OPEN, "software", 2025, 1, "маг. «Дастархан», касса 1"),
        ("г. Алматы, пр. Абая, д. 52", "Алматы қ., Абай даңғ., 52-үй"),
    ),
    (
        (DASTARKHAN, goods.GROCERY, State.CLOSED, "terminal", 2024, 1, "маг. «Дастархан», касса 2"),
        ("г. Алматы, пр. Абая, д. 52", "Алматы қ., Абай даңғ., 52-үй"),
    ),
    (
        (SHIPA, goods.PHARMACY, State.OPEN, "software", 2025, 4, "аптека «Шипа» № 3"),
        ("г. Астана, ул. Кенесары, д. 40", "Астана қ., Кенесары көш., 40-үй"),
    ),
    (
        (JIBEK, goods.FILLING, State.OPEN, "printer", 2023, 2, "АЗС «Жібек Жолы» № 12"),
        (
            "Алматинская обл., Талгарский р-н, трасса Алматы — Талгар, 14-й км",
            "Алматы обл., Талғар ауд., Алматы — Талғар тас жолы, 14-км",
        ),
    ),
    (
        (DASTARKHAN, goods.CAFE, State.OVERDUE, "terminal", 2024, 1, "кафе «Дастархан»"),
        (
            "г. Алматы, ул. Жибек Жолы, д. 135",
            "Алматы қ., Жібек Жолы көш., 135-үй",
            "Смену не закрыли: звонил управляющему",
        ),
    ),
    (
        (JIBEK, goods.FILLING, State.BLOCKED, "printer", 2021, 2, "АЗС «Жібек Жолы» № 4"),
        (
            "г. Шымкент, ул. Байтурсынова, д. 77",
            "Шымкент қ., Байтұрсынов көш., 77-үй",
            "Ждём пояснений налогоплательщика",
        ),
    ),
    (
        (SHIPA, goods.PHARMACY, State.DEREGISTERED, "printer", 2018, 4, "аптека «Шипа» № 1"),
        (
            "г. Караганда, пр. Бухар-Жырау, д. 61",
            "Қарағанды қ., Бұқар жырау даңғ., 61-үй",
            "Снята: модель исключают из реестра",
        ),
    ),
    (
        (SHIPA, goods.PHARMACY, State.NEVER, "software", 2026, 4, "аптека «Шипа» № 5"),
        ("г. Астана, пр. Мангилик Ел, д. 17", "Астана қ., Мәңгілік Ел даңғ., 17-үй"),
    ),
    (
        (KARIMOV, goods.HARDWARE, State.AGAIN, "terminal", 2022, 3, "маг. «Усто»"),
        (
            "г. Шымкент, ул. Тауке хана, д. 8",
            "Шымкент қ., Тәуке хан көш., 8-үй",
            "Переезд из Сайрама, РНМ новый",
        ),
    ),
    (
        (KARIMOV, goods.HARDWARE, State.IDLE, "software", 2026, 3, "склад «Усто»"),
        ("г. Шымкент, ул. Рыскулова, д. 112", "Шымкент қ., Рысқұлов көш., 112-үй"),
    ),
    (
        (DASTARKHAN, goods.BAR, State.NIGHT, "terminal", 2025, 1, "бар «Тун»"),
        ("г. Алматы, ул. Панфилова, д. 98", "Алматы қ., Панфилов көш., 98-үй"),
    ),
    (
        (KARIMOV, goods.HARDWARE, State.CLOSED, "software", 2025, 3, "маг. «Усто», отдел плитки"),
        ("г. Тараз, ул. Толе би, д. 63", "Тараз қ., Төле би көш., 63-үй", "", True),
    ),
    (
        (JIBEK, goods.FILLING, State.OPEN, "software", 2024, 2, "АЗС «Жібек Жолы» № 21"),
        ("г. Актобе, пр. Санкибай батыра, д. 24", "Ақтөбе қ., Саңқыбай батыр даңғ., 24-үй"),
    ),
    (
        (DASTARKHAN, goods.GROCERY, State.CLOSED, "software", 2026, 1, "маг. «Дастархан-2»"),
        ("г. Атырау, ул. Сатпаева, д. 19", "Атырау қ., Сәтпаев көш., 19-үй"),
    ),
)


def places(count: int) -> Iterator[Place]:
    """The first `count` registers: those above, then copies of the working ones among them."""
    known = []
    for index, (register, address) in enumerate(_PLACES, 1):
        known.append(Place(index, *register, *address))
    yield from known[:count]
    working = [place for place in known if place.state in (State.OPEN, State.CLOSED)]
    for index in range(len(known) + 1, count + 1):
        model = working[index % len(working)]
        yield replace(model, index=index, trade_name=f"{model.trade_name}, точка {index}")
