"""The API says what the cabinet says: X, Z, sections, the tape and the tickets of one rich day."""

import pytest
from django.utils import timezone

from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.period import Period
from kkm.local_time import clock
from kkm.models import Shift
from kkm.webkassa.shift_report import KINDS, PLACEMENTS
from reports.kinds import KINDS as REPORTS
from reports.parts import labels
from reports.report import Report
from reports.scope import ReportScope
from reports.ticket.layout import ticket_rows
from tests.kkm.webkassa.day import Day, a_rich_day

pytestmark = pytest.mark.django_db

NAMES = {kind: name for name, kind in KINDS.items()}


@pytest.fixture
def day(integration, kkm) -> Day:
    return a_rich_day(integration, kkm)


def page(kind: str, shift: Shift) -> Report:
    """A report as the cabinet makes it now."""
    now = timezone.now()
    today = Period.day(timezone.localdate(now))
    scope = ReportScope(kkm=shift.kkm, shifts=[shift], period=today, now=now, by="")
    return REPORTS[kind].make(scope)


def said(report: Report, title: str) -> dict[tuple[str, str], tuple[int | None, str]]:
    """What the rows of a block say: (the strong row above, the label) → (how many, the value)."""
    (block,) = [block for block in report.blocks if block.title == title]
    found, strong = {}, ""
    for row in block.rows:
        strong = row.label if row.strong else strong
        found[(strong, row.label)] = (row.count if row.lead is None else row.lead, str(row.value))
    return found


def money(told: object) -> str:
    """A number of an answer as papers print it."""
    return str(Money.parse(str(told)))


def paid(told: dict, kind: OperationKind) -> list[tuple[str, str]]:
    """The payments of a kind of ticket as papers print them."""
    return [
        (str(labels.PAYMENT[PaymentType(one["Type"])]), money(one["Sum"]))
        for one in told[NAMES[kind]]["PaymentsByTypesApiModel"]
    ]


@pytest.mark.parametrize(
    ("call", "kind", "title"),
    [("XReport", "x", "ОТЧЕТ БЕЗ ГАШЕНИЯ"), ("ZReport", "z", "ОТЧЕТ С ГАШЕНИЕМ")],
)
def test_a_report_has_the_figures_of_the_page(day, kkm, call, kind, title):
    told, report = day.ask(call), page(kind, kkm.shifts.get(number=1))
    register, taxes = said(report, title), said(report, "ОТЧЕТ ПО НАЛОГАМ")
    by_label = {label: value for (_strong, label), value in register.items()}
    end = "НЕОБНУЛ. СУММЫ НА КОНЕЦ СМЕНЫ" if kind == "z" else "НЕОБНУЛ. СУММЫ НА МОМЕНТ ОТЧЕТА"
    for operation, name in NAMES.items():
        tickets, label, plural = (
            told[name],
            str(labels.TICKETS[operation]),
            str(labels.PLURAL[operation]),
        )
        count, amount = register[label, label]
        change = register.get((label, "СДАЧА"), (None, "0.00"))[1]
        assert (tickets["Count"], money(tickets["Taken"])) == (
            count,
            str(Money.parse(amount) + Money.parse(change)),
        )
        assert money(tickets["Change"]) == change
        assert paid(told, operation) == [
            (way, value)
            for (strong, way), (_n, value) in register.items()
            if strong == label and way in WAYS
        ]
        assert str(tickets["TotalCount"]) == register[label, "ВСЕГО ЗА ВСЕ СМЕНЫ"][1]
        assert money(tickets["VAT"]) == taxes.get(_vat(taxes, operation), (None, "0.00"))[1]
        for block, measure in (("СКИДКИ", "Discount"), ("НАЦЕНКИ", "Markup")):
            assert money(tickets[measure]) == said(report, block)["", plural][1]
        assert (
            money(told["StartNonNullable"][name])
            == register["НЕОБНУЛ. СУММЫ НА НАЧАЛО СМЕНЫ", plural][1]
        )
        assert money(told["EndNonNullable"][name]) == register[end, plural][1]
    for name, operation in PLACEMENTS.items():
        assert money(told[f"{name}Sum"]) == by_label[str(labels.PLURAL[operation])][1]
    assert money(told["SumInCashbox"]) == by_label["НАЛИЧНЫХ В КАССЕ"][1]
    assert str(told["DocumentCount"]) == str(report.ending[0].value)
    assert told["ControlSum"] == int(report.seal[:8], 16) >> 1
    assert {row.label: row.value for row in report.facts}["НАЧАЛО СМЕНЫ"] == told["StartOn"]


WAYS = {str(name) for name in labels.PAYMENT.values()}


def _vat(taxes: dict, operation: OperationKind) -> tuple[str, str]:
    """Where the block of taxes has the VAT of a kind."""
    return next((key for key in taxes if key[1] == str(labels.VAT[operation])), ("", ""))


