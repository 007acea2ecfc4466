"""A paper without QR: what is typed from it, what is answered, and what is told to who does not
hold it.
"""

import re
from datetime import date, datetime, timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money, tenge
from kkm.domain.requisites import SerialNumber
from kkm.domain.seal import fingerprint
from kkm.models import ZReport
from reports.paper.qr import token_of
from reports.verify.forms import PaperForm
from reports.verify.guess_limit import OF_ALL, OF_ONE
from reports.verify.typed import NAMES, TypedReport, compare
from tests.factories import KKMFactory
from tests.inspector.factories import PASSWORD, InspectorFactory
from tests.markup import markup
from tests.reports.asking import ALMATY, report_of
from tests.reports.forger import cut, edit, rewrite, unlock
from tests.stories import activate, close, deposit, sell

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)
SERIAL = "PAPER0000001"
WRONG = {"sale_amount": "1", "cash": "2"}


def work(serial: str = SERIAL, registration_number: str = "600799999901"):
    """A register whose only Z has sales of 1 500, a return of 200, a deposit of 700."""
    kkm = KKMFactory(serial_number=serial)
    now = datetime(2026, 3, 12, 12, 0, tzinfo=ALMATY)
    activate(kkm, at=now, registration_number=registration_number)
    deposit(kkm, 700, at=now)
    sell(kkm, 1000, at=now)
    sell(kkm, 500, at=now, payment=PaymentType.CARD)
    sell(kkm, 200, at=now, kind=OperationKind.SALE_RETURN)
    close(kkm, at=now + timedelta(hours=9))
    return kkm


@pytest.fixture
def kkm():
    return work()


def paper(kkm) -> dict[str, str]:
    """All that can be typed from its Z, as it is printed."""
    return {
        "sale_amount": "1 500.00",
        "purchase_amount": "0.00",
        "sale_return_amount": "200.00",
        "purchase_return_amount": "0.00",
        "revenue": "1 300.00",
        "cash": "1 500.00",
        "sale_total": "1 500.00",
        "purchase_total": "0.00",
        "sale_return_total": "200.00",
        "purchase_return_total": "0.00",
        "documents": "5",
        "control": fingerprint(kkm.shifts.get().z.operation.seal),
    }


def ask(client=None, **typed):
    data = {"register": SERIAL, "z_number": "1", "day": "2026-03-12", **typed}
    address = data.pop("REMOTE_ADDR", "127.0.0.1")
    return (client or Client()).post("/verify/", data, REMOTE_ADDR=address)


def lines(response) -> dict[str, bool]:
    """The answer line by line: what it is called, whether it agrees."""
    html = markup(response.content.decode())
    found = re.findall(r'<li class="line-(good|bad)"><span>([^<]+)</span>', html)
    assert html.count("не совпадает</i>") == sum(word == "bad" for word, _ in found)
    return {name: word == "good" for word, name in found}


def errors(**typed) -> dict[str, list[str]]:
    form = PaperForm({"register": SERIAL, "z_number": "1", "day": "2026-03-12", **typed})
    form.is_valid()
    return dict(form.errors)


# -- what is answered ------------------------------------------------------------------------------


def test_all_that_stands_on_the_paper_agrees(kkm):
    response = ask(**paper(kkm))
    assert response.status_code == 200
    assert "<h1>Совпадает</h1>" in response.content.decode()
    assert lines(response) == {str(title): True for title in NAMES.values()}


def test_the_answer_names_what_was_typed_and_nothing_else(kkm):
    html = ask(sale_amount="1500").content.decode()
    assert f"Z-отчёт № 1 от 12.03.2026, касса {SERIAL}" in html
    assert "1 500.00" in html
    for secret in ("1 300.00", "200.00", kkm.taxpayer.name, "600799999901", "Ахметова"):
        assert secret not in html


def test_the_register_may_be_named_by_its_registration_number(kkm):
    assert lines(ask(register="600799999901", sale_amount="1500")) == {
        "Чеков продаж на сумму": True
    }


