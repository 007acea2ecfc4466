"""Every figure of a report leads to what it is made of, and to nothing else."""

import random
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from inspector.figure_links import FigureLinks
from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.money import Money
from kkm.models import FiscalOperation
from kkm.reading.asked_lines import Modified
from kkm.reading.fold import fold
from reports.kinds import KINDS
from reports.report import Counted, CountedZs, Report, Row, Tally
from reports.scope import NothingToReport
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory
from tests.kkm import journals, vectors
from tests.reports.asking import ask

FIRST = date(2020, 1, 1)
Figures = tuple[int | None, Money | int | None]


def rows_of(report: Report) -> Iterator[Row | Tally]:
    """All that is no table."""
    yield from report.facts
    for block in report.blocks:
        yield from block.rows
    yield from report.ending


def rows_that_lead(report: Report) -> list[Row | Tally]:
    return [row for row in rows_of(report) if row.counted and not row.is_zero]


def stated(row: Row | Tally) -> Figures:
    """The number and the sum that a row states, None for the one that it does not."""
    if isinstance(row, Tally):
        return row.count, row.value
    if isinstance(row.value, str):
        return int(row.value), None
    count = row.lead if row.count is None else row.count
    return count, row.value


def has_figure(row: Row | Tally) -> bool:
    """Whether a number or a sum other than zero stands in a row; other texts are no figures."""
    if isinstance(row, Row) and isinstance(row.value, str) and row.lead is row.count is None:
        return False
    return not row.is_zero


@pytest.fixture(params=range(breadth(1, 10)))
def busy(request, inspector, kkm):
    """A register with a random journal, which the inspector controls."""
    journals.write(kkm, random.Random(f"626 links {request.param}"))
    ControlFactory(inspector=inspector, kkm=kkm)
    return kkm


@pytest.fixture
def worked(inspector):
    """The register of the worked example."""
    kkm = vectors.worked_register()
    ControlFactory(inspector=inspector, kkm=kkm)
    return kkm


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_other_than_zero_leads_somewhere(busy, worked, kind):
    for kkm in (busy, worked):
        for report in reports_of(kkm, kind):
            mute = [row for row in rows_of(report) if has_figure(row) and not row.counted]
            assert mute == []


