"""Whatever is changed in a journal behind the door's back is found, and named at the operation where it begins."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings

from kkm import journal
from kkm.audit import canary
from kkm.audit.full import full_audit
from kkm.audit.words import law, sentence
from kkm.domain.anchor import Anchor
from kkm.domain.check import LAW, Checker, Finding, Rule
from kkm.domain.kinds import OperationKind, PaymentType, PositionRole
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Modifier, Position, Ticket
from tests.factories import KKMFactory
from tests.kkm.days import days, work
from tests.kkm.tampering import FISCAL, ROWS, World, columns, edit, taken_back, unlocked
from tests.stories import act, activate, close, deposit, sell, withdraw

pytestmark = pytest.mark.django_db

EDITS = 3  # of each column: about 200 mutations; 15 make a thousand
TIMES = 4  # of each way with rows
CLEAN = 50


@pytest.fixture
def world(kkm, now) -> World:
    """Two registers that have worked: two registrations, shifts closed and open, lines of every kind."""
    other = KKMFactory()
    for each, day in ((other, now - timedelta(days=9)), (kkm, now - timedelta(days=5))):
        _work(each, day)
    KKMFactory()  # a third one, without a journal: there is room in it for any number
    return World(kkm, other, random.Random(626))


def _work(kkm, day):
    activate(kkm, at=day)
    for shift in range(2):
        at = day + timedelta(days=shift, minutes=5)
        deposit(kkm, 5_000, at=at)
        for step in range(3):
            sell(kkm, 700 + step, at=at + timedelta(minutes=step), external_number=f"{kkm}-{shift}-{step}")
        sell(kkm, 300, at=at + timedelta(minutes=4), kind=OperationKind.SALE_RETURN, payment=PaymentType.CARD, rate=None)
        _many_lines(kkm, at + timedelta(minutes=5))
        withdraw(kkm, 1_000, at=at + timedelta(minutes=6))
        close(kkm, at=at + timedelta(hours=2))
    journal.block(kkm=kkm, act=act(day + timedelta(days=2), reason="неуплата"))
    journal.unblock(kkm=kkm, act=act(day + timedelta(days=2)))
    journal.deregister(kkm=kkm, act=act(day + timedelta(days=2, hours=1)))
    activate(kkm, at=day + timedelta(days=3))
    sell(kkm, at=day + timedelta(days=3))
    sell(kkm, at=day + timedelta(days=3, minutes=1))


def _many_lines(kkm, at):
    lines = tuple(
        Position(name=name, quantity=1000, price=tenge(price), section="01", rate=16_000) for name, price in (("Сыр", 90), ("Чай", 70))
    )
    whole = (Modifier(role=PositionRole.DISCOUNT, amount=Money(1_000), rate=16_000),)
    entry = Ticket(at=at, kind=OperationKind.SALE, positions=lines, modifiers=whole, payments={PaymentType.CASH: tenge(150)})
    journal.record(kkm=kkm, entry=entry, received_at=at)


def remembered(world) -> list[Anchor]:
    return [Anchor(world.head.number, world.head.seal, Rule.MEMORY, "Сериков Н.Б.")]


def found(world, tamper, anchors) -> str:
    """Empty when the tampering was found where it begins; else what went wrong."""
    with taken_back():
        may = tamper()
        findings = full_audit(world.kkm, anchors=anchors).findings
        if not findings:
            return "unnoticed"
        return "" if findings[0].number in may else f"found at {findings[0]}, not at {sorted(may)[:3]}"


def test_the_untouched_register_is_clean(world):
    assert full_audit(world.kkm, anchors=remembered(world)).findings == ()


@pytest.mark.parametrize("model", FISCAL, ids=lambda model: model.__name__)
def test_every_edit_of_every_column_is_found_where_it_is(world, model):
    anchors, missed = remembered(world), []
    with unlocked():
        for field in columns(model):
            for attempt in range(EDITS):
                told = found(world, lambda field=field: edit(world, model, field), anchors)
                missed += [f"{field.name} {attempt}: {told}"] if told else []
    assert missed == []


@pytest.mark.parametrize("tamper", ROWS, ids=lambda tamper: tamper.__name__)
def test_rows_removed_inserted_swapped_doubled_or_moved_are_found(world, tamper):
    anchors = remembered(world)
    with unlocked():
        missed = [told for _attempt in range(TIMES) if (told := found(world, lambda: tamper(world), anchors))]
    assert missed == []


def test_another_serial_number_breaks_every_seal(world):
    world.kkm.serial_number = "ALS99999999"
    assert full_audit(world.kkm).findings[0].number == 1


@settings(max_examples=CLEAN)
@given(days)
def test_no_alarm_on_a_clean_random_journal(db, day):
    worked = work(day)
    assert full_audit(worked.kkm, anchors=remembered(World(worked.kkm, worked.kkm, random.Random(1)))).findings == ()


def test_a_register_without_a_journal_is_clean(kkm):
    verdict = full_audit(kkm)
    assert verdict.holds
    assert verdict.operations == 0


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_its_law(rule):
    assert ("626" in law(rule)) == ("626" in LAW[rule])
    assert "None" not in law(rule)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (Finding(5, Rule.NUMBER, 5, 6), "Нумерация нарушена: ожидалась операция № 5, стоит № 6."),
        (
            Finding(5, Rule.BALANCE, "cash 150000", 160000),
            "Итог не сходится, «наличных в кассе»: должно быть 1 500.00 ₸, стоит 1 600.00 ₸.",
        ),
        (Finding(5, Rule.BALANCE, "sale_count 15", 16), "Итог не сходится, «продаж за всё время»: должно быть 15, стоит 16."),
        (Finding(5, Rule.VAT, 2207, 0), "НДС позиции неверен: по расчёту 22.07 ₸, стоит 0.00 ₸."),
        (Finding(5, Rule.LINES, "", 3), "Позиции не сходятся с суммой: по расчёту 0, стоит 3."),
        (Finding(5, Rule.TIME, 1773298800, 1773298799), "Время идёт назад: после 12.03.2026 12:00:00 стоит 12.03.2026 11:59:59."),
        (Finding(5, Rule.SHIFT_LENGTH, 86400, 90061), "Операция позже, чем через 24 часа после открытия смены: прошло 25 ч 1 мин."),
        (
            Finding(5, Rule.Z, "amount/2 150000", 140000),
            "Z-отчёт не сходится со своей сменой, «сумма: Продажа»: по операциям смены 1 500.00 ₸, в отчёте 1 400.00 ₸.",
        ),
        (
            Finding(5, Rule.Z, {"cash": 1, "sale_count": 2}, {"cash": 1, "sale_count": 3}),
            "Z-отчёт не сходится со своей сменой, «продаж за всё время»: по операциям смены 2, в отчёте 3.",
        ),
        (
            Finding(5, Rule.SPAN, "shift.closed_at 1773298800", 1773298801),
            "Таблица не сходится с журналом, «смена — закрыта»: по журналу 12.03.2026 12:00:00, стоит 12.03.2026 12:00:01.",
        ),
        (Finding(5, Rule.SPAN, "", "shift 4"), "Таблица не сходится с журналом, «смена 4»: по журналу нет, стоит есть."),
        (
            Finding(5, Rule.MEMORY, "ab12cd34ef56ab78" * 4, "", "Сериков Н.Б."),
            "Журнал не тот, что видели раньше (Сериков Н.Б.): была печать AB12-CD34-EF56-AB78, стоит —.",
        ),
        (Finding(5, Rule.SIGNATURE, "signature", ""), "Подписи нет, хотя эта операция должна быть подписана."),
    ],
)
def test_a_finding_is_told_in_a_sentence(finding, said):
    assert sentence(finding) == said


def test_every_song_of_the_canary_can_be_told():
    told = set()
    for song in canary.songs(canary.journal()):
        checker = Checker(canary.SERIAL)
        for operation in song.journal:
            checker.feed(operation)
        told |= {sentence(finding) for finding in checker.findings[:3]}
    assert len(told) > 500
    assert not [text for text in told if "{expected}" in text or "None" in text]
