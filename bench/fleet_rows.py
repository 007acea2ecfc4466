"""The rows of a fleet beside its journals: taxpayers, registers, people, what staff see.

Django must be set up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from bench.fleet_days import Week, weeks
from bench.fleet_journal import Plan
from inspector.models import Control, User
from kkm import signing
from kkm.audit.audit import Verdict
from kkm.audit.history import keep
from kkm.demo.reference import MODELS, OFDS
from kkm.models import (
    KKM,
    OFD,
    ApiKey,
    Cashier,
    KKMModel,
    LateOffline,
    Section,
    Taxpayer,
    Token,
)
from tests.factories import taxpayer_number

# The days of trade end here, whenever the fleet is made: every run has the same.
NOW = datetime(2026, 6, 14, 19, tzinfo=UTC)
SHARE = 4  # registers of one taxpayer
NAMES = ("Береке", "Дастархан", "Жетысу", "Алатау", "Сарыарка", "Арман", "Шанырак", "Акжол")
TOWNS = ("г. Алматы", "г. Астана", "г. Шымкент", "г. Караганда", "г. Актобе")
STREETS = ("ул. Толе би", "пр. Абая", "ул. Сатпаева", "ул. Байтурсынова")
# Of so many registers one is in the state, the first one of the index beside it: one that has an
# open shift, is blocked, never worked, had a ticket that came too late.
OPEN, BLOCKED, NEVER, LATE = (41, 1), (59, 3), (97, 5), (211, 7)
BATCH = 1000


@cache
def weeks_of(days: int) -> list[Week]:
    """The weeks of a fleet whose registers have so many shifts."""
    return weeks(NOW, days)


def make_registers(count: int, known: Sequence[Week], people: int) -> list[int]:
    """Make so many registers with their inspectors, and return the ids of those that work."""
    taxpayers = _taxpayers(count // SHARE + 1)
    kkms = _registers(count, taxpayers, known)
    _sections(kkms, known)
    _cashiers(kkms, taxpayers)
    _people(kkms, people)
    working = []
    for index, kkm in enumerate(kkms):
        if not _is(index, NEVER):
            working.append(kkm.pk)
    return working


def _is(index: int, state: tuple[int, int]) -> bool:
    every, first = state
    return index % every == first


def _taxpayers(count: int) -> list[Taxpayer]:
    rows = []
    for index in range(count):
        name = NAMES[index % len(NAMES)]
        row = Taxpayer(
            name=f"ТОО «{name} {index}»",
            taxpayer_number=taxpayer_number(index),
            vat_series="60001",
            vat_number=f"{index:07d}",
        )
        rows.append(row)
    # A number whose control digit does not exist is skipped: two may be the same.
    different = {row.taxpayer_number: row for row in rows}
    return Taxpayer.objects.bulk_create(different.values(), BATCH)


def _registers(count: int, taxpayers: Sequence[Taxpayer], known: Sequence[Week]) -> list[KKM]:
    models = {}
    for icon, (name, maker) in MODELS.items():
        models[icon] = KKMModel.objects.create(name=name, maker=maker, icon=icon)
    ofds = {}
    for code, (name, name_kk, name_en, host) in OFDS.items():
        ofds[code] = OFD.objects.create(
            code=code,
            name=name,
            name_kk=name_kk,
            name_en=name_en,
            host=host,
        )
    rows = []
    for index in range(count):
        place = known[index % len(known)].place
        town = TOWNS[index % len(TOWNS)]
        street = STREETS[index % len(STREETS)]
        row = KKM(
            serial_number=f"ALS6{index:07d}",
            model=models[place.model],
            ofd=ofds[place.ofd],
            taxpayer=taxpayers[index // SHARE % len(taxpayers)],
            made_in=2020 + index % 7,
            trade_name=f"точка {index}",
            address=f"{town}, {street}, д. {index % 200 + 1}",
            identity_number=f"{300_000 + index}",
        )
        rows.append(row)
    return KKM.objects.bulk_create(rows, BATCH)


def _sections(kkms: Sequence[KKM], known: Sequence[Week]) -> None:
    rows = []
    for index, kkm in enumerate(kkms):
        trade = known[index % len(known)].place.trade
        for code, name in trade.sections.items():
            rows.append(Section(kkm=kkm, code=code, name=name))
    Section.objects.bulk_create(rows, BATCH)


def _cashiers(kkms: Sequence[KKM], taxpayers: Sequence[Taxpayer]) -> None:
    """One cashier of each taxpayer, at all of its registers."""
    rows = []
    for index, taxpayer in enumerate(taxpayers):
        row = Cashier(taxpayer=taxpayer, code=1, name="Ахметова А.К.")
        rows.append(row)
        if index == 0:
            row.login = "kassir"
    cashiers = Cashier.objects.bulk_create(rows, BATCH)
    of_taxpayer = {row.taxpayer_id: row for row in cashiers}
    link = Cashier.kkms.through
    links = []
    for kkm in kkms:
        cashier = of_taxpayer[kkm.taxpayer_id]
        links.append(link(cashier=cashier, kkm=kkm))
    link.objects.bulk_create(links, BATCH)


def _people(kkms: Sequence[KKM], count: int) -> None:
    """Inspectors who control every register, and staff."""
    block = Permission.objects.get(codename="block_kkm")
    Group.objects.create(name="Отдел проверок")
    for number in range(1, count + 1):
        person = User.objects.create(
            username=f"inspector{number}",
            full_name=f"Сериков Н.Б. {number}",
        )
        person.user_permissions.add(block)
        User.objects.create(
            username=f"staff{number}",
            full_name=f"Оспанова Г.Т. {number}",
            is_staff=True,
            is_superuser=True,
        )
        rows = []
        for kkm in kkms:
            row = Control(inspector=person, kkm=kkm, granted_at=NOW)
            row.sign()
            rows.append(row)
        Control.objects.bulk_create(rows, BATCH)


def plans(registers: Sequence[int], known: Sequence[Week]) -> Iterator[Plan]:
    """What the registers of these ids write."""
    found = KKM.objects.select_related("taxpayer", "ofd")
    for kkm in found.prefetch_related("sections").filter(pk__in=registers):
        index = int(kkm.serial_number[4:])
        yield Plan(
            kkm=kkm,
            registration_number=f"{601_000_000_000 + index}",
            week=known[index % len(known)],
            left_open=_is(index, OPEN),
            blocked=_is(index, BLOCKED),
        )


def evidence() -> None:
    """What there is beside the journals: checks, a key and a token, tickets that came too late."""
    signing.current()
    for kkm in KKM.objects.exclude(operations=None).distinct():
        last = kkm.last_operation
        verdict = Verdict(last.number, last.seal, ())
        keep(kkm, verdict, at=timezone.now(), by="verify_journal", milliseconds=40)
        if _is(int(kkm.serial_number[4:]), LATE):
            occurred_at = last.received_at
            LateOffline.objects.create(
                kkm=kkm,
                occurred_at=occurred_at,
                refused_at=occurred_at + timedelta(hours=80),
            )
    key, _secret = ApiKey.issue("1С", at=timezone.now())
    Token.issue(Cashier.objects.earliest("pk"), key, at=timezone.now())
