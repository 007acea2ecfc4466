"""The demo world is written here: reference data, registers, and the story of each register through
the door.

A register and its whole story are one transaction, so an interrupted run is taken up where it
stopped. The same seed and the same day give the same world.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from django.db import transaction

from kkm import journal
from kkm.demo.cast import MODELS, OFDS, SERIAL_PREFIX, Firm, Place, State, places
from kkm.demo.hours import LEAVES, RETURNS, Calendar, Window, at, leaving_day, windows
from kkm.demo.shifts import Till
from kkm.domain.kinds import OperationKind
from kkm.domain.ticket import Act, Ticket
from kkm.models import KKM, OFD, Cashier, FiscalOperation, KKMModel, Section, Taxpayer
from kkm.models.moment import local_iso

AUTHORITY = {"actor_code": "КГД", "actor_name": "Орган государственных доходов"}
BLOCKED_BECAUSE = "по требованию органов государственных доходов"
SAMPLE = {"ALS90001801": 1, "ALS90001802": 3}  # serial number: the place that it is like
SAMPLE_DAY = date(2026, 3, 9)
KEPT = 3  # how many tickets of a shift may come back in the next one


@dataclass(frozen=True)
class World:
    """`inspector`: code and name of who puts registers on and off the record."""

    calendar: Calendar
    registers: int
    seed: int
    inspector: tuple[str, str]

    def write(self) -> Iterator[KKM]:
        """Write the registers that are not there yet; each is given when it is complete."""
        there = set(registers().values_list("serial_number", flat=True))
        for place in places(self.registers):
            if place.serial_number not in there:
                with transaction.atomic():
                    kkm = _register(place)
                    self._tell(kkm, place)
                yield kkm

    def _tell(self, kkm: KKM, place: Place) -> None:
        if place.state is State.NEVER:
            return
        calendar, leaves = self.calendar, leaving_day(place.state, self.calendar)
        self._activate(kkm, place, calendar.activated_at, 1)
        till = Till(place, calendar, Random(f"{self.seed}/{calendar.today}/{place.serial_number}"))  # noqa: S311 no secrets here
        left = leaves is None
        for window in windows(place, calendar):
            if not left and window.opens > at(leaves, LEAVES):
                left = self._leave(kkm, place)
            _shift(kkm, till, window)
        if not left:
            self._leave(kkm, place)
        if place.state is State.BLOCKED:
            when = at(calendar.ago(3), time(11, 20))
            journal.block(
                kkm=kkm,
                act=Act(
                    kind=OperationKind.BLOCK,
                    at=when,
                    details={"reason": BLOCKED_BECAUSE},
                    **AUTHORITY,
                ),
            )

    def _activate(self, kkm: KKM, place: Place, when: datetime, registration: int) -> None:
        act = self._act(OperationKind.ACTIVATION, when)
        journal.activate(
            kkm=kkm, registration_number=place.registration_number(registration), act=act
        )

    def _leave(self, kkm: KKM, place: Place) -> bool:
        """Off the record with its shift open; a register that moves comes back under a new РНМ
        within the hour.
        """
        day, again = leaving_day(place.state, self.calendar), place.state is State.AGAIN
        reason = (
            "прекращение деятельности" if again else "исключение модели из государственного реестра"
        )
        comment = "Закрытие точки в Сайраме" if again else "Заявление № 1184"
        act = self._act(
            OperationKind.DEREGISTRATION, at(day, LEAVES), reason=reason, comment=comment
        )
        journal.deregister(kkm=kkm, act=act)
        if again:
            self._activate(kkm, place, at(day, RETURNS), 2)
        return True

    def _act(self, kind: OperationKind, when: datetime, **details: str) -> Act:
        code, name = self.inspector
        return Act(kind=kind, at=when, actor_code=code, actor_name=name, details=details)


def registers():
    """The registers of the demo world that are in the database."""
    return KKM.objects.filter(serial_number__startswith=SERIAL_PREFIX).order_by("serial_number")


def sample_registers():
    """The registers of the sample of `manage.py import_operations`, tests/data/operations.jsonl."""
    return KKM.objects.filter(serial_number__in=SAMPLE).order_by("serial_number")


def make_sample_registers(inspector: tuple[str, str]) -> None:
    """Put them on the record on the day before the sample begins, if they are not there."""
    code, name = inspector
    for serial, like in SAMPLE.items():
        if not KKM.objects.filter(serial_number=serial).exists():
            place = next(place for place in places(like) if place.index == like)
            act = Act(
                kind=OperationKind.ACTIVATION,
                at=at(SAMPLE_DAY, time(10, 15)),
                actor_code=code,
                actor_name=name,
            )
            with transaction.atomic():
                kkm = _register(place, serial)
                journal.activate(kkm=kkm, registration_number=f"6037{serial[-8:]}", act=act)


def _register(place: Place, serial_number: str = "") -> KKM:
    taxpayer = _taxpayer(place.firm)
    model, maker = MODELS[place.model]
    name, name_kk, name_en, host = OFDS[place.ofd]
    names = {"name": name, "name_kk": name_kk, "name_en": name_en, "host": host}
    requisites = {
        key: getattr(place, key)
        for key in ("made_in", "trade_name", "address", "address_kk", "comment", "identity_number")
    }
    kkm = KKM.objects.create(
        serial_number=serial_number or place.serial_number,
        taxpayer=taxpayer,
        model=KKMModel.objects.get_or_create(
            name=model, defaults={"maker": maker, "icon": place.model}
        )[0],
        ofd=OFD.objects.get_or_create(code=place.ofd, defaults=names)[0],
        **requisites,
    )
    Section.objects.bulk_create(
        Section(kkm=kkm, code=code, name=name) for code, name in place.trade.sections.items()
    )
    kkm.cashiers.set(taxpayer.cashiers.all())
    return kkm


def _taxpayer(firm: Firm) -> Taxpayer:
    series, number = firm.vat
    fields = {"name": firm.name, "vat_series": series, "vat_number": number}
    taxpayer, made = Taxpayer.objects.get_or_create(taxpayer_number=firm.number, defaults=fields)
    if made:
        Cashier.objects.bulk_create(
            Cashier(taxpayer=taxpayer, code=code, name=name)
            for code, name in enumerate(firm.cashiers, 1)
        )
    return taxpayer


def _shift(kkm: KKM, till: Till, window: Window) -> None:
    entries = till.shift(window)
    recorded = journal.record_many(
        kkm=kkm, entries=entries, received_at=[till.received(entry) for entry in entries]
    )
    sales = [
        (entry, made.id)
        for entry, made in zip(entries, recorded, strict=True)
        if entry.kind == OperationKind.SALE
    ]
    kept = {made: entry for entry, made in sales[:: max(len(sales) // KEPT, 1)][:KEPT]}
    signs = (
        FiscalOperation.objects.filter(pk__in=kept)
        .order_by("number")
        .values_list("pk", "fiscal_sign")
    )
    registration = kkm.open_registration.registration_number
    till.sold = [(kept[pk], _basis(kept[pk], sign, registration)) for pk, sign in signs]


def _basis(sold: Ticket, fiscal_sign: str, registration_number: str) -> dict:
    """What a return says about the ticket that it returns; the keys are those of
    `kkm.domain.ticket`.
    """
    return {
        "number": fiscal_sign,
        "at": local_iso(sold.at),
        "total": sold.amount.tiyn,
        "registration_number": registration_number,
        "offline": sold.offline,
    }
