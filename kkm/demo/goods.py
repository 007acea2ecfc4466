"""Goods and trades of the demo world.

Prices are whole tenge. Units are codes of the classifier: 796 piece, 166 kilogram, 112 litre.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import Enum


class Tax(Enum):
    """How goods are taxed. The rate depends on the day."""

    GENERAL = "general"
    MEDICINE = "medicine"
    PERIODICAL = "periodical"
    NONE = "none"

    def rate_on(self, day: date) -> int | None:
        """The VAT rate in thousandths of a per cent; None for goods without VAT.

        Source: the Tax Code. The rates are those of the table of rates.
        """
        for first_year, rates in _RATES:
            if day.year >= first_year:
                return rates.get(self)
        return None


# The rates from a year on, the latest first.
_RATES = (
    (2027, {Tax.GENERAL: 16_000, Tax.MEDICINE: 10_000, Tax.PERIODICAL: 10_000}),
    (2026, {Tax.GENERAL: 16_000, Tax.MEDICINE: 5_000, Tax.PERIODICAL: 10_000}),
    (date.min.year, {Tax.GENERAL: 12_000}),
)


@dataclass(frozen=True, slots=True)
class Good:
    """Goods with their price, section, unit and tax.

    `most` is the largest quantity that a buyer takes. Of kilograms and litres fractions are sold
    too. `marked` goods have a marking code.
    """

    name: str
    price: int
    section: str = "01"
    unit: str = "796"
    most: int = 2
    tax: Tax = Tax.GENERAL
    marked: bool = False

    @property
    def by_weight(self) -> bool:
        """Whether the quantity may be a fraction."""
        return self.unit != "796"


# Monday to Sunday: the share of an average day.
_USUAL_RHYTHM = (0.9, 0.85, 0.9, 0.95, 1.1, 1.2, 1.05)


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of shop: its hours, sections and goods.

    A shop that closes earlier than it opens closes on the next day. A good that is several times
    in `goods` is sold more often. `service` is a markup in per cent. `days_off` are weekdays, 0
    is Monday.
    """

    opens: time
    closes: time
    sections: dict[str, str]
    goods: tuple[Good, ...]
    most_positions: int
    bought: tuple[Good, ...] = ()
    service: int = 0
    days_off: tuple[int, ...] = ()
    rhythm: tuple[float, ...] = _USUAL_RHYTHM


PIECE, KG, LITRE = "796", "166", "112"

GROCERY = Trade(
    opens=time(8, 0),
    closes=time(22, 30),
    sections={"01": "Продукты", "02": "Хозяйственные товары", "03": "Закуп у населения"},
    most_positions=6,
    goods=(
        Good("Хлеб «Бородинский», 400 г", 310, most=3),
        Good("Батон нарезной, 350 г", 245, most=2),
        Good("Лепёшка тандырная", 250, most=4),
        Good("Молоко «Родина» 3,2 %, 1 л", 590, most=4),
        Good("Кефир «Амиран» 2,5 %, 900 г", 645, most=2),
        Good("Сметана «Food Master» 15 %, 400 г", 890),
        Good("Творог домашний", 2_450, unit=KG, most=1),
        Good("Масло сливочное 82,5 %, 200 г", 1_390),
        Good("Сыр «Голландский»", 4_690, unit=KG, most=1),
        Good("Курт солёный", 3_900, unit=KG, most=1),
        Good("Яйцо куриное С1, 10 шт.", 720, most=3),
        Good("Говядина, мякоть", 3_950, unit=KG, most=3),
        Good("Конина, рёбра", 4_200, unit=KG, most=3),
        Good("Казы домашние", 6_900, unit=KG, most=1),
        Good("Курица охлаждённая", 1_690, unit=KG, most=3),
        Good("Колбаса варёная «Докторская»", 3_290, unit=KG, most=1),
        Good("Рис «Камолино»", 690, unit=KG, most=5),
        Good("Гречка, 800 г", 640, most=3),
        Good("Макароны «Султан», 400 г", 335, most=4),
        Good("Мука «Цесна» высший сорт, 2 кг", 760, most=2),
        Good("Масло подсолнечное «Шедевр», 1 л", 960, most=2),
        Good("Сахар-песок", 460, unit=KG, most=5),
        Good("Чай «Пиала» гранулированный, 250 г", 1_290),
        Good("Кофе растворимый «Jacobs», 95 г", 2_790),
        Good("Шоколад «Казахстанский», 100 г", 780, most=3),
        Good("Конфеты «Рахат» ассорти", 3_800, unit=KG, most=1),
        Good("Яблоки «Апорт»", 950, unit=KG, most=4),
        Good("Бананы", 790, unit=KG, most=3),
        Good("Картофель", 260, unit=KG, most=8),
        Good("Лук репчатый", 190, unit=KG, most=5),
        Good("Морковь", 230, unit=KG, most=3),
        Good("Помидоры", 890, unit=KG, most=3),
        Good("Огурцы", 760, unit=KG, most=3),
        Good("Вода «Tassay» негазированная, 1 л", 290, most=6),
        Good("Сок «Да-Да» яблочный, 1 л", 690, most=2),
        Good("Сигареты «Parliament Aqua Blue»", 1_150, marked=True),
        Good("Пакет-майка", 30, most=2),
        Good("Порошок «Ariel», 3 кг", 4_590, section="02", most=1),
        Good("Средство для посуды «Fairy», 450 мл", 1_090, section="02"),
        Good("Бумага туалетная, 4 рулона", 890, section="02"),
        Good("Батарейки АА, 4 шт.", 1_490, section="02", most=1),
        Good("Газета «Караван»", 250, section="02", most=1, tax=Tax.PERIODICAL),
    ),
    bought=(
        Good("Картофель, закуп у населения", 160, "03", KG, 60, Tax.NONE),
        Good("Яйцо домашнее, закуп у населения", 45, "03", PIECE, 120, Tax.NONE),
        Good("Молоко, закуп у населения", 260, "03", LITRE, 40, Tax.NONE),
    ),
)

