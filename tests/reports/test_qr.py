"""The QR of a report: what it carries, how large it is, and that it can be read from paper."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from django.template.loader import render_to_string
from PIL import Image
from pypdf import PdfReader

from kkm.domain.token import PLACES, PaperToken
from kkm.errors import KeyUnavailable
from reports.kinds import PAPER_KINDS
from reports.paper.a4 import report_a4, report_pdf
from reports.paper.qr import MILLIMETRES, QUIET, address_of, code, qr, site, token_code, token_of
from reports.paper.roll import RollPart, report_roll, roll_html
from reports.ticket.layout import ticket_pdf
from tests.markup import markup
from tests.reports.asking import report_of, roll_part
from tests.stories import sell

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)
HOST = "cabinet-of-the-tax-inspector.examples.kz"  # 40 characters
KINDS = ("z", "x", "period", "cashiers", "shift", "sections")


@pytest.fixture
def z(example):
    return report_of(example.kkm, "z", DAY)


def modules(text: str) -> int:
    """Along a side, the quiet zone left out."""
    return code(text).symbol_size(border=0)[0]


# -- the address -----------------------------------------------------------------------------------


def test_the_address_is_the_cabinets_with_the_token_in_capitals(z, settings):
    settings.CABINET_URL = "https://cabinet.example.kz/"
    token = token_of(z.statement)
    assert token_code(z.statement).address == f"HTTPS://CABINET.EXAMPLE.KZ/VERIFY/{token.text}"
    assert site() == "cabinet.example.kz/verify/"


def test_a_path_of_the_cabinet_keeps_its_case(z, settings):
    settings.CABINET_URL = "https://Example.kz/Kassa"
    assert address_of(token_of(z.statement)).startswith("HTTPS://EXAMPLE.KZ/Kassa/VERIFY/AE")
    assert site() == "Example.kz/Kassa/verify/"


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_token_says_is_what_the_paper_says(example, kind):
    report = report_of(example.kkm, kind, date(2026, 3, 10) if kind == "period" else DAY, DAY)
    claim = PaperToken.parse(token_of(report.statement).text).claim
    last = example.shift(143).operations.order_by("number")
    number = [one.number for one in last][-2 if kind == "x" else -1]
    assert (claim.kind, claim.serial, claim.last_shift, claim.number) == (
        kind,
        "ALS00001734",
        143,
        number,
    )
    assert claim.first_shift == (141 if kind == "period" else 143)
    assert f"{report.seal[:16]}" == claim.fingerprint


def test_the_same_report_has_the_same_token_whoever_asks_whenever(example, z):
    again = report_of(example.kkm, "z", DAY, now=example.shift(143).closed_at)
    assert token_of(replace(again, made_by="Другой").statement) == token_of(z.statement)


def test_a_proof_asks_and_writes_nothing_in_the_database(z, django_assert_num_queries):
    with django_assert_num_queries(0):
        token_code(z.statement)


# -- how large it is -------------------------------------------------------------------------------


def test_a_serial_of_20_characters_at_a_host_of_40_is_version_9_level_m_with_modules_of_41_hundredths(
    z, settings
):
    settings.CABINET_URL = f"https://{HOST}/"
    in_ten_years = {
        "serial": "A" * 20,
        "first_shift": 3650,
        "last_shift": 3650,
        "number": 5_000_000,
    }
    address = address_of(token_of(replace(z.statement, **in_ten_years)))
    made = code(address)
    assert (len(HOST), len(address), made.version, made.error, made.mode) == (
        40,
        252,
        9,
        "M",
        "alphanumeric",
    )
    assert modules(address) == 53
    assert round(MILLIMETRES / (53 + 2 * QUIET), 2) == 0.41


def test_an_address_too_long_for_level_m_takes_level_l_and_keeps_its_modules(z, settings):
    for longer in range(0, 130, 10):
        settings.CABINET_URL = f"https://{'a' * longer}.example.kz/"
        address = address_of(token_of(replace(z.statement, serial="A" * 20)))
        assert MILLIMETRES / (modules(address) + 2 * QUIET) >= 0.38
    assert code(address).error == "L"


def test_a_qr_is_a_png_of_a_pixel_a_module_that_a_screen_shows_thrice_as_large(z):
    made = token_code(z.statement).qr
    assert made.image.startswith("data:image/png;base64,")
    assert made.width == 3 * (modules(token_code(z.statement).address) + 2 * QUIET)
    assert qr("A").image == qr("A").image != qr("B").image


# -- on paper --------------------------------------------------------------------------------------


def drawn(pdf: bytes, resolution: int = 203) -> Image.Image:
    """The last page as a printer of so many dots an inch puts it on paper."""
    last = str(len(PdfReader(BytesIO(pdf)).pages))
    command = ["pdftoppm", "-r", str(resolution), "-f", last, "-l", last, "-gray", "-"]
    return Image.open(
        BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout)
    )


@pytest.mark.parametrize("frame", [report_a4, report_roll])
@pytest.mark.parametrize("kind", KINDS)
def test_the_qr_can_be_read_from_paper_of_203_dots_an_inch(example, frame, kind):
    report = report_of(example.kkm, kind, DAY)
    (found,) = zxingcpp.read_barcodes(drawn(frame(report)))
    assert found.text == token_code(report.statement).address


@pytest.mark.parametrize("frame", [report_a4, report_roll])
def test_the_qr_is_25_mm_wide_with_its_quiet_zone(z, frame):
    (found,) = zxingcpp.read_barcodes(drawn(frame(z), 300))
    place = found.position
    side = (place.top_right.x - place.top_left.x) / 300 * 25.4
    ours = modules(token_code(z.statement).address)
    assert abs(side * (ours + 2 * QUIET) / ours - 25) < 0.5


def test_the_qr_is_read_also_where_a_host_is_long(example, settings):
    settings.CABINET_URL = f"https://{'a' * 60}.example.kz/"
    report = report_of(example.kkm, "z", DAY)
    (found,) = zxingcpp.read_barcodes(drawn(report_roll(report)))
    assert found.text == token_code(report.statement).address


def test_a_roll_with_a_qr_is_one_page_as_long_as_it_needs(z):
    (page,) = PdfReader(BytesIO(report_roll(z))).pages
    assert page.extract_text().strip().endswith("*** КОНЕЦ ОТЧЕТА ***")
    html, css = roll_html(
        "Чек",
        [roll_part("1", "2"), RollPart(image="data:,", millimetres=25), roll_part("3")],
    )
    assert 'class="mm-25"' in html
    height = float(re.search(r"80mm ([\d.]+)pt", css)[1])
    assert round(height - 3 * 9.2 - 22.7, 1) == round((25 + 4) * 72 / 25.4, 1)


def test_a_ticket_keeps_its_qr_of_30_mm(active_kkm, now):
    pdf = ticket_pdf(sell(active_kkm, 1250, at=now))
    (found,) = zxingcpp.read_barcodes(drawn(pdf, 300))
    place = found.position
    side = (place.top_right.x - place.top_left.x) / 300 * 25.4
    assert 24 < side < 30
    assert len(PdfReader(BytesIO(pdf)).pages) == 1


def links_of(pdf: bytes) -> set[str]:
    return {
        one.get_object()["/A"]["/URI"]
        for page in PdfReader(BytesIO(pdf)).pages
        for one in page.get("/Annots", ())
    }


def test_the_qr_of_a4_is_a_link_to_the_same_address(z):
    assert links_of(report_a4(z)) == {token_code(z.statement).address}
    links = [one.get_object() for one in PdfReader(BytesIO(report_a4(z))).pages[0]["/Annots"]]
    left, top, right, bottom = (float(side) for side in links[0]["/Rect"])
    assert min(abs(right - left), abs(top - bottom)) > 70  # points: all of the QR


def test_the_screen_has_the_same_qr_and_link(z):
    html = markup(render_to_string("reports/body.html", {"report": z}))
    made = token_code(z.statement)
    assert f'<a href="{made.address}"><img src="{made.qr.image}" width="{made.qr.width}"' in html


# -- the cache, and the key ------------------------------------------------------------------------


def test_a_z_is_printed_anew_when_the_cabinet_moves(z, open_cache, settings):
    first, old = report_pdf(z), token_code(z.statement).address
    settings.CABINET_URL = "https://cabinet.example.kz/"
    moved = report_pdf(z)
    assert len(open_cache.keys()) == 2
    assert [links_of(pdf) for pdf in (first, moved)] == [{old}, {token_code(z.statement).address}]


def test_without_a_key_production_prints_nothing_and_the_screen_says_why(
    z, settings, tmp_path, open_cache
):
    settings.SIGNING_KEYS, settings.PRODUCTION = tmp_path / "none", True
    for frame in (report_pdf, report_roll):
        with pytest.raises(KeyUnavailable):
            frame(z)
    html = render_to_string("reports/body.html", {"report": z})
    assert "QR-кода нет: на сервере нет ключа подписи." in html
    assert "<img" not in html
    assert not settings.SIGNING_KEYS.exists()


# -- a kind of report without a token --------------------------------------------------------------


def test_a_report_without_a_token_is_printed_without_a_qr(z, open_cache):
    z = replace(z, statement=None, frozen=False)
    for frame in (report_pdf, report_roll):
        assert links_of(frame(z)) == set()
    html = render_to_string("reports/body.html", {"report": z})
    assert "<img" not in html
    assert "QR-кода нет" not in html


def test_every_place_of_the_token_is_that_of_a_kind_of_report():
    assert set(PLACES) <= set(PAPER_KINDS)
