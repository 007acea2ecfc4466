"""Shift 143 of the worked example, ticket by ticket, as a control tape would list it.

Sums are whole tenge, quantities thousandths.
"""

from datetime import date

from kkm.domain.kinds import OperationKind, PaymentType
from tests.worked_example.tape import AHMETOVA, IBRAEV, Row, closing, goods, placement, sale, ticket

DAY = date(2026, 3, 12)
CASH, CARD, MOBILE = PaymentType.CASH, PaymentType.CARD, PaymentType.MOBILE
OFFLINE = {"17:01:19", "17:19:42", "17:39:33"}  # the line was down from five to six


def food(name: str, quantity: int, price: int, discount: int = 0):
    """Section 01, 16 %."""
    return goods("01", name, quantity, price, 16_000, discount)


def medicine(name: str, quantity: int, price: int):
    """Section 02, 5 %."""
    return goods("02", name, quantity, price, 5_000)


def care(name: str, quantity: int, price: int):
    """Section 02, what is no medicine: 16 %."""
    return goods("02", name, quantity, price, 16_000)


# fmt: off
SALES = [
    sale(
        "09:03:18", AHMETOVA, {CASH: 10_050},
        food("Курица охлаждённая", 3_800, 1_650),
        medicine("Ибупрофен 400 мг № 20", 3_000, 1_260),
        change=1_950,
    ),
    sale(
        "09:20:36", AHMETOVA, {CASH: 11_540},
        food("Чай чёрный листовой 500 г", 1_000, 2_350),
        medicine("Аскорбиновая кислота № 200", 2_000, 2_520),
        food("Масло подсолнечное 5 л", 1_000, 4_150),
    ),
    sale(
        "09:37:02", AHMETOVA, {CASH: 3_800},
        food("Яблоки «Апорт»", 4_000, 950),
        change=1_200,
    ),
    sale(
        "09:53:09", AHMETOVA, {CASH: 6_835},
        medicine("Парацетамол 500 мг № 20", 4_000, 790),
        food("Колбаса варёная «Докторская»", 1_000, 3_675),
    ),
    sale(
        "10:07:00", AHMETOVA, {CARD: 620},
        food("Хлеб «Бородинский»", 2_000, 310),
    ),
    sale(
        "10:28:53", AHMETOVA, {CASH: 11_700},
        food("Рис «Камолино», мешок 10 кг", 2_000, 6_450, discount=1_200),
        change=300,
    ),
    sale(
        "10:46:32", AHMETOVA, {CARD: 33_780},
        food("Кофе растворимый 190 г", 4_000, 4_990),
        food("Баранина на кости", 3_700, 3_600),
        markup=(500, "Доставка"),
    ),
    sale(
        "11:00:35", AHMETOVA, {CASH: 5_600},
        food("Сахар, мешок 10 кг", 1_000, 5_600),
    ),
    sale(
        "11:13:02", AHMETOVA, {CARD: 17_430},
        medicine("Амоксициллин 500 мг № 20", 1_000, 6_450),
        food("Сахар, мешок 10 кг", 2_000, 5_490),
    ),
    sale(
        "11:34:53", AHMETOVA, {CASH: 10_800},
        food("Баранина на кости", 3_000, 3_600),
        change=200,
    ),
    sale(
        "11:54:47", AHMETOVA, {CASH: 10_000, CARD: 20_000},
        food("Яйцо куриное С1, лоток 30 шт.", 3_000, 1_400),
        food("Рис «Камолино», мешок 10 кг", 4_000, 6_450),
    ),
    sale(
        "12:08:18", AHMETOVA, {CARD: 15_800},
        food("Мука высший сорт, мешок 25 кг", 2_000, 7_900),
    ),
    sale(
        "12:25:21", AHMETOVA, {CASH: 1_490},
        food("Яйцо куриное С1, лоток 30 шт.", 1_000, 1_490),
    ),
    sale(
        "12:37:55", AHMETOVA, {CARD: 16_170},
        food("Чай чёрный листовой 500 г", 3_000, 2_350),
        food("Конфеты «Рахат» ассорти", 2_400, 3_800),
    ),
    sale(
        "12:51:54", AHMETOVA, {CASH: 4_680},
        food("Молоко 3,2 % 1 л", 9_000, 520),
    ),
    sale(
        "13:16:18", AHMETOVA, {CASH: 1_120},
        food("Вода питьевая 5 л", 2_000, 560),
        change=380,
    ),
    sale(
        "13:24:51", AHMETOVA, {CARD: 18_900},
        medicine("Инсулин, картридж 3 мл", 1_000, 18_900),
    ),
    sale(
        "13:43:02", AHMETOVA, {CASH: 9_140},
        food("Мука высший сорт, мешок 25 кг", 1_000, 7_900),
        food("Хлеб «Бородинский»", 4_000, 310),
        change=860,
    ),
    sale(
        "13:57:57", AHMETOVA, {MOBILE: 14_000},
        food("Масло подсолнечное 5 л", 2_000, 4_225),
        care("Бинт эластичный 5 м", 3_000, 1_850),
    ),
    sale(
        "14:21:59", AHMETOVA, {CASH: 19_655},
        food("Порошок стиральный 3 кг", 2_000, 4_350),
        food("Конфеты «Рахат» ассорти", 1_600, 3_800),
        food("Говядина, мякоть", 1_250, 3_900),
    ),
    sale(
        "14:33:57", AHMETOVA, {CARD: 37_300},
        food("Курица охлаждённая", 6_000, 1_650),
        food("Порошок стиральный 3 кг", 4_000, 4_350),
        food("Колбаса варёная «Докторская»", 4_000, 3_250),
        discount=(3_000, "Скидка по карте клуба"),
    ),
    sale(
        "14:52:56", AHMETOVA, {CASH: 9_890},
        food("Кофе растворимый 190 г", 1_000, 4_990),
        care("Термометр электронный", 2_000, 2_450),
        change=110,
    ),
    sale(
        "15:04:57", IBRAEV, {CASH: 9_310},
        food("Баранина на кости", 2_850, 3_600, discount=950),
        change=690,
    ),
    sale(
        "15:27:36", IBRAEV, {MOBILE: 22_150},
        food("Порошок стиральный 3 кг", 4_000, 4_315),
        care("Витамины детские № 60", 1_000, 4_890),
    ),
    sale(
        "15:44:00", IBRAEV, {CARD: 28_580},
        food("Мука высший сорт, мешок 25 кг", 2_000, 8_065),
        food("Яблоки «Апорт»", 6_000, 950),
        food("Курица охлаждённая", 5_000, 1_650),
        discount=(1_500, "Скидка по карте клуба"),
    ),
    sale(
        "16:14:47", IBRAEV, {CASH: 930},
        food("Хлеб «Бородинский»", 3_000, 310),
        change=1_070,
    ),
    sale(
        "16:31:10", IBRAEV, {CASH: 8_700},
        food("Порошок стиральный 3 кг", 2_000, 4_350),
    ),
    sale(
        "17:01:19", IBRAEV, {CASH: 9_430},
        food("Рис «Камолино», мешок 10 кг", 1_000, 6_450),
        food("Яйцо куриное С1, лоток 30 шт.", 2_000, 1_490),
        change=570,
    ),
    sale(
        "17:19:42", IBRAEV, {CASH: 12_000, MOBILE: 12_000},
        food("Масло подсолнечное 5 л", 3_000, 4_150),
        food("Чай чёрный листовой 500 г", 5_000, 2_310),
    ),
    sale(
        "17:39:33", IBRAEV, {CASH: 18_035},
        care("Крем для рук 75 мл", 4_000, 1_290),
        food("Колбаса варёная «Докторская»", 2_100, 3_250),
        food("Яблоки «Апорт»", 2_000, 950),
        food("Масло подсолнечное 5 л", 1_000, 4_150),
        change=1_965,
    ),
    sale(
        "18:10:26", IBRAEV, {CASH: 4_990},
        food("Кофе растворимый 190 г", 1_000, 4_990),
        change=10,
    ),
    sale(
        "18:25:58", IBRAEV, {MOBILE: 2_850},
        food("Яблоки «Апорт»", 3_000, 950),
    ),
    sale(
        "18:57:07", IBRAEV, {CARD: 22_840},
        food("Масло подсолнечное 5 л", 4_000, 4_150, discount=2_100),
        medicine("Лозартан 50 мг № 30", 2_000, 4_170),
    ),
    sale(
        "19:16:08", IBRAEV, {CASH: 2_215},
        food("Масло сливочное 82,5 % 500 г", 1_000, 2_215),
        change=785,
    ),
    sale(
        "19:38:55", IBRAEV, {CARD: 19_880},
        food("Рис «Камолино», мешок 10 кг", 2_000, 6_450),
        medicine("Цетиризин 10 мг № 30", 2_000, 3_490),
    ),
    sale(
        "20:05:30", IBRAEV, {CARD: 16_900},
        care("Тонометр автоматический", 1_000, 16_900),
    ),
    sale(
        "20:20:22", IBRAEV, {CASH: 8_360},
        food("Конфеты «Рахат» ассорти", 2_200, 3_800),
        change=1_640,
    ),
    sale(
        "20:48:14", IBRAEV, {CASH: 11_030},
        food("Молоко 3,2 % 1 л", 9_000, 520),
        medicine("Омепразол 20 мг № 30", 2_000, 3_175),
        change=970,
    ),
]
# fmt: on
OTHERS = [
    placement("08:57:14", AHMETOVA, OperationKind.DEPOSIT, 20_000),
    ticket(
        "11:20:05",
        AHMETOVA,
        {CASH: 15_000},
        goods("03", "Картофель, закуп у населения", 100_000, 150, None),
        kind=OperationKind.PURCHASE,
    ),
    ticket(
        "12:41:30",
        AHMETOVA,
        {CARD: 8_000},
        food("Сыр «Голландский»", 2_000, 4_000),
        kind=OperationKind.SALE_RETURN,
        basis="142/card",
    ),
    placement("14:58:10", AHMETOVA, OperationKind.WITHDRAWAL, 100_000),
    ticket(
        "16:02:44",
        IBRAEV,
        {CASH: 4_600},
        food("Колбаса варёная «Докторская»", 800, 3_250),
        food("Яблоки «Апорт»", 2_000, 1_000),
        kind=OperationKind.SALE_RETURN,
        basis="142/cash",
    ),
    placement("20:55:31", IBRAEV, OperationKind.WITHDRAWAL, 50_000),
    closing("21:04:38", IBRAEV),
]


def rows() -> list[Row]:
    """All of the shift in the order of the clock; documents 1 to 45."""
    together = sorted([*SALES, *OTHERS], key=lambda row: row.clock)
    return [row._replace(offline=row.clock in OFFLINE) for row in together]
