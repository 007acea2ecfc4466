"""«Выгрузить для проверки» in the cabinet: the page, the download, who may, and what the access
log says.
"""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from inspector.models import AccessEntry
from tests.kkm.export.making import checked

pytestmark = pytest.mark.django_db
PAGE = "/cabinet/kkm/SWK00053162/export/"
FILE = "/cabinet/kkm/SWK00053162/export.zip"


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def downloaded(answer, place):
    """What the check says of a download."""
    path = place / "export.zip"
    path.write_bytes(b"".join(answer.streaming_content))
    return checked(path)


def test_the_page_asks_for_the_last_thirty_days_and_says_what_is_inside(
    cabinet, working_kkm, morning
):
    page = text_of(cabinet.get(PAGE))
    first = timezone.localdate(morning) - timedelta(days=29)
    assert f'<input type="date" name="date" value="{first:%Y-%m-%d}"' in page
    assert f'<input type="date" name="to" value="{timezone.localdate():%Y-%m-%d}"' in page
    assert "python3 verify.py" in page
    assert 'href="/keys/"' in page
    assert f'action="{FILE}"' in page


def test_the_days_that_are_offered_end_with_something_though_the_register_has_long_been_silent(
    cabinet, working_kkm, morning
):
    page = cabinet.get(PAGE)
    form = page.context["form"]
    answer = cabinet.get(FILE, {"date": form["date"].value(), "to": form["to"].value()})
    assert answer.status_code == 200


def test_a_download_is_a_zip_that_is_well(cabinet, working_kkm, tmp_path):
    answer = cabinet.get(FILE)
    today = timezone.localdate()
    name = f"SWK00053162_{timezone.localdate(working_kkm.operations.first().occurred_at):%Y-%m-%d}_{today:%Y-%m-%d}.zip"
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/zip",
        f'attachment; filename="{name}"',
    )
    assert "no-store" in answer["Cache-Control"]
    outcome = downloaded(answer, tmp_path)
    assert (outcome.findings, outcome.faults, outcome.counts["operations"]) == ([], [], 5)


def test_it_takes_along_the_days_that_are_asked_for(cabinet, working_kkm, morning, tmp_path):
    day = timezone.localdate(morning)
    outcome = downloaded(cabinet.get(FILE, {"date": f"{day}", "to": f"{day}"}), tmp_path)
    assert (outcome.holds, outcome.manifest.first, outcome.manifest.last) == (True, 5, 5)


def test_a_download_leaves_a_line_in_the_access_log_and_the_page_another(
    cabinet, inspector, working_kkm, morning
):
    day = timezone.localdate(morning)
    cabinet.get(PAGE)
    cabinet.get(FILE, {"date": f"{day}", "to": f"{day}"})
    page, file = AccessEntry.objects.filter(user=inspector).order_by("number")
    assert (page.action, page.subject) == ("view", "Выгрузка для проверки")
    assert (file.action, file.kkm, file.subject) == (
        "export",
        working_kkm,
        f"Выгрузка для проверки: {day:%d.%m.%Y}, операции № 5 — 5",
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "date=2020-01-01&to=2020-01-31",
            "За этот период операций не было: 01.01.2020 — 31.01.2020.",
        ),
        ("date=2026-02-30", "Такой даты нет: укажите день, месяц и год."),
        ("date=2020-02-03&to=2020-01-31", "Конец периода раньше начала."),
        ("date=3020-01-01", "Этот день ещё не наступил."),
        ("date=1066-10-14", "Слишком ранняя дата."),
    ],
)
def test_a_wrong_question_goes_back_to_the_page_which_says_what_is_wrong(
    cabinet, working_kkm, query, said
):
    answer = cabinet.get(f"{FILE}?{query}")
    assert (answer.status_code, answer.url) == (302, f"{PAGE}?{query}")
    page = text_of(cabinet.get(answer.url))
    assert said in page
    assert "Скачать ZIP" in page
    assert not AccessEntry.objects.filter(action="export").exists()


def test_a_register_without_operations_has_nothing_to_export(cabinet, controlled_kkm):
    assert cabinet.get(FILE).url == f"{PAGE}?"
    page = text_of(cabinet.get(PAGE))
    assert "У кассы ещё нет ни одной операции, данных для выгрузки нет." in page
    assert "Скачать" not in page


@pytest.mark.parametrize("url", [PAGE, FILE])
def test_a_foreign_register_answers_404(stranger, working_kkm, url):
    assert stranger.get(url).status_code == 404


@pytest.mark.parametrize("page", ["", "check/"])
def test_the_register_and_its_check_link_to_it(cabinet, working_kkm, page):
    assert f'href="{PAGE}"' in text_of(cabinet.get(f"/cabinet/kkm/SWK00053162/{page}"))


def test_the_question_of_a_download_costs_few_statements(cabinet, working_kkm, asks_at_most):
    with asks_at_most(24):
        cabinet.get(FILE)


def test_the_zip_opens_with_any_program(cabinet, working_kkm):
    with zipfile.ZipFile(io.BytesIO(b"".join(cabinet.get(FILE).streaming_content))) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
    (folder,) = {name.partition("/")[0] for name in names}
    assert names[0] == f"{folder}/ПРОЧТИ.txt"
    assert names[-2:] == [f"{folder}/manifest.json", f"{folder}/manifest.sig"]
