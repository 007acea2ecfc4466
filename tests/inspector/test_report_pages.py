"""The page of reports and its papers, as an inspector with a browser meets them."""

import re
from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from pypdf import PdfReader

from inspector.models import AccessEntry
from kkm import journal
from kkm.models import FiscalOperation
from reports import kinds
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory, InspectorFactory
from tests.markup import markup
from tests.stories import act, activate, close, deposit, sell

pytestmark = pytest.mark.django_db
ALMATY = ZoneInfo("Asia/Almaty")
KINDS = ("z", "x", "period", "cashiers", "shift", "sections")
# The register's life, in days before today: on the record, two shifts, one shift, one shift over
# midnight.
BORN, TWICE, ONCE, NIGHT = 20, 10, 7, 4


def day(ago: int) -> date:
    return timezone.localdate() - timedelta(days=ago)


def at(ago: int, hour: int) -> datetime:
    return datetime(*day(ago).timetuple()[:3], hour, tzinfo=ALMATY)


@pytest.fixture
def kkm():
    """Shifts 1 and 2 on one day, 3 on another, 4 over midnight; none is open."""
    kkm = KKMFactory(serial_number="ALS00001734")
    activate(kkm, at=at(BORN, 9))
    for hour, amount in ((9, 1000), (14, 2000)):
        sell(kkm, amount, at=at(TWICE, hour))
        close(kkm, at=at(TWICE, hour + 3))
    sell(kkm, 300, at=at(ONCE, 9))
    close(kkm, at=at(ONCE, 18))
    sell(kkm, 50, at=at(NIGHT + 1, 22))
    close(kkm, at=at(NIGHT, 3))
    return kkm


@pytest.fixture
def inspector(kkm):
    """Controls the register."""
    return ControlFactory(
        kkm=kkm, inspector=InspectorFactory(username="serikov", full_name="Сериков Н.Б.")
    ).inspector


@pytest.fixture
def client(client, inspector):
    """The inspector's browser."""
    client.force_login(inspector)
    return client


@pytest.fixture
def open_shift(kkm):
    """A shift that was opened an hour ago and is open now."""
    return sell(kkm, 700, at=timezone.now() - timedelta(hours=1)).shift


def url(**query) -> str:
    return "/cabinet/kkm/ALS00001734/reports/?" + "&".join(
        f"{name}={value}" for name, value in query.items() if value is not None
    )


def pdf_url(kind: str, **query) -> str:
    return url(**query).replace("reports/?", f"reports/{kind}.pdf?")


def page(client, **query) -> str:
    response = client.get(url(**query))
    assert response.status_code == 200
    return response.content.decode()


def report_on(html: str) -> str:
    """The report's body; empty if there is none."""
    return "".join(re.findall(r'<article class="report">.*?</article>', html, re.S))


def errors_on(html: str) -> dict[str, str]:
    """Sentences at fields, by the field."""
    found = re.findall(r'id="error_\d_id_(\w+)"[^>]*>\s*(?:<strong>)?([^<]+)', html)
    return {name: sentence.strip() for name, sentence in found}


def paper_text(content: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split()
    )


# -- the form --------------------------------------------------------------------------------------


def test_the_form_asks_for_type_and_date_and_offers_the_six_reports(client):
    html = client.get("/cabinet/kkm/ALS00001734/reports/").content.decode()
    assert re.findall(r'<option value="(\w+)"', html) == list(KINDS)
    assert [
        " ".join(re.sub("<[^>]+>", " ", label).replace("*", "").split())
        for label in re.findall(r'<label[^>]*for="id_\w+"[^>]*>(.*?)</label>', html, re.S)
    ] == ["Тип отчёта", "Дата С", "По"]
    assert re.search(r'<input type="submit"[^>]*value="Просмотреть"', html)
    assert "СМЕНА № 4" in " ".join(report_on(html).split())


