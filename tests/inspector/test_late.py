"""A register that was heard of too late: shown to the inspector as blocked, found and counted,
until its next operation.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kkm.models import KKM, LateOffline
from kkm.models.state import State
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory
from tests.stories import activate, record, sell, ticket

pytestmark = pytest.mark.django_db
HOME, PAGE = "/cabinet/", "/cabinet/kkm/SWK00053162/"
REASON = "автономный режим более 72 часов"


@pytest.fixture
def late_kkm(working_kkm):
    """His register, after a ticket of 80 hours ago that was refused just now."""
    refuse(working_kkm)
    return working_kkm


def refuse(kkm, at=None):
    at = at or timezone.now()
    LateOffline.objects.create(kkm=kkm, occurred_at=at - timedelta(hours=80), refused_at=at)


def states(cabinet) -> dict[str, int]:
    return {value: count for value, _name, count in cabinet.get(HOME).context["states"]}


def test_it_counts_as_blocked_and_as_late(cabinet, late_kkm):
    found = states(cabinet)
    assert (found["late"], found["blocked"], found["overdue"]) == (1, 1, 0)
    for state in ("late", "blocked"):
        assert [kkm.pk for kkm in cabinet.get(HOME, {"state": state}).context["page"]] == [
            late_kkm.pk
        ]


def test_the_table_and_its_page_say_why(cabinet, late_kkm):
    assert REASON in cabinet.get(HOME).content.decode()
    page = cabinet.get(PAGE).content.decode()
    assert "Чек, пробитый более 72 часов назад, не принят:" in page
    assert REASON in page


def test_a_register_without_refusals_is_not_late(cabinet, working_kkm):
    assert states(cabinet)["late"] == 0
    assert REASON not in cabinet.get(HOME).content.decode()


def test_its_next_operation_ends_it(cabinet, late_kkm):
    LateOffline.objects.update(refused_at=timezone.now() - timedelta(minutes=5))
    assert states(cabinet)["late"] == 1
    sell(late_kkm, at=timezone.now().replace(microsecond=0))
    assert (states(cabinet)["late"], states(cabinet)["blocked"]) == (0, 0)
    refuse(late_kkm, timezone.now() + timedelta(seconds=1))
    assert states(cabinet)["late"] == 1


def test_each_register_is_asked_about_its_own_refusals(late_kkm, inspector):
    now = timezone.now()
    other, fresh = KKMFactory(), KKMFactory()
    activate(other, at=now - timedelta(hours=2))
    refuse(other, now - timedelta(hours=3))
    refuse(fresh, now)
    registers = KKM.objects.with_state(now)
    assert [registers.get(pk=kkm.pk).late for kkm in (late_kkm, other, fresh)] == [
        True,
        False,
        False,
    ]
    assert list(KKM.objects.in_state(State.LATE, now)) == [late_kkm]
    assert KKM.objects.count_by_state(now)["late"] == 1


def test_old_refusals_do_not_hide_a_new_one_nor_new_operations_an_old_one(working_kkm):
    now = timezone.now()
    for hours in (50, 40, 30):
        refuse(working_kkm, now - timedelta(hours=hours))
    assert not KKM.objects.in_state("late", now).exists()
    refuse(working_kkm, now)
    assert KKM.objects.in_state("late", now).get() == working_kkm


def test_the_table_sorts_the_late_among_the_blocked(cabinet, late_kkm, inspector):
    ControlFactory(inspector=inspector, kkm=KKMFactory())
    assert cabinet.get(HOME, {"sort": "-blocked"}).context["page"][0] == late_kkm


def test_the_questions_do_not_grow_with_the_refusals(cabinet, late_kkm, asks_at_most):
    for _time in range(20):
        refuse(late_kkm)
    with asks_at_most(13):
        cabinet.get(HOME)


def test_an_operation_that_came_late_is_marked_on_the_tape_of_the_shift_report(
    cabinet, working_kkm
):
    now = timezone.localtime().replace(microsecond=0)
    for minutes, offline in ((30, True), (20, False), (14, True)):
        record(
            working_kkm,
            ticket(100, at=now - timedelta(minutes=minutes), offline=offline),
            received_at=now,
        )
    response = cabinet.get(
        f"{PAGE}reports/", {"type": "shift", "date": f"{now:%Y-%m-%d}", "shift": 2}
    )
    assert re.findall(r"<td>(Продажа[^<]*)</td>", response.content.decode()) == [
        "Продажа",
        "Продажа (автономно, получена позже)",
        "Продажа (получена позже)",
        "Продажа (автономно)",
    ]