PHARMACY = Trade(
    opens=time(8, 30),
    closes=time(21, 0),
    sections={"01": "Лекарственные средства", "02": "Изделия медицинского назначения и косметика"},
    most_positions=4,
    rhythm=(1.15, 1.05, 1.0, 1.0, 1.05, 0.85, 0.75),
    goods=(
        Good("Парацетамол таб. 500 мг № 20", 340, most=3, tax=Tax.MEDICINE),
        Good("Ибупрофен таб. 400 мг № 20", 690, tax=Tax.MEDICINE),
        Good("Амоксициллин капс. 500 мг № 20", 1_650, tax=Tax.MEDICINE),
        Good("Азитромицин таб. 500 мг № 3", 2_380, most=1, tax=Tax.MEDICINE),
        Good("Омепразол капс. 20 мг № 30", 1_240, tax=Tax.MEDICINE),
        Good("Но-шпа таб. 40 мг № 24", 1_890, tax=Tax.MEDICINE),
        Good("Цетиризин таб. 10 мг № 10", 980, tax=Tax.MEDICINE),
        Good("Лозартан таб. 50 мг № 30", 2_140, tax=Tax.MEDICINE),
        Good("Кардиомагнил таб. 75 мг № 100", 4_790, most=1, tax=Tax.MEDICINE),
        Good("Корвалол капли 25 мл", 410, tax=Tax.MEDICINE),
        Good("Називин спрей 0,05 % 10 мл", 2_260, most=1, tax=Tax.MEDICINE),
        Good("Уголь активированный таб. № 10", 95, most=5, tax=Tax.MEDICINE),
        Good("Аскорбиновая кислота драже № 200", 520, tax=Tax.MEDICINE),
        Good("Инсулин «Лантус СолоСтар» 3 мл № 5", 24_600, most=1, tax=Tax.MEDICINE, marked=True),
        Good("Тонометр автоматический «Omron M2»", 21_900, section="02", most=1),
        Good("Термометр электронный", 2_450, section="02", most=1),
        Good("Бинт стерильный 5 м × 10 см", 390, section="02", most=4),
        Good("Лейкопластырь № 20", 560, section="02"),
        Good("Шприц 5 мл", 60, section="02", most=10),
        Good("Маска медицинская, 10 шт.", 450, section="02"),
        Good("Подгузники «Pampers» 4, 44 шт.", 8_990, section="02", most=1),
        Good("Крем для рук «Бархатные ручки», 75 мл", 1_090, section="02"),
        Good("Гематоген, 40 г", 280, section="02", most=5),
    ),
)