def test_the_second_date_is_shown_for_a_period_only(client):
    html = markup(page(client, type="z"))
    assert '<div class="of-period"><div id="div_id_to"' in html
    options = dict(re.findall(r'<option value="(\w+)" (?:selected )?class="([\w-]+)"', html))
    assert options == {
        kind.name: "of-period" if kind.has_end else "of-day" for kind in kinds.KINDS.values()
    }
    css = (settings.BASE_DIR / "static/css/report.css").read_text(encoding="utf-8")
    hidden = ".report-form:not(:has(option.of-period:checked)) :is(div, span).of-period,"
    assert hidden in css


def test_what_each_report_shows_is_told(client):
    hints = re.search(r'<details class="hints">.*?</details>', page(client), re.S).group()
    told = re.findall(r"<dt>(.*?)</dt> *<dd>(.*?)</dd>", " ".join(hints.split()))
    assert told == [(str(kind.title), str(kind.hint)) for kind in kinds.KINDS.values()]


OF_THE_PAGE = (
    "inspector/forms/report.py",
    "inspector/report_periods.py",
    "inspector/views/reports.py",
    "static/css/report.css",
    "templates/reports/screen.html",
)


def test_the_page_names_no_kind_of_report():
    """A new kind is a module and a line of the table: the page needs no change."""
    parts = (settings.BASE_DIR / "templates/reports/screen").glob("*.html")
    files = [*parts, *(settings.BASE_DIR / path for path in OF_THE_PAGE)]
    names = "|".join(kinds.KINDS)
    named = rf'type=(?:{names})\b|value="(?:{names})"|hint-(?:{names})\b|"[zx]"'
    assert len(files) > len(OF_THE_PAGE)
    for file in files:
        assert re.findall(named, file.read_text(encoding="utf-8")) == [], file


def test_the_calendar_runs_from_the_activation_to_today_and_says_what_an_empty_date_means(client):
    html = page(client)
    (field,) = re.findall(r"<input[^>]*name=\"date\"[^>]*>", html)
    assert f'min="{day(BORN)}"' in field
    assert f'max="{day(0)}"' in field
    assert "Пусто — последний день с Z-отчётом, для X-отчёта — сегодня." in html
    assert 'type="date"' in field


@pytest.mark.parametrize("kind", KINDS)
def test_each_report_is_shown(client, open_shift, kind):
    asked = day(0) if kind == "x" else day(ONCE)
    html = page(client, type=kind, date=asked)
    assert '<article class="report">' in html
    assert "КОНТРОЛЬНОЕ ЗНАЧЕНИЕ" in report_on(html)


def test_without_a_date_the_last_day_with_a_z_is_meant_and_today_for_an_x(client, open_shift):
    assert "СМЕНА № 4" in " ".join(report_on(page(client, type="z")).split())
    assert f"СМЕНА № {open_shift.number}" in " ".join(report_on(page(client, type="x")).split())


def test_a_period_without_an_end_is_one_day(client):
    assert f"ЗА ПЕРИОД {day(ONCE):%d.%m.%Y}<" in report_on(
        page(client, type="period", date=day(ONCE))
    )
    both = f"ЗА ПЕРИОД {day(TWICE):%d.%m.%Y} — {day(ONCE):%d.%m.%Y}<"
    assert both in report_on(page(client, type="period", date=day(TWICE), to=day(ONCE)))


# -- errors at the field ---------------------------------------------------------------------------

