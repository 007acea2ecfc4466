"""On the record and off it, blocked and working again, as an inspector does it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inspector import access_log
from inspector.models import AccessEntry
from kkm import journal
from kkm.domain.kinds import OperationKind
from kkm.errors import Blocked
from kkm.models import KKM, FiscalOperation
from tests.factories import KKMFactory
from tests.stories import act, activate, sell

pytestmark = pytest.mark.django_db

HOME = "/cabinet/kkm/SWK00053162/"
REASON = "замена на новую модель"


def _state(kkm: KKM) -> KKM:
    return KKM.objects.with_state(timezone.now()).get(pk=kkm.pk)


def test_activation_asks_for_the_number_and_puts_the_register_on_the_record(
    cabinet, inspector, controlled_kkm
):
    response = cabinet.post(
        HOME + "activate/", {"registration_number": " 0104 0000 1234 "}, follow=True
    )
    operation = controlled_kkm.operations.get()
    assert response.redirect_chain == [(HOME, 302)]
    assert "Касса поставлена на учёт под номером 010400001234." in response.content.decode()
    assert _state(controlled_kkm).registration_number == "010400001234"
    assert (operation.kind, operation.actor_code, operation.actor_name) == (
        OperationKind.ACTIVATION,
        inspector.username,
        "Сериков Н.Б.",
    )


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Введите РНМ: 12 цифр"),
        ("12345", "12 цифр"),
        ("60070000000A", "12 цифр"),
        ("٣" * 12, "12 цифр"),
    ],
)
def test_a_wrong_number_is_refused_at_the_field(cabinet, controlled_kkm, number, sentence):
    form = cabinet.post(HOME + "activate/", {"registration_number": number}).context["form"]
    assert sentence in form.errors["registration_number"][0]
    assert not FiscalOperation.objects.exists()


def test_a_number_of_another_active_register_is_refused_at_the_field(
    cabinet, controlled_kkm, morning
):
    activate(KKMFactory(), at=morning, registration_number="010400001234")
    response = cabinet.post(HOME + "activate/", {"registration_number": "010400001234"})
    assert response.context["form"].errors["registration_number"] == [
        "Регистрационный номер 010400001234 уже присвоен другой действующей кассе."
    ]
    assert not AccessEntry.objects.filter(action="activate").exists()


def test_a_register_on_the_record_is_not_put_there_again(cabinet, working_kkm):
    assert (
        "Касса уже состоит на учёте под номером 600700000001."
        in cabinet.get(HOME + "activate/").content.decode()
    )
    response = cabinet.post(HOME + "activate/", {"registration_number": "010400001234"})
    assert response.context["form"].non_field_errors() == [
        "Касса уже состоит на учёте под номером 600700000001."
    ]


def test_a_register_that_was_on_record_shows_its_old_registrations(cabinet, working_kkm, morning):
    journal.deregister(kkm=working_kkm, act=act(morning))
    assert "600700000001" in cabinet.get(HOME + "activate/").content.decode()
    cabinet.post(HOME + "activate/", {"registration_number": "010400001234"})
    numbers = list(working_kkm.registrations.values_list("registration_number", flat=True))
    assert numbers == ["600700000001", "010400001234"]


def test_deregistration_says_beforehand_what_will_happen(cabinet, working_kkm):
    page = cabinet.get(HOME + "deregister/").content.decode()
    assert "Смена № 2 открыта: будет закрыта Z-отчётом." in page
    assert "600700000001" in page
    assert "7 200.00 ₸" in page


def test_deregistration_closes_the_shift_and_links_to_the_act(cabinet, working_kkm):
    response = cabinet.post(
        HOME + "deregister/", {"reason": REASON, "comment": "заявление № 7"}, follow=True
    )
    gone = working_kkm.last_operation
    assert gone.kind == OperationKind.DEREGISTRATION
    assert gone.facts == {"reason": REASON, "comment": "заявление № 7"}
    assert working_kkm.open_shift is None
    assert working_kkm.shifts.get(number=2).figures.tickets == 1
    assert (
        f'<a href="{HOME}acts/{gone.number}.pdf">Акт снятия с учёта</a>'
        in response.content.decode()
    )


@pytest.mark.parametrize("reason", ["", "надоело"])
def test_a_reason_of_the_law_must_be_chosen(cabinet, working_kkm, reason):
    response = cabinet.post(HOME + "deregister/", {"reason": reason})
    assert "reason" in response.context["form"].errors
    assert _state(working_kkm).registration_number == "600700000001"


def test_the_second_of_two_deregistrations_is_told(cabinet, working_kkm):
    cabinet.post(HOME + "deregister/", {"reason": REASON})
    response = cabinet.post(HOME + "deregister/", {"reason": REASON})
    assert response.status_code == 200
    assert "Касса уже снята с учёта." in response.content.decode()
    assert working_kkm.operations.filter(kind=OperationKind.DEREGISTRATION).count() == 1


def test_a_register_whose_clock_is_ahead_is_told_why_it_stays(cabinet, controlled_kkm, morning):
    ahead = morning + timedelta(hours=5)
    activate(controlled_kkm, at=ahead)
    page = cabinet.post(HOME + "deregister/", {"reason": REASON}).content.decode()
    assert "раньше последней операции кассы" in page
    assert _state(controlled_kkm).registration_number


def test_acts_change_nothing_when_they_are_only_looked_at(cabinet, may_block, working_kkm):
    before = working_kkm.operations.count()
    for page in ("activate/", "deregister/", "block/", "unblock/"):
        assert cabinet.get(HOME + page).status_code == 200
    assert working_kkm.operations.count() == before


@pytest.mark.parametrize("page", ["block/", "unblock/"])
def test_blocking_needs_the_right_that_staff_give(cabinet, working_kkm, page):
    assert cabinet.get(HOME + page).status_code == 403
    assert cabinet.post(HOME + page, {"reason": "x"}).status_code == 403
    assert "Заблокировать" not in cabinet.get(HOME).content.decode()


def test_a_blocked_register_refuses_tickets_and_says_so_everywhere(cabinet, may_block, working_kkm):
    assert (
        "по требованию органов государственных доходов"
        in cabinet.get(HOME + "block/").content.decode()
    )
    cabinet.post(HOME + "block/", {"reason": "неуплата налога"})
    with pytest.raises(Blocked, match="неуплата налога"):
        sell(working_kkm, at=timezone.now())
    for page in ("", "z-reports/", "operations/", "deregister/"):
        assert "неуплата налога" in cabinet.get(HOME + page).content.decode()
    assert "неуплата налога" in cabinet.get("/cabinet/").content.decode()


def test_an_unblocked_register_works_again(cabinet, may_block, working_kkm):
    cabinet.post(HOME + "block/", {"reason": "неуплата налога"})
    response = cabinet.post(HOME + "unblock/", {"reason": "налог уплачен"}, follow=True)
    assert "Касса разблокирована." in response.content.decode()
    assert not _state(working_kkm).blocked
    assert working_kkm.last_operation.facts == {"reason": "налог уплачен"}


def test_a_second_blocking_is_told(cabinet, may_block, working_kkm):
    cabinet.post(HOME + "block/", {"reason": "x"})
    assert (
        "Касса уже заблокирована."
        in cabinet.post(HOME + "block/", {"reason": "y"}).content.decode()
    )


def test_what_was_done_is_logged(cabinet, inspector, may_block, working_kkm):
    cabinet.post(HOME + "block/", {"reason": "неуплата"})
    cabinet.post(HOME + "deregister/", {"reason": REASON})
    done = (
        AccessEntry.objects.exclude(action="view")
        .order_by("id")
        .values_list("user", "kkm", "action")
    )
    assert list(done) == [
        (inspector.pk, working_kkm.pk, "block"),
        (inspector.pk, working_kkm.pk, "deregister"),
    ]
    assert AccessEntry.objects.get(action="deregister").subject.endswith(REASON)


def test_an_act_is_written_together_with_its_line_or_not_at_all(
    cabinet, controlled_kkm, monkeypatch
):
    monkeypatch.setattr(access_log, "_append", refuse_to_log)
    with pytest.raises(RuntimeError):
        cabinet.post(HOME + "activate/", {"registration_number": "010400001234"})
    assert not FiscalOperation.objects.exists()


def refuse_to_log(**facts):
    raise RuntimeError("the access log cannot be written")


def test_a_refused_act_leaves_its_line_with_the_sentence(cabinet, inspector, working_kkm):
    cabinet.post(HOME + "activate/", {"registration_number": "010400001234"})
    entry = AccessEntry.objects.get(action="refusal")
    assert (entry.user, entry.kkm) == (inspector, working_kkm)
    assert (
        entry.subject == "постановка на учёт: Касса уже состоит на учёте под номером 600700000001."
    )


def test_who_has_no_right_to_block_leaves_a_line(cabinet, working_kkm):
    assert cabinet.post(HOME + "block/", {"reason": "проверка"}).status_code == 403
    assert (
        AccessEntry.objects.get(action="refusal").subject
        == "Право блокировать кассы даёт администратор."
    )
