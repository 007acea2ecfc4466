"""The worked example told through the door: 143 shifts of one register, of which the last comes
out to the tiyn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from kkm import journal
from kkm.domain.kinds import OperationKind
from kkm.models import KKM, Cashier, FiscalOperation, Shift
from tests.factories import KKMFactory, SectionFactory, TaxpayerFactory
from tests.stories import activate
from tests.worked_example import earlier, shift_143
from tests.worked_example.tape import AHMETOVA, ALMATY, IBRAEV, Row

SECTIONS = {"01": "Продукты", "02": "Аптечный отдел", "03": "Закуп у населения"}
OFFLINE_DELAY = timedelta(minutes=55)  # how long the line was down


@dataclass(frozen=True)
class WorkedExample:
    """The register of the worked example after shift 143."""

    kkm: KKM

    def shift(self, number: int) -> Shift:
        """One of its 143 shifts."""
        return self.kkm.shifts.get(number=number)


def tell() -> WorkedExample:
    """Make the register and everything that ever happened to it."""
    kkm = _register()
    activate(
        kkm, at=datetime(2025, 10, 20, 10, 0, tzinfo=ALMATY), registration_number="600700123456"
    )
    for number, rows in enumerate(earlier.ordinary_shifts(), 1):
        _record(kkm, earlier.day_of(number), number, rows)
    for number, rows in (
        (141, earlier.shift_141()),
        (142, earlier.shift_142()),
        (143, shift_143.rows()),
    ):
        _record(kkm, earlier.day_of(number), number, rows)
    return WorkedExample(kkm)


def _register() -> KKM:
    number = "190340012348"
    taxpayer = TaxpayerFactory(
        name="ТОО «Береке Маркет»", taxpayer_number=number, vat_series="60001", vat_number="0012345"
    )
    kkm = KKMFactory(
        serial_number="ALS00001734",
        taxpayer=taxpayer,
        identity_number="309412",
        address="г. Алматы, ул. Толе би, д. 187",
        trade_name="маг. «Береке»",
    )
    for code, name in SECTIONS.items():
        SectionFactory(kkm=kkm, code=code, name=name)
    for code, name in (AHMETOVA, IBRAEV):
        Cashier.objects.create(taxpayer=taxpayer, code=int(code), name=name).kkms.add(kkm)
    return kkm


def _record(kkm: KKM, day: date, number: int, rows: Sequence[Row]) -> None:
    named = enumerate(rows, 1)
    entries = [row.entry(day, f"{number}-{line:03d}", _basis(kkm, row)) for line, row in named]
    received = [entry.at + OFFLINE_DELAY * entry.offline for entry in entries]
    journal.record_many(kkm=kkm, entries=entries, received_at=received)


def _basis(kkm: KKM, row: Row) -> dict:
    """The ticket that a return names: the first sale of a shift that was paid so and was large
    enough.
    """
    if not row.basis:
        return {}
    shift, payment = row.basis.split("/")
    paid = {f"{payment}__gte": sum(money.tiyn for money in row.facts["payments"].values())}
    sold = FiscalOperation.objects.filter(
        kkm=kkm, shift__number=shift, kind=OperationKind.SALE, **paid
    ).first()
    return {
        "basis": {
            "number": sold.fiscal_sign,
            "at": timezone.localtime(sold.occurred_at).isoformat(),
            "total": sold.amount.tiyn,
            "registration_number": sold.shift.registration.registration_number,
            "offline": sold.offline,
        }
    }
