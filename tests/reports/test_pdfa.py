"""Papers for the archive: PDF/A-3a by veraPDF's rules, the report's data inside, whatever stands
on the paper.
"""

import json
import re
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pydyf
import pytest
import segno
from django.utils import translation
from pypdf import PdfReader
from pypdf.generic import BooleanObject, DictionaryObject, NullObject
from weasyprint import HTML, Attachment

from kkm import journal
from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import tenge
from kkm.domain.ticket import Position, Ticket
from reports.kinds import KINDS
from reports.kinds import act as act_report
from reports.paper.a4 import report_a4, report_pdf
from reports.paper.font import legible
from reports.paper.pdfa import AttachedFile, pdf_of
from reports.paper.roll import RollPart, report_roll, roll_pdf
from reports.report_json import report_json
from reports.ticket.layout import ticket_pdf
from tests.inspector.factories import ControlFactory, StaffFactory
from tests.reports.asking import LATER, page_lines, paper_lines, paper_text, report_of, roll_part
from tests.reports.pdfa_rules import broken_rules
from tests.stories import AHMETOVA, act, close, record, restate, sell

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)
PAPERS = [(kind, frame) for kind in KINDS for frame in (report_a4, report_roll)]


def catalog_of(pdf: bytes):
    return PdfReader(BytesIO(pdf)).root_object


# -- every paper -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "frame"), PAPERS)
def test_every_report_is_pdf_a_on_a4_and_on_a_roll(example, kind, frame):
    assert broken_rules(frame(report_of(example.kkm, kind, DAY))) == []


def test_a_report_in_kazakh_is_pdf_a(example):
    with translation.override("kk"):
        pdf = report_a4(report_of(example.kkm, "z", DAY))
    assert broken_rules(pdf) == []
    assert catalog_of(pdf)["/Lang"] == "kk"


def test_a_report_that_does_not_hold_and_one_with_an_alarm_are_pdf_a(example):
    z = report_of(example.kkm, "z", DAY)
    wrong = replace(
        z, identities=tuple(replace(one, right=one.left + one.left) for one in z.identities)
    )
    alarmed = replace(wrong, alarms=("ПРОДАЖ: в отчёте 1.00, по журналу 2.00",) * 3)
    pdf = report_pdf(alarmed)
    assert broken_rules(pdf) == []
    said = paper_lines(pdf)
    assert {
        "× наличные: начало + приход − расход = конец",
        "ПРОДАЖ: в отчёте 1.00, по журналу 2.00",
    } <= {line.removeprefix("• ") for line in said}
    assert [
        line
        for line in page_lines(wrong)
        if "".join(line.split()) not in "".join("".join(said).split())
    ] == []


def test_an_act_is_pdf_a(active_kkm, now):
    sell(active_kkm, at=now)
    close(active_kkm, at=now)
    operation = journal.deregister(kkm=active_kkm, act=act(now, reason="замена на новую модель"))
    registration = active_kkm.registrations.get()
    paper = act_report.make(
        operation, registration, list(registration.shifts.all()), now=now, by="Сериков Н.Б."
    )
    pdf = report_pdf(paper)
    assert broken_rules(pdf) == []
    assert_the_ending_is_whole(pdf)


def assert_the_ending_is_whole(pdf: bytes):
    """The lines for signatures stand on the last page, beside the QR and the control value."""
    *_before, last = PdfReader(BytesIO(pdf)).pages
    text = last.extract_text()
    assert text.count("_" * 26) == 2
    assert "КОНТРОЛЬНОЕ ЗНАЧЕНИЕ" in text
    assert {one["/Subtype"] for one in last["/Annots"]} == {"/Link"}


def test_a_ticket_is_pdf_a(active_kkm, now):
    operation = sell(active_kkm, 1250, at=now, change=tenge(750), offline=True)
    assert broken_rules(ticket_pdf(operation)) == []


def test_a_passport_is_pdf_a(client, active_kkm):
    control = ControlFactory(kkm=active_kkm)
    client.force_login(StaffFactory())
    sheet = client.post(
        f"/admin/kkm/kkm/{active_kkm.pk}/passport/", {"inspector": control.inspector_id}
    )
    assert sheet.headers["Content-Type"] == "application/pdf"
    assert broken_rules(sheet.content) == []


