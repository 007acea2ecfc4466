"""One register's page, its comment, chart and Z's."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inspector import access_log
from inspector.chart import revenue_by_shift
from inspector.models import AccessEntry, Control
from kkm import journal
from kkm.domain.heading import Unreadable
from kkm.domain.kinds import OperationKind
from kkm.domain.money import Money, tenge
from kkm.models import ZReport
from tests.markup import markup
from tests.stories import act, activate, close, deposit, sell

pytestmark = pytest.mark.django_db

HOME = "/cabinet/kkm/SWK00053162/"
PAGES = [
    "",
    "comment/",
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


def _chart(answer) -> str:
    """The drawing of a register's page."""
    page = answer.content.decode()
    start = page.index('<svg class="chart"')
    return markup(page[start : page.index("</svg>", start)])


def test_each_bar_of_the_chart_leads_to_its_z_and_is_named(cabinet, working_kkm):
    answer = cabinet.get(HOME)
    (bar,) = answer.context["chart"].bars
    day = timezone.localdate(bar.shift.closed_at)
    z = f"{HOME}reports/?type=z&amp;date={day:%Y-%m-%d}&amp;shift=1"
    name = f"{day:%d.%m.%Y}, Z № 1: 1 500.00 ₸"
    assert f'href="{z}" aria-label="{name}"' in _chart(answer)
    assert cabinet.get(unescape(z)).context["report"].name == "Z-отчёт № 1"


def test_each_line_below_the_chart_leads_to_its_z(cabinet, working_kkm):
    answer = cabinet.get(HOME)
    (bar,) = answer.context["chart"].bars
    day = timezone.localdate(bar.shift.closed_at)
    z = f"{HOME}reports/?type=z&amp;date={day:%Y-%m-%d}&amp;shift=1"
    table = markup(answer.content.decode()).partition('class="chart-figures"')[2]
    assert f'<a href="{z}">1</a>' in table.partition("</table>")[0]


def test_the_chart_has_no_colours_and_scripts_of_its_own(cabinet, working_kkm):
    answer = cabinet.get(HOME)
    drawing = _chart(answer)
    for foreign in ("style", "fill=", "<script", "<title", "<image"):
        assert foreign not in drawing
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_russian_chart_is_drawn_without_decimal_commas(cabinet, working_kkm):
    numbers = re.findall(r' (?:x|y|d|width|height)="([^"]*)"', _chart(cabinet.get(HOME)))
    assert any("." in number for number in numbers)
    assert not any("," in number for number in numbers)


def test_a_shift_without_sales_has_a_bar_too(cabinet, controlled_kkm, morning):
    activate(controlled_kkm, at=morning)
    deposit(controlled_kkm, 100, at=morning)
    close(controlled_kkm, at=morning)
    answer = cabinet.get(HOME)
    (bar,) = answer.context["chart"].bars
    assert (bar.height, bar.text) == (0, "0")
    assert "Z № 1: 0.00 ₸" in _chart(answer)


def test_a_shift_whose_z_cannot_be_read_has_a_link_without_a_bar(cabinet, working_kkm, monkeypatch):
    monkeypatch.setattr(ZReport, "snapshot", property(refuse_to_read))
    answer = cabinet.get(HOME)
    (bar,) = answer.context["chart"].bars
    assert (bar.height, bar.text) == (None, "—")
    assert 'Z № 1: —"' in _chart(answer)


def refuse_to_read(z):
    raise Unreadable("a changed snapshot")


def test_the_axis_is_marked_with_round_numbers(cabinet, working_kkm):
    chart = cabinet.get(HOME).context["chart"]
    assert [tick.text for tick in chart.ticks] == ["0", "0.5", "1", "1.5"]
    assert (str(chart.unit), chart.bars[0].text) == ("тыс. ₸", "1.5")


def test_the_chart_counts_a_loss_below_zero(cabinet, working_kkm, morning):
    sell(working_kkm, 2000, at=morning, kind=OperationKind.PURCHASE)
    close(working_kkm, at=morning)
    answer = cabinet.get(HOME)
    chart = answer.context["chart"]
    gain, loss = chart.bars
    assert gain.top + gain.height == pytest.approx(chart.zero)
    assert (loss.top, loss.text) == (chart.zero, "-1.3")
    assert "Z № 2: -1 300.00 ₸" in _chart(answer)


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=40))
def test_bars_are_as_high_as_their_revenue_and_stay_within_the_plot(sums):
    shifts = [closed_shift(number, Money(tiyn)) for number, tiyn in enumerate(sums, 1)]
    chart = revenue_by_shift(shifts)
    for bar, tiyn in zip(chart.bars, sums, strict=True):
        assert chart.top <= bar.top <= bar.top + bar.height <= chart.bottom + 0.1
        is_below = bar.top >= chart.zero
        assert is_below or tiyn > 0
        assert chart.left <= bar.left < bar.left + bar.width <= chart.right
    by_sum = sorted(zip(map(abs, sums), [bar.height for bar in chart.bars], strict=True))
    heights = [height for _sum, height in by_sum]
    for lower, higher in pairwise(heights):
        assert lower <= higher + 0.11


def closed_shift(number, revenue):
    """What the chart reads of a shift."""
    return SimpleNamespace(number=number, figures=SimpleNamespace(revenue=revenue))


def test_sums_of_ten_millions_are_shown_in_millions():
    chart = revenue_by_shift([closed_shift(1, tenge(12_345_678)), closed_shift(2, tenge(80_000))])
    assert str(chart.unit) == "млн ₸"
    assert [bar.text for bar in chart.bars] == ["12", "0.08"]


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


@pytest.mark.parametrize("page", ["", "operations/2/", "reports/", "deregister/"])
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
