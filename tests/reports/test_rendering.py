"""Paper: the same bytes for the same Z, once; fonts and pages; nothing from outside; long
papers.
"""

import os
import pickle
import re
import socket
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.conf import settings
from django.utils import translation
from pypdf import PdfReader

from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Position, Ticket
from reports.paper.a4 import report_a4, report_html, report_pdf, running_head
from reports.paper.pdf import render_pdf
from reports.paper.roll import report_roll
from reports.ticket.layout import ticket_pdf, ticket_url
from tests.factories import KKMFactory, TaxpayerFactory
from tests.reports.asking import ALMATY, page_lines, paper_lines, paper_text, report_of
from tests.stories import AHMETOVA, activate, close, record, sell

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)
KAZAKH = "«Әлғқңөұүһі» ЖШС ҒҚҢӨҰҮҺІ"


def worked_kkm(now, *positions, **of_kkm):
    """A register that has sold once and closed its shift."""
    kkm = KKMFactory(**of_kkm)
    activate(kkm, at=now)
    lines = positions or (Position(name="Хлеб", quantity=1000, price=tenge(1000), rate=16_000),)
    total = Money.sum(line.total for line in lines)
    record(
        kkm,
        Ticket(
            at=now,
            kind=OperationKind.SALE,
            positions=lines,
            payments={PaymentType.CARD: total},
            **AHMETOVA,
        ),
    )
    close(kkm, at=now)
    return kkm


# -- the same bytes, once --------------------------------------------------------------------------


def test_the_same_z_gives_the_same_bytes_twice(example):
    z = report_of(example.kkm, "z", DAY)
    first = report_a4(z)
    report_a4(report_of(example.kkm, "cashiers", DAY))
    assert (
        report_a4(report_of(example.kkm, "z", DAY, now=datetime(2027, 1, 1, tzinfo=ALMATY)))
        == first
    )


ELSEWHERE = """
import django, hashlib, pickle, sys
django.setup()
from reports.paper.a4 import report_a4
report = pickle.loads(sys.stdin.buffer.read())
print(hashlib.sha256(report_a4(report)).hexdigest())
"""


def test_another_process_prints_the_same_bytes(example):
    z = report_of(example.kkm, "z", DAY)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONHASHSEED": "7",
        "TZ": "UTC",
    }
    ran = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=pickle.dumps(z),
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env=environment,
    )
    assert ran.stdout.decode().strip() == sha256(report_a4(z)).hexdigest()


def test_a_z_is_rendered_once_and_then_served_from_the_cache(example, open_cache):
    z = report_of(example.kkm, "z", DAY)
    assert report_pdf(z) == report_a4(z)
    (key,) = open_cache.keys()
    assert open_cache.get(key) == report_a4(z)
    open_cache.set(key, b"what was rendered first")
    assert report_pdf(report_of(example.kkm, "z", DAY)) == b"what was rendered first"


def test_each_z_and_each_language_has_its_place_in_the_cache(example, open_cache):
    report_pdf(report_of(example.kkm, "z", DAY))
    report_pdf(report_of(example.kkm, "z", date(2026, 3, 11)))
    assert len(open_cache.keys()) == 2
    with translation.override("kk"):
        report_pdf(report_of(example.kkm, "z", DAY))
    assert len(open_cache.keys()) == 3


def test_other_reports_are_not_kept(example, open_cache):
    for kind in ("x", "period", "cashiers", "shift", "sections"):
        assert report_pdf(report_of(example.kkm, kind, DAY)).startswith(b"%PDF")
    assert open_cache.keys() == []


def put_garbage(path):
    path.write_bytes(b"garbage")


def cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def keep_no_paper(path):
    for_ever = pickle.dumps(None)
    path.write_bytes(for_ever + zlib.compress(pickle.dumps("no paper")))


def put_a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("damage", "warned"),
    [(put_garbage, 1), (cut_in_half, 1), (keep_no_paper, 0), (put_a_folder, 2)],
)
def test_a_damaged_file_of_the_cache_is_passed_over(
    example, paper_cache, tmp_path, caplog, damage, warned
):
    z = report_of(example.kkm, "z", DAY)
    first = report_pdf(z)
    (kept,) = (tmp_path / "paper").glob("*.djcache")
    damage(kept)
    assert report_pdf(z) == first
    told = [record for record in caplog.records if record.name == "reports.paper.stored"]
    assert [record.levelname for record in told] == ["WARNING"] * warned


def test_a_damaged_file_of_the_cache_is_written_anew(example, paper_cache, tmp_path, caplog):
    z = report_of(example.kkm, "z", DAY)
    report_pdf(z)
    (kept,) = (tmp_path / "paper").glob("*.djcache")
    put_garbage(kept)
    report_pdf(z)
    caplog.clear()
    assert report_pdf(z) == report_a4(z)
    assert caplog.records == []


def test_a_cache_that_cannot_be_written_is_passed_over(example, paper_cache, tmp_path, caplog):
    (tmp_path / "paper").rmdir()
    (tmp_path / "paper").write_bytes(b"a file where the folder should be")
    z = report_of(example.kkm, "z", DAY)
    assert report_pdf(z) == report_a4(z)
    said = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("The cache of papers cannot be written") for line in said)


