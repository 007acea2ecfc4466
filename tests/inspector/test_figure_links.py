"""What a row of a report leads to is exactly what it counts: so many operations, this sum."""

import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.utils import timezone

from inspector.figure_links import FigureLinks
from kkm.domain.kinds import TICKETS
from kkm.domain.money import Money
from reports.kinds import KINDS
from reports.report import Report, Row, Tally
from reports.scope import NothingToReport
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory
from tests.kkm import journals
from tests.reports.asking import ask

FIRST = date(2020, 1, 1)
KINDS_WITH_LINKS = ("z", "x", "shift", "cashiers", "period")


def rows_that_lead(report: Report) -> list[Row | Tally]:
    return [row for block in report.blocks for row in block.rows if row.counted]


def stated(row: Row | Tally) -> tuple[int | None, Money | None]:
    """The number and the sum that a row states, None for the one that it does not."""
    if isinstance(row, Tally):
        return row.count, row.value
    if isinstance(row.value, str):
        return int(row.value), None
    count = row.lead if row.count is None else row.count
    return count, row.value


@pytest.mark.parametrize("round_", range(breadth(3, 20)))
@pytest.mark.parametrize("kind", KINDS_WITH_LINKS)
def test_a_row_leads_to_the_operations_that_it_counts(cabinet, inspector, kkm, kind, round_):
    journals.write(kkm, random.Random(f"626 links {round_}"))
    ControlFactory(inspector=inspector, kkm=kkm)
    for report in reports_of(kkm, kind):
        links = FigureLinks.of(kkm, report)
        assert {row.counted.kind for row in rows_that_lead(report)} >= set(TICKETS)
        for row in rows_that_lead(report):
            answer = cabinet.get(links.address(row.counted))
            assert answer.status_code == 200
            count, amount = stated(row)
            listed = {kind: (number, total) for kind, number, total in answer.context["kinds"]}
            number, total = listed.pop(row.counted.kind, (0, Money(0)))
            assert listed == {}
            assert count in (None, number), row
            assert amount in (None, total), row


def test_a_line_of_a_period_leads_to_its_z(cabinet, inspector, kkm):
    dice = random.Random("626 a period")
    journals.write(kkm, dice)
    while not kkm.shifts.closed().exists():
        kkm = KKMFactory()
        journals.write(kkm, dice)
    ControlFactory(inspector=inspector, kkm=kkm)
    (report,) = reports_of(kkm, "period")
    (table,) = [block.table for block in report.tables]
    links = FigureLinks.of(kkm, report)
    assert [z.shift for z in table.zs] == [int(line[0]) for line in table.lines]
    for z in table.zs:
        answer = cabinet.get(links.z_address(z))
        assert answer.context["report"].name == f"Z-отчёт № {z.shift}"


def reports_of(kkm, kind):
    """Reports of this kind over the whole journal: for each shift that has one, or one of all."""
    now = kkm.last_operation.received_at + timedelta(minutes=1)
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