def test_a_picture_on_paper_is_printed_dot_for_dot_and_one_cannot_see_through_it():
    pdf = roll_pdf(
        "Чек",
        [
            roll_part("Чек"),
            RollPart(
                image=segno.make("HTTPS://KASSA.KZ/VERIFY/" + "A2" * 80).png_data_uri(scale=3)
            ),
        ],
    )
    assert broken_rules(pdf) == []
    (image,) = (one for one in images_of(pdf))
    assert image["/Interpolate"] == BooleanObject(False)
    assert set(image) & {"/SMask", "/Mask"} == set()


def images_of(pdf: bytes) -> list:
    """Pictures that its pages show."""
    drawn = [
        each.get_object()
        for page in PdfReader(BytesIO(pdf)).pages
        for each in page["/Resources"].get("/XObject", {}).values()
    ]
    return [one for one in drawn if one["/Subtype"] == "/Image"]


# -- what stands on it -----------------------------------------------------------------------------

ODD = "Чай 龙井 😀 «Ағаш»\u202f1\u2009кг\u200d🅿️"


def test_what_the_face_of_paper_has_no_letter_for_is_a_dot_and_odd_spaces_are_spaces():
    assert legible(ODD) == "Чай ·· · «Ағаш» 1 кг···"
    ours = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі Ёё ₸ № — ✓ ≠ − × · •\n"
    assert legible(ours) == ours


def test_a_name_of_any_letters_is_sold_and_its_papers_are_pdf_a_that_carry_it_as_it_is(
    active_kkm, now
):
    restate(active_kkm, at=now, taxpayer={"name": ODD})
    lines = (Position(name=ODD, quantity=1000, price=tenge(500), rate=16_000),)
    operation = record(
        active_kkm,
        Ticket(
            at=now,
            kind=OperationKind.SALE,
            positions=lines,
            payments={PaymentType.CASH: tenge(500)},
            **AHMETOVA,
        ),
    )
    close(active_kkm, at=now)
    z = report_of(active_kkm, "z", DAY)
    for pdf in (report_a4(z), report_roll(z), ticket_pdf(operation)):
        assert broken_rules(pdf) == []
        assert "Чай ·· · «Ағаш» 1 кг···" in paper_text(pdf)
    assert json.loads(report_json(z))["taxpayer"] == ODD


def test_a_roll_that_is_longer_than_a_page_may_be_goes_on_on_another_and_loses_no_line():
    text = [f"{number:05d} {'.' * 42}" for number in range(1_700)]
    pdf = roll_pdf(
        "Лента",
        [
            roll_part(*text),
            RollPart(image=segno.make("A").svg_data_uri(light="#fff")),
            roll_part("Конец"),
        ],
    )
    heights = [float(page.mediabox.height) for page in PdfReader(BytesIO(pdf)).pages]
    assert broken_rules(pdf) == []
    assert len(heights) == 2
    assert len(set(heights)) == 1
    assert heights[0] < 1_701 * 9.2 / 2 + 250  # as long as half the lines, and a picture
    assert paper_lines(pdf) == [*text, "Конец"]


def test_a_roll_of_an_ordinary_length_is_one_page():
    pdf = roll_pdf("Лента", [roll_part(*map(str, range(1_000)))])
    (page,) = PdfReader(BytesIO(pdf)).pages
    assert round(float(page.mediabox.height)) == 9_223


# -- what is inside --------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "frame"), PAPERS)
def test_every_report_carries_its_data_inside(example, kind, frame):
    report = report_of(example.kkm, kind, DAY)
    ((name, contents),) = PdfReader(BytesIO(frame(report))).attachments.items()
    assert name == f"ALS00001734-{kind}-{report.statement.number}.json"
    assert contents == [report_json(report).encode()]


def test_the_data_are_those_of_the_paper_and_say_of_what_type_and_when_they_were_made(example):
    (specification,) = (
        each.get_object() for each in catalog_of(report_a4(report_of(example.kkm, "z", DAY)))["/AF"]
    )
    stream = specification["/EF"]["/F"].get_object()
    assert specification["/AFRelationship"] == "/Data"
    assert stream["/Subtype"] == "/application/json"
    assert (
        stream["/Params"]["/ModDate"] == stream["/Params"]["/CreationDate"] == "D:20260312160438Z"
    )  # 21:04:38 in Almaty


def test_a_paper_is_dated_by_what_it_says_and_not_by_the_clock(example):
    z = PdfReader(BytesIO(report_roll(report_of(example.kkm, "z", DAY)))).metadata
    x = PdfReader(
        BytesIO(
            report_a4(report_of(example.kkm, "x", DAY, now=LATER + timedelta(microseconds=987_654)))
        )
    ).metadata
    assert z["/CreationDate"] == z["/ModDate"] == "D:20260312160438Z"
    assert x["/CreationDate"] == x["/ModDate"] == "D:20260401043000Z"


