"""What is read by the API: in which order, which part of it, and what each figure means."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kkm import journal
from kkm.audit import history
from kkm.audit.audit import Verdict
from kkm.domain.finding import Finding
from kkm.local_time import clock
from kkm.models import KKM, Cashier, ZReport
from tests.factories import KKMFactory, SectionFactory
from tests.kkm.tampering import unlocked
from tests.kkm.webkassa.conftest import LOGIN, make_cashier
from tests.kkm.webkassa.day import (
    BUYER,
    CASH,
    PARCEL,
    SALE,
    STANDARD,
    Day,
    a_rich_day,
    the_next_morning,
)
from tests.stories import act, activate, restate, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(integration, kkm) -> Day:
    return a_rich_day(integration, kkm)


def quick(day: Day, tickets: int = 1) -> None:
    """A few tickets of 30 tenge."""
    for _ in range(tickets):
        day.sell(SALE, [PARCEL], {CASH: 30})


# -- shifts and their reports ----------------------------------------------------------------------


def test_shifts_come_oldest_first_and_the_open_one_has_no_end(day, kkm):
    the_next_morning(day)
    first, second = kkm.shifts.order_by("number")
    told = day.ask("Cashbox/ShiftHistory")
    assert told["Shifts"] == [
        {"ShiftNumber": 1, "OpenDate": clock(first.opened_at), "CloseDate": clock(first.closed_at)},
        {"ShiftNumber": 2, "OpenDate": clock(second.opened_at)},
    ]
    assert (told["CashboxUniqueNumber"], told["Skip"], told["Take"], told["Total"]) == (
        kkm.serial_number,
        0,
        50,
        2,
    )


def test_a_part_of_a_list_says_which_part_it_is(day):
    for _ in range(3):
        quick(day)
        day.ask("ZReport")
    for path, key in (("Cashbox/ShiftHistory", "Shifts"), ("ZReport/History", "Reports")):
        told = day.ask(path, Skip=1, Take=1)
        assert [one["ShiftNumber"] for one in told[key]] == [2], path
        assert (told["Skip"], told["Take"], told["Total"]) == (1, 1, 3), path
        assert day.ask(path, Skip=3)[key] == [], path
        assert day.ask(path, Take=0)[key] == [], path


def test_a_z_is_told_again_as_it_was_told_first(day):
    first = day.ask("ZReport")
    quick(day)
    second = day.ask("ZReport")
    history = day.ask("ZReport/History")["Reports"]
    assert history == [day.ask("ZReport/ByShiftNumber", ShiftNumber=number) for number in (1, 2)]
    for made, told in zip((first, second), history, strict=True):
        same = set(made) & set(told) - {"Ofd"}
        assert {name: made[name] for name in same} == {name: told[name] for name in same}
    assert [told["ControlSum"] > 0 for told in history] == [True, True]
    assert (
        history[0]["PutMoneyCount"],
        history[0]["PutMoneySum"],
        history[0]["TakeMoneyCount"],
    ) == (1, "20000.0", 1)


def test_the_z_of_an_open_shift_is_not_in_the_list(day):
    assert day.ask("ZReport/History")["Reports"] == []


# -- the control tape ------------------------------------------------------------------------------


def test_the_tape_has_every_document_in_order(day, kkm):
    day.ask("ZReport")
    tape = day.ask("Reports/ControlTape", ShiftNumber=1)
    assert [(line["OperationTypeText"], line["Sum"]) for line in tape] == [
        ("Внесение", "20000.0"),
        ("Продажа", "13200.5"),
        ("Продажа", "9500.0"),
        ("Продажа", "30.0"),
        ("Покупка", "1500.0"),
        ("Возврат покупки", "300.0"),
        ("Возврат продажи", "500.0"),
        ("Изъятие", "4000.0"),
        ("Закрытие смены (Z-отчёт)", "0.0"),
    ]
    assert [line["IsOffline"] for line in tape] == [
        False,
        False,
        False,
        True,
        False,
        False,
        False,
        False,
        False,
    ]
    assert {line["EmployeeCode"] for line in tape} == {64}


def test_only_tickets_have_a_number_and_only_whole_external_numbers_are_told(day, kkm):
    tape = day.ask("Reports/ControlTape", ShiftNumber=1)
    signs = list(kkm.operations.tickets().order_by("number").values_list("fiscal_sign", flat=True))
    assert [line.get("Number") for line in tape] == [None, *signs, None]
    assert [line.get("ExternalOperationId") for line in tape] == [
        None,
        112233,
        None,
        None,
        None,
        None,
        None,
        None,
    ]  # «007» is no number


# -- sections --------------------------------------------------------------------------------------


def sections(
    day: Day, start: str = "01.01.2026 00:00:00", end: str = "31.12.2098 23:59:59"
) -> list[dict]:
    return day.ask("Reports/ReportByShiftsAndSections", StartDate=start, EndDate=end)[
        "ShiftsInformation"
    ]


def test_sections_count_positions_after_their_own_discounts_and_the_default_one_is_last(day):
    (shift,) = sections(day)
    figures = [
        (
            one["Section"],
            *(
                (one[kind]["Quantity"], one[kind]["Sum"])
                for kind in ("Sell", "Buy", "ReturnSell", "ReturnBuy")
            ),
        )
        for one in [*shift["Sections"], {"Section": "", **shift["SectionsTotal"]}]
    ]
    assert figures == [
        ("Продукты", (3, "19000.0"), (0, "0.0"), (1, "500.0"), (0, "0.0")),
        ("Аптечный отдел", (1, "3800.0"), (0, "0.0"), (0, "0.0"), (0, "0.0")),
        ("Секция 03", (0, "0.0"), (1, "1500.0"), (0, "0.0"), (1, "300.0")),
        ("Отдел по умолчанию", (1, "30.0"), (0, "0.0"), (0, "0.0"), (0, "0.0")),
        ("", (5, "22830.0"), (1, "1500.0"), (1, "500.0"), (1, "300.0")),
    ]
    revenue = [one["Revenue"]["Sum"] for one in [*shift["Sections"], shift["SectionsTotal"]]]
    assert revenue == ["18500.0", "3800.0", "-1200.0", "30.0", "21130.0"]


def test_a_closed_shift_keeps_the_names_that_its_z_froze(day, kkm):
    open_one = sections(day)
    day.ask("ZReport")
    kkm.sections.update(name="Бакалея")
    restate(kkm, at=timezone.now().replace(microsecond=0))
    (closed,) = sections(day)
    assert closed == open_one[0]
    SectionFactory(kkm=kkm, code="03", name="Закуп")
    restate(kkm, at=timezone.now().replace(microsecond=0))
    day.sell(SALE, [{**PARCEL, "SectionCode": "03"}], {CASH: 30})
    assert [one["Section"] for one in sections(day)[1]["Sections"]] == ["Закуп"]


def test_the_period_chooses_shifts_by_their_opening_with_both_ends(day, kkm):
    the_next_morning(day)
    opened = kkm.shifts.get(number=1).opened_at
    second = timedelta(seconds=1)
    within = {clock(opened): True, clock(opened - second): True, clock(opened + second): False}
    for start, found in within.items():
        assert (1 in {one["ShiftNumber"] for one in sections(day, start)}) is found
    assert [
        one["ShiftNumber"] for one in sections(day, "01.01.2026 00:00:00", clock(opened - second))
    ] == []
    assert 1 in {one["ShiftNumber"] for one in sections(day, "01.01.2026 00:00:00", clock(opened))}
    told = day.integration.call(
        "Reports/ReportByShiftsAndSections",
        CashboxUniqueNumber=kkm.serial_number,
        StartDate="02.01.2026 00:00:00",
        EndDate="2026-01-01",
    )
    assert [(error["Code"], error["Text"].partition(":")[0]) for error in told["Errors"]] == [
        (9, "EndDate")
    ]


def test_sections_are_asked_for_under_both_addresses(day, client):
    asked = {
        "Token": day.integration.token,
        "CashboxUniqueNumber": day.kkm.serial_number,
        "StartDate": "2026-01-01",
        "EndDate": "2098-01-01",
    }
    answers = [
        client.post(
            f"/{root}/Reports/ReportByShiftsAndSections",
            asked,
            "application/json",
            headers={"x-api-key": day.integration.key},
        )
        for root in ("api/v4", "api-history/v4", "API-History", "api")
    ]
    assert answers[0].json()["Data"]["ShiftsInformation"][0]["ShiftNumber"] == 1
    assert {answer.content for answer in answers} == {answers[0].content}


# -- tickets ---------------------------------------------------------------------------------------


def test_a_ticket_is_told_as_it_was_paid_taxed_and_discounted(day, kkm, settings):
    (first, *_others) = day.ask("Check/History", ShiftNumber=1)["Items"]
    operation = kkm.operations.get(external_number="112233")
    assert first["Payments"] == [
        {"Sum": "9000.0", "PaymentTypeName": "Банковская карта"},
        {"Sum": "5000.0", "PaymentTypeName": "Наличные"},
    ]
    assert [first[name] for name in ("Total", "Change", "Taken", "Discount", "Markup")] == [
        "13200.5",
        "799.5",
        "14000.0",
        "800.0",
        "220.5",
    ]
    assert [first[name] for name in ("TaxPercent", "Tax", "VATPayer")] == [
        16,
        operation.vat.plain,
        True,
    ]
    assert [first[name] for name in ("OrderNumber", "DocumentNumber", "ShiftNumber")] == [
        1,
        operation.number,
        1,
    ]
    assert [
        first[name] for name in ("ExternalOrderNumber", "ExternalCheckNumber", "CustomerXin")
    ] == ["З-0042", "112233", BUYER]
    assert [first[name] for name in ("EmployeeCode", "EmployeeName", "OperationType")] == [
        64,
        "Ахметова А.К.",
        2,
    ]
    moment = f"{timezone.localtime(operation.occurred_at):%Y%m%dT%H%M%S}"
    query = f"i={operation.fiscal_sign}&f={kkm.open_registration}&s=13200.50&t={moment}"
    assert first["TicketUrl"] == f"{settings.CABINET_URL}consumer?{query}"
    assert first["TicketPrintUrl"] == f"{settings.CABINET_URL}consumer.pdf?{query}"


def test_a_position_is_told_with_what_the_client_said_of_it(day):
    marlboro, sweets, medicine = day.ask("Check/History", ShiftNumber=1)["Items"][0]["Positions"]
    told = (
        "PositionName",
        "PositionCode",
        "Count",
        "Price",
        "DiscountTenge",
        "Markup",
        "TaxPercent",
        "Tax",
        "IsNds",
        "Sum",
        "UnitCode",
        "Mark",
    )
    assert [marlboro[name] for name in told] == [
        *("Marlboro", "1", 1, "500.0", "0.0", "0.0", 16, "68.97", True, "500.0", 796),
        "0104603276013765213A8B06",
    ]
    assert [sweets[name] for name in told] == [
        "Конфеты «Рахат»",
        "",
        "2.5",
        "3800.0",
        "500.0",
        "0.0",
        16,
        "1241.38",
        True,
        "9000.0",
        166,
        "",
    ]
    assert [medicine[name] for name in told] == [
        "Ибупрофен 400 мг",
        "",
        3,
        "1260.0",
        "0.0",
        "20.0",
        5,
        "180.95",
        True,
        "3800.0",
        796,
        "",
    ]
    assert {
        position[flag]
        for position in (marlboro, sweets, medicine)
        for flag in ("IsStorno", "MarkupDeleted", "DiscountDeleted")
    } == {False}


def test_a_ticket_without_vat_has_no_vat(day):
    purchase = day.ask("Check/History", ShiftNumber=1)["Items"][3]
    assert [purchase[name] for name in ("OperationTypeText", "TaxPercent", "Tax", "VATPayer")] == [
        "Покупка",
        0,
        "0.0",
        False,
    ]
    assert [purchase["Positions"][0][name] for name in ("TaxPercent", "Tax", "IsNds")] == [
        0,
        "0.0",
        False,
    ]


def test_a_rate_of_zero_is_vat_all_the_same(day):
    day.sell(SALE, [{**PARCEL, "TaxType": 100, "TaxPercent": 0}], {CASH: 30})
    exported = day.ask("Check/History", ShiftNumber=1, Skip=6)["Items"][0]
    assert [exported[name] for name in ("TaxPercent", "Tax", "VATPayer")] == [0, "0.0", True]
    assert exported["Positions"][0]["IsNds"] is True


def test_tickets_come_oldest_first_and_in_parts(day):
    told = day.ask("Check/History", ShiftNumber=1, Skip=4, Take=5)
    assert [one["OrderNumber"] for one in told["Items"]] == [5, 6]
    assert (told["Skip"], told["Take"], told["Total"]) == (4, 5, 6)


def test_orders_are_numbered_in_each_shift_anew(day):
    the_next_morning(day)
    quick(day)
    assert [one["OrderNumber"] for one in day.ask("Check/History", ShiftNumber=2)["Items"]] == [
        1,
        2,
    ]


@pytest.mark.parametrize("shift", [{}, {"ShiftNumber": 1}])
@pytest.mark.parametrize("kind", [int, str])
def test_a_ticket_is_found_by_its_sign(day, kkm, shift, kind):
    listed = day.ask("Check/History", ShiftNumber=1)
    for one in listed["Items"]:
        found = day.ask("Check/HistoryByNumber", Number=kind(one["Number"]), **shift)
        assert found == {**one, "Ofd": listed["Ofd"]}


@pytest.mark.parametrize("number", ["1", "-1", "x" * 50, "1" * 50, "１２３４５６７８", "1e3"])
def test_what_is_no_fiscal_sign_finds_no_ticket(day, number):
    assert (
        day.integration.code(
            "Check/HistoryByNumber", CashboxUniqueNumber=day.kkm.serial_number, Number=number
        )
        == 16
    )


def test_a_sign_with_one_wrong_digit_finds_no_ticket(day, kkm):
    sign = int(kkm.operations.tickets().first().fiscal_sign)
    codes = [
        day.integration.code(
            "Check/HistoryByNumber", CashboxUniqueNumber=kkm.serial_number, Number=sign + by
        )
        for by in (1, -1)
    ]
    assert codes == [16, 16]


def test_a_ticket_of_another_register_is_not_found(day):
    sign = day.ask("Check/History", ShiftNumber=1)["Items"][0]["Number"]
    other = KKMFactory(taxpayer=day.kkm.taxpayer)
    Cashier.objects.get(login=LOGIN).kkms.add(other)
    assert (
        day.integration.code(
            "Check/HistoryByNumber", CashboxUniqueNumber=other.serial_number, Number=sign
        )
        == 16
    )


def test_a_ticket_of_a_closed_shift_keeps_its_address_and_its_owner(day, kkm):
    before = day.ask("Check/History", ShiftNumber=1)["Items"]
    lines = day.ask("Ticket/PrintFormat", ExternalCheckNumber="112233")["Lines"]
    day.ask("ZReport")
    restate(
        kkm,
        at=timezone.now().replace(microsecond=0),
        address="г. Астана, пр. Абая, 1",
        trade_name="Киоск",
        identity_number="7",
        taxpayer={"name": "ТОО «Другое»", "vat_series": "", "vat_number": ""},
    )
    assert day.ask("Check/History", ShiftNumber=1)["Items"] == before
    assert day.ask("Ticket/PrintFormat", ExternalCheckNumber="112233")["Lines"] == lines
    quick(day)
    assert (
        day.ask("Check/History", ShiftNumber=2)["Items"][0]["Address"] == "г. Астана, пр. Абая, 1"
    )


def test_a_z_that_somebody_has_been_at_is_refused_and_its_tickets_are_told_all_the_same(day, kkm):
    day.ask("ZReport")
    with unlocked():
        ZReport.objects.update(text="{}")
    asked = {
        "CashboxUniqueNumber": kkm.serial_number,
        "ShiftNumber": 1,
        "StartDate": "2026-01-01",
        "EndDate": "2098-01-01",
    }
    paths = ("ZReport/ByShiftNumber", "ZReport/History", "Reports/ReportByShiftsAndSections")
    assert [day.integration.code(path, **asked) for path in paths] == [1014, 1014, 1014]
    assert len(day.ask("Check/History", ShiftNumber=1)["Items"]) == 6


# -- paper -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "width"), [(0, 48), (3, 36), (12, 80), (13, 80)])
def test_a_ticket_is_printed_as_wide_as_its_paper(day, kind, width):
    lines = day.ask("Ticket/PrintFormat", ExternalCheckNumber="112233", PaperKind=kind)["Lines"]
    assert max(len(line["Value"]) for line in lines if line["Type"] == 0) == width
    assert [line["Order"] for line in lines] == list(range(1, len(lines) + 1))


def test_a_ticket_is_printed_as_its_check_was_answered(day):
    told = day.sell(SALE, [{**PARCEL, **STANDARD}], {CASH: 30}, ExternalCheckNumber="new")
    assert (
        day.ask("Ticket/PrintFormat", ExternalCheckNumber="new")["Lines"]
        == told["TicketPrintFormat"]
    )


def test_the_headers_choose_the_languages(day):
    asked = {"CashboxUniqueNumber": day.kkm.serial_number, "ExternalCheckNumber": "112233"}
    headers = {"accept-language": "ru-RU", "secondary-language": "ru-RU"}
    told = day.integration.call("Ticket/PrintFormat", headers=headers, **asked)["Data"]["Lines"]
    assert "Смена 1" in [line["Value"].strip() for line in told]


# -- registers and cashiers ------------------------------------------------------------------------


def status_of(day: Day, kkm: KKM) -> int:
    """`CurrentStatus` of a register that the cashier may use."""
    Cashier.objects.get(login=LOGIN).kkms.add(kkm)
    (found,) = [
        one for one in day.ask("Cashboxes")["List"] if one["UniqueNumber"] == kkm.serial_number
    ]
    return found["CurrentStatus"]


def test_a_register_has_the_status_that_it_is_in(day):
    now, long_ago = (
        timezone.now().replace(microsecond=0),
        timezone.now().replace(microsecond=0) - timedelta(days=3),
    )
    registers = [KKMFactory() for _ in range(6)]
    _created, _active, blocked, overdue, deregistered, both = registers
    for kkm in registers[1:]:
        activate(kkm, at=long_ago)
    journal.block(kkm=blocked, act=act(now, reason=""))
    sell(overdue, at=now - timedelta(hours=25))
    for kkm in (deregistered, both):
        journal.deregister(kkm=kkm, act=act(now - timedelta(hours=1)))
    activate(both, at=now)
    assert [status_of(day, kkm) for kkm in registers] == [0, 1, 2, 2, 5, 1]


def test_a_register_whose_journal_is_in_doubt_says_so(day, kkm):
    assert status_of(day, kkm) == 1
    found = Verdict(
        operations=9, seal="", findings=(Finding(number=3, rule="seal", expected="1", found="2"),)
    )
    history.keep(kkm, found, at=timezone.now(), by="", milliseconds=1)
    assert status_of(day, kkm) == 4


def test_a_register_is_listed_with_its_requisites_and_its_last_shift(day, kkm):
    day.ask("ZReport")
    (one,) = day.ask("Cashboxes")["List"]
    assert one == {
        "UniqueNumber": kkm.serial_number,
        "RegistrationNumber": kkm.open_registration.registration_number,
        "IdentificationNumber": "309412",
        "Name": "маг. «Береке»",
        "Description": "г. Алматы, ул. Толе би, д. 187",
        "IsOffline": False,
        "CurrentStatus": 1,
        "Shift": 1,
    }


def test_registers_are_listed_by_serial_number_and_only_those_of_the_cashier(day, kkm):
    mine, _anothers = KKMFactory(serial_number="AAA00000001"), KKMFactory(taxpayer=kkm.taxpayer)
    Cashier.objects.get(login=LOGIN).kkms.add(mine)
    assert [one["UniqueNumber"] for one in day.ask("Cashboxes")["List"]] == [
        "AAA00000001",
        kkm.serial_number,
    ]


def test_the_inspectors_comment_is_nobody_elses(day, kkm):
    KKM.objects.update(comment="проверить в марте")
    assert "проверить" not in str(day.ask("Cashboxes"))


def test_employees_are_those_of_the_taxpayer_who_are_at_work(day, kkm):
    other = KKMFactory(taxpayer=kkm.taxpayer, serial_number="AAA00000001")
    make_cashier(kkm, login="b@bereke.kz", code=7, name="Ибраев Д.С.").kkms.add(other)
    make_cashier(kkm, login="c@bereke.kz", code=8, name="Уволенная У.У.")
    Cashier.objects.filter(code=8).update(dismissed_at=timezone.now())
    Cashier.objects.create(taxpayer=kkm.taxpayer, code=99, name="Без кассы")
    make_cashier(KKMFactory(), login="d@other.kz", code=1, name="Чужой Ч.Ч.")
    assert day.ask("Employee/List") == [
        {
            "FullName": "Ибраев Д.С.",
            "Email": "b@bereke.kz",
            "Cashboxes": ["AAA00000001", kkm.serial_number],
        },
        {"FullName": "Ахметова А.К.", "Email": LOGIN, "Cashboxes": [kkm.serial_number]},
        {"FullName": "Без кассы", "Email": "", "Cashboxes": []},
    ]