@pytest.mark.parametrize("kind", KINDS)
def test_tickets_of_each_kind_lead_to_their_operations(busy, kind):
    for report in reports_of(busy, kind):
        led = [row.counted for row in rows_of(report) if isinstance(row.counted, Counted)]
        assert {counted.kinds for counted in led} >= {(one,) for one in TICKETS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_leads_to_the_operations_that_it_counts(cabinet, busy, kind):
    for report in reports_of(busy, kind):
        assert_that_rows_lead_to_what_they_count(cabinet, busy, report)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_the_worked_example_lead_to_what_they_count(cabinet, worked, kind):
    for report in reports_of(worked, kind):
        assert_that_rows_lead_to_what_they_count(cabinet, worked, report)


def assert_that_rows_lead_to_what_they_count(cabinet, kkm, report: Report) -> None:
    links = FigureLinks.of(report)
    ask_once = cache(cabinet.get)
    for row in rows_that_lead(report):
        address = links.address(row.counted)
        answer = ask_once(address)
        assert answer.status_code == 200, address
        if isinstance(row.counted, CountedZs):
            assert row.value == answer.context["page"].paginator.count
        elif row in report.facts:
            assert {one.shift.number for one in found(answer)} == {row.value}
        else:
            assert_same(row, answer, address)


def found(answer) -> list[FiscalOperation]:
    """All operations that a page lists."""
    return list(answer.context["page"].paginator.object_list.select_related("shift"))


def assert_same(row: Row | Tally, answer, address: str) -> None:
    """What a row states is what its page shows, and the page shows no operation besides."""
    number, amount = stated(row)
    counted = row.counted
    shown = numbers_and_sums(counted, answer)
    if isinstance(row.value, str) or number is not None:
        assert number in shown[0], (row, address)
    if amount is not None:
        assert amount in shown[1], (row, address)
    if counted.kinds:
        assert {OperationKind(one.kind) for one in found(answer)} <= set(counted.kinds)


def numbers_and_sums(counted: Counted, answer) -> tuple[list, list]:
    """What a page says of the operations or of the lines that are counted."""
    if counted.section is not None or counted.rate is not None or counted.modified:
        (one,) = answer.context["line_sums"]
        if counted.modified == Modified.DISCOUNT:
            return [one.discounts], [one.discount if counted.section is None else -one.discount]
        if counted.modified == Modified.MARKUP:
            return [one.markups], [one.markup]
        if counted.section is not None:
            return [one.positions], [one.goods, one.turnover]
        return [], [one.turnover, one.vat, one.turnover - one.vat]
    operations = answer.context["page"].paginator.object_list
    if not counted.kinds and counted.payment is None:
        return [], [operations.count()]
    if len(counted.kinds) != 1:
        _name, total = answer.context["net"]
        return [], [total]
    ((kind, number, total),) = answer.context["kinds"]
    totals = fold(operations)
    positions = sum(totals.over("positions", kind).values())
    change = totals.money("change", kind)
    sums = [total, number]
    if counted.payment is None and change:
        sums += [change, total + change]
    return [number, positions], sums


def test_an_x_of_a_past_day_leads_to_the_operations_before_its_end(cabinet, inspector, kkm):
    journals.write(kkm, random.Random("626 over midnight 4"))
    ControlFactory(inspector=inspector, kkm=kkm)
    parted = 0
    days = {timezone.localdate(one.occurred_at) for one in kkm.operations.exclude(shift=None)}
    for day in sorted(days):
        with suppress(NothingToReport):
            report = ask(kkm, "x", day, now=after(kkm)).report
            links = FigureLinks.of(report)
            parted += links.up_to is not None
            assert_that_rows_lead_to_what_they_count(cabinet, kkm, report)
    assert parted


def test_a_line_of_a_period_leads_to_its_z(cabinet, inspector, kkm):
    dice = random.Random("626 a period")
    journals.write(kkm, dice)
    while not kkm.shifts.closed().exists():
        kkm = KKMFactory()
        journals.write(kkm, dice)
    ControlFactory(inspector=inspector, kkm=kkm)
    (report,) = reports_of(kkm, "period")
    (table,) = [block.table for block in report.tables]
    links = FigureLinks.of(report)
    assert [z.shift for z in table.zs] == [int(line[0]) for line in table.lines]
    for z in table.zs:
        answer = cabinet.get(links.z_address(z))
        assert answer.context["report"].name == f"Z-отчёт № {z.shift}"


def test_the_total_of_a_period_leads_to_the_tickets_of_all_its_zs(cabinet, worked):
    (report,) = reports_of(worked, "period")
    (table,) = [block.table for block in report.tables]
    links = FigureLinks.of(report)
    for cell, counted in zip(table.total, table.counted, strict=True):
        if counted is None or not cell:
            assert not isinstance(cell, Money) or cell == Money(0)
            continue
        answer = cabinet.get(links.address(counted))
        operations = answer.context["page"].paginator.count
        revenue = Money.sum(one.flow for one in answer.context["kinds"])
        assert cell in (operations, revenue, -revenue)


def test_the_numbers_of_the_first_and_the_last_shift_lead_to_their_zs(cabinet, worked):
    (report,) = reports_of(worked, "period")
    (row,) = [row for row in rows_of(report) if isinstance(row, Row) and row.zs]
    assert row.value == " / ".join(str(z.shift) for z in row.zs)
    body = render_to_string(
        "reports/body.html", {"report": report, "links": FigureLinks.of(report)}
    )
    (line,) = [line for line in body.split("\n") if row.label in line]
    addresses = re.findall(r'href="([^"]*)">\d+</a>', line)
    assert re.sub(r"<[^>]*>", "", line).endswith(f" {row.value}")
    names = [cabinet.get(unescape(one)).context["report"].name for one in addresses]
    assert names == [f"Z-отчёт № {z.shift}" for z in row.zs]


def test_a_line_of_the_shift_report_leads_to_its_operation(cabinet, worked):
    report = list(reports_of(worked, "shift"))[-1]
    (table,) = [block.table for block in report.tables]
    links = FigureLinks.of(report)
    assert [str(number) for number in table.operations] == [line[0] for line in table.lines]
    for number in table.operations:
        answer = cabinet.get(links.operation_address(number))
        assert answer.context["operation"].number == number


def test_a_row_that_counts_nothing_is_no_link(worked):
    for kind in KINDS:
        for report in reports_of(worked, kind):
            links = FigureLinks.of(report)
            body = render_to_string("reports/body.html", {"report": report, "links": links})
            for address in re.findall(r'class="counted" href="([^"]*)"', body):
                assert "through=0" not in address
            for row in rows_of(report):
                if isinstance(row, Row) and row.value == Money(0) and not row.lead:
                    pattern = rf"<a[^>]*>(?:<b>)?\s*{re.escape(row.label)} +0\.00<"
                    assert not re.search(pattern, body)


def after(kkm):
    """A moment after the last operation."""
    return kkm.last_operation.received_at + timedelta(minutes=1)


def reports_of(kkm, kind):
    """Reports of this kind over the whole journal: for each shift that has one, or one of all."""
    now = after(kkm)
    if KINDS[kind].has_end:
        asked = [(FIRST, timezone.localdate(now))]
    elif kind == "x":
        asked = [(timezone.localdate(now), None)]
    else:
        days = [timezone.localdate(shift.closed_at) for shift in kkm.shifts.closed()]
        asked = [(day, None) for day in days]
    for first, last in asked:
        with suppress(NothingToReport):
            yield ask(kkm, kind, first, last, now=now).report
