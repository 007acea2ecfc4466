"""A cabinet whose signing key is gone: it refuses in words, writes nothing by halves, and
accuses nobody.
"""

import pytest
from django.utils import timezone

from inspector.models import AccessEntry
from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from kkm.models import Audit
from tests.keys import WAYS, lose_keys

pytestmark = pytest.mark.django_db
HOME = "/cabinet/kkm/SWK00053162/"
SENTENCE = "на сервере нет ключа подписи или он не читается"


@pytest.fixture(params=WAYS)
def lose(request, settings, tmp_path):
    return lambda: lose_keys(settings, tmp_path, request.param)


def refused(answer) -> str:
    """503 in words; the page."""
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 503
    assert SENTENCE in page
    assert "lost-keys" not in page, "no file of the server is named"
    return page


def rows_of(kkm) -> list[int]:
    """How much there is of everything that an act or a check writes."""
    relations = ("operations", "registrations", "shifts", "signed_heads", "audits")
    return [getattr(kkm, name).count() for name in relations]


def last_line() -> AccessEntry:
    return AccessEntry.objects.order_by("pk").last()


def test_an_activation_is_refused_and_leaves_nothing(cabinet, controlled_kkm, lose):
    before = rows_of(controlled_kkm)
    lose()
    page = refused(
        cabinet.post(HOME + "activate/", {"registration_number": "600700000009"}),
    )
    assert 'value="600700000009"' in page, "what was typed stays"
    assert rows_of(controlled_kkm) == before == [0] * 5
    assert (last_line().action, SENTENCE in last_line().subject) == ("refusal", True)


def test_a_removal_is_refused_and_leaves_the_shift_open(cabinet, working_kkm, lose):
    before = rows_of(working_kkm)
    lose()
    refused(cabinet.post(HOME + "deregister/", {"reason": "прекращение деятельности"}))
    assert rows_of(working_kkm) == before
    assert working_kkm.open_shift.number == 2
    assert working_kkm.open_registration


def test_what_signs_nothing_goes_on(cabinet, working_kkm, may_block, lose):
    lose()
    assert cabinet.post(HOME + "block/", {"reason": "неуплата"}).status_code == 302
    for page in ("", "operations/", "z-reports/", "reports/", "check/", "export/"):
        assert cabinet.get(HOME + page).status_code == 200


def test_a_check_is_refused_and_accuses_nobody(cabinet, working_kkm, lose):
    before = rows_of(working_kkm)
    lose()
    refused(cabinet.post(HOME + "check/"))
    assert rows_of(working_kkm) == before
    assert AccessEntry.Action.CHECK not in AccessEntry.objects.values_list("action", flat=True)


def test_an_export_is_refused_before_it_begins(cabinet, working_kkm, lose):
    lose()
    refused(cabinet.get(HOME + "export.zip"))
    assert AccessEntry.Action.EXPORT not in AccessEntry.objects.values_list("action", flat=True)


@pytest.mark.parametrize("page", ["", "check/"])
def test_a_kept_check_is_not_called_changed(cabinet, working_kkm, lose, page):
    keep(working_kkm, full_audit(working_kkm), at=timezone.now(), by="Сериков", milliseconds=1)
    assert "журнал цел" in cabinet.get(HOME + page).content.decode().lower()
    lose()
    html = cabinet.get(HOME + page).content.decode().lower()
    assert "подпись сейчас нельзя проверить" in html
    assert "запись изменена" not in html
    assert "запись о проверке изменена" not in html


def test_a_check_signed_by_a_key_that_is_not_here_is_not_called_changed(
    cabinet, working_kkm, settings, tmp_path
):
    keep(working_kkm, full_audit(working_kkm), at=timezone.now(), by="Сериков", milliseconds=1)
    settings.SIGNING_KEYS = tmp_path / "new"
    html = cabinet.get(HOME).content.decode()
    assert Audit.objects.get().signature_fits is None
    assert "подпись сейчас нельзя проверить" in html


def test_the_reason_in_kazakh(cabinet, controlled_kkm, lose):
    lose()
    cabinet.cookies["django_language"] = "kk"
    answer = cabinet.post(HOME + "activate/", {"registration_number": "600700000009"})
    assert answer.status_code == 503
    assert "қолтаңба кілті" in answer.content.decode()
