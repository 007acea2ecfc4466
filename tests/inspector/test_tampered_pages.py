"""Every page of a register opens, and says that its journal is broken, whatever somebody has done
to its rows in the database.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kkm import journal
from kkm.domain.kinds import OperationKind as K
from kkm.models import KKM, Position, ZReport
from reports.kinds import KINDS
from tests.breadth import part_of
from tests.kkm.tampering import remove, unlocked, update
from tests.stories import act, activate, close, deposit, record, restate, sell, ticket, withdraw

pytestmark = pytest.mark.django_db
REGISTER = "/cabinet/kkm/SWK00053162/"
DAYS = 9
HOUR = timedelta(hours=1)
RED = ("Целостность журнала нарушена", "verdict-bad", "Журнал кассы повреждён")


@pytest.fixture
def lived(controlled_kkm, morning) -> KKM:
    """A register with an operation of every kind; its last shift is open."""
    kkm = controlled_kkm
    start = morning - timedelta(days=DAYS)
    activate(kkm, at=start, registration_number="600700000001")
    deposit(kkm, 5000, at=start + HOUR)
    sell(kkm, 1500, at=start + 2 * HOUR)
    for hour, kind in enumerate((K.SALE_RETURN, K.PURCHASE, K.PURCHASE_RETURN), 3):
        record(kkm, ticket(500, at=start + hour * HOUR, kind=kind))
    withdraw(kkm, 100, at=start + 6 * HOUR)
    close(kkm, at=start + 7 * HOUR)
    restate(kkm, at=start + 8 * HOUR, address="г. Тараз, ул. Абая, 5")
    journal.block(kkm=kkm, act=act(start + 9 * HOUR, reason="проверка"))
    journal.unblock(kkm=kkm, act=act(start + 10 * HOUR))
    sell(kkm, 700, at=start + 30 * HOUR)
    close(kkm, at=start + 31 * HOUR)
    journal.deregister(kkm=kkm, act=act(start + 32 * HOUR, reason="кража или утеря"))
    activate(kkm, at=start + 33 * HOUR, registration_number="600700000002")
    sell(kkm, 900, at=morning)
    return kkm


# The shift that one of them closed has no other ticket: `2` removes the only one.
REMOVED = [*[(kind, 0) for kind in K], (K.SALE, 1), (K.CLOSE_SHIFT, 1), (K.SALE, 2)]


def test_there_is_an_operation_of_every_kind(lived):
    assert set(lived.operations.values_list("kind", flat=True)) == set(K)


@pytest.mark.parametrize(("kind", "place"), part_of(REMOVED, 3))
def test_every_page_opens_and_says_that_the_journal_is_broken(
    cabinet, lived, may_block, kind, place
):
    numbers = list(lived.operations.order_by("number").values_list("number", flat=True))
    row = lived.operations.filter(kind=kind).order_by("number")[place]
    with unlocked():
        remove(None, row)
        numbers.remove(row.number)
        assert_all_open(cabinet, lived, numbers[::3])
        assert cabinet.get(f"{REGISTER}operations/{row.number}/").status_code == 404
        zipped = cabinet.get(f"{REGISTER}export.zip")
        assert zipped.status_code == 200
        assert b"".join(zipped.streaming_content)


def broken_details(kkm: KKM) -> None:
    kkm.operations.update(details='{"basis"')


def list_for_details(kkm: KKM) -> None:
    kkm.operations.update(details="[]")


def broken_details_of_lines(kkm: KKM) -> None:
    Position.objects.update(details="null")


def no_seals(kkm: KKM) -> None:
    for operation in kkm.operations.all():
        update(operation, seal=f"x{operation.seal[1:]}")


def z_of_an_act(kkm: KKM) -> None:
    last = ZReport.objects.order_by("operation__number").last()
    update(last, number=1)


def unreadable_zs(kkm: KKM) -> None:
    ZReport.objects.update(text="{}")


EDITS = (
    broken_details,
    list_for_details,
    broken_details_of_lines,
    no_seals,
    z_of_an_act,
    unreadable_zs,
)


@pytest.mark.parametrize("edit", EDITS)
def test_every_page_opens_though_a_row_was_edited(cabinet, lived, may_block, edit):
    with unlocked():
        edit(lived)
        assert_all_open(cabinet, lived, [1, 3, 4, 8, 9, 10, 14])


def assert_all_open(cabinet: Client, kkm: KKM, numbers: list[int]) -> None:
    assert cabinet.post(f"{REGISTER}check/").status_code == 302
    for page in pages(numbers):
        assert_is_red(cabinet, page)
    for paper in papers(kkm):
        answer = cabinet.get(paper)
        assert answer.status_code in (200, 302, 404), paper
        if answer.status_code == 302:
            assert_is_red(cabinet, answer["Location"])


def assert_is_red(cabinet: Client, page: str) -> None:
    answer = cabinet.get(page)
    assert answer.status_code == 200, page
    html = answer.content.decode()
    assert any(sentence in html for sentence in RED), page


def pages(numbers: list[int]) -> Iterator[str]:
    """The pages of the register; `numbers` are those of its operations."""
    for part in ("", "z-reports/", "check/", "export/", "operations/", "comment/"):
        yield REGISTER + part
    for part in ("activate/", "deregister/", "block/", "unblock/"):
        yield REGISTER + part
    for number in numbers:
        yield f"{REGISTER}operations/{number}/"
    for shift in (1, 2, 3):
        yield f"{REGISTER}operations/?shift={shift}"
    yield f"{REGISTER}operations/?shift=1&through=3"
    for kind in KINDS:
        for query in days():
            yield f"{REGISTER}reports/?type={kind}&{query}"


def days() -> Iterator[str]:
    today = timezone.localdate()
    for ago in part_of((DAYS, DAYS - 1, 0), 2):
        yield f"date={today - timedelta(days=ago)}&to={today}"


def papers(kkm: KKM) -> Iterator[str]:
    """Papers of the first shift, as far as they can be printed."""
    day = timezone.localdate(kkm.shifts.order_by("number")[0].opened_at)
    yield f"{REGISTER}reports/z.pdf?date={day}"
    yield f"{REGISTER}reports/x.pdf?date={day}"
    yield f"{REGISTER}operations/3.pdf"
    yield f"{REGISTER}acts/14.pdf"
    yield f"{REGISTER}check/1.pdf"
    yield f"/cabinet/chosen/z.pdf?kkm={kkm}&date={day}"
