"""The protocol of a check, and the steps after one that found something."""

import base64
import hashlib
import json
from datetime import UTC, timedelta
from io import BytesIO

import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from inspector.models import AccessEntry
from kkm import journal, signing
from kkm.audit.audit import Verdict, full_audit
from kkm.audit.history import KEPT, keep
from kkm.domain.finding import Finding, Rule
from kkm.domain.token import PLACES, Claim, PaperToken
from kkm.models import Audit, FiscalOperation
from reports.kinds import check
from reports.kinds.check import statement_of
from reports.paper.a4 import report_a4
from reports.paper.qr import token_of
from reports.report_json import report_json
from reports.verify.verdict import PaperProblem, verdict
from tests.keys import lose_keys
from tests.kkm.tampering import unlocked
from tests.markup import markup
from tests.reports.asking import paper_text
from tests.reports.pdfa_rules import broken_rules
from tests.stories import act, sell

pytestmark = pytest.mark.django_db
REGISTER = "/cabinet/kkm/SWK00053162/"
CHECK = f"{REGISTER}check/"
FIRST = f"{CHECK}1.pdf"


@pytest.fixture
def broken(working_kkm):
    """A check has found that operation 3 was edited."""
    with unlocked():
        FiscalOperation.objects.filter(kkm=working_kkm, number=3).update(actor_name="Другой Д.Д.")
    return kept(working_kkm)


def kept(kkm) -> Audit:
    at = timezone.now()
    return keep(kkm, full_audit(kkm), at=at, by="Сериков Н.Б.", milliseconds=12)


def page_of(answer) -> str:
    return markup(answer.content.decode())


def verdict_of(audit: Audit):
    return verdict(token_of(statement_of(audit)).text)


# -- the paper -------------------------------------------------------------------------------------


def test_a_protocol_is_called_by_its_number_and_the_day_of_the_check_in_almaty(broken):
    # 20:30 in UTC is the next day in Almaty.
    late = broken.at.astimezone(UTC).replace(hour=20, minute=30)
    with unlocked():
        Audit.objects.update(at=late)
    audit = Audit.objects.select_related("kkm__taxpayer", "kkm__ofd").get()
    day = late.date() + timedelta(days=1)
    name = f"Протокол проверки журнала № 1 · {day:%d.%m.%Y} · SWK00053162"
    assert check.make(audit).full_name == name


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_protocol_says_what_was_found_and_how_to_make_sure(broken, language):
    with translation.override(language):
        report = check.make(broken)
        pdf = report_a4(report)
        said = "".join(paper_text(pdf).split())
        assert broken_rules(pdf) == []
        (block,) = report.tables
        for number, finding, law in block.table.lines:
            assert str(number) in said
            assert "".join(finding.split()) in said
            assert "".join(law.split()) in said
    assert len(block.table.lines) == broken.findings_count > 0
    for told in (
        broken.kkm.serial_number,
        report.registration_number,
        broken.kkm.taxpayer.name,
        broken.by,
        broken.seal,
        broken.key,
        broken.signature,
    ):
        assert "".join(str(told).split()) in said
    assert PdfReader(BytesIO(pdf)).attachments.keys() == {"SWK00053162-check-5.json"}


def test_a_clean_check_has_a_protocol_too(cabinet, working_kkm):
    audit = kept(working_kkm)
    assert FIRST in page_of(cabinet.get(CHECK))
    report = check.make(audit)
    assert not report.tables
    assert "ЖУРНАЛ ЦЕЛ" in paper_text(report_a4(report))


def test_a_check_of_an_empty_journal_has_a_protocol(broken, active_kkm):
    audit = keep(
        broken.kkm,
        Verdict(0, "", (Finding(1, Rule.EMPTY, "", ""),)),
        at=timezone.now(),
        by="Сериков Н.Б.",
        milliseconds=1,
    )
    assert "Операций нет" in paper_text(report_a4(check.make(audit)))
    assert verdict_of(audit).agrees


def test_a_protocol_says_the_same_whatever_happens_later(broken):
    before = report_a4(check.make(broken))
    sell(broken.kkm, 700, at=broken.at + timedelta(minutes=1))
    kept(broken.kkm)
    assert report_a4(check.make(Audit.objects.get(number=1))) == before


def test_a_protocol_whose_requisites_cannot_be_read_is_printed_without_them(broken):
    with unlocked():
        acts = FiscalOperation.objects.filter(kkm=broken.kkm).exclude(details="")
        acts.update(details='{"requisites": 7}')
    report = check.make(broken)
    assert [row.value for row in report.requisites] == ["SWK00053162"]
    assert report_a4(report)


def test_of_many_findings_the_paper_says_how_many_it_lacks(working_kkm):
    many = tuple(Finding(number, Rule.VAT, 2207, 0) for number in range(1, KEPT + 8))
    audit = keep(
        working_kkm, Verdict(5, "ab" * 32, many), at=timezone.now(), by="А", milliseconds=1
    )
    (block,) = check.make(audit).tables
    assert len(block.table.lines) == KEPT
    assert str(KEPT + 7) in block.title


# -- how it is verified ----------------------------------------------------------------------------


