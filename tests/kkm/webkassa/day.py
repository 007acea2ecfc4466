"""A rich day by the API: everything that an answer can speak of happens in it."""

import json
from dataclasses import dataclass

from django.utils import timezone

from kkm.local_time import local_iso
from kkm.models import KKM
from tests.factories import SectionFactory
from tests.kkm.webkassa.conftest import Integration
from tests.stories import restate

BUYER = "150740001357"
MARKS = {"Mark": "0104603276013765213A8B06", "MarkList": ["04870249811936t1Xrb"]}
CIGARETTES = {
    "PositionName": "Marlboro",
    "PositionCode": "1",
    "Count": 1,
    "Price": 500,
    "UnitCode": 796,
    "SectionCode": "01",
    **MARKS,
}
SWEETS = {
    "PositionName": "Конфеты «Рахат»",
    "Count": 2.5,
    "Price": 3800,
    "Discount": 500,
    "UnitCode": 166,
    "SectionCode": "01",
}
MEDICINE = {
    "PositionName": "Ибупрофен 400 мг",
    "Count": 3,
    "Price": 1260,
    "Markup": 20,
    "UnitCode": 796,
    "SectionCode": "02",
}
POTATOES = {
    "PositionName": "Картофель, закуп",
    "Count": 10,
    "Price": 150,
    "UnitCode": 166,
    "SectionCode": "03",
}
PARCEL = {"PositionName": "Пакет", "Count": 1, "Price": 30, "UnitCode": 796}
STANDARD, LOW = {"TaxType": 100, "TaxPercent": 16}, {"TaxType": 100, "TaxPercent": 5}
CASH, CARD, MOBILE = 0, 1, 4
PURCHASE, PURCHASE_RETURN, SALE, SALE_RETURN = 0, 1, 2, 3


@dataclass
class Day:
    """What calls, its register, and what was answered: the whole envelope of the last call of
    each path.
    """

    integration: Integration
    kkm: KKM
    told: dict[str, dict]

    def ask(self, path: str, **fields: object) -> dict | list:
        """Call with the register; its `Data`, exact sums as texts."""
        return self.integration.data(path, CashboxUniqueNumber=self.kkm.serial_number, **fields)

    def tell(self, path: str, **fields: object) -> dict | list:
        """The same, kept in `told` as it came."""
        asked = {
            "Token": self.integration.token,
            "CashboxUniqueNumber": self.kkm.serial_number,
            **fields,
        }
        body = self.integration.raw(path, json.dumps(asked)).content
        self.told[path] = json.loads(body)
        assert "Errors" not in self.told[path], self.told[path]
        return json.loads(body, parse_float=str)["Data"]

    def sell(
        self, kind: int, positions: list[dict], paid: dict[int, object], **more: object
    ) -> dict:
        """A ticket, not rounded."""
        payments = [{"PaymentType": way, "Sum": money} for way, money in paid.items()]
        return self.tell(
            "Check", OperationType=kind, Positions=positions, Payments=payments, RoundType=0, **more
        )


def a_rich_day(integration: Integration, kkm: KKM) -> Day:
    """Six tickets and two placements of one shift, which stays open."""
    for code, name in (("01", "Продукты"), ("02", "Аптечный отдел")):
        SectionFactory(kkm=kkm, code=code, name=name)
    restate(kkm, at=timezone.now().replace(microsecond=0))
    day = Day(integration, kkm, {})
    day.tell("MoneyOperation", OperationType=0, Sum=20_000, ExternalCheckNumber="д-1")
    sold = day.sell(
        SALE,
        [{**CIGARETTES, **STANDARD}, {**SWEETS, **STANDARD}, {**MEDICINE, **LOW}],
        {CARD: 9_000, CASH: 5_000},
        TicketModifiers=[
            {"Type": 1, "Sum": 300, "Text": "Скидка по карте клуба", **STANDARD},
            {"Type": 2, "Sum": 200.5, **STANDARD},
        ],
        ExternalCheckNumber="112233",
        ExternalOrderNumber="З-0042",
        CustomerXin=BUYER,
    )
    day.sell(
        SALE, [{**SWEETS, **STANDARD, "Discount": 0}], {MOBILE: 9_500}, ExternalCheckNumber="007"
    )
    day.sell(
        SALE, [PARCEL], {CASH: 30}, DateTime=local_iso(timezone.now()), ExternalCheckNumber="000-9"
    )
    day.sell(PURCHASE, [POTATOES], {CASH: 1_500})
    day.sell(PURCHASE_RETURN, [{**POTATOES, "Count": 2}], {CASH: 300})
    basis = {
        "CheckNumber": sold["CheckNumber"],
        "DateTime": sold["DateTime"],
        "Total": 13_200.5,
        "IsOffline": False,
    }
    basis["RegistrationNumber"] = sold["Cashbox"]["RegistrationNumber"]
    day.sell(SALE_RETURN, [{**CIGARETTES, **STANDARD}], {CARD: 500}, ReturnBasisDetails=basis)
    day.tell("MoneyOperation", OperationType=1, Sum="4000.00")
    return day


def the_next_morning(day: Day) -> None:
    """The Z of the first shift, and the first ticket of the second."""
    day.tell("XReport")
    day.tell("ZReport")
    day.sell(SALE, [PARCEL], {CASH: 30})
