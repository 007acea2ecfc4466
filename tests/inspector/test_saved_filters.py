"""Searches of the table that an inspector keeps under a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.forms.cabinet import TableQuery
from inspector.models import SavedFilter, table_query
from kkm.models.register import SORTS
from kkm.models.state import State
from tests.inspector.factories import InspectorFactory

pytestmark = pytest.mark.django_db
URL = "/cabinet/filters/"
SEARCH = {"q": "шипа", "state": "blocked", "sort": "-taxpayer"}


def page_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_search_gets_a_name_and_stands_above_the_table(cabinet, inspector):
    answer = cabinet.post(URL, {"name": "  Мои   аптеки ", **SEARCH})
    saved = inspector.saved_filters.get()
    assert saved.name == "Мои аптеки"
    page = cabinet.get(answer.url)
    assert page.context["asked"] == SEARCH
    assert 'aria-current="true">Мои аптеки</a>' in page_of(page)
    assert 'aria-current="true">Мои аптеки</a>' not in page_of(cabinet.get("/cabinet/"))


def test_the_order_of_a_saved_filter_is_not_that_of_the_whole_table(cabinet):
    answer = cabinet.post(URL, {"name": "Рынок", **SEARCH})
    cabinet.get(answer.url)
    assert cabinet.get("/cabinet/").context["asked"]["sort"] == SORTS[0]
    cabinet.get("/cabinet/", {"sort": SEARCH["sort"]})
    assert cabinet.get("/cabinet/").context["asked"]["sort"] == SEARCH["sort"]


def test_it_is_of_its_user_alone(cabinet, stranger, inspector):
    cabinet.post(URL, {"name": "Рынок", **SEARCH})
    assert "Рынок" not in page_of(stranger.get("/cabinet/"))
    stranger.post(URL, {"name": "Рынок", **SEARCH})
    assert SavedFilter.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Введите имя фильтра"),
        ("   ", "Введите имя фильтра"),
        ("ж" * 41, "Имя не длиннее 40 знаков, здесь 41: сократите его."),
        ("мои АПТЕКИ", "Фильтр «мои АПТЕКИ» у вас уже есть: дайте другое имя."),
        ("Мои  аптеки", "Фильтр «Мои аптеки» у вас уже есть: дайте другое имя."),
    ],
)
def test_a_bad_name_is_refused_in_words_and_stays_in_the_field(cabinet, name, said):
    cabinet.post(URL, {"name": "Мои аптеки", **SEARCH})
    answer = cabinet.post(URL, {"name": name, **SEARCH})
    assert said in page_of(answer)
    assert answer.context["form"]["name"].value() == name
    assert 'name="q" value="шипа"' in page_of(answer)
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize("name", ["a\0b", "a\u202eb", "a\nb\x07"])
def test_a_name_that_cannot_be_printed_is_refused(cabinet, name):
    assert cabinet.post(URL, {"name": name, **SEARCH}).status_code == 200
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"q": "ж" * 101}, {"state": "nonsense"}, {"sort": "password"}, {"q": "\0"}]
)
def test_what_the_table_does_not_know_is_not_saved(cabinet, wrong):
    answer = cabinet.post(URL, {"name": "Имя", **SEARCH, **wrong})
    assert answer.status_code == 200
    (name,) = wrong
    assert answer.context["form"].errors[name][0] in page_of(answer).replace("&quot;", '"')
    assert not SavedFilter.objects.exists()


def test_there_is_a_limit_with_a_sentence(cabinet, inspector):
    for number in range(SavedFilter.MOST):
        cabinet.post(URL, {"name": f"Фильтр {number}", **SEARCH})
    page = page_of(cabinet.post(URL, {"name": "Ещё один", **SEARCH}))
    assert "Фильтров не больше 20: сначала удалите ненужный." in page
    assert inspector.saved_filters.count() == SavedFilter.MOST


def test_one_is_deleted_and_the_page_is_shown_again(cabinet, inspector):
    cabinet.post(URL, {"name": "Мои аптеки", **SEARCH})
    saved = inspector.saved_filters.get()
    answer = cabinet.post(f"{URL}delete/", {"filter": saved.pk, "next": "/cabinet/?page=2"})
    assert answer.url == "/cabinet/?page=2"
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 30, "²", "-1"])
def test_what_is_no_filter_of_the_user_is_not_found(cabinet, number):
    assert cabinet.post(f"{URL}delete/", {"filter": number}).status_code == 404


def test_a_foreign_filter_is_not_deleted(cabinet, stranger):
    cabinet.post(URL, {"name": "Мои аптеки", **SEARCH})
    number = SavedFilter.objects.get().pk
    assert stranger.post(f"{URL}delete/", {"filter": number}).status_code == 404
    assert SavedFilter.objects.exists()


def test_a_link_to_the_deletion_leads_to_the_table(cabinet):
    assert cabinet.get(f"{URL}delete/").url == "/cabinet/"


def test_the_page_offers_to_name_what_the_address_asks(cabinet):
    page = page_of(cabinet.get(URL, SEARCH))
    assert "Поиск: «шипа». Состояние: заблокированы." in page
    assert "Пока ни одного." in page


def test_without_a_user_there_are_no_filters():
    user = InspectorFactory()
    SavedFilter.objects.create(user=user, name="Мои аптеки")
    user.delete()
    assert not SavedFilter.objects.exists()


@given(
    text=st.text(max_size=100).map(str.strip).filter(lambda text: "\0" not in text),
    state=st.sampled_from(["", *State.values]),
    sort=st.sampled_from([way + name for name in SORTS for way in ("", "-")]),
)
def test_the_table_reads_back_what_was_saved(text, state, sort, rf):
    query = table_query(text, state, sort)
    asked = TableQuery(rf.get(f"/cabinet/?{query}").GET).asked
    assert asked == {"q": text, "state": state, "sort": sort}