def test_the_figures_that_agree_are_not_all_nothing(day):
    told = day.ask("XReport")
    assert [told[name]["Count"] for name in KINDS] == [3, 1, 1, 1]
    assert [
        money(told["Sell"][name]) for name in ("Taken", "Change", "Discount", "Markup", "VAT")
    ] == [
        "23 530.00",
        "799.50",
        "800.00",
        "220.50",
        "2 787.92",
    ]
    sums = [money(told[name]) for name in ("PutMoneySum", "TakeMoneySum", "SumInCashbox")]
    assert sums == ["20 000.00", "4 000.00", "19 030.50"]


def results_by_section(report: Report) -> dict[tuple[str, str], tuple[int, str]]:
    """(section, kind of ticket) → (positions, what they came to) of the section report."""
    (block,) = [block for block in report.blocks if block.title == "ОТЧЕТ ПО СЕКЦИЯМ"]
    found = {}
    for row in block.rows:
        if row.strong and row.label != "ИТОГ":
            section = row.label.removeprefix("СЕКЦИЯ").strip()
        elif row.lead is not None:
            kind, positions = row.label, row.lead
        elif row.label == "ИТОГ":
            found[section, kind] = (positions, str(row.value))
    return found


@pytest.mark.parametrize("closed", [False, True])
def test_sections_are_those_of_the_page(day, kkm, closed):
    if closed:
        day.ask("ZReport")
    (told,) = day.ask(
        "Reports/ReportByShiftsAndSections", StartDate="2026-01-01", EndDate="2098-01-01"
    )["ShiftsInformation"]
    report = page("sections", kkm.shifts.get(number=1))
    on_page = results_by_section(report)
    by_api = {
        (_heading(section["Section"]), str(labels.PLURAL[kind])): (
            section[name]["Quantity"],
            money(section[name]["Sum"]),
        )
        for section in told["Sections"]
        for name, kind in KINDS.items()
        if section[name]["Quantity"]
    }
    assert by_api == on_page
    assert len(by_api) == 6
    whole = said(report, "ИТОГ ПО СЕКЦИЯМ")
    assert {name: told["SectionsTotal"][name]["Quantity"] for name in KINDS} == {
        name: whole["", str(labels.PLURAL[kind])][0] for name, kind in KINDS.items()
    }


def _heading(section: str) -> str:
    """How the page calls a section: it has no name for one that nobody named."""
    return "" if section.startswith("Секция ") else section.upper()


def test_the_tape_is_that_of_the_page(day, kkm):
    day.ask("ZReport")
    report = page("shift", kkm.shifts.get(number=1))
    on_page = [
        (name, moment, str(amount or "0.00"), cashier)
        for _n, moment, name, amount, _paid, cashier in report.tables[0].table.lines
    ]
    by_api = [
        (
            line["OperationTypeText"] + " (автономно)" * line["IsOffline"],
            f"{line['Date'][:5]} {line['Date'][11:]}",
            money(line["Sum"]),
            f"[{line['EmployeeCode']}] Ахметова А.К.",
        )
        for line in day.ask("Reports/ControlTape", ShiftNumber=1)
    ]
    assert by_api == on_page
    assert len(by_api) == 9


def test_tickets_are_those_of_the_page(day, kkm):
    told = day.ask("Check/History", ShiftNumber=1)["Items"]
    operations = list(kkm.operations.tickets().order_by("number"))
    assert len(told) == len(operations) == 6
    for ticket, operation in zip(told, operations, strict=True):
        rows = list(ticket_rows(operation))
        by_label = {row.label: str(row.value) for row in rows}
        assert (by_label["ИТОГ"], by_label["в т.ч. НДС"]) == (
            money(ticket["Total"]),
            money(ticket["Tax"]),
        )
        assert (by_label["Фискальный признак"], by_label["Время"]) == (
            ticket["Number"],
            ticket["RegistratedOn"],
        )
        assert by_label.get("СДАЧА", "0.00") == money(ticket["Change"])
        assert by_label.get("ИИН/БИН покупателя", "") == ticket["CustomerXin"]
        named = [
            f"{place}. {one['PositionName']}" for place, one in enumerate(ticket["Positions"], 1)
        ]
        assert [row.label for row in rows if row.label[:3] in ("1. ", "2. ", "3. ")] == named


def test_the_shifts_are_those_of_the_page(day, kkm):
    day.ask("ZReport")
    (told,) = day.ask("Cashbox/ShiftHistory")["Shifts"]
    facts = {row.label: row.value for row in page("z", kkm.shifts.get(number=1)).facts}
    assert (told["ShiftNumber"], told["OpenDate"], told["CloseDate"]) == (
        facts["СМЕНА №"],
        facts["НАЧАЛО СМЕНЫ"],
        facts["КОНЕЦ СМЕНЫ"],
    )
    assert told["CloseDate"] == clock(kkm.shifts.get(number=1).closed_at)