def test_the_paper_agrees_with_the_row_that_was_kept(broken, client):
    found = verdict_of(broken)
    assert found.agrees
    assert "Операция № 3" in [row.label for row in found.figures]
    text = token_of(statement_of(broken)).text
    page = page_of(client.get(f"/verify/{text}"))
    assert "Запись о проверке в кабинете совпадает с напечатанной." in page
    assert "Пересчитано из журнала" not in page


def test_a_row_that_was_removed_or_changed_does_not_agree(broken):
    audit = Audit.objects.get()
    text = token_of(statement_of(audit)).text
    with unlocked():
        Audit.objects.update(by="Другой Д.Д.")
    assert verdict(text).problem is PaperProblem.RECORD_CHANGED
    with unlocked():
        Audit.objects.all()._raw_delete(using="default")
    assert verdict(text).problem is PaperProblem.RECORD_MISSING


def test_a_row_that_was_invented_has_no_paper_and_does_not_agree(broken, cabinet):
    text = token_of(statement_of(broken)).text
    with unlocked():
        Audit.objects.update(signature=base64.b64encode(bytes(64)).decode())
    assert verdict(text).problem is PaperProblem.RECORD_CHANGED
    answer = cabinet.get(FIRST)
    assert answer["Location"] == f"{CHECK}?at={broken.pk}"
    assert "Запись о проверке изменена" in page_of(cabinet.get(answer["Location"]))


def test_without_its_key_nothing_is_printed_and_nothing_is_said(
    broken, cabinet, settings, tmp_path
):
    text = token_of(statement_of(broken)).text
    lose_keys(settings, tmp_path)
    assert verdict(text).problem is PaperProblem.UNSURE
    assert cabinet.get(FIRST).status_code == 302


def test_the_attached_json_proves_the_check_by_the_public_key_alone(broken):
    data = json.loads(report_json(check.make(broken)))
    text = json.dumps(data["statement"], ensure_ascii=False, separators=(",", ":"))
    record = data["record"]
    assert signing.verify(text, record["key"], record["signature"])
    assert data["statement"][-1] == hashlib.sha256(record["findings"].encode()).hexdigest()


def test_the_token_of_a_protocol_reads_back_and_moves_no_place_of_a_report(broken):
    claim = Claim.of(statement_of(broken))
    assert (claim.kind, claim.number) == ("check", broken.number)
    assert PaperToken.parse(token_of(statement_of(broken)).text).claim == claim
    reports = ("z", "x", "period", "cashiers", "shift", "sections", "act")
    assert (*reports, "check") == PLACES


# -- the pages -------------------------------------------------------------------------------------


def test_taking_a_protocol_is_in_the_access_log(broken, cabinet, inspector):
    answer = cabinet.get(FIRST)
    assert answer["Content-Type"] == "application/pdf"
    line = AccessEntry.objects.filter(action="print").get()
    assert (line.user, line.kkm, line.subject) == (inspector, broken.kkm, "Протокол проверки № 1")


@pytest.mark.usefixtures("may_block")
def test_the_same_steps_stand_on_the_page_of_the_check_and_of_the_register(broken, cabinet):
    pages = [page_of(cabinet.get(address)) for address in (CHECK, REGISTER)]
    for page in pages:
        steps = (FIRST, f"{REGISTER}operations/3/", f"{REGISTER}block/?check=1")
        places = [page.index(f'href="{step}"', page.index("Что делать дальше")) for step in steps]
        assert places == sorted(places)


def test_the_steps_end_with_a_clean_check_and_the_old_protocol_stays(broken, cabinet):
    with unlocked():
        FiscalOperation.objects.filter(kkm=broken.kkm, number=3).update(actor_name="Ахметова А.К.")
    kept(broken.kkm)
    for address in (CHECK, REGISTER, f"{CHECK}?at={broken.pk}"):
        assert "Что делать дальше" not in page_of(cabinet.get(address))
    assert FIRST in page_of(cabinet.get(f"{CHECK}?at={broken.pk}"))


@pytest.mark.usefixtures("may_block")
def test_blocking_after_a_check_has_its_reason_filled_in_and_kept(broken, cabinet):
    page = cabinet.get(f"{REGISTER}block/?check=1")
    reason = page.context["form"]["reason"].value()
    assert "проверка № 1" in reason
    assert "операция № 3" in reason
    cabinet.post(f"{REGISTER}block/?check=1", {"reason": reason})
    assert broken.kkm.operations.last().facts["reason"] == reason
    assert "Касса уже заблокирована" in page_of(cabinet.get(CHECK))


@pytest.mark.usefixtures("may_block")
@pytest.mark.parametrize("asked", ["", "2", "²", "9" * 30, "1; DROP"])
def test_a_check_that_is_not_there_fills_in_nothing(broken, cabinet, asked):
    form = cabinet.get(f"{REGISTER}block/", {"check": asked}).context["form"]
    assert form["reason"].value() == "по требованию органов государственных доходов"


def test_who_may_not_block_is_told_so(broken, cabinet):
    page = page_of(cabinet.get(CHECK))
    assert "block/" not in page
    assert "Право блокировать кассы даёт администратор." in page


def test_a_register_off_the_record_is_not_to_be_blocked(broken, cabinet):
    at = broken.at + timedelta(minutes=1)
    journal.deregister(kkm=broken.kkm, act=act(at, reason="кража или утеря"))
    assert "блокировать нечего" in page_of(cabinet.get(CHECK))
