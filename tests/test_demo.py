"""The demo world: written once, at any time of day and year, and people who may look at it.

Its days: test_demo_week.py.
"""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from inspector.models import Control, User
from kkm.demo import accounts, goods, reference
from kkm.demo.hours import Calendar
from kkm.demo.world import World, registers
from kkm.domain.requisites import TaxpayerNumber
from kkm.models import KKM, ApiKey, Cashier, FiscalOperation, Position, VatRate

DAYS = 7
EVENING = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # 22:00 in Almaty, a Sunday


def write(now: datetime, *, days: int = DAYS, count: int = 14, seed: int = 1) -> list[KKM]:
    return list(World(Calendar(now, days), count, seed, ("inspector", "Сериков Н.Б.")).write())


def state(kkm: KKM, now: datetime = EVENING) -> KKM:
    return KKM.objects.with_state(now).get(pk=kkm.pk)


def seals() -> list[str]:
    return list(
        FiscalOperation.objects.order_by("kkm__serial_number", "number").values_list(
            "seal", flat=True
        )
    )


def forgotten(now: datetime, seed: int) -> list[str]:
    """The seals of a world that is written and taken back."""
    with transaction.atomic():
        write(now, days=2, count=3, seed=seed)
        written = seals()
        transaction.set_rollback(True)
    return written


def test_one_seed_and_one_day_give_one_world(db):
    once = forgotten(EVENING, seed=1)
    assert len(once) > 100
    assert forgotten(EVENING, seed=1) == once
    assert forgotten(EVENING, seed=2) != once
    assert not FiscalOperation.objects.exists()


def test_an_interrupted_run_is_taken_up_where_it_stopped(db):
    first = next(iter(World(Calendar(EVENING, 2), 3, 1, ("inspector", "Сериков Н.Б.")).write()))
    rest = write(EVENING, days=2, count=3)
    assert [kkm.serial_number for kkm in (first, *rest)] == [
        "ALS70000001",
        "ALS70000002",
        "ALS70000003",
    ]
    written = seals()
    assert len(set(written)) == len(written)


@pytest.mark.parametrize("year", [2026, 2027])
def test_it_can_be_written_over_a_new_year_when_the_rates_change(db, year):
    write(datetime(year, 1, 2, 14, 0, tzinfo=UTC), days=4)
    before, after = (
        Position.objects.filter(operation__occurred_at__year=one, role=0)
        for one in (year - 1, year)
    )
    assert set(before.values_list("rate", flat=True)) != set(after.values_list("rate", flat=True))


@pytest.mark.parametrize("clock", ["00:00", "00:20", "01:00", "06:59", "08:01", "16:03", "23:58"])
def test_it_can_be_written_at_any_time_of_the_day(db, clock):
    now = timezone.make_aware(datetime.fromisoformat(f"2026-03-02T{clock}"))
    made = {
        place.state: state(kkm, now)
        for place, kkm in zip(reference.places(14), write(now, days=3), strict=True)
    }
    assert not FiscalOperation.objects.filter(received_at__gt=now).exists()
    opened = made[reference.State.OPEN].shift_opened_at
    assert timezone.localdate(opened) == date(2026, 3, 2)
    assert opened <= now
    assert made[reference.State.OVERDUE].overdue


def test_rates_follow_the_day_as_the_table_of_rates_does(db):
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1)]
    assert [[tax.rate_on(day) for tax in goods.Tax] for day in days] == [
        [12_000, None, None, None],
        [16_000, 5_000, 10_000, None],
        [16_000, 10_000, 10_000, None],
    ]
    for day in days:
        in_force = set(VatRate.objects.on(day).values_list("rate", flat=True)) | {None}
        assert {tax.rate_on(day) for tax in goods.Tax} <= in_force


def test_taxpayers_and_buyers_have_numbers_that_check():
    numbers = [firm.number for firm in reference.FIRMS] + list(reference.BUYERS)
    assert [TaxpayerNumber(number) for number in numbers] == numbers
    assert len(reference.FIRMS) >= 3


