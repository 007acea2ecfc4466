"""The worked example comes out to the tiyn: the Z of shift 143, its cashiers, and three shifts
together.
"""

import json
from datetime import datetime

import pytest

from kkm.domain import identities
from kkm.domain.kinds import PLACEMENTS, TICKETS, OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.snapshot import Snapshot
from kkm.domain.totals import Totals
from kkm.reading.fold import fold, fold_by
from tests.worked_example import read, standing
from tests.worked_example.story import WorkedExample

pytestmark = pytest.mark.django_db

K = OperationKind
PAYMENTS = {
    "PAYMENT_CASH": PaymentType.CASH,
    "PAYMENT_CARD": PaymentType.CARD,
    "PAYMENT_MOBILE": PaymentType.MOBILE,
}
TICKET_NAMES = dict(
    zip(
        ("OPERATION_SELL", "OPERATION_BUY", "OPERATION_SELL_RETURN", "OPERATION_BUY_RETURN"),
        TICKETS,
        strict=True,
    )
)
PLACEMENT_NAMES = dict(
    zip(("MONEY_PLACEMENT_DEPOSIT", "MONEY_PLACEMENT_WITHDRAWAL"), PLACEMENTS, strict=True)
)


@pytest.fixture(scope="module")
def worked_example(django_db_setup, django_db_blocker) -> WorkedExample:
    """143 closed shifts, only read here."""
    with standing(django_db_blocker) as told:
        yield told


@pytest.fixture
def z(worked_example) -> Snapshot:
    """The frozen Z of shift 143."""
    return worked_example.shift(143).z.snapshot


@pytest.fixture
def expected() -> dict:
    """The same Z as an OFD receives it."""
    return json.loads(read("z-report-shift-143.json"))


def by_operation(rows: list[dict]) -> dict[OperationKind, dict]:
    """Rows of the expected Z by kind; their `operation` taken out."""
    names = TICKET_NAMES | PLACEMENT_NAMES
    return {
        names[row["operation"]]: {key: value for key, value in row.items() if key != "operation"}
        for row in rows
    }


def counted(z: Snapshot, measure: str, amount: str) -> dict[OperationKind, dict]:
    """A count and a sum of each kind of ticket, as rows of the expected Z."""
    return {
        kind: {"count": z.totals.count(measure, kind), "sum": z.totals.money(amount, kind).plain}
        for kind in TICKETS
    }


def test_the_z_has_its_number_times_and_documents(z, expected):
    assert z.heading.shift_number == expected["shift_number"] == 143
    times = [
        datetime.fromisoformat(getattr(z.heading, name)).replace(tzinfo=None)
        for name in ("opened_at", "closed_at", "reported_at")
    ]
    assert times == [
        datetime.fromisoformat(expected[name])
        for name in ("open_shift_time", "close_shift_time", "date_time")
    ]
    assert z.totals.count("documents") == 45
    assert (z.heading.cashier_code, z.heading.cashier_name) == ("2", "Ибраев Д.С.")


def test_the_z_has_its_requisites(z):
    printed = (
        "taxpayer",
        "taxpayer_number",
        "vat_series",
        "vat_number",
        "serial_number",
        "registration_number",
        "identity_number",
    )
    assert [getattr(z.heading, name) for name in printed] == [
        "ТОО «Береке Маркет»",
        "190340012348",
        "60001",
        "0012345",
        "ALS00001734",
        "600700123456",
        "309412",
    ]
    assert (z.heading.address, z.heading.trade_name) == (
        "г. Алматы, ул. Толе би, д. 187",
        "маг. «Береке»",
    )
    assert (z.heading.ofd, z.heading.ofd_host) == ('АО "Казахтелеком"', "consumer.oofd.kz")
    assert z.heading.sections == {
        "01": "Продукты",
        "02": "Аптечный отдел",
        "03": "Закуп у населения",
    }


def test_sections_are_counted_by_position(z, expected):
    sections = {
        row["section_code"]: by_operation(row["operations"]) for row in expected["sections"]
    }
    assert z.totals.sections == list(sections) == ["01", "02", "03"]
    ours = {
        (section, kind): {
            "count": z.totals.count("positions", kind, section),
            "sum": z.totals.money("goods", kind, section).plain,
        }
        for section in sections
        for kind in TICKETS
        if z.totals.count("positions", kind, section)
    }
    assert ours == {
        (section, kind): row for section, rows in sections.items() for kind, row in rows.items()
    }


def test_operations_discounts_and_markups_are_as_expected(z, expected):
    goods = {
        kind: {
            "count": sum(z.totals.over("positions", kind).values()),
            "sum": Money(sum(z.totals.over("goods", kind).values())).plain,
        }
        for kind in TICKETS
    }
    assert goods == by_operation(expected["operations"])
    assert counted(z, "discounts", "discount") == by_operation(expected["discounts"])
    assert counted(z, "markups", "markup") == by_operation(expected["markups"])
    total = {kind: {**goods[kind], "sum": z.totals.money("amount", kind).plain} for kind in TICKETS}
    assert total == by_operation(expected["total_result"])


def test_vat_is_added_up_position_by_position(z, expected):
    assert z.totals.rates == [16_000, 5_000, None]  # None: the purchase from the public
    ours = {
        (rate, kind): (
            z.totals.money("turnover", kind, rate).plain,
            z.totals.money("vat", kind, rate).plain,
        )
        for rate in (16_000, 5_000)
        for kind in TICKETS
        if z.totals.money("turnover", kind, rate)
    }
    theirs = {
        (tax["percent"], kind): row
        for tax in expected["taxes"]
        for kind, row in by_operation(tax["operations"]).items()
    }
    assert ours == {key: (row["turnover"], row["sum"]) for key, row in theirs.items()}
    assert ours == {
        (16_000, K.SALE): ("441500.00", "60896.55"),
        (16_000, K.SALE_RETURN): ("12600.00", "1737.93"),
        (5_000, K.SALE): ("59000.00", "2809.52"),
    }