def test_a_line_that_was_typed_wrong_is_marked_and_the_others_agree(kkm):
    response = ask(sale_amount="1500", cash="1500.01", purchase_amount="0")
    assert lines(response) == {
        "Чеков продаж на сумму": True,
        "Чеков покупок на сумму": True,
        "Наличных в кассе": False,
    }
    assert "Часть введённых значений не совпадает с журналом." in response.content.decode()


@pytest.mark.parametrize("typed", ["1500", "1 500.00", "1500,0", " 1 500.00 ", "1\u00a0500.00"])
def test_a_sum_may_be_written_as_people_write_it(kkm, typed):
    assert lines(ask(sale_amount=typed)) == {"Чеков продаж на сумму": True}


def test_a_negative_revenue_may_have_a_real_minus():
    form = PaperForm({"register": SERIAL, "z_number": 1, "day": DAY, "revenue": "−13.50"})
    assert form.is_valid()
    assert form.typed == TypedReport(SerialNumber(SERIAL), 1, DAY, {"revenue": Money(-1350)})


def test_letters_that_look_alike_and_spaces_and_small_letters_do_not_matter(kkm):
    control = (
        paper(kkm)["control"].lower().replace("-", " ").translate(str.maketrans("abce", "авсе"))
    )
    assert lines(ask(register=" Раре r000 0001 ", control=control)) == {
        "Контрольное значение": True
    }


@pytest.mark.parametrize(
    "other",
    [
        {"register": "PAPER0000002"},
        {"register": "600799999902"},
        {"z_number": "2"},
        {"day": "2026-03-11"},
        {"day": "2026-03-13"},
        WRONG,
    ],
)
def test_an_unknown_register_another_z_another_day_and_wrong_sums_have_one_answer(kkm, other):
    response = ask(
        **{"sale_amount": "1500", "cash": "1500", "purchase_amount": "0", "documents": "5", **other}
    )
    assert set(lines(response).values()) == {False}
    assert "Проверьте также РНМ или ЗНМ, номер и дату." in response.content.decode()


def test_a_stranger_is_answered_byte_for_byte_what_he_would_be_if_there_were_no_such_register():
    asked = {
        "sale_amount": "1",
        "cash": "2",
        "purchase_amount": "0",
        "documents": "5",
        "control": "0000-0000-0000-0000",
    }
    answers = []
    for address in ("10.0.0.1", "10.0.0.2"):
        with CaptureQueriesContext(connection) as statements:
            html = ask(**asked, REMOTE_ADDR=address).content.decode()
        answers.append(
            (re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html), len(statements))
        )
        if len(answers) == 1:
            work()
    assert answers[0] == answers[1]


def test_figures_that_are_zero_and_the_number_of_documents_open_nothing(kkm):
    typed = TypedReport(
        SerialNumber(SERIAL),
        1,
        DAY,
        {"purchase_amount": tenge(0), "purchase_total": tenge(0), "documents": 5},
    )
    assert {line.agrees for line in compare(typed)} == {False}
    assert {
        line.agrees
        for line in compare(
            TypedReport(typed.register, 1, DAY, {**typed.figures, "cash": tenge(1500)})
        )
    } == {True}


# -- tampering is told here too --------------------------------------------------------------------


def test_a_figure_agrees_only_where_the_frozen_z_and_the_operations_both_say_so(kkm):
    typed = paper(kkm)
    unlock()
    edit(kkm.operations.filter(number=3), amount=tenge(900), cash=tenge(900))
    found = lines(ask(**typed))
    changed = {"Чеков продаж на сумму", "Выручка"}
    assert {name for name, agrees in found.items() if not agrees} == changed
    assert {
        name
        for name, agrees in lines(ask(**{**typed, "sale_amount": "1 400.00"})).items()
        if not agrees
    } == changed