def test_a_z_lies_in_a_file_of_the_cache_of_papers(example, paper_cache, tmp_path):
    first = report_pdf(report_of(example.kkm, "z", DAY))
    assert len(list((tmp_path / "paper").glob("*.djcache"))) == 1
    assert report_pdf(report_of(example.kkm, "z", DAY)) == first


# -- fonts and pages -------------------------------------------------------------------------------


def fonts_of(pdf: bytes) -> list:
    """Every font that a page of it uses."""
    return [
        font.get_object()
        for page in PdfReader(BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    ]


@pytest.mark.parametrize("frame", [report_a4, report_roll])
def test_paper_embeds_subsets_of_its_own_fonts_and_no_others(example, frame):
    fonts = fonts_of(frame(report_of(example.kkm, "z", DAY)))
    assert fonts
    for font in fonts:
        prefix, _, name = font["/BaseFont"].removeprefix("/").partition("+")
        assert (len(prefix), prefix.isupper()) == (6, True)
        assert name in {"Plex-Mono", "Plex-Mono-Semi-Bold"}
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@pytest.mark.parametrize(
    ("kind", "pages"),
    [("z", 1), ("x", 1), ("cashiers", 1), ("sections", 1), ("shift", 2), ("period", 2)],
)
def test_reports_are_a4_with_numbered_pages_and_say_when_and_by_whom_they_were_made(
    example, kind, pages
):
    reader = PdfReader(BytesIO(report_a4(report_of(example.kkm, kind, DAY))))
    assert len(reader.pages) == pages
    made = (
        "Сформирован 12.03.2026 21:04:38 · [2] Ибраев Д.С."
        if kind == "z"
        else "Сформирован 01.04.2026 09:30:00 · Сериков Н.Б."
    )
    for number, page in enumerate(reader.pages, 1):
        assert [round(float(length)) for length in page.mediabox] == [0, 0, 595, 842]
        assert f"{number} / {pages}" in page.extract_text()
        assert made in page.extract_text()


def test_the_second_page_and_all_that_follow_name_document_taxpayer_and_register(example):
    report = report_of(example.kkm, "period", date(2025, 10, 20), DAY)
    first, *others = PdfReader(BytesIO(report_a4(report))).pages
    head = "Фискальный отчёт за период 20.10.2025 — 12.03.2026 · ТОО «Береке Маркет» · РНМ 600700123456"
    assert running_head(report) == head
    assert head not in first.extract_text()
    assert len(others) >= 2
    for page in others:
        assert f"{head} Страница" in " ".join(page.extract_text().split())


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("z", "Z-отчёт № 143"),
        ("x", "X-отчёт, смена № 143"),
        ("shift", "Сменный отчёт, смена № 143"),
        ("cashiers", "Отчёт по кассирам, смена № 143"),
        ("sections", "Отчёт по секциям, смена № 143"),
        ("period", "Фискальный отчёт за период 12.03.2026"),
    ],
)
def test_each_report_has_a_name_of_its_own(example, kind, name):
    assert report_of(example.kkm, kind, DAY).name == name


def test_a_list_of_zs_that_fits_on_a_page_is_not_divided_and_is_added_up(example):
    """The first page has room for a few of its lines."""
    month = report_of(example.kkm, "period", date(2026, 2, 20), DAY)
    (block,) = month.tables
    lines = block.table.lines
    pages = [page.extract_text() for page in PdfReader(BytesIO(report_a4(month))).pages]
    (listed,) = (text for text in pages if block.title in text)
    for number, moment, *_sums in lines:
        assert f"{number} {moment}" in " ".join(listed.split())
    label, no_moment, *sums = block.table.total
    assert (label, no_moment) == ("ИТОГО", "")
    assert sums == [sum(column[1:], column[0]) for column in list(zip(*lines, strict=True))[2:]]


def test_a_paper_has_a_title_and_a_language(example):
    reader = PdfReader(BytesIO(report_a4(report_of(example.kkm, "z", DAY))))
    assert reader.metadata.title == f"Z-отчёт № 143 · 12.03.2026 · {example.kkm.serial_number}"
    assert reader.root_object["/Lang"] == "ru"


def test_kazakh_letters_can_be_read_back_from_the_paper(now):
    kkm = worked_kkm(
        now, taxpayer=TaxpayerFactory(name=KAZAKH), address="Қостанай қ., Әл-Фараби даңғ., 65-үй"
    )
    for pdf in (
        report_a4(report_of(kkm, "z", DAY)),
        report_roll(report_of(kkm, "z", DAY)),
        ticket_pdf(kkm.operations.tickets().get()),
    ):
        assert KAZAKH in paper_lines(pdf)
        assert "Қостанай қ., Әл-Фараби даңғ., 65-үй" in paper_text(pdf)


def test_a_roll_is_one_page_80_mm_wide(example):
    (page,) = PdfReader(BytesIO(report_roll(report_of(example.kkm, "z", DAY)))).pages
    assert round(float(page.mediabox.width)) == 227
    assert page.extract_text().strip().endswith("*** КОНЕЦ ОТЧЕТА ***")


