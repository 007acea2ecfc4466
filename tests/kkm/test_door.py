"""The door: what it writes and what it refuses."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kkm import errors, journal
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import tenge
from kkm.domain.ticket import Placement, Position, ShiftClosing, Ticket
from kkm.models import FISCAL_MODELS, FiscalOperation, ZReport
from kkm.reading.fold import fold
from tests.factories import KKMFactory
from tests.kkm.chain import recomputed_seals, stored_seals
from tests.stories import AHMETOVA, act, activate, close, deposit, record, sell, ticket, withdraw

pytestmark = pytest.mark.django_db
K, P = OperationKind, PaymentType
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def everything_written():
    """All rows of all fiscal tables."""
    return {model: list(model.objects.order_by("pk").values_list()) for model in FISCAL_MODELS}


@contextmanager
def refused(refusal, sentence):
    """The block is refused by this name with exactly this sentence, and has written nothing."""
    before = everything_written()
    with pytest.raises(errors.Refusal) as caught:
        yield
    assert type(caught.value) is refusal
    assert str(caught.value) == sentence
    assert everything_written() == before


def numbers(kkm):
    return list(kkm.operations.order_by("number").values_list("number", flat=True))


def placement(amount, *, at, kind=K.DEPOSIT, **more):
    return Placement(kind=kind, at=at, amount=tenge(amount), **AHMETOVA, **more)


def closing(at):
    return ShiftClosing(at=at, **AHMETOVA)


# -- a working day ---------------------------------------------------------------------------------


def test_the_first_sale_opens_a_shift_and_the_z_closes_it(active_kkm, now):
    sale = sell(active_kkm, 1500, at=now)
    z = close(active_kkm, at=now + timedelta(hours=8)).z
    assert (sale.shift.number, z.shift.number, z.shift.closed_at) == (
        1,
        1,
        now + timedelta(hours=8),
    )
    assert z.snapshot.totals == fold(z.shift.operations.all())
    assert str(z.snapshot.closing.cash) == "1 500.00"


def test_a_placement_opens_a_shift_too(active_kkm, now):
    placed = deposit(active_kkm, 100, at=now)
    assert (placed.shift.number, placed.shift.opened_at, placed.shift.first_number) == (1, now, 2)


def test_activation_is_operation_number_one_and_opens_no_shift(kkm, now):
    operation = activate(kkm, at=now, registration_number="000000000017")
    assert (operation.number, operation.kind, operation.shift, operation.amount) == (
        1,
        K.ACTIVATION,
        None,
        tenge(0),
    )
    assert operation.facts["registration_number"] == "000000000017"
    assert operation.facts.keys() == {"registration_number", "requisites"}
    assert kkm.open_registration.registration_number == "000000000017"
    assert kkm.open_shift is None


def test_operations_are_numbered_without_gaps_whatever_they_are_and_whatever_was_refused(
    active_kkm, now
):
    sell(active_kkm, at=now)
    with pytest.raises(errors.NotEnoughCash):
        withdraw(active_kkm, 1001, at=now)
    withdraw(active_kkm, 1000, at=now)
    journal.block(kkm=active_kkm, act=act(now, reason="проверка"))
    with pytest.raises(errors.Blocked):
        sell(active_kkm, at=now)
    close(active_kkm, at=now)
    journal.unblock(kkm=active_kkm, act=act(now))
    sell(active_kkm, at=now)
    journal.deregister(kkm=active_kkm, act=act(now))
    assert numbers(active_kkm) == list(range(1, 10))


def test_each_register_has_numbers_of_its_own(active_kkm, now):
    other = KKMFactory()
    activate(other, at=now)
    assert [sell(kkm, at=now).number for kkm in (active_kkm, other, active_kkm)] == [2, 2, 3]


def test_an_operation_keeps_both_clocks_who_acted_and_how_it_was_paid(active_kkm, now):
    entry = ticket(1000, at=now, change=tenge(500), offline=True, external_number="k-1")
    operation = record(active_kkm, entry, received_at=now + timedelta(hours=5, microseconds=7))
    assert (operation.occurred_at, operation.received_at) == (now, now + timedelta(hours=5))
    assert (operation.actor, operation.offline, operation.external_number) == (
        "[1] Ахметова А.К.",
        True,
        "k-1",
    )
    assert (operation.payments, operation.change, operation.handed_over) == (
        {P.CASH: tenge(1000)},
        tenge(500),
        tenge(1500),
    )
    assert operation.fiscal_sign.isdigit()
    assert operation.fiscal_sign.startswith("2")


def test_a_shift_may_cross_midnight(active_kkm, now):
    evening = now.replace(hour=22)
    sell(active_kkm, at=evening)
    sell(active_kkm, at=evening + 4 * HOUR)
    z = close(active_kkm, at=evening + 5 * HOUR).z
    assert z.snapshot.heading.opened_at == "2026-03-12T22:00:00+05:00"
    assert z.snapshot.heading.closed_at == "2026-03-13T03:00:00+05:00"


def test_every_operation_carries_the_balance_after_it(active_kkm, now):
    deposit(active_kkm, 5_000, at=now)
    sell(active_kkm, 1_000, at=now, payment=P.CARD)
    sell(active_kkm, 200, at=now, kind=K.PURCHASE)
    sell(active_kkm, 30, at=now, kind=K.SALE_RETURN)
    balance = sell(active_kkm, 4, at=now, kind=K.PURCHASE_RETURN).balance
    assert balance[:4] == (tenge(1_000), tenge(200), tenge(30), tenge(4))
    assert balance[4:10] == (1, 1, 1, 1, 1, 0)
    assert balance.cash == tenge(5_000 - 200 - 30 + 4)


# -- registration ----------------------------------------------------------------------------------


def test_a_register_off_the_record_refuses_a_sale_and_nothing_is_written(kkm, now):
    with refused(errors.NotActive, "Касса не состоит на учёте: операции не принимаются."):
        sell(kkm, at=now)
    with refused(errors.NotActive, "Касса не состоит на учёте: операции не принимаются."):
        deposit(kkm, 100, at=now)


def test_a_deregistered_register_refuses_a_sale(active_kkm, now):
    journal.deregister(kkm=active_kkm, act=act(now))
    with refused(errors.NotActive, "Касса не состоит на учёте: операции не принимаются."):
        sell(active_kkm, at=now)


def test_an_active_register_is_not_activated_again(kkm, now):
    activate(kkm, at=now, registration_number="600700000001")
    with refused(errors.AlreadyActive, "Касса уже состоит на учёте под номером 600700000001."):
        activate(kkm, at=now, registration_number="600700000002")


def test_a_registration_number_of_another_active_register_is_taken(kkm, now):
    activate(KKMFactory(), at=now, registration_number="600700000001")
    with refused(
        errors.RegistrationNumberTaken,
        "Регистрационный номер 600700000001 уже присвоен другой действующей кассе.",
    ):
        activate(kkm, at=now, registration_number="600700000001")


def test_a_registration_number_is_free_again_after_deregistration(kkm, now):
    other = KKMFactory()
    activate(other, at=now, registration_number="600700000001")
    journal.deregister(kkm=other, act=act(now))
    assert activate(kkm, at=now, registration_number="600700000001").number == 1


def test_a_wrong_registration_number_does_not_get_in(kkm, now):
    with pytest.raises(ValueError, match="12 digits"):
        journal.activate(kkm=kkm, registration_number="60070000000", act=act(now))
    assert not FiscalOperation.objects.exists()


def test_deregistration_closes_the_open_shift_in_the_same_transaction(active_kkm, now):
    sell(active_kkm, 700, at=now)
    operation = journal.deregister(kkm=active_kkm, act=act(now + HOUR, reason="кража или утеря"))
    z, deregistration = active_kkm.operations.order_by("number")[2:]
    assert (z.kind, z.actor_name, z.occurred_at, z.z.shift.number) == (
        K.CLOSE_SHIFT,
        "Сериков Н.Б.",
        now + HOUR,
        1,
    )
    assert (deregistration, deregistration.facts) == (operation, {"reason": "кража или утеря"})
    assert (active_kkm.open_shift, active_kkm.open_registration) == (None, None)


def test_a_deregistration_that_is_refused_leaves_the_shift_open(active_kkm, now):
    sell(active_kkm, at=now)
    with refused(
        errors.TimeRunsBackwards,
        "Время операции 12.03.2026 11:59:59 раньше последней операции кассы (12.03.2026 12:00:00).",
    ):
        journal.deregister(kkm=active_kkm, act=act(now - SECOND))
    assert active_kkm.open_shift.number == 1


def test_a_register_is_deregistered_once(active_kkm, now):
    journal.deregister(kkm=active_kkm, act=act(now))
    with refused(errors.AlreadyDeregistered, "Касса уже снята с учёта."):
        journal.deregister(kkm=active_kkm, act=act(now))


def test_a_register_that_was_never_on_the_record_is_not_deregistered(kkm, now):
    with refused(errors.AlreadyDeregistered, "Касса уже снята с учёта."):
        journal.deregister(kkm=kkm, act=act(now))


def test_a_new_registration_keeps_the_old_one_in_the_history(active_kkm, now):
    old = active_kkm.open_registration
    sell(active_kkm, at=now)
    journal.deregister(kkm=active_kkm, act=act(now + HOUR))
    activate(active_kkm, at=now + 2 * HOUR, registration_number="600700099999")
    spans = active_kkm.registrations.values_list(
        "registration_number", "first_number", "opened_at", "last_number", "closed_at"
    )
    assert list(spans) == [
        (old.registration_number, 1, now.replace(hour=11), 4, now + HOUR),
        ("600700099999", 5, now + 2 * HOUR, None, None),
    ]


def test_numbers_of_shifts_and_totals_run_on_after_a_new_registration(active_kkm, now):
    sell(active_kkm, 700, at=now)
    journal.deregister(kkm=active_kkm, act=act(now + HOUR))
    activate(active_kkm, at=now + 2 * HOUR, registration_number="600700099999")
    sale = sell(active_kkm, 50, at=now + 3 * HOUR)
    assert (sale.number, sale.shift.number, sale.shift.registration.registration_number) == (
        6,
        2,
        "600700099999",
    )
    assert (sale.balance.sale_total, sale.balance.sale_count, sale.balance.cash) == (
        tenge(750),
        2,
        tenge(750),
    )
    heading = close(active_kkm, at=now + 4 * HOUR).z.snapshot.heading
    assert (heading.registration_number, heading.shift_number) == ("600700099999", 2)


def test_non_resettable_totals_never_fall_and_a_shift_opens_as_the_last_one_closed(active_kkm, now):
    for day in range(3):
        at = now + timedelta(days=day)
        sell(active_kkm, 1000, at=at)
        sell(active_kkm, 400, at=at, kind=K.SALE_RETURN)
        close(active_kkm, at=at + HOUR)
    first, second, third = (z.snapshot for z in ZReport.objects.order_by("shift__number"))
    assert (second.opening, third.opening) == (first.closing, second.closing)
    assert [z.closing.sale_total for z in (first, second, third)] == [
        tenge(1000),
        tenge(2000),
        tenge(3000),
    ]
    assert [z.closing.sale_return_total for z in (first, second, third)] == [
        tenge(400),
        tenge(800),
        tenge(1200),
    ]
    assert third.totals.money("amount", K.SALE) == tenge(1000)


# -- shifts ----------------------------------------------------------------------------------------


def test_a_second_before_24_hours_is_in_time(active_kkm, now):
    sell(active_kkm, at=now)
    assert sell(active_kkm, at=now + 24 * HOUR - SECOND).number == 3


def test_at_24_hours_exactly_only_closing_is_left(active_kkm, now):
    sell(active_kkm, at=now)
    with refused(errors.ShiftTooLong, "Смена № 1 открыта более 24 часов: закройте её Z-отчётом."):
        sell(active_kkm, at=now + 24 * HOUR)
    with refused(errors.ShiftTooLong, "Смена № 1 открыта более 24 часов: закройте её Z-отчётом."):
        deposit(active_kkm, 1, at=now + 24 * HOUR)
    assert close(active_kkm, at=now + 24 * HOUR).z.shift.number == 1
    assert sell(active_kkm, at=now + 24 * HOUR).shift.number == 2


def test_the_24_hours_run_from_the_first_operation_of_the_shift(active_kkm, now):
    deposit(active_kkm, 10, at=now)
    sell(active_kkm, at=now + 23 * HOUR)
    with pytest.raises(errors.ShiftTooLong):
        sell(active_kkm, at=now + 25 * HOUR)
    assert journal.deregister(kkm=active_kkm, act=act(now + 100 * HOUR)).number == 5


def test_there_is_nothing_to_close_before_the_first_operation_and_after_the_z(active_kkm, now):
    with refused(errors.NoOpenShift, "Нет открытой смены."):
        close(active_kkm, at=now)
    sell(active_kkm, at=now)
    close(active_kkm, at=now)
    with refused(errors.NoOpenShift, "Нет открытой смены."):
        close(active_kkm, at=now)


def test_a_register_off_the_record_has_nothing_to_close(kkm, now):
    with refused(errors.NoOpenShift, "Нет открытой смены."):
        close(kkm, at=now)


# -- blocking --------------------------------------------------------------------------------------


def test_a_blocked_register_refuses_tickets_and_placements_and_says_why(active_kkm, now):
    journal.block(
        kkm=active_kkm, act=act(now, reason="по требованию органов государственных доходов")
    )
    with refused(
        errors.Blocked, "Касса заблокирована: по требованию органов государственных доходов."
    ):
        sell(active_kkm, at=now)
    with refused(
        errors.Blocked, "Касса заблокирована: по требованию органов государственных доходов."
    ):
        deposit(active_kkm, 1, at=now)


def test_the_reason_is_that_of_the_last_blocking(active_kkm, now):
    journal.block(kkm=active_kkm, act=act(now, reason="первая"))
    journal.unblock(kkm=active_kkm, act=act(now))
    journal.block(kkm=active_kkm, act=act(now, reason="вторая"))
    with refused(errors.Blocked, "Касса заблокирована: вторая."):
        sell(active_kkm, at=now)


def test_a_blocked_register_closes_its_shift_and_leaves_the_record(active_kkm, now):
    sell(active_kkm, at=now)
    journal.block(kkm=active_kkm, act=act(now, reason="проверка"))
    assert close(active_kkm, at=now).z.snapshot.totals.count("tickets", K.SALE) == 1
    assert journal.deregister(kkm=active_kkm, act=act(now)).kind == K.DEREGISTRATION


def test_an_unblocked_register_works_again(active_kkm, now):
    journal.block(kkm=active_kkm, act=act(now, reason="проверка"))
    assert active_kkm.blocking.facts == {"reason": "проверка"}
    journal.unblock(kkm=active_kkm, act=act(now))
    assert active_kkm.blocking is None
    assert sell(active_kkm, at=now).number == 4


def test_blocking_is_an_axis_of_its_own_and_outlives_a_registration(active_kkm, now):
    journal.block(kkm=active_kkm, act=act(now, reason="проверка"))
    journal.deregister(kkm=active_kkm, act=act(now))
    activate(active_kkm, at=now)
    with refused(errors.Blocked, "Касса заблокирована: проверка."):
        sell(active_kkm, at=now)


def test_a_register_is_blocked_and_unblocked_once(active_kkm, now):
    with refused(errors.NotBlocked, "Касса не заблокирована."):
        journal.unblock(kkm=active_kkm, act=act(now))
    journal.block(kkm=active_kkm, act=act(now, reason="проверка"))
    with refused(errors.AlreadyBlocked, "Касса уже заблокирована."):
        journal.block(kkm=active_kkm, act=act(now, reason="ещё раз"))


# -- cash ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [K.PURCHASE, K.SALE_RETURN])
def test_cash_that_is_not_there_is_not_paid_out(active_kkm, now, kind):
    deposit(active_kkm, 999, at=now)
    with refused(
        errors.NotEnoughCash, "Недостаточно наличных в кассе: есть 999.00, нужно 1 000.00."
    ):
        sell(active_kkm, 1000, at=now, kind=kind)
    assert sell(active_kkm, 999, at=now, kind=kind).balance.cash == tenge(0)


def test_cash_that_is_not_there_is_not_withdrawn(active_kkm, now):
    with refused(errors.NotEnoughCash, "Недостаточно наличных в кассе: есть 0.00, нужно 0.01."):
        record(active_kkm, Placement(kind=K.WITHDRAWAL, at=now, amount=tenge(0, 1), **AHMETOVA))
    deposit(active_kkm, 5, at=now)
    assert withdraw(active_kkm, 5, at=now).balance.cash == tenge(0)


@pytest.mark.parametrize("payment", [P.CARD, P.CREDIT, P.TARE, P.MOBILE])
@pytest.mark.parametrize("kind", [K.PURCHASE, K.SALE_RETURN])
def test_what_is_not_paid_in_cash_needs_no_cash(active_kkm, now, kind, payment):
    operation = sell(active_kkm, 1000, at=now, kind=kind, payment=payment)
    assert (operation.balance.cash, operation.balance.total(kind)) == (tenge(0), tenge(1000))


def test_only_the_cash_part_of_a_mixed_return_counts(active_kkm, now):
    deposit(active_kkm, 300, at=now)
    mixed = replace(
        ticket(1000, at=now, kind=K.SALE_RETURN), payments={P.CASH: tenge(300), P.CARD: tenge(700)}
    )
    assert record(active_kkm, mixed).balance.cash == tenge(0)


def test_the_drawer_is_carried_into_the_next_shift(active_kkm, now):
    sell(active_kkm, 1000, at=now)
    close(active_kkm, at=now)
    assert withdraw(active_kkm, 1000, at=now).shift.number == 2


# -- time ------------------------------------------------------------------------------------------


def test_time_does_not_run_backwards(active_kkm, now):
    sell(active_kkm, at=now)
    assert sell(active_kkm, at=now).number == 3
    sentence = (
        "Время операции 12.03.2026 11:59:59 раньше последней операции кассы (12.03.2026 12:00:00)."
    )
    for attempt in (sell, close):
        with refused(errors.TimeRunsBackwards, sentence):
            attempt(active_kkm, at=now - SECOND)
    with refused(errors.TimeRunsBackwards, sentence):
        journal.block(kkm=active_kkm, act=act(now - SECOND))
    with refused(errors.TimeRunsBackwards, sentence):
        record(active_kkm, ticket(at=now - SECOND, offline=True), received_at=now)


def test_nothing_is_received_before_it_happens(active_kkm, now):
    with refused(errors.TimeInFuture, "Время операции 12.03.2026 12:00:01 ещё не наступило."):
        record(active_kkm, ticket(at=now + SECOND), received_at=now)
    sell(active_kkm, at=now)
    with refused(errors.TimeInFuture, "Время операции 12.03.2026 12:00:01 ещё не наступило."):
        journal.record(kkm=active_kkm, entry=closing(now + SECOND), received_at=now)


def test_a_second_that_has_begun_has_happened(active_kkm, now):
    entry = ticket(at=now + timedelta(microseconds=900_000))
    assert (
        record(active_kkm, entry, received_at=now + timedelta(microseconds=100_000)).occurred_at
        == now
    )


def test_an_offline_operation_may_be_72_hours_late_and_no_more(active_kkm, now):
    late = ticket(at=now, offline=True)
    with refused(
        errors.OfflineTooLong, "Автономная операция от 12.03.2026 12:00:00 передана позже 72 часов."
    ):
        record(active_kkm, late, received_at=now + 72 * HOUR + SECOND)
    assert record(active_kkm, late, received_at=now + 72 * HOUR).offline


def test_an_offline_z_is_taken_within_72_hours_too(active_kkm, now):
    sell(active_kkm, at=now)
    offline = replace(closing(now), offline=True)
    with refused(
        errors.OfflineTooLong, "Автономная операция от 12.03.2026 12:00:00 передана позже 72 часов."
    ):
        journal.record(kkm=active_kkm, entry=offline, received_at=now + 73 * HOUR)
    z = journal.record(kkm=active_kkm, entry=offline, received_at=now + 72 * HOUR).operation.z
    assert z.snapshot.totals.count("offline", K.CLOSE_SHIFT) == 1


# -- VAT -------------------------------------------------------------------------------------------

NEW_YEAR = datetime(2025, 12, 31, 19, tzinfo=UTC)  # midnight in Almaty


@pytest.fixture
def old_kkm(kkm):
    """On the record since the summer of 2025."""
    activate(kkm, at=datetime(2025, 7, 1, 12, tzinfo=UTC))
    return kkm


@pytest.mark.parametrize(
    ("moment", "rate", "sentence"),
    [
        (NEW_YEAR, 12_000, "Ставка НДС 12.00% не действует 01.01.2026."),
        (NEW_YEAR - SECOND, 16_000, "Ставка НДС 16.00% не действует 31.12.2025."),
        (NEW_YEAR - SECOND, 5_000, "Ставка НДС 5.00% не действует 31.12.2025."),
        (NEW_YEAR, 20_000, "Ставка НДС 20.00% не действует 01.01.2026."),
        (
            datetime(2026, 12, 31, 19, tzinfo=UTC),
            5_000,
            "Ставка НДС 5.00% не действует 01.01.2027.",
        ),
    ],
)
def test_a_rate_is_refused_on_a_day_in_almaty_on_which_it_is_not_in_force(
    old_kkm, moment, rate, sentence
):
    with refused(errors.UnknownVatRate, sentence):
        sell(old_kkm, at=moment, rate=rate)


@pytest.mark.parametrize(
    ("moment", "rate"),
    [
        (NEW_YEAR - SECOND, 12_000),
        (NEW_YEAR - SECOND, 0),
        (NEW_YEAR - SECOND, None),
        (NEW_YEAR, 16_000),
        (NEW_YEAR, 10_000),
        (NEW_YEAR, 5_000),
        (NEW_YEAR, 0),
        (NEW_YEAR, None),
        (datetime(2026, 12, 31, 18, 59, 59, tzinfo=UTC), 5_000),
    ],
)
def test_a_rate_in_force_is_taken(old_kkm, moment, rate):
    assert sell(old_kkm, at=moment, rate=rate).positions.get().rate == rate


def test_the_rates_are_those_of_the_moment_of_sale_not_of_receipt(old_kkm):
    late = ticket(at=NEW_YEAR - SECOND, rate=12_000, offline=True)
    assert record(old_kkm, late, received_at=NEW_YEAR + 5 * HOUR).positions.get().rate == 12_000


def test_one_unknown_rate_among_good_ones_refuses_the_ticket(active_kkm, now):
    lines = tuple(
        Position(name="Хлеб", quantity=1000, price=tenge(10), rate=rate)
        for rate in (16_000, None, 12_000)
    )
    entry = Ticket(at=now, kind=K.SALE, positions=lines, payments={P.CARD: tenge(30)}, **AHMETOVA)
    with refused(errors.UnknownVatRate, "Ставка НДС 12.00% не действует 12.03.2026."):
        record(active_kkm, entry)


# -- external numbers ------------------------------------------------------------------------------


def test_a_repeat_returns_the_first_operation_and_writes_nothing(active_kkm, now):
    entry = ticket(at=now, external_number="k-1")
    first = record(active_kkm, entry)
    before = everything_written()
    again = record(active_kkm, entry, received_at=now + HOUR)
    assert (again.pk, again.seal) == (first.pk, first.seal)
    assert everything_written() == before


def test_a_repeat_is_answered_also_when_the_register_refuses_new_ones(active_kkm, now):
    entry = ticket(at=now, external_number="k-1")
    first = record(active_kkm, entry)
    journal.deregister(kkm=active_kkm, act=act(now + HOUR))
    assert record(active_kkm, entry).pk == first.pk


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 1001},
        {"kind": K.PURCHASE_RETURN},
        {"payment": P.CARD},
        {"rate": None},
        {"section": "02"},
        {"change": tenge(1)},
        {"details": {"customer": "другой"}},
    ],
)
def test_other_content_under_the_same_external_number_is_refused(active_kkm, now, other):
    sell(active_kkm, at=now, external_number="k-1")
    with refused(
        errors.ExternalNumberTaken, "Внешний номер k-1 уже занят операцией с другим содержанием."
    ):
        sell(active_kkm, **{"at": now, "external_number": "k-1", **other})


def test_a_closing_is_repeated_by_its_external_number_too(active_kkm, now):
    sell(active_kkm, at=now)
    entry = replace(closing(now), external_number="z-1")
    first = journal.record(kkm=active_kkm, entry=entry, received_at=now)
    again = journal.record(kkm=active_kkm, entry=entry, received_at=now)
    assert (again.id, again.repeated) == (first.id, True)
    assert ZReport.objects.count() == 1


def test_an_external_number_is_the_registers_own(active_kkm, now):
    other = KKMFactory()
    activate(other, at=now)
    assert (
        sell(active_kkm, at=now, external_number="k-1").pk
        != sell(other, at=now, external_number="k-1").pk
    )


def test_operations_without_an_external_number_are_never_repeats(active_kkm, now):
    assert [sell(active_kkm, at=now).number, sell(active_kkm, at=now).number] == [2, 3]


# -- many at once ----------------------------------------------------------------------------------


def test_many_are_recorded_in_their_order_with_shifts_opened_and_closed_between(active_kkm, now):
    entries = [
        ticket(at=now),
        closing(now),
        placement(5, at=now),
        ticket(7, at=now + HOUR),
        closing(now + HOUR),
    ]
    recorded = journal.record_many(kkm=active_kkm, entries=entries, received_at=now + HOUR)
    stored = {operation.pk: operation for operation in active_kkm.operations.all()}
    assert [(stored[r.id].number, stored[r.id].kind, r.repeated) for r in recorded] == [
        (2, K.SALE, False),
        (3, K.CLOSE_SHIFT, False),
        (4, K.DEPOSIT, False),
        (5, K.SALE, False),
        (6, K.CLOSE_SHIFT, False),
    ]
    assert list(active_kkm.shifts.values_list("number", "first_number", "last_number")) == [
        (1, 2, 3),
        (2, 4, 6),
    ]
    assert stored_seals(active_kkm) == recomputed_seals(active_kkm)


def test_many_are_recorded_all_or_none_and_the_refusal_tells_the_place(active_kkm, now):
    entries = [
        ticket(at=now),
        closing(now),
        ticket(at=now + HOUR),
        placement(5_000, at=now + HOUR, kind=K.WITHDRAWAL),
    ]
    before = everything_written()
    with pytest.raises(errors.NotEnoughCash, match=r"есть 2 000\.00, нужно 5 000\.00") as caught:
        journal.record_many(kkm=active_kkm, entries=entries, received_at=now + HOUR)
    assert caught.value.index == 3
    assert everything_written() == before


def test_more_rows_than_one_statement_takes_are_recorded(active_kkm, now):
    recorded = journal.record_many(kkm=active_kkm, entries=[ticket(at=now)] * 450, received_at=now)
    assert numbers(active_kkm) == list(range(1, 452))
    assert [row.id for row in recorded] == list(
        active_kkm.operations.filter(number__gt=1).order_by("number").values_list("pk", flat=True)
    )
    assert stored_seals(active_kkm) == recomputed_seals(active_kkm)


def test_none_are_recorded_without_a_word(active_kkm, now):
    assert journal.record_many(kkm=active_kkm, entries=[], received_at=now) == []
    assert numbers(active_kkm) == [1]


def test_each_of_many_may_have_its_own_time_of_receipt(active_kkm, now):
    entries = [ticket(at=now, offline=True), ticket(at=now)]
    journal.record_many(kkm=active_kkm, entries=entries, received_at=[now + HOUR, now])
    received = (
        active_kkm.operations.filter(number__gt=1)
        .order_by("number")
        .values_list("received_at", flat=True)
    )
    assert list(received) == [now + HOUR, now]


def test_a_repeat_within_one_batch_is_recorded_once(active_kkm, now):
    entries = [
        ticket(at=now, external_number="a"),
        ticket(7, at=now),
        ticket(at=now, external_number="a"),
        ticket(8, at=now),
    ]
    first, second, again, last = journal.record_many(
        kkm=active_kkm, entries=entries, received_at=now
    )
    assert (again.id, again.repeated) == (first.id, True)
    assert [first.repeated, second.repeated, last.repeated] == [False] * 3
    assert len({first.id, second.id, last.id}) == 3
    assert numbers(active_kkm) == [1, 2, 3, 4]


def test_other_content_within_one_batch_is_refused_with_its_place(active_kkm, now):
    entries = [
        ticket(at=now, external_number="a"),
        ticket(7, at=now),
        ticket(7, at=now, external_number="a"),
    ]
    with pytest.raises(errors.ExternalNumberTaken) as caught:
        journal.record_many(kkm=active_kkm, entries=entries, received_at=now)
    assert caught.value.index == 2
    assert numbers(active_kkm) == [1]


def test_a_batch_sent_twice_is_recorded_once(active_kkm, now):
    entries = [ticket(at=now, external_number="a"), replace(closing(now), external_number="b")]
    first = journal.record_many(kkm=active_kkm, entries=entries, received_at=now)
    before = everything_written()
    again = journal.record_many(kkm=active_kkm, entries=entries, received_at=now)
    assert [row.id for row in again] == [row.id for row in first]
    assert all(row.repeated for row in again)
    assert everything_written() == before


# -- the refusals themselves -----------------------------------------------------------------------


def test_every_refusal_has_a_sentence_of_its_own():
    refusals = errors.Refusal.__subclasses__()
    sentences = {str(refusal.sentence) for refusal in (errors.Refusal, *refusals)}
    assert len(sentences) == len(refusals) + 1 > 15
    assert all(str(refusal.sentence).endswith(".") for refusal in refusals)


def test_an_append_asks_no_more_than_a_handful_of_statements(
    active_kkm, now, django_assert_max_num_queries
):
    sell(active_kkm, at=now)
    with django_assert_max_num_queries(
        8
    ):  # savepoint, lock, state, rates, operation, lines, release
        sell(active_kkm, at=now)