def test_tickets_and_their_payments_are_as_expected(z, expected):
    for kind, row in by_operation(expected["ticket_operations"]).items():
        assert (z.closing.count(kind), z.totals.count("tickets", kind)) == (
            row["tickets_total_count"],
            row["tickets_count"],
        )
        assert (z.totals.money("amount", kind).plain, z.totals.count("offline", kind)) == (
            row["tickets_sum"],
            row["offline_count"],
        )
        sums = {name: z.totals.money(name, kind).plain for name in ("discount", "markup", "change")}
        assert sums == {name: row[f"{name}_sum"] for name in sums}
        paid = {
            PAYMENTS[payment["payment"]]: (payment["count"], payment["sum"])
            for payment in row["payments"]
        }
        counts = {
            PaymentType(int(key)): count for key, count in z.totals.over("payments", kind).items()
        }
        assert {
            payment: (count, z.totals.money("paid", kind, payment).plain)
            for payment, count in counts.items()
        } == paid


def test_placements_cash_and_revenue_are_as_expected(z, expected):
    for kind, row in by_operation(expected["money_placements"]).items():
        assert (z.closing.count(kind), z.totals.count("placements", kind)) == (
            row["operations_total_count"],
            row["operations_count"],
        )
        assert (z.totals.money("placed", kind).plain, z.totals.count("offline", kind)) == (
            row["operations_sum"],
            row["offline_count"],
        )
    assert (str(z.opening.cash), z.closing.cash.plain) == ("35 200.00", expected["cash_sum"])
    assert z.totals.revenue.plain == expected["revenue"]["sum"] == "472900.00"


def test_non_resettable_totals_run_from_the_start_to_the_end(z, expected):
    for balance, name in (
        (z.opening, "start_shift_non_nullable_sums"),
        (z.closing, "non_nullable_sums"),
    ):
        assert {kind: {"sum": balance.total(kind).plain} for kind in TICKETS} == by_operation(
            expected[name]
        )
    assert (str(z.opening.sale_total), str(z.closing.sale_total)) == (
        "48 212 640.00",
        "48 713 140.00",
    )


def test_cashiers_have_their_tickets_and_add_up_to_the_shift(worked_example):
    shift = worked_example.shift(143)
    cashiers = fold_by(shift.operations.all(), "actor_code", "actor_name")
    figures = {
        who: [
            (totals.count("tickets", kind), str(totals.money("amount", kind)))
            for kind in (K.SALE, K.SALE_RETURN, K.PURCHASE)
        ]
        for who, totals in cashiers.items()
    }
    assert figures == {
        ("1", "Ахметова А.К."): [(22, "290 300.00"), (1, "8 000.00"), (1, "15 000.00")],
        ("2", "Ибраев Д.С."): [(16, "210 200.00"), (1, "4 600.00"), (0, "0.00")],
    }
    assert Totals.sum(cashiers.values()) == shift.z.snapshot.totals == fold(shift.operations.all())


def test_three_shifts_add_up_to_the_fiscal_report(worked_example):
    snapshots = [worked_example.shift(number).z.snapshot for number in (141, 142, 143)]
    assert [str(one.totals.money("amount", K.SALE)) for one in snapshots] == [
        "431 200.00",
        "388 940.00",
        "500 500.00",
    ]
    assert [one.heading.closed_at[5:16] for one in snapshots] == [
        "03-10T21:02",
        "03-11T21:00",
        "03-12T21:04",
    ]
    whole = Totals.sum(one.totals for one in snapshots)
    sums = [
        ("amount", K.SALE),
        ("paid", K.SALE, 0),
        ("paid", K.SALE, 1),
        ("paid", K.SALE, 4),
        ("amount", K.SALE_RETURN),
    ]
    assert [str(whole.money(*key)) for key in sums] == [
        "1 320 640.00",
        "531 640.00",
        "688 000.00",
        "101 000.00",
        "17 900.00",
    ]
    assert [whole.count("tickets", kind) for kind in TICKETS] == [100, 1, 3, 0]
    vat = [str(Money(sum(whole.over("vat", kind).values()))) for kind in (K.SALE, K.SALE_RETURN)]
    assert vat == ["176 828.83", "2 468.96"]
    assert str(whole.revenue) == "1 287 740.00"
    starts = [str(snapshots[0].opening.total(kind)) for kind in TICKETS]
    assert starts == ["47 392 500.00", "1 140 000.00", "380 900.00", "0.00"]


def test_every_identity_holds_on_the_three_shifts_and_on_their_sum(worked_example):
    snapshots = [worked_example.shift(number).z.snapshot for number in (141, 142, 143)]
    whole = Totals.sum(one.totals for one in snapshots)
    found = [
        *identities.of_period(snapshots, whole),
        *(one for each in snapshots for one in identities.of_snapshot(each)),
    ]
    assert len(found) > 60
    assert [one for one in found if not one.holds] == []


def test_returns_name_the_ticket_that_they_return(worked_example):
    returns = worked_example.shift(143).operations.filter(kind=K.SALE_RETURN)
    sold = worked_example.shift(142).operations.filter(kind=K.SALE)
    named = {operation.facts["basis"]["number"] for operation in returns}
    assert len(named) == 2
    assert named <= set(sold.values_list("fiscal_sign", flat=True))