# -- nothing from outside --------------------------------------------------------------------------


@pytest.fixture
def listener():
    """A port of this machine; `accept` raises BlockingIOError if nobody has called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_markup_in_a_name_is_printed_as_text_and_fetches_nothing(now, listener):
    evil = f'<img src="http://127.0.0.1:{listener.getsockname()[1]}/a.png"> & <b>'
    goods = Position(name=evil, quantity=1000, price=tenge(10))
    kkm = worked_kkm(
        now, goods, taxpayer=TaxpayerFactory(name=evil), trade_name="</pre><h2>", address="</style>"
    )
    z = report_of(kkm, "z", DAY)
    assert evil in page_lines(z)
    assert re.findall(r'<img src="(\w+:)', report_html(z)) == [
        "data:"
    ]  # the QR, and no other image
    for pdf in (report_a4(z), report_roll(z), ticket_pdf(kkm.operations.tickets().get())):
        assert "".join(evil.split()) in "".join(paper_text(pdf).split())
        assert "</style>, </pre><h2>" in paper_text(pdf)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_paper_fetches_neither_addresses_nor_files_even_if_it_is_asked_to(listener):
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    files = f'<link rel="attachment" href="file://{__file__}"><link rel="stylesheet" href="{address}/a.css">'
    pdf = render_pdf(
        f'<html><head>{files}</head><body>Тихо<img src="{address}/a.png"></body></html>',
        "paper.css",
    )
    assert paper_lines(pdf)[0].startswith("Тихо")
    assert PdfReader(BytesIO(pdf)).attachments == {}
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_qr_of_a_ticket_has_its_address_in_the_form_of_every_ofd(active_kkm, now):
    operation = sell(active_kkm, 1250, at=now)
    number = operation.shift.registration.registration_number
    expected = f"http://127.0.0.1:8000/consumer?i={operation.fiscal_sign}&f={number}&s=1250.00&t=20260312T120000"
    assert ticket_url(operation) == expected


# -- long papers -----------------------------------------------------------------------------------


def test_a_ticket_of_a_hundred_positions_is_one_long_roll(now):
    positions = [
        Position(
            name=f"Товар {n}", quantity=1000 * n, price=tenge(n), rate=16_000, discount=tenge(1)
        )
        for n in range(1, 101)
    ]
    kkm = worked_kkm(now, *positions)
    pdf = ticket_pdf(kkm.operations.tickets().get())
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    lines = paper_lines(pdf)
    for n in range(1, 101):
        assert {f"{n}. Товар {n}", f"{n} x {tenge(n)} {tenge(n * n)}"} <= set(lines)
    assert "ИТОГ 338 250.00" in lines  # Σ n² − 100


def test_a_report_of_three_hundred_sections_loses_no_line_over_its_pages(now):
    positions = [
        Position(name="Товар", quantity=1000, price=tenge(n), section=f"{n:03d}")
        for n in range(1, 301)
    ]
    z = report_of(worked_kkm(now, *positions), "z", DAY)
    pdf = report_a4(z)
    assert len(PdfReader(BytesIO(pdf)).pages) > 5
    said = set(paper_lines(pdf))
    assert [
        line for line in page_lines(z) if line not in said and line not in {z.title, z.subtitle}
    ] == []
    assert f"0001 ПРОДАЖ {tenge(300)}" in said


def test_all_shifts_of_a_register_are_one_fiscal_report_that_holds(example):
    report = report_of(example.kkm, "period", date(2025, 10, 20), DAY)
    (table,) = report.tables
    assert [line[0] for line in table.table.lines] == [str(number) for number in range(1, 144)]
    assert report.holds


def test_a_year_of_shifts_has_a_line_for_each_z_and_a_heading_on_each_page(example):
    report = report_of(example.kkm, "period", date(2026, 3, 10), DAY)
    first = datetime(2025, 3, 13, 21, 0)
    days = [f"{first + timedelta(days=n):%d.%m %H:%M}" for n in range(365)]
    table = replace(
        report.tables[0].table,
        lines=[
            (str(n + 1), day, 35, tenge(n), *[tenge(0)] * 3, tenge(n)) for n, day in enumerate(days)
        ],
    )
    year = replace(
        report,
        blocks=tuple(
            replace(block, table=table) if block.table else block for block in report.blocks
        ),
    )
    lines = paper_lines(report_a4(year))
    expected = [
        f"{n + 1} {day} 35 {tenge(n)} 0.00 0.00 0.00 {tenge(n)}" for n, day in enumerate(days)
    ]
    assert [line for line in lines if line in set(expected)] == expected
    pages = sum("01.04.2026 09:30:00 · Сериков Н.Б." in line for line in lines)
    heads = [line for line in lines if line.startswith(running_head(year))]
    assert len(heads) == pages - 1
    assert pages > 6
    assert lines.count("№ ЗАКРЫТА ЧЕКОВ ПРОДАЖ ВОЗВР.ПРОД ПОКУПОК ВОЗВР.ПОК ВЫРУЧКА") >= pages - 1