TOMORROW = "Эта дата ещё не наступила."


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ({"type": "z", "date": -1}, "date", TOMORROW),
        ({"type": "period", "date": ONCE, "to": -1}, "to", TOMORROW),
        ({"type": "period", "date": ONCE, "to": TWICE}, "to", "Конец периода раньше начала."),
        (
            {"type": "z", "date": BORN + 1},
            "date",
            "Касса поставлена на учёт {born}: более ранних отчётов нет.",
        ),
        (
            {"type": "period", "date": BORN + 30, "to": ONCE},
            "date",
            "Касса поставлена на учёт {born}: более ранних отчётов нет.",
        ),
        ({"type": "z", "date": "вчера"}, "date", "Введите правильную дату."),
        ({"type": "z", "date": "2026-02-30"}, "date", "Введите правильную дату."),
        ({"type": "z", "date": "9999-12-31"}, "date", TOMORROW),
        ({"type": "period", "date": ONCE, "to": "0000"}, "to", "Введите правильную дату."),
        ({"type": "<b>", "date": ONCE}, "type", "Выберите корректный вариант."),
        ({"type": ""}, "type", "Выберите тип отчёта."),
    ],
)
def test_a_wrong_question_is_answered_at_the_field(client, query, field, sentence):
    said = {name: day(value) if isinstance(value, int) else value for name, value in query.items()}
    html = page(client, **said)
    errors = errors_on(html)
    assert list(errors) == [field]
    assert errors[field].startswith(sentence.format(born=f"{day(BORN):%d.%m.%Y}"))
    assert report_on(html) == ""
    assert [subject for _, _, subject, _ in logged("view")] == ["Отчёты"]


@pytest.mark.parametrize("shift", ["первая", "0", "-3", "1.5"])
def test_a_wrong_number_of_a_shift_is_named_though_its_field_is_hidden(client, shift):
    html = page(client, type="z", date=day(ONCE), shift=shift)
    assert "Смена: укажите номер, целое число от 1." in html
    assert report_on(html) == ""


def test_a_wrong_end_does_not_matter_where_no_end_is_asked_for(client):
    assert report_on(page(client, type="z", date=day(ONCE), to="мусор"))
    assert report_on(page(client, type="z", date=day(ONCE), to=day(BORN)))


def test_days_on_a_page_with_a_wrong_type_lead_to_reports(client):
    html = page(client, type="<b>", date=day(ONCE))
    assert f'href="?type=z&amp;date={day(ONCE)}"' in html


# -- nothing, several, near ------------------------------------------------------------------------


def test_a_day_without_a_report_names_the_nearest_days(client):
    html = page(client, type="z", date=day(TWICE - 1))
    assert report_on(html) == ""
    assert "За эту дату отчёта нет" in html
    nearest = html[html.index("Ближайшие дни") :]
    assert [f"?type=z&amp;date={day(ago)}" in nearest for ago in (TWICE, ONCE, NIGHT)] == [
        True,
        True,
        False,
    ]
    assert len(logged("view")) == 1


def test_an_x_without_an_open_shift_says_so(client):
    html = page(client, type="x", date=day(0))
    assert "Смена закрыта, X-отчёта нет" in html
    assert report_on(html) == ""


def test_a_register_without_shifts_says_that_it_has_none(client, inspector):
    ControlFactory(kkm=KKMFactory(serial_number="ALS00000002"), inspector=inspector)
    html = client.get("/cabinet/kkm/ALS00000002/reports/?type=z").content.decode()
    assert "У этой кассы ещё нет закрытых смен." in html


def test_a_day_with_two_shifts_lets_choose_and_shows_the_last(client):
    html = page(client, type="z", date=day(TWICE))
    choice = re.findall(r'<a id="shift-\d" href="([^"]+)"([^>]*)>Смена № (\d)</a>', markup(html))
    link = f"?type=z&amp;date={day(TWICE)}&amp;shift="
    assert choice == [(f"{link}1", "", "1"), (f"{link}2", ' aria-current="true"', "2")]
    assert "2 000.00" in report_on(html)
    first = report_on(page(client, type="z", date=day(TWICE), shift=1))
    assert "1 000.00" in first
    assert "2 000.00" not in first


def test_cashiers_of_a_day_with_two_shifts_can_be_seen_together(client):
    html = page(client, type="cashiers", date=day(TWICE))
    links = re.findall(r'href="[^"]+"([^>]*)>(Смена № \d|Все смены дня)</a>', markup(html))
    assert links == [
        ("", "Смена № 1"),
        ("", "Смена № 2"),
        (' aria-current="true"', "Все смены дня"),
    ]
    assert "3 000.00" in report_on(html)


