"""Writing of the demo world: reference data, registers and their operations.

A register and all its operations are one transaction, so an interrupted run continues at the
next register. The same seed and the same day give the same world.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from django.db import transaction

from kkm import journal
from kkm.demo.hours import LEAVES, RETURNS, Calendar, Window, at, leaving_day, windows
from kkm.demo.reference import MODELS, OFDS, SERIAL_PREFIX, Firm, Place, State, places
from kkm.demo.shifts import Till
from kkm.domain.kinds import OperationKind
from kkm.domain.requisites import RegistrationNumber
from kkm.domain.ticket import Act, Ticket
from kkm.local_time import local_iso
from kkm.models import KKM, OFD, Cashier, KKMModel, Section, Taxpayer

AUTHORITY_CODE = "КГД"
AUTHORITY_NAME = "Орган государственных доходов"
BLOCKED_BECAUSE = "по требованию органов государственных доходов"
# Serial numbers of the sample registers, and the index of the place that each is like.
SAMPLE = {"ALS90001801": 1, "ALS90001802": 3}
SAMPLE_DAY = date(2026, 3, 9)
# How many tickets of a shift may be returned in the next one.
KEPT = 3


@dataclass(frozen=True)
class World:
    """A demo world to write.

    `inspector` has the code and the name in the acts of activation and deregistration.
    """

    calendar: Calendar
    registers: int
    seed: int
    inspector: tuple[str, str]

    def write(self) -> Iterator[KKM]:
        """Write the missing registers and give each when it is complete."""
        present = set(registers().values_list("serial_number", flat=True))
        for place in places(self.registers):
            if place.serial_number in present:
                continue
            with transaction.atomic():
                kkm = _register(place)
                self._write_operations(kkm, place)
            yield kkm

    def _write_operations(self, kkm: KKM, place: Place) -> None:
        if place.state is State.NEVER:
            return
        self._activate(kkm, place, self.calendar.activated_at, 1)
        self._write_shifts(kkm, place)
        if place.state is State.BLOCKED:
            self._block(kkm)

    def _write_shifts(self, kkm: KKM, place: Place) -> None:
        """The shifts; between them the deregistration, if the register leaves."""
        till = Till(place, self.calendar, self._dice(place))
        leaves_on = leaving_day(place.state, self.calendar)
        for window in windows(place, self.calendar):
            if leaves_on and window.opens > at(leaves_on, LEAVES):
                self._deregister(kkm, place, leaves_on)
                leaves_on = None
            _write_shift(kkm, till, window)
        if leaves_on:
            self._deregister(kkm, place, leaves_on)

    def _dice(self, place: Place) -> Random:
        seed = f"{self.seed}/{self.calendar.today}/{place.serial_number}"
        # Not for secrets.
        return Random(seed)  # noqa: S311

    def _activate(
        self,
        kkm: KKM,
        place: Place,
        when: datetime,
        registration: int,
    ) -> None:
        act = self._act(OperationKind.ACTIVATION, when)
        number = RegistrationNumber(place.registration_number(registration))
        journal.activate(kkm=kkm, registration_number=number, act=act)

    def _block(self, kkm: KKM) -> None:
        act = Act(
            kind=OperationKind.BLOCK,
            at=at(self.calendar.ago(3), time(11, 20)),
            actor_code=AUTHORITY_CODE,
            actor_name=AUTHORITY_NAME,
            details={"reason": BLOCKED_BECAUSE},
        )
        journal.block(kkm=kkm, act=act)

    def _deregister(self, kkm: KKM, place: Place, day: date) -> None:
        """Deregister with the shift open.

        A register that moves is activated under a new РНМ within the hour.
        """
        moves = place.state is State.AGAIN
        details = {
            "reason": "исключение модели из государственного реестра",
            "comment": "Заявление № 1184",
        }
        if moves:
            details = {
                "reason": "прекращение деятельности",
                "comment": "Закрытие точки в Сайраме",
            }
        act = self._act(OperationKind.DEREGISTRATION, at(day, LEAVES), **details)
        journal.deregister(kkm=kkm, act=act)
        if moves:
            self._activate(kkm, place, at(day, RETURNS), 2)

    def _act(self, kind: OperationKind, when: datetime, **details: str) -> Act:
        code, name = self.inspector
        return Act(
            kind=kind,
            at=when,
            actor_code=code,
            actor_name=name,
            details=details,
        )


def registers():
    """The registers of the demo world that are in the database."""
    kkms = KKM.objects.filter(serial_number__startswith=SERIAL_PREFIX)
    return kkms.order_by("serial_number")


def sample_registers():
    """The registers of the sample file tests/data/operations.jsonl.

    `manage.py import_operations` imports it.
    """
    kkms = KKM.objects.filter(serial_number__in=SAMPLE)
    return kkms.order_by("serial_number")


def make_sample_registers(inspector: tuple[str, str]) -> None:
    """Create those that are missing and activate them before the sample begins."""
    for serial, index in SAMPLE.items():
        if not KKM.objects.filter(serial_number=serial).exists():
            _make_sample_register(serial, index, inspector)


def _make_sample_register(serial: str, index: int, inspector: tuple[str, str]) -> None:
    code, name = inspector
    place = list(places(index))[-1]
    act = Act(
        kind=OperationKind.ACTIVATION,
        at=at(SAMPLE_DAY, time(10, 15)),
        actor_code=code,
        actor_name=name,
    )
    with transaction.atomic():
        kkm = _register(place, serial)
        number = RegistrationNumber(f"6037{serial[-8:]}")
        journal.activate(kkm=kkm, registration_number=number, act=act)


def _register(place: Place, serial_number: str = "") -> KKM:
    """A register of a place, with its sections and cashiers, before its activation."""
    taxpayer = _taxpayer(place.firm)
    kkm = KKM.objects.create(
        serial_number=serial_number or place.serial_number,
        identity_number=place.identity_number,
        taxpayer=taxpayer,
        model=_model(place.model),
        ofd=_ofd(place.ofd),
        made_in=place.made_in,
        trade_name=place.trade_name,
        address=place.address,
        address_kk=place.address_kk,
        comment=place.comment,
    )
    for code, name in place.trade.sections.items():
        Section.objects.create(kkm=kkm, code=code, name=name)
    kkm.cashiers.set(taxpayer.cashiers.all())
    return kkm


def _model(key: str) -> KKMModel:
    name, maker = MODELS[key]
    fields = {"maker": maker, "icon": key}
    model, _made = KKMModel.objects.get_or_create(name=name, defaults=fields)
    return model


def _ofd(code: int) -> OFD:
    name, name_kk, name_en, host = OFDS[code]
    fields = {"name": name, "name_kk": name_kk, "name_en": name_en, "host": host}
    ofd, _made = OFD.objects.get_or_create(code=code, defaults=fields)
    return ofd


def _taxpayer(firm: Firm) -> Taxpayer:
    series, number = firm.vat
    fields = {"name": firm.name, "vat_series": series, "vat_number": number}
    taxpayer, made = Taxpayer.objects.get_or_create(
        taxpayer_number=firm.number,
        defaults=fields,
    )
    if made:
        for code, name in enumerate(firm.cashiers, 1):
            Cashier.objects.create(taxpayer=taxpayer, code=code, name=name)
    return taxpayer


def _write_shift(kkm: KKM, till: Till, window: Window) -> None:
    """Record a shift, and let the till keep some of its sales for later returns."""
    entries = till.shift(window)
    times = [till.received(entry) for entry in entries]
    recorded = journal.record_many(kkm=kkm, entries=entries, received_at=times)
    sales: list[tuple[int, Ticket]] = []
    for entry, made in zip(entries, recorded, strict=True):
        if isinstance(entry, Ticket) and entry.kind == OperationKind.SALE:
            sales.append((made.number, entry))
    step = max(len(sales) // KEPT, 1)
    till.sold = _with_bases(kkm, dict(sales[::step][:KEPT]))


def _with_bases(kkm: KKM, kept: dict[int, Ticket]) -> list[tuple[Ticket, dict]]:
    """Tickets by the numbers of their operations, each with the basis of its return."""
    registration = kkm.registrations.open().get().registration_number
    rows = kkm.operations.filter(number__in=kept).order_by("number")
    sold = []
    for number, fiscal_sign in rows.values_list("number", "fiscal_sign"):
        ticket = kept[number]
        sold.append((ticket, _basis(ticket, fiscal_sign, registration)))
    return sold


def _basis(sold: Ticket, fiscal_sign: str, registration_number: str) -> dict:
    """The basis of a return: facts of the returned ticket, by keys of `kkm.domain.ticket`."""
    return {
        "number": fiscal_sign,
        "at": local_iso(sold.at),
        "total": sold.amount.tiyn,
        "registration_number": registration_number,
        "offline": sold.offline,
    }