def test_a_frozen_z_that_was_changed_or_is_gone_does_not_agree_with_the_paper(kkm):
    z = ZReport.objects.get(shift__kkm=kkm)
    unlock()
    edit(ZReport.objects.filter(pk=z.pk), text=z.text.replace('"cash":150000', '"cash":1'))
    assert lines(ask(sale_amount="1500", cash="1500")) == {
        "Чеков продаж на сумму": True,
        "Наличных в кассе": False,
    }
    for text in ("", "{}", '{"version":1}'):
        edit(ZReport.objects.filter(pk=z.pk), text=text)
        assert lines(ask(sale_amount="1500")) == {"Чеков продаж на сумму": False}
    ZReport.objects.filter(pk=z.pk)._raw_delete("default")
    assert lines(ask(sale_amount="1500", REMOTE_ADDR="10.0.0.9")) == {
        "Чеков продаж на сумму": False
    }


def test_a_journal_cut_or_written_anew_is_found_by_the_control_value(kkm):
    typed = {"control": paper(kkm)["control"]}
    unlock()
    rewrite(kkm, 4)
    assert lines(ask(**typed)) == {"Контрольное значение": False}
    cut(kkm, kkm.last_operation.number)
    assert lines(ask(**typed)) == {"Контрольное значение": False}


# -- errors at the field ---------------------------------------------------------------------------

SUM = "Сумма пишется тенге и тиынами, например 472 900.00."
REGISTER = "ЗНМ — от 4 до 20 латинских букв и цифр, РНМ — 12 цифр."
CONTROL = "Контрольное значение — шестнадцать знаков от 0 до 9 и от A до F."


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"sale_amount": "12.345"}, "sale_amount", SUM),
        ({"cash": "много"}, "cash", SUM),
        ({"revenue": "1e3"}, "revenue", SUM),
        ({"sale_total": "9" * 5000}, "sale_total", SUM),
        ({"purchase_total": "\x00"}, "purchase_total", SUM),
        ({"register": "ЫЫЫЫ"}, "register", REGISTER),
        ({"register": "ABC"}, "register", REGISTER),
        ({"register": ""}, "register", "Введите РНМ или ЗНМ: они напечатаны в начале отчёта."),
        ({"z_number": "0"}, "z_number", "Номер смены — целое число от 1."),
        ({"z_number": "первая"}, "z_number", "Номер смены — целое число от 1."),
        ({"z_number": "9" * 20}, "z_number", "Номер смены — целое число от 1."),
        ({"documents": "-1"}, "documents", "Число документов — целое, от 0."),
        ({"day": "вчера"}, "day", "Такой даты нет: укажите день, месяц и год."),
        ({"day": "9999-12-31"}, "day", "Эта дата ещё не наступила."),
        ({"control": "XYZ"}, "control", CONTROL),
        ({"control": "8CB6-6E4B-38B1-043"}, "control", CONTROL),
    ],
)
def test_a_wrong_field_is_told_in_a_sentence_at_the_field(db, typed, field, sentence):
    found = errors(**{"sale_amount": "1", **typed})
    assert {name: list(said) for name, said in found.items()} == {field: [sentence]}
    html = ask(**{"sale_amount": "1", **typed}).content.decode()
    assert sentence in html
    assert "<h1>Проверить отчёт на бумаге</h1>" in html
    assert not AccessFailureLog.objects.exists()


@pytest.mark.parametrize(
    "typed", [{}, {"documents": "5"}, {"purchase_amount": "0", "cash": "0.00"}]
)
def test_some_sum_or_the_control_value_must_be_typed(db, typed):
    sentence = "Введите с бумаги хотя бы одну сумму, отличную от нуля, или контрольное значение."
    assert errors(**typed) == {"__all__": [sentence]}
    assert sentence in ask(**typed).content.decode()


def test_the_form_asks_for_what_stands_on_the_paper_in_its_order(db):
    html = Client().get("/verify/").content.decode()
    asked = re.findall(r'<input type="\w+" name="(\w+)"', html)
    assert [name for name in asked if name not in ("csrfmiddlewaretoken", "next")] == [
        "register",
        "z_number",
        "day",
        *NAMES,
    ]
    assert re.findall(r"<legend>([^<]+)</legend>", html) == [
        "Чеки за смену, суммы",
        "Касса",
        "Необнуляемые суммы на конец смены",
        "Конец отчёта",
    ]