def test_the_same_report_gives_the_same_bytes_with_its_data_inside(example):
    for kind in ("x", "shift"):
        first, second = (report_of(example.kkm, kind, DAY) for _time in range(2))
        assert report_a4(first) == report_a4(second)
        assert report_roll(first) == report_roll(second)


def test_a_ticket_is_the_same_in_every_process(active_kkm, now, tmp_path):
    pdf = ticket_pdf(sell(active_kkm, at=now))
    assert pdf == ticket_pdf(active_kkm.operations.tickets().get())
    assert "/CreationDate" not in PdfReader(BytesIO(pdf)).metadata


def test_poppler_takes_the_data_out(example, tmp_path):
    report = report_of(example.kkm, "z", DAY)
    paper = tmp_path / "z.pdf"
    paper.write_bytes(report_a4(report))
    subprocess.run(
        ["pdfdetach", "-saveall", "-o", tmp_path, paper], check=True, capture_output=True
    )
    (taken,) = tmp_path.glob("*.json")
    assert taken.read_text(encoding="utf-8") == report_json(report)


def test_metadata_can_be_found_by_programs_that_know_no_pdf(example):
    assert b'pdfaid:part="3" pdfaid:conformance="A"' in report_a4(report_of(example.kkm, "z", DAY))


# -- read aloud ------------------------------------------------------------------------------------


def elements_of(pdf: bytes) -> list[DictionaryObject]:
    """Every element of the tree of tags, in the order of reading."""
    found, todo = [], [catalog_of(pdf)["/StructTreeRoot"]["/K"][0].get_object()]
    while todo:
        one = todo.pop()
        found.append(one)
        kids = [kid.get_object() for kid in one.get("/K", ())]
        todo += reversed([kid for kid in kids if "/S" in getattr(kid, "keys", list)()])
    return found


@pytest.mark.parametrize(("kind", "frame"), PAPERS)
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_paper_is_tagged_named_and_in_its_language(example, kind, frame, language):
    """PDF/UA-1: 7.1, 7.2, 7.3, 7.5, 7.18; the property of the metadata."""
    with translation.override(language):
        report = report_of(example.kkm, kind, DAY)
        pdf = frame(report)
    catalog = catalog_of(pdf)
    assert catalog["/Lang"] == language
    assert catalog["/MarkInfo"]["/Marked"] == BooleanObject(True)
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] == BooleanObject(True)
    assert b'pdfuaid:part="1"' in pdf
    elements = elements_of(pdf)
    (figure,) = (one for one in elements if one["/S"] == "/Figure")
    assert figure["/Alt"].startswith("QR")
    for link in (one for one in elements if one["/S"] == "/Link"):
        assert link["/Alt"] == figure["/Alt"]
    titles = [one for one in elements if one["/S"] == "/TH"]
    assert {one["/A"]["/Scope"] for one in titles} <= {"/Column", "/Row"}
    if frame is report_a4:
        assert [one["/S"] for one in elements].count("/H1") == 1
        assert len(titles) >= sum(len(block.table.columns) for block in report.tables)


def test_the_running_head_is_not_read_aloud(example):
    """It is an artifact of the page, and no mark of it is left in the tree."""
    pdf = report_a4(report_of(example.kkm, "period", date(2025, 10, 20), DAY))
    reader = PdfReader(BytesIO(pdf))
    *_first, last = reader.pages
    content = last.get_contents().get_data()
    assert content.count(b"/Pagination") >= 3  # head, number of the page, foot
    marked = set(map(int, re.findall(rb"/MCID (\d+)", content)))
    tree = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    marks = tree[2 * last["/StructParents"] + 1]
    assert marked == {place for place, one in enumerate(marks) if one != NullObject()}


# -- the rules themselves see ----------------------------------------------------------------------

PAGE = "<html lang=ru><title>Чек</title><meta name=author content=Alsep><style>body { font: 9pt 'Plex Mono' }</style>"


def broken(
    html: str = "Чек", *, variant: str | None = "pdf/a-3a", change=lambda pdf: None, attachments=()
) -> list[str]:
    """What is broken by WeasyPrint alone, and then by a change."""
    document = HTML(string=PAGE + html).render()
    return broken_rules(
        document.write_pdf(
            pdf_variant=variant,
            attachments=attachments,
            finisher=lambda _document, pdf: change(pdf),
        )
    )


