"""The report as data: every figure of the page and no other, exact, in one form, with the claim
that its paper makes.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings

from kkm import signing
from kkm.domain import statement
from kkm.domain.identities import Identity
from kkm.domain.kinds import OperationKind
from kkm.domain.money import Money, tenge
from kkm.domain.token import Claim, PaperToken
from reports.kinds import KINDS
from reports.paper.lines import row_lines
from reports.report import Column, Report, Row, Table, Tally
from reports.report_json import file_name, report_json
from tests.kkm.days import days, work
from tests.reports.asking import ask, collapsed, page_lines, report_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)
KIND = pytest.mark.parametrize("kind", KINDS)
TOKEN_KINDS = [kind for kind in KINDS if kind in statement.KINDS]


def no_fraction(text: str):
    raise AssertionError(f"{text} is no whole number")


def data_of(report: Report) -> dict:
    """What a program reads; it takes no number with a fraction."""
    return json.loads(report_json(report), parse_float=no_fraction, parse_constant=no_fraction)


# -- the page and the data -------------------------------------------------------------------------


def read(value):
    """A value as it was before it was written."""
    return Money(value["tiyn"]) if isinstance(value, dict) else value


def lines_of(data: dict) -> list[str]:
    """The lines of the page as they come from the data alone."""
    rows = [
        *data["requisites"],
        *data["facts"],
        *(row for block in data["blocks"] for row in block.get("rows", [])),
        *data["ending"],
    ]
    lines = [line for row in rows for line in row_lines(row_of(row, data["kind"]))]
    tables = [block for block in data["blocks"] if "lines" in block]
    lines += [
        " ".join(str(read(cell)) for cell in line)
        for table in tables
        for line in [table["columns"], *table["lines"], table.get("total", [])]
    ]
    titles = [block["title"] for block in data["blocks"] if block["title"]]
    return collapsed(
        [*lines, *titles, *(data[name] for name in ("title", "subtitle", "taxpayer", "address"))]
    )


def row_of(row: dict, kind: str) -> Row | Tally:
    value = read(row.get("value"))
    if kind == "cashiers" and "count" in row:
        return Tally(row["label"], row["count"], value)
    return Row(row["label"], value, lead=row.get("lead"), count=row.get("count"))


def assert_the_data_are_the_page(report: Report):
    data, page = data_of(report), Counter(page_lines(report))
    checks = Counter(
        f"✓ {identity}" for identity in {identity["text"] for identity in data["identities"]}
    )
    assert all(
        identity["holds"] and identity["left"] == identity["right"]
        for identity in data["identities"]
    )
    assert (
        page - Counter(lines_of(data)) - checks - Counter(["КОНТРОЛЬНЫЕ СООТНОШЕНИЯ"]) == Counter()
    )
    assert Counter(lines_of(data)) + checks - page == Counter()


@KIND
def test_the_data_of_the_worked_example_are_its_page(example, kind):
    first = date(2026, 3, 10) if kind == "period" else DAY
    assert_the_data_are_the_page(report_of(example.kkm, kind, first, DAY))


@settings(max_examples=5)
@given(days)
def test_the_data_of_any_shift_are_its_page(day):
    kkm = work(day).kkm
    for shift in kkm.shifts.order_by("-number")[:1]:
        for kind in KINDS:
            assert_the_data_are_the_page(
                ask(kkm, kind, timezone.localdate(shift.closed_at), shift=shift.number).report
            )


def test_figures_of_the_worked_example_stand_in_the_data(example):
    data = data_of(report_of(example.kkm, "z", DAY))
    rows = {
        (block["title"], row["label"]): row for block in data["blocks"] for row in block["rows"]
    }
    register = data["blocks"][-1]["title"]
    assert data["facts"][0] == {"label": "СМЕНА №", "value": 143}
    assert rows[register, "ЧЕКОВ ПРОДАЖ"] == {
        "label": "ЧЕКОВ ПРОДАЖ",
        "count": 38,
        "value": {"tiyn": 50_050_000},
    }
    assert (data["made_at"], data["made_by"], data["frozen"]) == (
        "2026-03-12T16:04:38Z",
        "[2] Ибраев Д.С.",
        True,
    )


def test_an_identity_that_does_not_hold_is_told_with_both_its_sides(example):
    broken = Identity("total", tenge(5), tenge(3), OperationKind.SALE, 16_000)
    (told,) = data_of(replace(report_of(example.kkm, "z", DAY), identities=(broken,)))["identities"]
    text = "прирост необнуляемых сумм = сумма чеков"
    assert told == {
        "name": "total",
        "text": text,
        "kind": 2,
        "rate": 16_000,
        "left": {"tiyn": 500},
        "right": {"tiyn": 300},
        "holds": False,
    }


def test_alarms_are_told(example):
    alarm = "ПРОДАЖ: в отчёте 1.00, по журналу 2.00"
    assert data_of(replace(report_of(example.kkm, "z", DAY), alarms=(alarm,)))["alarms"] == [alarm]


# -- one form --------------------------------------------------------------------------------------


def canonical(value) -> str:
    """RFC 8785 for what we write, said in another way."""
    if isinstance(value, dict):
        names = sorted(
            value,
            key=lambda name: [
                name.encode("utf-16-be")[at : at + 2] for at in range(0, 2 * len(name) + 2, 2)
            ],
        )
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@KIND
def test_there_is_one_text_for_one_report(example, kind):
    text = report_json(report_of(example.kkm, kind, DAY))
    assert canonical(json.loads(text)) == text
    assert text == report_json(report_of(example.kkm, kind, DAY))


def test_names_stand_in_the_order_of_their_utf_16_code_units(example):
    z = report_of(example.kkm, "z", DAY)
    z = replace(
        z, statement=replace(z.statement, totals={"goods/2/ﬀ": 1, "goods/2/😀": 2, "goods/2/a": 3})
    )
    text = report_json(z)
    assert '{"goods/2/a":3,"goods/2/😀":2,"goods/2/ﬀ":1}' in text
    assert canonical(json.loads(text)) == text


def test_the_form_has_a_name_and_the_report_a_language(example):
    data = data_of(report_of(example.kkm, "z", DAY))
    assert (data["format"], data["language"], data["kind"]) == ("alsep-report-1", "ru", "z")
    with translation.override("kk"):
        assert data_of(report_of(example.kkm, "z", DAY))["language"] == "kk"


def test_every_name_in_the_data_is_in_the_specification(example):
    from reports import report_json as specification

    told = set()
    for kind in KINDS:
        data = data_of(report_of(example.kkm, kind, DAY))
        told |= (
            data.keys() | {name for block in data["blocks"] for name in block} | data["head"].keys()
        )
        told |= {name for block in data["blocks"] for row in block.get("rows", []) for name in row}
        told |= {name for identity in data["identities"] for name in identity}
    assert [name for name in sorted(told) if name not in specification.__doc__] == []


def test_sums_beyond_what_a_float_can_hold_stay_exact(example):
    huge = 9_007_199_254_740_993  # 2⁵³ + 1
    table = Table((Column("Σ", numeric=True),), ((Money(-huge),),))
    z = report_of(example.kkm, "z", DAY)
    z = replace(
        z, ending=(Row("ИТОГ", Money(huge)),), blocks=(replace(z.blocks[0], rows=(), table=table),)
    )
    data = data_of(z)
    assert data["ending"] == [{"label": "ИТОГ", "value": {"tiyn": huge}}]
    assert data["blocks"][0]["lines"] == [[{"tiyn": -huge}]]


# -- its claim -------------------------------------------------------------------------------------


@KIND
def test_the_head_is_that_of_the_paper(example, kind):
    report = report_of(example.kkm, kind, DAY)
    last = example.kkm.operations.get(number=report.number)
    control = next(row.value for row in report.ending if row.label == "КОНТРОЛЬНОЕ ЗНАЧЕНИЕ")
    expected = {
        "serial_number": "ALS00001734",
        "number": last.number,
        "seal": last.seal,
        "fingerprint": control,
    }
    assert data_of(report)["head"] == expected
    assert file_name(report) == f"ALS00001734-{kind}-{last.number}.json"


@pytest.mark.parametrize("kind", TOKEN_KINDS)
def test_the_statement_written_by_itself_is_what_the_token_is_signed_over(example, kind):
    report = report_of(example.kkm, kind, DAY)
    data = data_of(report)
    token = PaperToken.parse(data["token"])
    assert canonical(data["statement"]) == report.statement.text
    assert token.claim == Claim.of(report.statement)
    assert signing.verify_bytes(token.claim.bytes, token.key, token.signature)


def test_a_kind_without_a_token_has_neither_statement_nor_token(example):
    data = data_of(replace(report_of(example.kkm, "z", DAY), statement=None))
    assert (data["statement"], data["token"]) == (None, "")
    assert data["head"]["serial_number"] == "ALS00001734"


def test_without_a_key_the_data_have_no_token(example, settings, tmp_path):
    settings.PRODUCTION, settings.SIGNING_KEYS = True, str(tmp_path / "none")
    assert data_of(report_of(example.kkm, "z", DAY))["token"] == ""