def test_a_shift_of_another_day_is_not_shown(client):
    html = page(client, type="z", date=day(ONCE), shift=1)
    assert report_on(html) == ""
    assert "Смены № 1 в этот день нет." in html
    assert "Смены этого дня:" in html


def test_the_days_before_and_after_are_one_click_away(client):
    step = re.search(
        r'<p class="days-step">.*?</p>', page(client, type="z", date=day(ONCE)), re.S
    ).group()
    assert re.findall(r"date=([\d-]+)", step) == [str(day(TWICE)), str(day(NIGHT))]
    last = re.search(
        r'<p class="days-step">.*?</p>', page(client, type="z", date=day(NIGHT)), re.S
    ).group()
    assert re.findall(r"date=([\d-]+)", last) == [str(day(ONCE))]


def test_days_with_closed_shifts_are_links_of_the_calendar_and_the_shown_one_is_marked(client):
    asked = {"type": "shift", "date": day(ONCE)}
    months = {f"{day(ago):%Y-%m}" for ago in (TWICE, ONCE, NIGHT)}
    shown = [calendar_of(page(client, **asked, month=month)) for month in sorted(months)]
    linked = [
        found for html in shown for found in re.findall(r"type=shift&amp;date=([-\d]+)", html)
    ]
    assert linked == [str(day(ago)) for ago in (TWICE, ONCE, NIGHT)]
    marked = re.findall(r'date=([\d-]+)" aria-current="date"', markup("".join(shown)))
    assert marked == [str(day(ONCE))]


def test_a_day_of_the_calendar_tells_the_numbers_of_its_zs(client):
    asked = day(TWICE)
    html = calendar_of(page(client, type="z", date=asked, month=f"{asked:%Y-%m}"))
    link = re.search(rf'<a id="day-{asked}".*?</a>', html, re.S).group()
    told = " ".join(re.sub("<[^>]+>", "", link).split())
    assert told == f"{date_format(asked, 'j E')}, Z № 1, 2"
    assert "title=" not in html


def test_today_leads_to_the_x_where_that_is_chosen_and_else_to_a_report_of_a_day(client):
    for kind, leads_to in (("x", "x"), ("z", "z"), ("period", "z"), ("sections", "sections")):
        html = markup(page(client, type=kind, date=day(ONCE)))
        (query,) = re.findall(r'href="\?([^"]+)" *>сегодня<', html)
        assert query == f"type={leads_to}&amp;date={day(0)}"


def test_only_what_htmx_asks_for_is_announced(client):
    said = r'role="status" id="announced">(.*?)</p>'
    asked = url(type="z", date=day(ONCE))
    assert re.findall(said, markup(client.get(asked).content.decode())) == [""]
    by_htmx = markup(client.get(asked, headers={"HX-Request": "true"}).content.decode())
    assert re.findall(said, by_htmx) == [f"Z-отчёт № 3 · {day(ONCE):%d.%m.%Y} · ALS00001734"]


def test_today_is_marked_with_and_without_a_z(client, kkm):
    (marked,) = re.findall(r'<(\w+) class="today"', markup(calendar_of(page(client))))
    assert marked == "span"
    now = timezone.now()
    sell(kkm, 700, at=now)
    close(kkm, at=now)
    (today,) = re.findall(r'class="today" href="([^"]+)"', markup(calendar_of(page(client))))
    assert today == f"?type=z&amp;date={day(0)}"


def test_the_arrows_of_the_month_have_names(client):
    arrow = r'<a id="month-[a-z]+" href="\?[^"]*month=([\d-]+)" aria-label="([^"]+)" rel="(\w+)">'
    early = re.findall(arrow, markup(page(client, type="z", month="2020-01")))
    assert early == [("2020-02", "Следующий месяц", "next")]
    late = re.findall(arrow, markup(page(client, type="z", month="2999-01")))
    assert late == [("2998-12", "Предыдущий месяц", "prev")]


def calendar_of(html: str) -> str:
    return re.search(r'<table class="month-days">.*?</table>', html, re.S).group()


