"""See `tests.golden`."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from kkm.domain.finding import Finding, Rule
from kkm.models import ApiKey
from reports.kinds import KINDS
from reports.kinds import act as act_report
from reports.kinds import check as check_report
from reports.paper.lines import row_lines
from reports.report import Report
from reports.report_json import report_json
from reports.ticket.layout import ticket_ending, ticket_rows
from tests.golden import story
from tests.kkm.export.making import exported
from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD, make_cashier
from tests.reports.asking import report_of, roll_texts

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 12), date(2026, 3, 13)
LANGUAGES = ("ru", "kk")


@pytest.fixture
def kkm(settings, tmp_path):
    settings.SIGNING_KEYS = tmp_path / "keys"
    settings.CABINET_URL = "https://cabinet.example.kz/"
    story.put_key(settings.SIGNING_KEYS)
    return story.register("GLD00000001")


@pytest.fixture
def told(kkm):
    story.tell(kkm)
    return kkm


def compare(file_regression, name: str, text: str) -> None:
    """With the file of this name."""
    file_regression.check(text, basename=name, extension="", encoding="utf-8", newline="")


@pytest.mark.parametrize("name", ["operations.jsonl", "z.jsonl", "heads.jsonl"])
def test_what_is_sealed_and_signed(told, file_regression, name):
    with zipfile.ZipFile(io.BytesIO(exported(told))) as packed:
        (path,) = [path for path in packed.namelist() if path.endswith(f"/{name}")]
        compare(file_regression, name, packed.read(path).decode())


def reports_of(kkm) -> dict[str, Report]:
    """One of each kind."""
    made = {}
    for kind in KINDS:
        if kind == "x":
            continue
        last = LAST if kind == "period" else None
        made[kind] = report_of(kkm, kind, FIRST, last)
    registration = kkm.registrations.get()
    operation = kkm.operations.get(number=registration.last_number)
    shifts = list(kkm.shifts.order_by("number"))
    made["act"] = act_report.make(
        operation, registration, shifts, now=story.at(14, 9), by="Сериков Н.Б."
    )
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_protocol_of_a_check_says(told, file_regression, language):
    finding = Finding(3, Rule.PAYMENTS, 100_000, 90_000)
    verdict = replace(full_audit(told), findings=(finding,))
    audit = keep(told, verdict, at=story.at(14, 9), by="Сериков Н.Б.", milliseconds=12)
    with translation.override(language):
        report = check_report.make(audit)
        compare(file_regression, f"check.{language}.json", report_json(report) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_printed(told, file_regression, language):
    with translation.override(language):
        for kind, report in reports_of(told).items():
            lines = "\n".join(roll_texts(report))
            compare(file_regression, f"{kind}.{language}.txt", lines + "\n")
            compare(file_regression, f"{kind}.{language}.json", report_json(report) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_ticket_prints(told, file_regression, language):
    lines = []
    with translation.override(language):
        for operation in told.operations.tickets().order_by("number"):
            for row in (*ticket_rows(operation), *ticket_ending(operation)):
                lines += row_lines(row)
    compare(file_regression, f"tickets.{language}.txt", "\n".join(lines) + "\n")


def test_what_the_api_answers(kkm, file_regression):
    client = Client()
    with time_machine.travel(story.at(12, 8), tick=False) as clock:
        told = Day(client, kkm)
        for minute, (path, fields) in enumerate(told.calls(), 1):
            clock.move_to(story.at(12, 8, minute))
            told.call(path, **fields)
    text = json.dumps(told.answers, ensure_ascii=False, indent=1)
    compare(file_regression, "api.json", text + "\n")


class Day:
    """A day by the API, each answer as its bytes read."""

    def __init__(self, client: Client, kkm) -> None:
        self.client, self.kkm = client, kkm
        self.answers: list[list[str]] = []
        self.token = ""
        ApiKey.issue("1С-Рарус", at=story.at(12, 8), secret=KEY)
        make_cashier(kkm)
        number = story.REGISTRATION_NUMBER
        story.journal.activate(kkm=kkm, registration_number=number, act=story.act(story.at(12, 8)))

    def call(self, path: str, **fields: object) -> dict:
        """One call; its answer is kept as text."""
        body = {**fields}
        if path != "Authorize":
            body |= {"Token": self.token, "CashboxUniqueNumber": self.kkm.serial_number}
        response = self.client.post(
            f"/api/v4/{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"x-api-key": KEY},
        )
        text = response.content.decode()
        if path == "Authorize":
            self.token = json.loads(text)["Data"]["Token"]
        else:
            self.answers.append([path, text])
        return json.loads(text)

    def calls(self):
        """Every call that existed when the golden files were made."""
        standard = {"TaxType": 100, "TaxPercent": 16}
        bread = {"PositionName": "Хлеб", "Count": 2, "Price": 310, "SectionCode": "01", **standard}
        bag = {"PositionName": "Пакет", "Count": 1, "Price": 30, "UnitCode": 796}
        sale = {
            "OperationType": 2,
            "Positions": [bread, bag],
            "TicketModifiers": [{"Type": 1, "Sum": 50, "Text": "Скидка", **standard}],
            "Payments": [{"PaymentType": 0, "Sum": 1000}],
            "ExternalCheckNumber": "till-1",
        }
        yield "Authorize", {"Login": LOGIN, "Password": PASSWORD}
        yield "MoneyOperation", {"OperationType": 0, "Sum": 5000}
        yield "Check", sale
        yield "Check", sale
        yield "Check", {"OperationType": 2, "Positions": [], "Payments": []}
        yield "XReport", {}
        yield "Ticket/PrintFormat", {"ExternalCheckNumber": "till-1", "PaperKind": 3}
        yield "Check/History", {"ShiftNumber": 1, "Skip": 0, "Take": 10}
        yield "Check/HistoryByNumber", {"Number": self._number()}
        yield "ZReport", {}
        yield "ZReport", {}
        yield "ZReport/History", {"Skip": 0, "Take": 10}
        yield "ZReport/ByShiftNumber", {"ShiftNumber": 1}
        yield "Cashbox/ShiftHistory", {"Skip": 0, "Take": 10}
        yield "Reports/ControlTape", {"ShiftNumber": 1}
        days = {"StartDate": "12.03.2026 00:00:00", "EndDate": "12.03.2026 23:59:59"}
        yield "Reports/ReportByShiftsAndSections", days
        yield "Cashboxes", {}
        yield "Employee/List", {}

    def _number(self) -> str:
        return json.loads(self.answers[1][1])["Data"]["CheckNumber"]
