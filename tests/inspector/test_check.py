"""«Проверить кассу»: the verdict, its page, its history, and what a red one does."""

import re
from datetime import timedelta

import pytest
from django.core.signals import request_finished
from django.utils import timezone

from inspector import checking
from inspector.access_audit import read_back
from inspector.models import AccessEntry
from inspector.templatetags.cabinet import whole_sums
from kkm import journal
from kkm.audit.audit import Verdict
from kkm.audit.history import KEPT, keep
from kkm.domain.finding import Finding, Rule
from kkm.models import Audit, FiscalOperation, ZReport
from tests.kkm.tampering import unlocked
from tests.stories import act, sell

pytestmark = pytest.mark.django_db
URL = "/cabinet/kkm/SWK00053162/check/"
PAGE = "/cabinet/kkm/SWK00053162/"


@pytest.fixture
def tampered(working_kkm):
    """Somebody has edited operation 3, the sale of shift 1, behind the door's back."""
    with unlocked():
        FiscalOperation.objects.filter(kkm=working_kkm, number=3).update(actor_name="Другой Д.Д.")
    return working_kkm


def page_of(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return " ".join(body.decode().split())


def test_a_register_that_was_never_checked_says_so(cabinet, working_kkm):
    assert "ещё не проверялся" in page_of(cabinet.get(URL))
    assert "ещё не проверялась" in page_of(cabinet.get(PAGE))


def test_one_click_gives_a_green_verdict(cabinet, working_kkm, inspector):
    answer = cabinet.post(URL)
    page = page_of(cabinet.get(answer["Location"]))
    kept = Audit.objects.get()
    assert (kept.kkm, kept.operations, kept.by, kept.holds) == (
        working_kkm,
        5,
        "Сериков Н.Б.",
        True,
    )
    assert "Журнал цел" in page
    assert "verdict-good" in page
    assert "журнал цел" in page_of(cabinet.get(PAGE))


def test_a_red_verdict_names_the_first_bad_operation_the_rule_and_links_to_it(cabinet, tampered):
    page = page_of(cabinet.get(cabinet.post(URL)["Location"]))
    assert "Целостность нарушена" in page
    assert "Первая неверная операция — № 3." in page
    assert 'href="/cabinet/kkm/SWK00053162/operations/3/"' in page
    assert "Контрольный код операции не сходится" in page
    assert "приказ № 626, пп. 78, 79, 105" in page


def test_what_an_inspector_has_seen_is_remembered_against_a_cut_tail(cabinet, working_kkm):
    cabinet.get(PAGE)
    with unlocked():
        last = working_kkm.last_operation
        last.positions.all()._raw_delete(using="default")
        shift = last.shift
        FiscalOperation.objects.filter(pk=last.pk)._raw_delete(using="default")
        type(shift).objects.filter(pk=shift.pk)._raw_delete(using="default")
    page = page_of(cabinet.get(cabinet.post(URL)["Location"]))
    assert "Журнал отличается от того, что видели раньше (Сериков Н.Б." in page
    assert "operations/5/" not in page  # it is gone: there is nothing to link to


def test_a_red_verdict_marks_the_register_until_a_green_one(cabinet, tampered):
    cabinet.post(URL)
    for address in (PAGE, "/cabinet/", "/cabinet/?state=broken"):
        assert "елостность" in page_of(cabinet.get(address)), address
    table = cabinet.get("/cabinet/", {"state": "broken"})
    assert [kkm.serial_number for kkm in table.context["page"].object_list] == ["SWK00053162"]
    with unlocked():
        FiscalOperation.objects.filter(kkm=tampered, number=3).update(actor_name="Ахметова А.К.")
    cabinet.post(URL)
    assert not cabinet.get("/cabinet/", {"state": "broken"}).context["page"].object_list
    assert "Целостность журнала нарушена" not in page_of(cabinet.get(PAGE))


def test_a_blocked_register_of_broken_integrity_says_both(cabinet, tampered, morning):
    journal.block(kkm=tampered, act=act(morning, reason="неуплата"))
    cabinet.post(URL)
    page = page_of(cabinet.get(PAGE))
    assert "Касса заблокирована, чеки не принимаются: неуплата." in page
    assert "Целостность журнала нарушена" in page


def test_the_click_is_in_the_access_log_with_its_verdict(cabinet, tampered, inspector):
    cabinet.post(URL)
    line = AccessEntry.objects.filter(action="check").get()
    assert (line.user, line.kkm, line.subject) == (inspector, tampered, "целостность нарушена")


def test_the_history_is_paged_and_each_verdict_can_be_opened_again(cabinet, working_kkm):
    now = timezone.now()
    bad = Verdict(4, "ab" * 32, (Finding(2, Rule.VAT, 2207, 0),))
    old = keep(
        working_kkm, bad, at=now - timedelta(days=3), by="verify_journal", milliseconds=12_345
    )
    for minutes in range(25):
        keep(
            working_kkm,
            Verdict(5, "cd" * 32, ()),
            at=now - timedelta(minutes=minutes),
            by="Сериков Н.Б.",
            milliseconds=1,
        )
    assert len(cabinet.get(URL).context["page"].object_list) == 20
    assert list(cabinet.get(URL, {"page": 2}).context["page"])[-1] == old
    page = page_of(cabinet.get(URL, {"at": old.pk}))
    assert "НДС позиции неверен: по расчёту 22.07 ₸, указан 0.00 ₸." in page
    assert ">12</span>" in page


@pytest.mark.parametrize("at", ["мусор", "0", "9" * 30, "-1", "²"])
def test_garbage_in_the_address_shows_the_last_verdict(cabinet, working_kkm, at):
    cabinet.post(URL)
    assert cabinet.get(URL, {"at": at}).status_code == 200


def test_a_verdict_of_another_register_is_not_shown_here(cabinet, working_kkm, kkm):
    foreign = keep(
        kkm,
        Verdict(7, "ab" * 32, (Finding(2, Rule.VAT, 2207, 0),)),
        at=timezone.now(),
        by="x",
        milliseconds=1,
    )
    assert "НДС позиции неверен" not in page_of(cabinet.get(URL, {"at": foreign.pk}))


def test_a_foreign_register_answers_404_and_is_not_checked(stranger, working_kkm):
    assert stranger.get(URL).status_code == 404
    assert stranger.post(URL).status_code == 404
    assert not Audit.objects.exists()


@pytest.mark.parametrize(("count", "said"), [(KEPT, False), (KEPT + 1, True)])
def test_the_page_says_how_many_findings_it_does_not_show(cabinet, working_kkm, count, said):
    many = Verdict(
        9_999,
        "ab" * 32,
        tuple(Finding(number, Rule.SEAL, "a", "b") for number in range(1, count + 1)),
    )
    keep(working_kkm, many, at=timezone.now(), by="x", milliseconds=1)
    page = page_of(cabinet.get(URL))
    assert page.count("Контрольный код операции не сходится") == KEPT
    assert ("показаны первые 500 из 501" in page) is said


@pytest.mark.parametrize("findings", ["", "[]", "{", '[{"number": "x"}]'])
def test_a_verdict_that_was_turned_in_the_database_is_not_shown_as_one(cabinet, tampered, findings):
    cabinet.post(URL)
    with unlocked():
        Audit.objects.update(findings=findings)
    page, card = page_of(cabinet.get(URL)), page_of(cabinet.get(PAGE))
    assert "Запись о проверке изменена" in page
    assert "verdict-good" not in page
    assert "запись изменена" in page
    assert "запись изменена" in card
    assert "журнал цел" not in page + card
    assert "Проверка № 1 в истории проверок изменена" in page_of(
        cabinet.get(cabinet.post(URL)["Location"])
    )


@pytest.fixture
def long_journals(monkeypatch):
    """Every journal counts as long."""
    monkeypatch.setattr(checking, "AT_ONCE", 1)
    monkeypatch.setattr("kkm.audit.audit.PROGRESS_EVERY", 2)


def test_a_long_journal_shows_progress_and_then_the_verdict(cabinet, working_kkm, long_journals):
    answer = cabinet.post(URL)
    assert answer.streaming
    page = page_of(answer)
    steps = re.findall(r"<li>(.*?)</li>", page)
    assert steps == ["Проверено операций: 2 из 5", "Проверено операций: 4 из 5"]
    assert page.index(steps[-1]) < page.index("Журнал цел")
    assert page.endswith("</html>")
    assert Audit.objects.get().holds


def test_the_progress_of_a_long_journal_comes_piece_by_piece(cabinet, tampered, long_journals):
    pieces = iter(cabinet.post(URL).streaming_content)
    assert "Проверка идёт" in next(pieces).decode()
    assert "2 из 5" in next(pieces).decode()
    assert not Audit.objects.exists()
    assert "Первая неверная операция — № 3." in b"".join(pieces).decode()
    assert not Audit.objects.get().holds


def told_of(kkm) -> list[str]:
    """What the access log has of a register, oldest line first."""
    lines = AccessEntry.objects.filter(kkm=kkm).order_by("number")
    return [f"{line.get_action_display()}: {line.subject}" for line in lines]


@pytest.fixture
def leave(monkeypatch):
    """Closes an answer as a server does when its visitor has gone. Nobody is told that the request
    has ended: Django would close the test's own connection to the database.
    """
    monkeypatch.setattr(request_finished, "send", lambda **about: [])
    return lambda answer: answer.close()


STARTED = "просмотр: Проверка журнала начата"
LEFT = "просмотр: Проверка журнала прервана: страницу закрыли"


def test_a_long_check_is_in_the_access_log_from_its_beginning(cabinet, working_kkm, long_journals):
    page_of(cabinet.post(URL))
    assert told_of(working_kkm) == [STARTED, "проверка журнала: журнал цел"]


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_a_check_that_the_visitor_leaves_is_logged_as_left(
    cabinet, working_kkm, long_journals, leave, pieces
):
    """After the head of the page, after one step, after two of two."""
    answer = cabinet.post(URL)
    read = iter(answer.streaming_content)
    for _piece in range(pieces):
        next(read)
    leave(answer)
    assert told_of(working_kkm) == [STARTED, LEFT]
    assert not Audit.objects.exists()


def test_a_check_whose_page_was_never_read_has_its_beginning_in_the_log(
    cabinet, working_kkm, long_journals, leave
):
    leave(cabinet.post(URL))
    assert told_of(working_kkm) == [STARTED]


def test_a_check_that_was_left_after_its_verdict_is_finished(
    cabinet, working_kkm, long_journals, leave
):
    answer = cabinet.post(URL)
    read = iter(answer.streaming_content)
    for _piece in range(4):
        next(read)
    leave(answer)
    assert told_of(working_kkm) == [STARTED, "проверка журнала: журнал цел"]
    assert Audit.objects.get().holds


def test_the_access_log_with_a_check_that_was_left_reads_back_whole(
    cabinet, working_kkm, inspector, long_journals, leave
):
    answer = cabinet.post(URL)
    next(iter(answer.streaming_content))
    leave(answer)
    readings = dict(read_back({}, now=timezone.now()))
    assert readings[str(inspector.pk)].flaw is None
    assert readings[str(inspector.pk)].head.number == AccessEntry.objects.count()


# -- a stored Z ------------------------------------------------------------------------------------


@pytest.fixture
def edited_z(working_kkm):
    """The frozen Z of shift 1 says 150 tenge less than was sold."""
    with unlocked():
        z = ZReport.objects.get()
        ZReport.objects.filter(pk=z.pk).update(
            text=z.text.replace('"amount/2":150000', '"amount/2":135000')
        )
    return working_kkm


def z_url(kkm, page="") -> str:
    closed = timezone.localdate(kkm.shifts.get(number=1).closed_at)
    return f"{PAGE}reports/{page}?type=z&date={closed:%Y-%m-%d}&shift=1"


SAID = "сумма: Продажа: в отчёте 1 350.00 ₸, по журналу 1 500.00 ₸"


def test_a_z_that_differs_from_its_shift_says_so_above_the_report(cabinet, edited_z):
    page = page_of(cabinet.get(z_url(edited_z)))
    assert "Отчёт не сходится с операциями своей смены" in page
    assert page.index(SAID) < page.index("Z-ОТЧЕТ</p>")


def test_a_z_that_agrees_raises_no_alarm(cabinet, working_kkm):
    assert cabinet.get(z_url(working_kkm)).context["report"].alarms == ()


def test_paper_tells_it_too_and_is_never_cached(cabinet, working_kkm):
    whole = cabinet.get(z_url(working_kkm, "z.pdf")).content
    with unlocked():
        FiscalOperation.objects.filter(kkm=working_kkm, number=3).update(
            amount=135_000, cash=135_000
        )
    report = cabinet.get(z_url(working_kkm)).context["report"]
    sale, paid = "сумма: Продажа", "оплачено: Продажа, Наличные"
    assert report.alarms == tuple(
        f"{name}: в отчёте 1 500.00 ₸, по журналу 1 350.00 ₸" for name in (sale, paid)
    )
    alarmed = cabinet.get(z_url(working_kkm, "z.pdf")).content
    assert alarmed != whole
    with unlocked():
        FiscalOperation.objects.filter(kkm=working_kkm, number=3).update(
            amount=150_000, cash=150_000
        )
    assert cabinet.get(z_url(working_kkm, "z.pdf")).content == whole


def test_a_later_sale_does_not_disturb_an_earlier_z(cabinet, working_kkm, morning):
    sell(working_kkm, at=morning)
    assert cabinet.get(z_url(working_kkm)).context["report"].alarms == ()


def test_a_sum_in_a_sentence_is_not_broken_at_the_end_of_a_line():
    told = whole_sums("НДС: 1 004 500.00 ₸ вместо 22.07 ₸, позиция 3 из 10, 24 ч.")
    assert told == "НДС: 1\xa0004\xa0500.00\xa0₸ вместо 22.07\xa0₸, позиция 3 из 10, 24 ч."