def test_a_period_leads_to_whole_periods_beside_it_and_names_lead_to_periods(client):
    html = page(client, type="period", date=day(ONCE), to=day(ONCE))
    step = re.search(r'<p class="days-step">.*?</p>', html, re.S).group()
    one_earlier, one_later = day(ONCE) - timedelta(days=1), day(ONCE) + timedelta(days=1)
    assert re.findall(r"date=([\d-]+)&amp;to=([\d-]+)", step) == [
        (str(one_earlier), str(one_earlier)),
        (str(one_later), str(one_later)),
    ]
    presets = re.search(r'<nav class="presets".*?</nav>', html, re.S).group()
    for address in re.findall(r'href="([^"]+)"', presets):
        answer = client.get("/cabinet/kkm/ALS00001734/reports/" + address.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.context["form"].is_valid()


def test_this_week_leads_to_the_last_one_and_back_to_itself(client):
    html = markup(page(client, type="z", date=day(ONCE)))
    (this_week,) = re.findall(r'href="([^"]+)" *>эта неделя<', html)
    (before,) = re.findall(r'href="([^"]+)" rel="prev">←', markup(follow(client, this_week)))
    assert f"date={day(0) - timedelta(days=day(0).weekday() + 7)}" in before
    (after,) = re.findall(r'href="([^"]+)" rel="next">', markup(follow(client, before)))
    assert after == this_week


def follow(client, address: str) -> str:
    """The page that a link of the page of reports leads to."""
    root = "/cabinet/kkm/ALS00001734/reports/"
    return client.get(root + address.replace("&amp;", "&")).content.decode()


def test_the_heading_and_the_title_name_the_report(client):
    html = page(client, type="z", date=day(ONCE))
    name = re.search(r"<h1>\s*(.*?)\s*</h1>", html, re.S).group(1)
    assert name == f"Z-отчёт № 3 · {day(ONCE):%d.%m.%Y} · ALS00001734"
    assert f"<title>{name} · Alsep</title>" in re.sub(r"\s*\n\s*", "", html)
    assert html.count("<h1") == 1


# -- paper -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [None, "roll"])
def test_print_leads_to_the_pdf_of_what_is_shown(client, paper):
    html = page(client, type="z", date=day(TWICE), shift=1)
    (link,) = re.findall(
        r'href="([^"]+)" target="_blank">' + ("Лента 80 мм" if paper else "Печать"), markup(html)
    )
    response = client.get(link.replace("&amp;", "&"))
    assert response["Content-Type"] == "application/pdf"
    assert (
        response["Content-Disposition"]
        == f'inline; filename="ALS00001734-z-{day(TWICE)}-1{"-roll" if paper else ""}.pdf"'
    )
    assert "1 000.00" in paper_text(response.content)
    assert "2 000.00" not in paper_text(response.content)
    width = float(PdfReader(BytesIO(response.content)).pages[0].mediabox.width)
    assert round(width) == (227 if paper else 595)


@pytest.mark.parametrize("kind", KINDS)
def test_each_report_can_be_printed(client, open_shift, kind):
    response = client.get(pdf_url(kind, date=day(0) if kind == "x" else day(ONCE)))
    assert response.content.startswith(b"%PDF")
    assert "КОНТРОЛЬНОЕ ЗНАЧЕНИЕ" in paper_text(response.content)


@pytest.mark.parametrize(
    ("kind", "query", "sentence"),
    [
        ("z", {"date": "мусор"}, "Введите правильную дату."),
        ("z", {"date": "9999-01-01"}, TOMORROW),
        ("nonsense", {}, "Выберите корректный вариант."),
        ("z", {"shift": 77}, "Смены № 77 в этот день нет."),
        ("x", {}, "Смена закрыта, X-отчёта нет"),
    ],
)
def test_a_wrong_question_for_paper_goes_back_to_the_form_that_says_what_is_wrong(
    client, kind, query, sentence
):
    response = client.get(pdf_url(kind, **query), follow=True)
    ((back, status),) = response.redirect_chain
    assert (back.startswith("/cabinet/kkm/ALS00001734/reports/?"), status) == (True, 302)
    assert f"type={kind}" in back
    assert sentence in response.content.decode()
    assert not AccessEntry.objects.filter(action="print").exists()


def test_a_ticket_is_printed_and_a_deposit_is_not(client, kkm, open_shift):
    number = kkm.last_operation.number
    response = client.get(f"/cabinet/kkm/ALS00001734/operations/{number}.pdf")
    assert "700.00" in paper_text(response.content)
    placed = deposit(kkm, 10, at=timezone.now())
    for other in (1, placed.number, placed.number + 1):  # an activation, a deposit, nothing
        assert client.get(f"/cabinet/kkm/ALS00001734/operations/{other}.pdf").status_code == 404


def test_an_act_is_printed_for_a_deregistration_only(client, kkm):
    gone = journal.deregister(
        kkm=kkm, act=act(timezone.now(), reason="Прекращение деятельности", comment="по заявлению")
    )
    pdf = client.get(f"/cabinet/kkm/ALS00001734/acts/{gone.number}.pdf").content
    title = f"Акт снятия ККМ с учёта № {gone.number} · {day(0):%d.%m.%Y} · ALS00001734"
    assert PdfReader(BytesIO(pdf)).metadata.title == title
    text = paper_text(pdf)
    for said in (
        "АКТ СНЯТИЯ ККМ С УЧЕТА",
        "Прекращение деятельности",
        "по заявлению",
        "КОЛИЧЕСТВО СМЕН (Z-ОТЧЕТОВ) 4",
        "3 350.00",
    ):
        assert said in text
    for other in (1, 2, gone.number - 1, gone.number + 1):
        assert client.get(f"/cabinet/kkm/ALS00001734/acts/{other}.pdf").status_code == 404


def test_an_act_with_a_long_comment_and_no_shifts_is_printed_whole(client, inspector):
    other = ControlFactory(kkm=KKMFactory(serial_number="ALS00000002"), inspector=inspector).kkm
    activate(other, at=at(3, 9))
    comment = " ".join(f"слово{n}" for n in range(40))
    gone = journal.deregister(
        kkm=other, act=act(at(2, 9), reason="Кража или утеря", comment=comment)
    )
    text = paper_text(client.get(f"/cabinet/kkm/ALS00000002/acts/{gone.number}.pdf").content)
    assert comment in text
    assert "СМЕН НЕ БЫЛО" in text


# -- who may, and what is left in the log ----------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["reports/?type=z", "reports/z.pdf", "operations/2.pdf", "acts/1.pdf"]
)
def test_a_register_of_another_inspector_is_not_found(client, path):
    other = ControlFactory(kkm=KKMFactory(serial_number="ALS00009999")).kkm
    activate(other, at=at(3, 9))
    sell(other, at=at(3, 10))
    close(other, at=at(3, 11))
    assert client.get(f"/cabinet/kkm/ALS00009999/{path}").status_code == 404
    assert not AccessEntry.objects.filter(kkm=other).exists()