def test_a_form_from_elsewhere_is_refused(kkm):
    assert ask(Client(enforce_csrf_checks=True), sale_amount="1500").status_code == 403


def test_the_form_is_not_kept_by_a_browser_nor_listed_and_lets_its_own_post_be_told_from_another(
    db,
):
    response = Client().get("/verify/")
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert (
        response.headers["Referrer-Policy"] == "same-origin"
    )  # with no-referrer a browser would not say whose form it is
    assert Client().put("/verify/").status_code == 405


def test_the_home_page_and_every_foot_lead_to_the_form(db):
    html = Client().get("/").content.decode()
    assert html.count('href="/verify/"') == 2
    assert 'href="/verify/"' in Client().get("/login/").content.decode()


# -- the throttle ----------------------------------------------------------------------------------


def fail(times: int, **typed):
    for _time in range(times):
        response = ask(**{"cash": "3.14", **typed})
    return response


def test_the_fifth_wrong_answer_about_a_register_is_the_last_until_half_an_hour_later(kkm):
    assert fail(OF_ONE).status_code == 200
    response = ask(**paper(kkm))
    assert response.status_code == 429
    html = response.content.decode()
    assert "Проверка приостановлена" in html
    until = timezone.localtime(
        AccessAttempt.objects.latest("attempt_time").attempt_time + timedelta(minutes=30)
    )
    assert f"Повторите после {until:%H:%M}." in html
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert ask(**paper(kkm)).status_code == 200


def test_a_lock_is_the_same_for_a_register_that_does_not_exist():
    assert fail(OF_ONE).status_code == 200
    assert ask(cash="1").status_code == 429


def test_another_register_and_another_address_are_not_locked(kkm):
    fail(OF_ONE)
    assert ask(register="600799999901", **paper(kkm)).status_code == 200
    assert ask(**paper(kkm), REMOTE_ADDR="10.0.0.2").status_code == 200


def test_whoever_tries_many_registers_is_locked_for_all_of_them(kkm):
    for n in range(OF_ALL):
        assert ask(register=f"GUESS{n:07d}", cash="1").status_code == 200
    assert ask(**paper(kkm)).status_code == 429
    assert ask(**paper(kkm), REMOTE_ADDR="10.0.0.2").status_code == 200


def test_an_answer_that_is_right_in_part_counts_as_wrong(kkm):
    for n in range(OF_ONE):
        assert ask(sale_amount="1500", cash=f"{n}.50").status_code == 200
    assert ask(sale_amount="1500").status_code == 429


def test_right_answers_count_for_nothing_and_do_not_begin_anew(kkm):
    for _time in range(OF_ALL + 1):
        assert ask(**paper(kkm)).status_code == 200
    assert not AccessFailureLog.objects.exists()
    fail(OF_ONE - 1)
    assert ask(**paper(kkm)).status_code == 200
    fail(1)
    assert ask(**paper(kkm)).status_code == 429


def test_papers_and_logins_do_not_lock_each_other(kkm):
    InspectorFactory(username="serikov")
    fail(OF_ONE)
    assert (
        Client().post("/login/", {"username": "serikov", "password": PASSWORD}).status_code == 302
    )
    for _time in range(5):
        locked = Client().post("/login/", {"username": "serikov", "password": "wrong"})
    assert locked.status_code == 429
    assert ask(register="600799999901", **paper(kkm)).status_code == 200


def test_wrong_answers_stay_on_record_with_the_register_and_the_address(kkm):
    fail(1, REMOTE_ADDR="10.0.0.7")
    log = AccessFailureLog.objects.order_by("pk").values_list("username", "ip_address", "path_info")
    assert list(log) == [
        (f"verify {SERIAL}", "10.0.0.7", "/verify/"),
        ("verify *", "10.0.0.7", "/verify/"),
    ]


def test_a_locked_address_still_has_its_papers_with_qr_checked(kkm):
    fail(OF_ONE)
    token = token_of(report_of(kkm, "z", DAY).statement)
    assert "<h1>Совпадает</h1>" in Client().get(f"/verify/{token.text}").content.decode()
