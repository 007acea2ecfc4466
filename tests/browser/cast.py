"""The cast of the browser's tests: an inspector, and one register in each state, with long names
where they may hurt.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.utils import timezone

from inspector.models import User
from kkm import journal
from kkm.audit.audit import Verdict
from kkm.audit.history import keep
from kkm.domain.finding import Finding, Rule
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import tenge
from kkm.domain.ticket import Position, Ticket
from kkm.models import KKM
from tests import stories
from tests.factories import KKMFactory, SectionFactory, TaxpayerFactory
from tests.inspector.factories import ControlFactory, InspectorFactory

LONG_NAME = (
    "ТОО «Казахстанско-Китайская торгово-промышленная компания «Жетысу Интернэшнл Дистрибьюшн»»"
)
LONG_ADDRESS = "Алматинская обл., Талгарский р-н, с. Бесагаш, мкр. Достык, ул. Кунаева, д. 118/2, ТРЦ «Асыл Арман», бутик 214"
COMMENT = "Проверить возвраты за прошлую неделю: кассир пробивал их после закрытия отдела, объяснительная обещана к понедельнику."
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Cast:
    """Who and what there is. Every register but `foreign` is the inspector's."""

    inspector: User
    busy: KKM
    blocked: KKM
    overdue: KKM
    gone: KKM
    new: KKM
    foreign: KKM

    @property
    def mine(self) -> list[KKM]:
        """The inspector's registers."""
        return [self.busy, self.blocked, self.overdue, self.gone, self.new]


def gather() -> Cast:
    """Make them; the last operation is a minute old."""
    now = timezone.localtime().replace(microsecond=0)
    inspector = InspectorFactory(username="serikov", full_name="Сериков Нурлан Бауыржанович")
    inspector.user_permissions.add(Permission.objects.get(codename="block_kkm"))
    registers = [make(now) for make in (busy, blocked, overdue, gone, new)]
    for kkm in registers:
        ControlFactory(inspector=inspector, kkm=kkm)
    return Cast(inspector, *registers, foreign=ControlFactory().kkm)


def busy(now: datetime) -> KKM:
    """Three closed shifts, and an open one with something of everything."""
    kkm = KKMFactory(
        serial_number="ALS40000101",
        comment=COMMENT,
        taxpayer=TaxpayerFactory(name=LONG_NAME),
        address=LONG_ADDRESS,
    )
    SectionFactory(kkm=kkm)
    stories.activate(kkm, at=now - 100 * HOUR, registration_number="600700000101")
    for days in (4, 3, 2):
        start = now - days * 24 * HOUR
        stories.sell(kkm, 1_234_567, at=start)
        stories.sell(kkm, 8_000, at=start + HOUR, payment=PaymentType.CARD, rate=None)
        stories.close(kkm, at=start + 8 * HOUR)
    _open_shift(kkm, now)
    return kkm


def _open_shift(kkm: KKM, now: datetime) -> None:
    stories.deposit(kkm, 50_000, at=now - 2 * HOUR)
    stories.record(kkm, _mixed(now - HOUR))
    stories.record(
        kkm, stories.ticket(3_000, at=now - HOUR, offline=True), received_at=now - HOUR / 2
    )
    stories.sell(kkm, 1_500, at=now - HOUR / 3, kind=OperationKind.SALE_RETURN)
    stories.withdraw(kkm, 20_000, at=now - HOUR / 60)


def _mixed(at: datetime) -> Ticket:
    cheese = "Сыр полутвёрдый «Голландский» брусковый, 45 %, весовой, производство Кокшетау"
    goods = (
        Position(
            name=cheese,
            quantity=1_250,
            price=tenge(4_200),
            section="01",
            rate=16_000,
            discount=tenge(250),
        ),
        Position(name="Хлеб", quantity=2_000, price=tenge(310), section="01", rate=None),
    )
    paid = {PaymentType.CASH: tenge(3_000), PaymentType.CARD: tenge(2_620)}
    return Ticket(
        at=at,
        kind=OperationKind.SALE,
        positions=goods,
        payments=paid,
        change=tenge(380),
        **stories.AHMETOVA,
    )


def blocked(now: datetime) -> KKM:
    """Blocked by the tax authority; the last check of its journal has found something."""
    kkm = KKMFactory(serial_number="ALS40000102")
    stories.activate(kkm, at=now - 9 * HOUR, registration_number="600700000102")
    journal.block(
        kkm=kkm, act=stories.act(now - HOUR, reason="по требованию органов государственных доходов")
    )
    finding = Finding(1, Rule.SEAL, "0" * 64, "1" * 64)
    verdict = Verdict(operations=2, seal="", findings=(finding,))
    keep(kkm, verdict, at=now, by="Сериков Н.Б.", milliseconds=1)
    return kkm


def overdue(now: datetime) -> KKM:
    """Its shift is older than 24 hours."""
    kkm = KKMFactory(serial_number="ALS40000103")
    stories.activate(kkm, at=now - 30 * HOUR, registration_number="600700000103")
    stories.sell(kkm, at=now - 26 * HOUR)
    return kkm


def gone(now: datetime) -> KKM:
    """Off the record, with a past."""
    kkm = KKMFactory(serial_number="ALS40000104")
    stories.activate(kkm, at=now - 50 * HOUR, registration_number="600700000104")
    stories.sell(kkm, at=now - 49 * HOUR)
    journal.deregister(
        kkm=kkm,
        act=stories.act(
            now - 30 * HOUR, reason="замена на новую модель", comment="Новая касса уже на учёте."
        ),
    )
    return kkm


def new(now: datetime) -> KKM:
    """Never on the record."""
    return KKMFactory(serial_number="ALS40000105")