def test_the_command_writes_once_and_prints_the_logins(db, capsys):
    call_command("demo", days=2, registers=4, verbosity=0)
    operations = FiscalOperation.objects.count()
    call_command("demo", days=2, registers=4, verbosity=0)
    printed = capsys.readouterr().out
    assert "касс добавлено — 4" in printed
    assert "уже есть: касс — 4. Ничего не добавлено." in printed
    assert "demo-inspector-2026" in printed
    assert (FiscalOperation.objects.count(), registers().count(), User.objects.count()) == (
        operations,
        4,
        3,
    )


def test_the_people_can_log_in_at_once_and_see_different_registers(db, capsys):
    call_command("demo", days=1, registers=14, verbosity=0)
    admin, first, second = (
        User.objects.get(username=login) for login in ("admin", "inspector", "inspector2")
    )
    assert first.check_password("demo-inspector-2026")
    assert not (
        first.must_change_password or second.must_change_password or admin.must_change_password
    )
    assert (admin.is_superuser, first.is_staff) == (True, False)
    assert (first.has_perm("kkm.block_kkm"), second.has_perm("kkm.block_kkm")) == (True, False)
    mine, other = (
        set(Control.objects.filter(inspector=one).values_list("kkm", flat=True))
        for one in (first, second)
    )
    assert mine & other
    assert mine - other
    assert other - mine


def test_a_control_that_was_revoked_stays_revoked(db, capsys):
    call_command("demo", days=1, registers=2, verbosity=0)
    Control.objects.update(revoked_at=EVENING)
    call_command("demo", days=1, registers=2, verbosity=0)
    assert not Control.objects.current().exists()


def entered(client, login: str, password: str, key: str = accounts.KEY) -> dict:
    """The answer of the API to a cashier who comes in."""
    asked = {"Login": login, "Password": password}
    return client.post(
        "/api/v4/Authorize", asked, content_type="application/json", headers={"x-api-key": key}
    ).json()


def test_the_cashiers_that_are_printed_can_call_the_api_at_once(db, client, capsys):
    call_command("demo", days=2, registers=4, verbosity=0)
    printed = capsys.readouterr().out
    assert accounts.KEY in printed
    for login, password, _purpose in accounts.logins():
        assert re.search(rf"^  {login} +{password} ", printed, re.MULTILINE)
        assert entered(client, login, password)["Data"]["Token"]
    cashier = Cashier.objects.get(login="kassir")
    assert [kkm.serial_number for kkm in cashier.kkms.order_by("serial_number")] == [
        "ALS70000001",
        "ALS70000002",
    ]
    assert (
        KKM.objects.with_state(timezone.now()).get(serial_number="ALS70000002").shift_number is None
    )


def test_a_world_made_before_gets_them_too(db, client, capsys):
    call_command("demo", days=1, registers=4, verbosity=0)
    ApiKey.objects.all().delete()
    Cashier.objects.update(login="", password="")
    operations = FiscalOperation.objects.count()
    call_command("demo", days=1, registers=4, verbosity=0)
    assert entered(client, "kassir", "demo-kassir-2026")["Data"]["Token"]
    assert FiscalOperation.objects.count() == operations


def test_what_staff_have_revoked_or_changed_stays_as_it_is(db, client, capsys):
    call_command("demo", days=1, registers=4, verbosity=0)
    ApiKey.objects.update(revoked_at=EVENING)
    password = Cashier.objects.get(login="kassir").issue_password(at=EVENING)
    Cashier.objects.filter(login="kassir2").update(login="sagyndykova")
    call_command("demo", days=1, registers=4, verbosity=0)
    assert entered(client, "kassir", password)["Errors"][0]["Code"] == 3
    assert ApiKey.objects.count() == 1
    assert Cashier.objects.get(login="kassir").check_password(password)
    assert not Cashier.objects.filter(login="kassir2").exists()


def test_only_the_logins_can_be_asked_for(db, capsys):
    call_command("demo", logins=True)
    assert "demo-admin-2026" in capsys.readouterr().out
    assert not User.objects.exists()


def test_production_refuses_it_unless_told(db, settings, capsys):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--yes-in-production"):
        call_command("demo", verbosity=0)
    call_command("demo", days=1, registers=1, verbosity=0, yes_in_production=True)
    assert registers().count() == 1