def logged(action):
    return list(
        AccessEntry.objects.filter(action=action).values_list(
            "user__username", "kkm__serial_number", "subject", "address"
        )
    )


def test_a_view_leaves_its_line_in_the_access_log(client):
    page(client, type="z", date=day(TWICE))
    assert logged("view") == [
        (
            "serikov",
            "ALS00001734",
            f"Сменный Z-отчёт (закрытие смены) {day(TWICE):%d.%m.%Y}, смена № 2",
            "127.0.0.1",
        )
    ]
    assert logged("print") == []


def test_a_print_leaves_its_line_in_the_access_log(client):
    client.get(pdf_url("period", date=day(TWICE), to=day(ONCE)))
    client.get("/cabinet/kkm/ALS00001734/operations/2.pdf")
    subjects = [subject for _, _, subject, _ in reversed(logged("print"))]
    assert subjects == [
        f"Фискальный отчёт за период {day(TWICE):%d.%m.%Y} — {day(ONCE):%d.%m.%Y}",
        "Чек № 2",
    ]
    assert logged("view") == []


def test_the_page_that_opens_with_the_last_z_leaves_its_line_too(client):
    client.get("/cabinet/kkm/ALS00001734/reports/")
    (subject,) = [subject for _, _, subject, _ in logged("view")]
    assert subject.startswith("Сменный Z-отчёт (закрытие смены) ")