CAFE = Trade(
    opens=time(9, 0),
    closes=time(22, 0),
    sections={"01": "Кухня", "02": "Бар"},
    most_positions=5,
    service=10,
    rhythm=(0.7, 0.75, 0.8, 0.9, 1.25, 1.35, 1.1),
    goods=(
        Good("Бешбармак из конины", 4_200),
        Good("Лагман уйгурский", 2_650),
        Good("Плов по-узбекски", 2_390),
        Good("Манты, 5 шт.", 2_450),
        Good("Куырдак", 3_450),
        Good("Шашлык из баранины", 1_950, most=4),
        Good("Самса с мясом", 750, most=4),
        Good("Баурсаки, порция", 690),
        Good("Салат «Ачичук»", 1_290),
        Good("Салат «Цезарь» с курицей", 2_790),
        Good("Суп-лапша домашняя", 1_650),
        Good("Бизнес-ланч", 2_490),
        Good("Чак-чак, 150 г", 1_150),
        Good("Чай с молоком, чайник", 990, "02"),
        Good("Кофе американо", 950, "02"),
        Good("Капучино", 1_250, "02"),
        Good("Лимонад домашний, 1 л", 2_190, "02", most=1),
        Good("Кумыс, 0,5 л", 1_450, "02"),
        Good("Айран, 0,3 л", 650, "02"),
        Good("Вода «Borjomi», 0,5 л", 1_190, "02"),
    ),
)

BAR = Trade(
    opens=time(16, 0),
    closes=time(1, 40),
    sections=CAFE.sections,
    most_positions=4,
    service=10,
    rhythm=(0.6, 0.6, 0.7, 0.9, 1.4, 1.5, 0.9),
    goods=(
        *CAFE.goods[5:10],
        Good("Пиво «Шымкентское», 0,5 л", 1_290, "02", most=4),
        Good("Вино красное сухое, бокал", 2_490, "02"),
        Good("Сырная тарелка", 4_900),
        Good("Гренки с чесноком", 1_490),
        Good("Кальян", 8_500, "02", most=1),
    ),
)

_PETROL_92 = Good("Бензин АИ-92", 238, unit=LITRE, most=40)
_PETROL_95 = Good("Бензин АИ-95", 318, unit=LITRE, most=45)
_DIESEL = Good("Дизельное топливо", 330, unit=LITRE, most=60)

FILLING = Trade(
    opens=time(0, 10),
    closes=time(23, 50),
    sections={"01": "Топливо", "02": "Магазин"},
    most_positions=2,
    rhythm=(1.1, 1.0, 1.0, 1.0, 1.2, 1.0, 0.8),
    goods=(
        _PETROL_92,
        _PETROL_92,
        _PETROL_92,
        _PETROL_92,
        _PETROL_92,
        _PETROL_95,
        _PETROL_95,
        _PETROL_95,
        _PETROL_95,
        _DIESEL,
        _DIESEL,
        Good("Газ сжиженный", 105, unit=LITRE, most=35),
        Good("Омыватель стекла -20 °C, 4 л", 2_490, "02", most=1),
        Good("Масло моторное 5W-30, 4 л", 18_900, "02", most=1),
        Good("Кофе американо, 0,3 л", 890, "02"),
        Good("Хот-дог", 1_290, "02"),
        Good("Вода «Tassay», 0,5 л", 320, "02", most=3),
    ),
)

# The trade of an entrepreneur who does not pay VAT.
HARDWARE = Trade(
    opens=time(9, 0),
    closes=time(19, 0),
    sections={"01": "Стройматериалы", "02": "Инструмент"},
    most_positions=4,
    days_off=(6,),
    goods=(
        Good("Цемент М400, мешок 50 кг", 2_450, "01", PIECE, 10, Tax.NONE),
        Good("Гипсокартон 12,5 мм, лист", 3_190, "01", PIECE, 8, Tax.NONE),
        Good("Краска водоэмульсионная, 14 кг", 9_800, "01", PIECE, 2, Tax.NONE),
        Good("Саморезы 3,5×35", 1_450, "01", KG, 2, Tax.NONE),
        Good("Гвозди строительные 100 мм", 980, "01", KG, 3, Tax.NONE),
        Good("Плитка керамическая 30×60, м²", 4_600, "01", PIECE, 12, Tax.NONE),
        Good("Обои виниловые, рулон", 6_900, "01", PIECE, 6, Tax.NONE),
        Good("Дрель ударная 650 Вт", 24_900, "02", PIECE, 1, Tax.NONE),
        Good("Шпатель 100 мм", 690, "02", PIECE, 2, Tax.NONE),
        Good("Рулетка 5 м", 1_290, "02", PIECE, 1, Tax.NONE),
        Good("Перчатки рабочие", 290, "02", PIECE, 6, Tax.NONE),
        Good("Валик малярный 250 мм", 1_590, "02", PIECE, 2, Tax.NONE),
    ),
)
