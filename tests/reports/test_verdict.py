"""A paper against the journal: what agrees, what does not and why.

Alone it finds a cut tail and a rewritten one: the third anchor.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kkm import journal, signing
from kkm.domain.kinds import OperationKind
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import ShiftClosing
from kkm.domain.token import NotAToken, PaperToken
from kkm.models import FiscalOperation, Position, Registration, Shift, SignedHead, ZReport
from reports.kinds import act as act_report
from reports.paper.qr import token_of
from reports.report import Report
from reports.verify.verdict import REASONS, PaperProblem, verdict
from tests.factories import KKMFactory
from tests.journal_audit import audit_journal
from tests.keys import WAYS, lose_keys
from tests.markup import markup
from tests.reports.asking import report_of
from tests.reports.forger import cut, edit, rewrite, unlock
from tests.stories import AHMETOVA, act, activate, close, deposit, restate, sell, ticket

pytestmark = pytest.mark.django_db
DAY, NEXT = date(2026, 3, 12), date(2026, 3, 13)
KINDS = ("z", "x", "period", "cashiers", "shift", "sections")
SHIFTS, TICKETS = 3, 25
LAST = 1 + SHIFTS * (TICKETS + 1)
SALE = 30  # a ticket of the second shift
IBRAEV = {"actor_code": "2", "actor_name": "Ибраев Д.С."}


@pytest.fixture
def kkm(db, now):
    """A register with three closed shifts of one day, 79 operations."""
    kkm = KKMFactory()
    activate(kkm, at=now)
    for shift in range(SHIFTS):
        at = now + timedelta(hours=shift)
        entries = [
            ticket(1000 + n, at=at + timedelta(seconds=n), **(IBRAEV if n % 3 else {}))
            for n in range(TICKETS)
        ]
        closing = ShiftClosing(at=at + timedelta(minutes=30), **AHMETOVA)
        journal.record_many(kkm=kkm, entries=[*entries, closing], received_at=closing.at)
    return kkm


@pytest.fixture
def open_shift(kkm, now):
    """The fourth shift, open since the next morning."""
    return sell(kkm, 500, at=now + timedelta(hours=20)).shift


def printed(report: Report) -> str:
    """What the QR of a report carries."""
    return token_of(report.statement).text


def paper(kkm, kind, first=DAY, last=None, **more) -> str:
    return printed(report_of(kkm, kind, first, last or first, **more))


def papers(kkm, **more) -> dict[str, str]:
    """A paper of each kind."""
    return {kind: paper(kkm, kind, **more) for kind in KINDS}


def problems(tokens) -> dict[str, PaperProblem | None]:
    return {kind: verdict(token).problem for kind, token in tokens.items()}


def of_all(problem: PaperProblem | None) -> dict[str, PaperProblem | None]:
    return dict.fromkeys(KINDS, problem)


def act_of(kkm, now) -> str:
    """The paper of its deregistration."""
    operation = journal.deregister(
        kkm=kkm, act=act(now + timedelta(hours=30), reason="замена на новую модель")
    )
    registration = kkm.registrations.last()
    shifts = list(registration.shifts.select_related("z__operation").order_by("number"))
    return printed(act_report.make(operation, registration, shifts, now=now, by="Сериков Н.Б."))


# -- what agrees -----------------------------------------------------------------------------------


def test_a_paper_of_each_kind_agrees(kkm):
    assert problems(papers(kkm)) == of_all(None)


def test_the_worked_example_agrees_with_its_figures(example):
    found = verdict(paper(example.kkm, "z"))
    assert found.agrees
    figures = [
        (row.label, row.count, str(row.value)) for row in found.figures if row.value is not None
    ]
    seal = example.shift(143).z.operation.seal
    assert figures == [
        ("ЧЕКОВ ПРОДАЖ", 38, "500 500.00"),
        ("ЧЕКОВ ПОКУПОК", 1, "15 000.00"),
        ("ЧЕКОВ ВОЗВР. ПРОДАЖ", 2, "12 600.00"),
        ("ЧЕКОВ ВОЗВР. ПОКУПОК", 0, "0.00"),
        ("ВЫРУЧКА", None, "472 900.00"),
        ("НАЛИЧНЫХ В КАССЕ", None, "86 900.00"),
        ("ПРОДАЖ", None, "48 713 140.00"),
        ("ПОКУПОК", None, "1 155 000.00"),
        ("ВОЗВРАТОВ ПРОДАЖ", None, "398 800.00"),
        ("ВОЗВРАТОВ ПОКУПОК", None, "0.00"),
        ("ДОКУМЕНТОВ ЗА СМЕНУ", None, "45"),
        (
            "КОНТРОЛЬНОЕ ЗНАЧЕНИЕ",
            None,
            "-".join(seal[at : at + 4] for at in range(0, 16, 4)).upper(),
        ),
    ]
    heading = {row.label: row.value for row in found.heading}
    assert heading["ТОО «Береке Маркет»"] is None
    assert (heading["ЗНМ"], heading["Код ККМ КГД (РНМ)"], heading["СМЕНА №"]) == (
        "ALS00001734",
        "600700123456",
        143,
    )
    assert (heading["НАЧАЛО СМЕНЫ"], heading["КОНЕЦ СМЕНЫ"]) == (
        "12.03.2026 08:57:14",
        "12.03.2026 21:04:38",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_that_is_shown_stands_on_the_paper_in_the_same_words(example, kind):
    report = report_of(example.kkm, kind, date(2026, 3, 10) if kind == "period" else DAY, DAY)
    rows = [row for block in report.blocks for row in block.rows] + list(report.ending)
    stands = {(str(row.label).rstrip(":").lower(), str(row.value)) for row in rows}
    missing = [
        said
        for row in verdict(printed(report)).figures
        if (said := (row.label.lower(), str(row.value))) not in stands
    ]
    assert missing == []


def test_an_act_agrees_with_and_without_shifts(kkm, now):
    token = act_of(kkm, now)
    found = verdict(token)
    assert (found.agrees, found.claim.kind, found.claim.first_shift, found.claim.last_shift) == (
        True,
        "act",
        1,
        3,
    )
    assert found.title == "Акт снятия ККМ с учёта"
    idle = KKMFactory()
    activate(idle, at=now)
    without = verdict(act_of(idle, now))
    assert (without.agrees, without.claim.first_shift, without.claim.last_shift) == (True, 0, 0)


def test_papers_still_agree_when_more_has_been_recorded_and_the_shift_is_closed(
    kkm, open_shift, now
):
    later = now + timedelta(hours=21)
    tokens = {
        kind: paper(kkm, kind, NEXT, now=later) for kind in ("x", "cashiers", "shift", "sections")
    }
    before = papers(kkm)
    deposit(kkm, 700, at=later)
    sell(kkm, 30, at=later, **IBRAEV)
    close(kkm, at=later)
    sell(kkm, 5, at=later + timedelta(hours=1))
    assert set(problems(tokens | before).values()) == {None}
    x = {row.label: row.value for row in verdict(tokens["x"]).figures}
    assert (x["ВЫРУЧКА"], x["ДОКУМЕНТОВ ЗА СМЕНУ"]) == (tenge(500), 1)


@pytest.mark.parametrize("kind", ["x", "cashiers", "shift", "sections"])
def test_a_sale_that_comes_while_a_report_is_made_is_not_counted_in_it(kkm, open_shift, now, kind):
    """Before each statement in turn another sale is recorded; the paper is of one moment all the
    same.
    """
    moment = now + timedelta(hours=21)
    with CaptureQueriesContext(connection) as asked:
        report_of(kkm, kind, NEXT, now=moment)
    for place in range(len(asked)):
        with connection.execute_wrapper(Interrupted(place, lambda: sell(kkm, 7, at=moment))):
            report = report_of(kkm, kind, NEXT, now=moment)
        assert verdict(printed(report)).agrees, f"before statement {place + 1}"
        assert report.holds
    assert kkm.last_operation.number == LAST + 1 + len(asked)


class Interrupted:
    """Something happens before the statement at a place, once."""

    def __init__(self, place, happen):
        self.place, self.happen, self.busy = place, happen, False

    def __call__(self, execute, sql, params, many, context):
        if not self.busy:
            if self.place == 0:
                self.busy = True
                self.happen()
            self.place -= 1
        return execute(sql, params, many, context)


def test_a_paper_agrees_in_whatever_language_it_was_printed_and_is_read(kkm):
    with translation.override("kk"):
        tokens = papers(kkm)
    assert problems(tokens) == of_all(None)
    assert tokens == papers(kkm)


def test_a_paper_agrees_when_the_taxpayer_has_another_name_and_a_z_shows_the_name_on_it(kkm):
    tokens = papers(kkm)
    name = kkm.taxpayer.name
    restate(kkm, at=kkm.last_operation.occurred_at, taxpayer={"name": "ТОО «Другое имя»"})
    assert problems(tokens) == of_all(None)
    assert {verdict(token).heading[0].label for token in tokens.values()} == {name}


# -- the token -------------------------------------------------------------------------------------


def test_not_a_bit_of_a_token_can_be_another(kkm):
    token = paper(kkm, "z")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    passed = []
    for place, letter in enumerate(token):
        for bit in range(5):
            other = token[:place] + alphabet[alphabet.index(letter) ^ 1 << bit] + token[place + 1 :]
            try:
                passed += (
                    [(place, bit)]
                    if verdict(other).problem not in (PaperProblem.DAMAGED, PaperProblem.FORGED)
                    else []
                )
            except NotAToken:
                assert place < 2, "only another version is no token at all"
    assert passed == []


def test_a_token_signed_by_a_key_that_is_not_ours_is_refused(kkm, settings, tmp_path):
    ours, settings.SIGNING_KEYS = settings.SIGNING_KEYS, tmp_path / "forger"
    forged = paper(kkm, "z")
    settings.SIGNING_KEYS = ours
    assert verdict(forged).problem is PaperProblem.FORGED
    named = replace(PaperToken.parse(forged), key=signing.current()[:8]).text
    assert verdict(named).problem is PaperProblem.FORGED


@pytest.mark.parametrize("way", WAYS)
def test_without_keys_a_genuine_paper_is_not_accused(kkm, client, settings, tmp_path, way):
    tokens = papers(kkm)
    lose_keys(settings, tmp_path, way)
    assert problems(tokens) == of_all(PaperProblem.UNSURE)
    answer = client.get(f"/verify/{tokens['z']}")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Сейчас проверить нельзя" in page
    assert "Не совпадает" not in page
    assert "Ключа, которым подписан код на бумаге, сейчас нет на сервере." in page


def test_a_paper_of_a_key_of_ours_that_is_missing_is_not_accused_either(kkm, settings, tmp_path):
    """Other keys are there; the heads of the register say whose it was.

    A key that signed none of them stays a forger's.
    """
    tokens = papers(kkm)
    settings.SIGNING_KEYS = tmp_path / "new"
    signing.create()
    assert problems(tokens) == of_all(PaperProblem.UNSURE)
    unlock()
    SignedHead.objects.all()._raw_delete("default")
    assert problems(tokens) == of_all(PaperProblem.FORGED)


def test_what_an_old_key_signed_agrees_after_a_rotation(kkm, settings, tmp_path):
    settings.SIGNING_KEYS = tmp_path / "keys"
    tokens = papers(kkm)
    signing.rotate()
    assert problems(tokens) == of_all(None)
    assert not set(tokens.values()) & set(papers(kkm).values())


def test_a_claim_of_another_report_with_a_true_signature_does_not_fit(kkm):
    token = PaperToken.parse(paper(kkm, "z"))
    other = replace(token, claim=replace(token.claim, number=token.claim.number - 1))
    assert verdict(other.text).problem is PaperProblem.FORGED


def test_a_register_that_we_do_not_have_is_told_so(kkm):
    report = report_of(kkm, "z", DAY)
    stranger = printed(replace(report, statement=replace(report.statement, serial="XXX00000001")))
    assert verdict(stranger).problem is PaperProblem.UNKNOWN


@pytest.mark.parametrize(
    "changed",
    [
        {"first_shift": 2},
        {"last_shift": 9},
        {"number": LAST - 1, "seal": None},
        {"first_shift": 8, "last_shift": 9},
    ],
)
def test_a_paper_that_we_signed_by_mistake_does_not_agree(kkm, changed):
    report = report_of(kkm, "z", DAY)
    if "seal" in changed:
        changed = changed | {"seal": kkm.operations.get(number=LAST - 1).seal}
    assert (
        verdict(printed(replace(report, statement=replace(report.statement, **changed)))).problem
        is PaperProblem.FIGURES
    )


# -- the third anchor ------------------------------------------------------------------------------


def test_a_tail_cut_by_one_to_fifty_is_found_by_the_paper_alone(kkm):
    tokens = papers(kkm)
    del tokens["x"]  # it ends before the Z
    unlock()
    for first in range(LAST, LAST - 50, -1):
        cut(kkm, first)
        assert audit_journal(kkm).findings == (), "nothing else knows"
        assert set(problems(tokens).values()) == {PaperProblem.CUT}
        assert "операции № 79" in verdict(tokens["z"]).reason


def test_an_x_finds_a_cut_as_soon_as_it_reaches_what_was_printed(kkm, open_shift, now):
    x = paper(kkm, "x", NEXT, now=now + timedelta(hours=21))
    unlock()
    assert verdict(x).agrees
    cut(kkm, LAST + 1)
    assert verdict(x).problem is PaperProblem.CUT


def test_a_tail_that_was_cut_and_sold_anew_is_found_by_the_paper_alone(kkm, now):
    token = paper(kkm, "z")
    unlock()
    cut(kkm, LAST - 1)
    sell(kkm, 1, at=now + timedelta(hours=2, minutes=10))
    close(kkm, at=now + timedelta(hours=2, minutes=30))
    assert kkm.last_operation.number == LAST
    assert audit_journal(kkm).findings == ()
    assert verdict(token).problem is PaperProblem.REWRITTEN


@pytest.mark.parametrize("first", [1, 2, 27, 28, 53, 54, 78])
def test_a_suffix_written_anew_is_found_by_the_paper_alone(kkm, first):
    tokens, before = papers(kkm), paper(kkm, "z", shift=1)
    unlock()
    rewrite(kkm, first)
    assert {finding.expected for finding in audit_journal(kkm).findings} <= {"signature"}, (
        "seals hold, only signatures are missed"
    )
    assert problems(tokens) == of_all(PaperProblem.REWRITTEN)
    assert verdict(before).problem is (PaperProblem.REWRITTEN if first <= 27 else None)


def test_an_x_before_what_was_written_anew_still_agrees(kkm):
    tokens = papers(kkm)
    unlock()
    rewrite(kkm, LAST)
    assert problems(tokens) == {**of_all(PaperProblem.REWRITTEN), "x": None}


# -- figures changed behind the door ---------------------------------------------------------------


def sale(kkm):
    return FiscalOperation.objects.filter(kkm=kkm, number=LAST - 3)


OPERATION = {
    "amount": lambda kkm: edit(sale(kkm), amount=tenge(1), cash=tenge(1)),
    "payment": lambda kkm: edit(sale(kkm), cash=tenge(0), card=sale(kkm).get().cash),
    "change": lambda kkm: edit(sale(kkm), change=tenge(5)),
    "offline": lambda kkm: edit(sale(kkm), offline=True),
    "kind": lambda kkm: edit(sale(kkm), kind=OperationKind.SALE_RETURN),
    "section": lambda kkm: edit(Position.objects.filter(operation=sale(kkm).get()), section="02"),
    "goods": lambda kkm: edit(Position.objects.filter(operation=sale(kkm).get()), goods=tenge(1)),
    "rate": lambda kkm: edit(Position.objects.filter(operation=sale(kkm).get()), rate=None),
    "vat": lambda kkm: edit(Position.objects.filter(operation=sale(kkm).get()), vat=Money(1)),
    "line removed": lambda kkm: Position.objects.filter(operation=sale(kkm).get())._raw_delete(
        "default"
    ),
    "moved to another shift": lambda kkm: edit(sale(kkm), shift_number=1),
    "balance before the shift": lambda kkm: edit(
        kkm.operations.filter(number=LAST - TICKETS - 1), cash_in_drawer=tenge(1)
    ),
}


@pytest.mark.parametrize("change", OPERATION.values(), ids=OPERATION)
def test_an_operation_changed_without_its_seal_is_found_by_every_paper_that_counts_it(kkm, change):
    tokens, other = papers(kkm), paper(kkm, "z", shift=2)
    tokens["period"] = paper(kkm, "period")
    unlock()
    change(kkm)
    expected = of_all(PaperProblem.FIGURES)
    if change is OPERATION["balance before the shift"]:
        expected |= dict.fromkeys(
            ("period", "cashiers", "sections"), None
        )  # they begin with the first shift
    if change is OPERATION["moved to another shift"]:
        expected |= dict.fromkeys(
            ("cashiers", "sections"), None
        )  # of the whole day, and it is the same day
    assert problems(tokens) == expected
    assert verdict(other).problem is (
        PaperProblem.FIGURES if change is OPERATION["balance before the shift"] else None
    )


def test_a_sale_given_to_another_cashier_is_found_by_the_papers_that_name_them(kkm):
    tokens = papers(kkm)
    unlock()
    edit(sale(kkm), **IBRAEV)
    edit(kkm.operations.filter(number=LAST - 2), **AHMETOVA)
    assert problems(tokens) == {
        **of_all(None),
        "cashiers": PaperProblem.FIGURES,
        "shift": PaperProblem.FIGURES,
    }


def test_two_sales_that_changed_their_sums_are_found_by_the_tape(kkm):
    tokens = papers(kkm)
    one, two = (kkm.operations.get(number=number) for number in (LAST - 2, LAST - 5))
    assert one.actor_name == two.actor_name
    vats = {row: row.positions.get().vat for row in (one, two)}
    unlock()
    for row, other in ((one, two), (two, one)):
        edit(FiscalOperation.objects.filter(pk=row.pk), amount=other.amount, cash=other.cash)
        edit(Position.objects.filter(operation=row), goods=other.amount, vat=vats[other])
    assert problems(tokens) == {**of_all(None), "shift": PaperProblem.FIGURES}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"amount/2":', '"amount/3":'),
        ('"sale_total":', '"sale_total":1'),
        ('"cash":', '"cash":9'),
        ("{", ""),
    ],
)
def test_a_frozen_z_that_was_changed_is_found_by_the_papers_that_print_it(kkm, before, after):
    tokens = papers(kkm)
    z = ZReport.objects.get(shift__kkm=kkm, shift__number=3)
    unlock()
    edit(ZReport.objects.filter(pk=z.pk), text=z.text.replace(before, after))
    found = problems(tokens)
    assert {found["z"], found["shift"]} == {PaperProblem.FIGURES}
    assert {found["x"], found["sections"], found["cashiers"]} == {None}


def test_a_z_printed_from_figures_that_were_changed_does_not_agree_whatever_its_alarm_says(kkm):
    z = ZReport.objects.get(shift__kkm=kkm, shift__number=3)
    unlock()
    edit(ZReport.objects.filter(pk=z.pk), text=z.text.replace('"tickets/2":25', '"tickets/2":26'))
    assert problems({kind: paper(kkm, kind) for kind in ("z", "period", "shift")}) == dict.fromkeys(
        ("z", "period", "shift"), PaperProblem.FIGURES
    )


def test_a_z_or_a_shift_that_is_gone_is_a_problem_and_not_a_failure(kkm, now):
    tokens = {
        kind: token for kind, token in papers(kkm).items() if kind in ("z", "period", "shift")
    }
    unlock()
    ZReport.objects.filter(shift__kkm=kkm)._raw_delete("default")
    assert set(problems(tokens).values()) == {PaperProblem.FIGURES}
    edit(kkm.operations.filter(shift__number=3), shift_number=1)
    Shift.objects.filter(kkm=kkm, number=3)._raw_delete("default")
    assert set(problems(tokens).values()) == {PaperProblem.FIGURES}


def test_an_act_without_a_registration_left_is_a_problem_and_not_a_failure(now):
    idle = KKMFactory()
    activate(idle, at=now)
    token = act_of(idle, now)
    unlock()
    SignedHead.objects.filter(kkm=idle)._raw_delete("default")
    Registration.objects.filter(kkm=idle)._raw_delete("default")
    assert verdict(token).problem is PaperProblem.FIGURES


# -- the page --------------------------------------------------------------------------------------


def opened(token: str, place: str = "/VERIFY/", **more):
    return Client().get(place + token, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_a_paper_that_agrees_has_its_figures_and_no_names_of_cashiers(kkm, kind):
    response = opened(paper(kkm, kind))
    html = response.content.decode()
    assert response.status_code == 200
    assert "<h1>Совпадает</h1>" in html
    assert "Сверьте с бумагой" in html
    assert {kkm.serial_number, kkm.open_registration.registration_number, kkm.taxpayer.name} <= set(
        re.findall(r">([^<>]+)<", markup(html))
    )
    assert ("25 300.00" if kind in ("z", "x", "shift") else "75 900.00") in html
    assert "Ахметова" not in html
    assert "Ибраев" not in html


@pytest.mark.parametrize("place", ["/VERIFY/", "/verify/", "/Verify/", "/vErIfY/"])
def test_the_address_may_be_in_any_letters(kkm, place):
    token = paper(kkm, "z")
    for text in (token, token.lower(), token.capitalize()):
        assert "<h1>Совпадает</h1>" in opened(text, place).content.decode()


def test_the_page_of_a_paper_that_does_not_agree_says_why_and_shows_nothing_of_the_journal(kkm):
    token = paper(kkm, "z")
    unlock()
    edit(sale(kkm), amount=tenge(1), cash=tenge(1))
    response = opened(token)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<h1>Не совпадает</h1>" in html
    assert "Итоги в журнале отличаются от напечатанных." in html
    for secret in (kkm.taxpayer.name, kkm.open_registration.registration_number, ".00", "Ахметова"):
        assert secret not in html
    assert {kkm.serial_number, "3"} <= set(
        re.findall(r"<dd>([^<]+)</dd>", html)
    )  # what the paper itself says


def test_the_page_of_a_token_that_is_not_ours_shows_nothing_at_all(kkm):
    token = paper(kkm, "z")
    for wrong, said in (
        (token[:-1] + ("A" if token[-1] != "A" else "B"), ("повреждён", "подделан")),
        (token[:-4], ("повреждён",)),
    ):
        html = opened(wrong).content.decode()
        assert "<h1>Не совпадает</h1>" in html
        assert any(word in html for word in said)
        assert kkm.serial_number not in html


@pytest.mark.parametrize("text", ["1", "verify", "A" * 180, "Ж" * 180, "abc?x=1"])
def test_what_is_no_token_at_all_is_a_404_that_helps(db, text):
    response = opened(text)
    assert response.status_code == 404
    html = response.content.decode()
    assert "Это не код отчёта" in html
    assert 'href="/verify/"' in html


@pytest.mark.parametrize("text", ["z", "1"])
def test_no_answer_is_kept_listed_or_told_elsewhere(kkm, text):
    response = opened(paper(kkm, "z") if text == "z" else text)
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert not response.cookies


def test_a_token_is_read_by_get_alone_and_reading_writes_nothing(kkm):
    token = paper(kkm, "period")
    assert Client().post(f"/verify/{token}").status_code == 405
    with CaptureQueriesContext(connection) as asked:
        opened(token)
    assert [one["sql"] for one in asked if not one["sql"].lstrip("( ").startswith("SELECT")] == []


def test_a_period_of_many_shifts_asks_no_more_than_that_of_one(kkm, now):
    one, three = paper(kkm, "period", shift=1), paper(kkm, "period")
    counts = []
    for token in (one, three):
        with CaptureQueriesContext(connection) as asked:
            assert verdict(token).agrees
        counts.append(len(asked))
    assert counts[0] >= counts[1]


def test_every_problem_has_its_sentence():
    assert set(REASONS) == set(PaperProblem)
    assert len({str(reason) for reason in REASONS.values()}) == len(PaperProblem)