# -- the page itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "most"),
    [("z", 18), ("x", 21), ("period", 17), ("cashiers", 21), ("shift", 22), ("sections", 21)],
)
def test_a_page_asks_few_questions_of_the_database(client, open_shift, asks_at_most, kind, most):
    asked = day(0) if kind == "x" else day(TWICE)
    with asks_at_most(most):
        page(client, type=kind, date=asked, to=day(0) if kind == "period" else None)


def test_a_period_of_many_shifts_asks_no_more_than_that_of_one(
    client, django_assert_max_num_queries
):
    with CaptureQueriesContext(connection) as one:
        page(client, type="period", date=day(ONCE), to=day(ONCE))
    with django_assert_max_num_queries(len(one)):
        assert "КОЛИЧЕСТВО СМЕН (Z-ОТЧЕТОВ)                    4" in page(
            client, type="period", date=day(BORN), to=day(0)
        )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_on_the_page_is_inline_or_from_another_host(client, open_shift, kind):
    html = page(client, type=kind, date=day(0) if kind == "x" else day(ONCE))
    assert not re.findall(
        r"\sstyle\s*=|<style|\son\w+\s*=|javascript:|<script(?![^>]*\ssrc=)", html
    )
    assert not re.findall(r"(?:src|href|action)=\"(?:https?:)?//", html)
    assert "unsafe" not in client.get(url(type=kind)).headers["Content-Security-Policy"]


def test_reports_of_a_deregistered_register_still_open(client, kkm):
    journal.deregister(kkm=kkm, act=act(timezone.now(), reason="Кража или утеря"))
    assert report_on(page(client, type="z", date=day(ONCE)))
    assert report_on(page(client, type="period", date=day(BORN), to=day(0)))


def test_reports_of_a_blocked_register_still_open(client, kkm, open_shift):
    journal.block(
        kkm=kkm, act=act(timezone.now(), reason="по требованию органов государственных доходов")
    )
    assert report_on(page(client, type="x", date=day(0)))
    assert client.get(pdf_url("z", date=day(ONCE))).content.startswith(b"%PDF")


def test_looking_at_reports_writes_nothing_into_the_journal(client, open_shift):
    before = list(FiscalOperation.objects.order_by("pk").values())
    for kind in KINDS:
        page(client, type=kind)
    assert list(FiscalOperation.objects.order_by("pk").values()) == before


# -- without a key to sign with --------------------------------------------------------------------


@pytest.fixture
def no_key(settings, tmp_path):
    """A production server whose keys are gone."""
    settings.SIGNING_KEYS, settings.PRODUCTION = tmp_path / "none", True


@pytest.mark.parametrize("paper", [None, "roll"])
def test_without_a_key_nothing_is_printed_and_a_page_says_why(client, no_key, paper):
    response = client.get(pdf_url("z", date=day(ONCE), paper=paper))
    assert response.status_code == 503
    assert "Отчёт не напечатан" in response.content.decode()
    assert "нет ключа подписи" in response.content.decode()


def test_an_act_is_not_printed_without_a_key_either(client, kkm, settings, tmp_path):
    number = journal.deregister(kkm=kkm, act=act(timezone.now(), reason="Кража или утеря")).number
    settings.SIGNING_KEYS, settings.PRODUCTION = tmp_path / "none", True
    assert client.get(f"/cabinet/kkm/ALS00001734/acts/{number}.pdf").status_code == 503


def test_the_screen_shows_a_report_without_a_key_and_says_that_it_cannot_be_printed(client, no_key):
    html = report_on(page(client, type="z", date=day(ONCE)))
    assert "300.00" in html
    assert "QR-кода нет: на сервере нет ключа подписи." in html
