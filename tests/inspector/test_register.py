"""One register's page, its comment, chart and Z's."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from inspector import access_log
from inspector.models import AccessEntry, Control
from kkm import journal
from kkm.domain.kinds import OperationKind
from tests.stories import act, activate, close, deposit, sell

pytestmark = pytest.mark.django_db

PAGES = [
    "",
    "comment/",
    "chart.svg",
    "z-reports/",
    "operations/",
    "operations/1/",
    "activate/",
    "deregister/",
    "block/",
    "unblock/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_foreign_register_answers_404(stranger, working_kkm, page):
    assert stranger.get(f"/cabinet/kkm/SWK00053162/{page}").status_code == 404
    assert (
        stranger.post(
            f"/cabinet/kkm/SWK00053162/{page}", {"reason": "x", "comment": "x"}
        ).status_code
        == 404
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_revoked_control_takes_effect_at_the_next_click(cabinet, may_block, working_kkm, page):
    assert cabinet.get(f"/cabinet/kkm/SWK00053162/{page}").status_code == 200
    Control.objects.update(revoked_at=timezone.now())
    assert cabinet.get(f"/cabinet/kkm/SWK00053162/{page}").status_code == 404


def test_both_axes_of_state_stand_in_words(cabinet, working_kkm, morning):
    journal.block(kkm=working_kkm, act=act(morning, reason="неуплата"))
    page = cabinet.get("/cabinet/kkm/SWK00053162/").content.decode()
    assert "на учёте" in page
    assert "600700000001" in page
    assert "Касса заблокирована, чеки не принимаются: неуплата." in " ".join(page.split())


def test_last_shifts_show_the_figures_of_the_frozen_z(cabinet, working_kkm, morning):
    page = cabinet.get("/cabinet/kkm/SWK00053162/")
    closed_on = timezone.localdate(morning - timedelta(days=1, hours=20))
    assert [shift.number for shift in page.context["shifts"]] == [2, 1]
    assert "1 500.00" in page.content.decode()
    assert f"?type=z&amp;date={closed_on:%Y-%m-%d}&amp;shift=1" in page.content.decode()
    assert "?type=x" in page.content.decode()


def test_last_shifts_are_the_newest_ten(cabinet, controlled_kkm, morning):
    activate(controlled_kkm, at=morning - timedelta(days=3))
    for hour in range(12):
        sell(controlled_kkm, at=morning - timedelta(hours=30 - hour))
        close(controlled_kkm, at=morning - timedelta(hours=30 - hour))
    assert [
        shift.number for shift in cabinet.get("/cabinet/kkm/SWK00053162/").context["shifts"]
    ] == list(range(12, 2, -1))


def test_history_tells_of_acts_and_links_a_deregistration_to_its_paper(
    cabinet, working_kkm, morning
):
    gone = journal.deregister(
        kkm=working_kkm, act=act(morning, reason="кража или утеря", comment="заявление № 7")
    )
    page = cabinet.get("/cabinet/kkm/SWK00053162/").content.decode()
    assert f"/cabinet/kkm/SWK00053162/acts/{gone.number}.pdf" in page
    assert "кража или утеря. заявление № 7" in page


def test_a_new_register_says_what_to_do(cabinet, controlled_kkm):
    page = cabinet.get("/cabinet/kkm/SWK00053162/").content.decode()
    assert "поставьте её на учёт" in page
    assert "Столбик появится после первого Z-отчёта." in page


def test_the_page_asks_few_queries_whatever_the_number_of_shifts(
    cabinet, working_kkm, asks_at_most
):
    with asks_at_most(
        15
    ):  # two of them remember the head of the journal, one asks for its last check
        cabinet.get("/cabinet/kkm/SWK00053162/")


def test_the_chart_is_a_picture_without_scripts_or_references(cabinet, working_kkm):
    response = cabinet.get("/cabinet/kkm/SWK00053162/chart.svg")
    drawn = ElementTree.fromstring(response.content)
    names = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    links = [
        value
        for element in drawn.iter()
        for name, value in element.attrib.items()
        if "href" in name
    ]
    assert response["Content-Type"] == "image/svg+xml"
    assert "rect" in names
    assert "script" not in names
    assert all(link.startswith("#") for link in links)
    assert b"@import" not in response.content


def test_only_the_chart_may_have_its_style_inside(cabinet, working_kkm):
    chart, page = (
        cabinet.get(f"/cabinet/kkm/SWK00053162/{name}")["Content-Security-Policy"]
        for name in ("chart.svg", "")
    )
    assert "default-src 'none'" in chart
    assert "style-src 'unsafe-inline'" in chart
    assert "unsafe" not in page


def test_a_shift_without_sales_has_a_chart_too(cabinet, controlled_kkm, morning):
    activate(controlled_kkm, at=morning)
    deposit(controlled_kkm, 100, at=morning)
    close(controlled_kkm, at=morning)
    drawn = ElementTree.fromstring(cabinet.get("/cabinet/kkm/SWK00053162/chart.svg").content)
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"


def test_a_chart_of_no_shifts_at_all_is_drawn_too(cabinet, controlled_kkm):
    assert cabinet.get("/cabinet/kkm/SWK00053162/chart.svg").status_code == 200


def test_the_axis_is_marked_with_round_numbers(cabinet, working_kkm):
    marks = list(
        ElementTree.fromstring(cabinet.get("/cabinet/kkm/SWK00053162/chart.svg").content).itertext()
    )
    assert {"0", "0.5", "1", "1.5"} <= set(marks)


def test_the_chart_counts_a_loss_below_zero(cabinet, working_kkm, morning):
    sell(working_kkm, 2000, at=morning, kind=OperationKind.PURCHASE)
    close(working_kkm, at=morning)
    assert "-" in cabinet.get("/cabinet/kkm/SWK00053162/chart.svg").content.decode()
    assert "-1 300.00" in cabinet.get("/cabinet/kkm/SWK00053162/").content.decode()


def test_a_comment_is_kept_and_logged(cabinet, working_kkm):
    response = cabinet.post(
        "/cabinet/kkm/SWK00053162/comment/", {"comment": "Ждём договор аренды"}, follow=True
    )
    assert "Ждём договор аренды" in response.content.decode()
    assert AccessEntry.objects.get(action="comment").subject == "Ждём договор аренды"


def test_a_comment_is_kept_together_with_its_line_or_not_at_all(cabinet, working_kkm, monkeypatch):
    monkeypatch.setattr(access_log, "_append", refuse_to_log)
    with pytest.raises(RuntimeError):
        cabinet.post("/cabinet/kkm/SWK00053162/comment/", {"comment": "Ждём договор аренды"})
    working_kkm.refresh_from_db()
    assert working_kkm.comment == ""


def refuse_to_log(**facts):
    raise RuntimeError("the access log cannot be written")


def test_a_chart_that_is_asked_for_is_logged(cabinet, working_kkm):
    cabinet.get("/cabinet/kkm/SWK00053162/chart.svg")
    entry = AccessEntry.objects.get()
    assert (entry.action, entry.kkm, entry.subject) == ("view", working_kkm, "График выручки")


@pytest.mark.parametrize(
    "serial",
    [
        "swk00053162",
        "bad",
        "%00",
        "%FF",
        "SWK00053162%0A",
        "SWK00053162%20",
        "٣٣٣٣٣",
        "A" * 21,
        "SWK",
    ],
)
@pytest.mark.parametrize("page", ["", "reports/z.pdf", "operations/"])
def test_what_is_no_serial_number_is_an_address_of_nothing(cabinet, working_kkm, serial, page):
    assert cabinet.get(f"/cabinet/kkm/{serial}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["", "chart.svg", "operations/2/", "reports/", "deregister/"])
def test_nothing_of_the_cabinet_is_stored_on_the_way(cabinet, working_kkm, page):
    for address in ("/cabinet/", f"/cabinet/kkm/SWK00053162/{page}"):
        assert "no-store" in cabinet.get(address).headers["Cache-Control"]


def test_a_comment_may_be_taken_back(cabinet, working_kkm):
    working_kkm.comment = "старое"
    working_kkm.save()
    cabinet.post("/cabinet/kkm/SWK00053162/comment/", {"comment": ""})
    working_kkm.refresh_from_db()
    assert working_kkm.comment == ""


def test_a_comment_of_more_than_300_letters_is_refused_at_the_field(cabinet, working_kkm):
    response = cabinet.post("/cabinet/kkm/SWK00053162/comment/", {"comment": "ы" * 301})
    working_kkm.refresh_from_db()
    assert "comment" in response.context["form"].errors
    assert working_kkm.comment == ""


def test_all_z_reports_are_listed_with_their_frozen_figures(cabinet, working_kkm):
    response = cabinet.get("/cabinet/kkm/SWK00053162/z-reports/")
    figures = response.context["page"][0].figures
    assert (
        figures.tickets,
        str(figures.sales),
        str(figures.sale_returns),
        str(figures.revenue),
        str(figures.cash),
    ) == (
        1,
        "1 500.00",
        "0.00",
        "1 500.00",
        "6 500.00",
    )
    assert "/reports/z.pdf?type=z&amp;date=" in response.content.decode()


def test_z_reports_are_found_by_the_day_of_closing(cabinet, working_kkm, morning):
    closed_on = timezone.localdate(morning - timedelta(days=1, hours=20))
    address = "/cabinet/kkm/SWK00053162/z-reports/"
    assert len(cabinet.get(address, {"date": closed_on, "to": closed_on}).context["page"]) == 1
    assert len(cabinet.get(address, {"to": closed_on}).context["page"]) == 1
    assert len(cabinet.get(address, {"date": closed_on}).context["page"]) == 1
    assert len(cabinet.get(address, {"date": closed_on + timedelta(days=1)}).context["page"]) == 0
    assert len(cabinet.get(address, {"to": closed_on - timedelta(days=1)}).context["page"]) == 0


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ({"date": "31.02.2026"}, "date", "Такой даты нет"),
        ({"date": "2020-05-02", "to": "2020-05-01"}, "to", "раньше начала"),
        ({"date": "9999-12-31"}, "date", "ещё не наступил"),
        ({"to": "0001-01-01"}, "to", "ранняя дата"),
    ],
)
def test_wrong_days_are_refused_at_the_field(cabinet, working_kkm, query, field, sentence):
    response = cabinet.get("/cabinet/kkm/SWK00053162/z-reports/", query)
    assert response.status_code == 200
    assert sentence in response.context["form"].errors[field][0]


def test_a_far_end_of_the_period_means_up_to_now(cabinet, working_kkm):
    assert (
        len(
            cabinet.get("/cabinet/kkm/SWK00053162/z-reports/", {"to": "9999-12-31"}).context["page"]
        )
        == 1
    )


def test_z_reports_take_few_queries(cabinet, working_kkm, asks_at_most):
    with asks_at_most(11):  # two of them remember the head of the journal
        cabinet.get("/cabinet/kkm/SWK00053162/z-reports/")