def clauses(rules: list[str]) -> set[str]:
    return {rule.split()[0].strip(":,") for rule in rules}


def test_the_rules_see_a_pdf_that_was_not_made_for_the_archive():
    assert {"6.1.3", "6.2.3", "6.6.2.1"} <= clauses(broken(variant=None))
    assert "6.6.4" in clauses(broken(variant="pdf/a-2b"))


def test_the_rules_see_what_weasyprint_leaves_to_us():
    file = Attachment(string="{}", name="a.json")
    found = broken(f'Чек <img src="{picture()}">', attachments=[file])
    assert found == [
        "6.2.8 an image that is interpolated, or has alternates",
        "6.8 files are named, and associated with the document, each once",
    ]


def picture(**colours: str | None) -> str:
    """A small picture as a data: URL; `light=None`: one can see through its light modules."""
    return segno.make("A").png_data_uri(**colours)


def test_the_rules_see_a_picture_with_holes_and_a_letter_that_is_missing():
    assert "ours: an image that one can see through" in broken(
        f'Чек <img src="{picture(light=None)}">'
    )
    assert "6.2.11.3" in clauses(broken("\U0010fffd"))


def into(part: str, key: str, value: object):
    """A change that puts something where it must not stand."""

    def change(pdf: pydyf.PDF) -> None:
        named = {one.get("Type"): one for one in pdf.objects if isinstance(one, dict)}
        named["/OutputIntent"] = pdf.catalog["OutputIntents"][0]
        named["/CIDFont"] = next(
            one
            for one in pdf.objects
            if isinstance(one, dict) and one.get("Subtype") == "/CIDFontType2"
        )
        named[part][key] = value

    return change


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (into("/Catalog", "AA", pydyf.Dictionary()), "6.4"),
        (
            into(
                "/Catalog",
                "OpenAction",
                pydyf.Dictionary({"Type": "/Action", "S": "/JavaScript", "JS": pydyf.String("1")}),
            ),
            "6.5.1",
        ),
        (into("/Catalog", "Names", pydyf.Dictionary({"JavaScript": pydyf.Dictionary()})), "6.5.2"),
        (into("/Catalog", "Version", 2**31), "6.1.13"),
        (into("/Catalog", "Lang", pydyf.String("x" * 32_767)), "6.1.13"),
        (into("/Page", "MediaBox", pydyf.Array([0, 0, 100, 14_401])), "6.1.13"),
        (
            into("/Page", "Annots", pydyf.Array([pydyf.Dictionary({"Subtype": "/Link", "F": 2})])),
            "6.3.2",
        ),
        (
            into("/Page", "Annots", pydyf.Array([pydyf.Dictionary({"Subtype": "/Movie", "F": 4})])),
            "6.3.1",
        ),
        (into("/OutputIntent", "S", "/GTS_PDFX"), "6.2.3"),
        (into("/CIDFont", "W", pydyf.Array([0, pydyf.Array([500] * 1200)])), "6.2.11.5"),
        (into("/CIDFont", "CIDToGIDMap", "/Other"), "6.2.11.3"),
        (into("/FontDescriptor", "FontFile2", "null"), "6.2.11.4"),
    ],
)
def test_the_rules_see_what_is_broken_in_the_objects(change, clause):
    assert clause in clauses(broken(change=change)) - clauses(broken())


@pytest.mark.parametrize(
    ("old", "new", "clause"),
    [
        (rb"%PDF-1.7", rb"%PDF-2.0", "6.1.2"),
        (rb"%%EOF\n", b"%%EOF\n\nmore\n", "6.1.3"),
        (rb"/Length (\d+)>>", rb"/Length 1\1>>", "6.1.7"),
        (rb"pdfaid:part=.3.", rb'pdfaid:part="2"', "6.6.4"),
        (rb"<pdf:Producer>|pdf:Producer=", rb"pdf:Trapped=", "6.6.2.3"),
        (rb'x-default">.{4}', rb'x-default">Xxxx', "6.6.3"),
    ],
)
def test_the_rules_see_what_is_broken_in_the_bytes(example, old, new, clause):
    pdf = pdf_of(HTML(string=PAGE + "Чек").render(), AttachedFile("a.json", "{}", LATER))
    assert broken_rules(pdf) == []
    assert clause in clauses(broken_rules(re.sub(old, new, pdf)))
