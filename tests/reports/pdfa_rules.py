"""The rules of veraPDF's profile for PDF/A-3a (ISO 19005-3) that a paper of ours can break, asked
of the bytes; each has its clause.

What cannot occur in what WeasyPrint writes is asked for as a whole: there are no forms, layers,
inline images, JPEG 2000 images, spot colours, nor any fonts but TrueType ones in composite fonts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from io import BytesIO
from xml.etree import ElementTree

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    ContentStream,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFAID, DC = "{http://www.aiim.org/pdfa/ns/id/}", "{http://purl.org/dc/elements/1.1/}"
PDFUAID = "{http://www.aiim.org/pdfua/ns/id/}"
EXTENSION = "{http://www.aiim.org/pdfa/ns/extension/}"
PDF, XMP = "{http://ns.adobe.com/pdf/1.3/}", "{http://ns.adobe.com/xap/1.0/}"
KNOWN = {
    f"{PDFAID}part",
    f"{PDFAID}conformance",
    f"{PDFUAID}part",
    f"{EXTENSION}schemas",
    f"{PDF}Producer",
    f"{DC}title",
    f"{DC}creator",
    f"{XMP}CreateDate",
    f"{XMP}ModifyDate",
}
OPERATORS = set(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri s S SC sc"
    " SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"}
BLEND = (
    "Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference Exclusion Hue Saturation"
    " Color Luminosity"
)
RELATIONS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}


def broken_rules(pdf: bytes) -> list[str]:
    """«6.1.3 …» for each rule that a PDF breaks."""
    paper = Paper(pdf)
    return [broken for rule in RULES for broken in rule(paper)]


def at(dictionary: DictionaryObject, key: str) -> object:
    """What stands there, wherever it is kept; an empty dictionary for nothing."""
    return dictionary[key].get_object() if key in dictionary else DictionaryObject()


class Paper:
    """A PDF taken apart."""

    def __init__(self, pdf: bytes) -> None:
        self.bytes, self.reader = pdf, PdfReader(BytesIO(pdf))
        self.catalog, self.pages = self.reader.root_object, self.reader.pages

    @cached_property
    def objects(self) -> list:
        """Every object that can be reached from the trailer, each once."""
        found, seen, todo = [], set(), [self.reader.trailer]
        while todo:
            one = todo.pop().get_object()
            if id(one) in seen:
                continue
            seen.add(id(one))
            found.append(one)
            todo += (
                list(one.values())
                if isinstance(one, DictionaryObject)
                else list(one)
                if isinstance(one, ArrayObject)
                else []
            )
        return found

    @property
    def dictionaries(self) -> list[DictionaryObject]:
        return [one for one in self.objects if isinstance(one, DictionaryObject)]

    @property
    def streams(self) -> list[StreamObject]:
        return [one for one in self.objects if isinstance(one, StreamObject)]

    @cached_property
    def contents(self) -> list[tuple[DictionaryObject, list]]:
        """(resources, operations) of each page and form."""
        found = [
            (page["/Resources"].get_object(), page.get_contents().operations) for page in self.pages
        ]
        forms = [one for one in self.streams if one.get("/Subtype") == "/Form"]
        return found + [
            (at(form, "/Resources"), ContentStream(form, self.reader).operations) for form in forms
        ]

    @cached_property
    def xmp(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.catalog["/Metadata"].get_object().get_data())

    def property(self, name: str) -> str | None:
        """A property of the metadata: an attribute, an element, or the first item of a list."""
        for description in self.xmp.iter(f"{RDF}Description"):
            if name in description.attrib:
                return description.attrib[name]
            if (element := description.find(name)) is not None:
                item = element.find(f".//{RDF}li")
                return (element if item is None else item).text
        return None


def header_and_trailer(paper: Paper) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", paper.bytes):
        yield "6.1.2 the header"
    if not paper.reader.trailer.get("/ID") or "/Encrypt" in paper.reader.trailer:
        yield "6.1.3 the file identifier, no encryption"
    if not re.search(rb"%%EOF\n?\Z", paper.bytes):
        yield "6.1.3 nothing after the end"


def streams(paper: Paper) -> Iterator[str]:
    lengths = [
        (match.end(), int(match[1]))
        for match in re.finditer(rb"/Length (\d+)(?:/[^>]*)?>>\nstream\n", paper.bytes)
    ]
    if not lengths or len(lengths) != len(re.findall(rb"\nendstream\n", paper.bytes)):
        yield "6.1.7 stream and endstream on lines of their own"
    if any(
        not paper.bytes.startswith(b"\nendstream\n", start + length) for start, length in lengths
    ):
        yield "6.1.7 the length of a stream"
    for stream in paper.streams:
        if stream.get("/Filter", "/FlateDecode") != "/FlateDecode" or {
            "/F",
            "/FFilter",
            "/FDecodeParms",
        } & set(stream):
            yield "6.1.7 the filter of a stream"


def limits(paper: Paper) -> Iterator[str]:
    for one in paper.objects:
        if isinstance(one, NumberObject) and not -(2**31) <= one < 2**31:
            yield f"6.1.13 the integer {one}"
        if isinstance(one, FloatObject) and one and not 1.175e-38 <= abs(float(one)) <= 3.403e38:
            yield f"6.1.13 the real {one}"
        if (
            isinstance(one, TextStringObject | ByteStringObject)
            and len(one.original_bytes) >= 32_767
        ):
            yield "6.1.13 a long string"
        if isinstance(one, NameObject) and len(one.encode()) > 128:
            yield "6.1.13 a long name"
    for page in paper.pages:
        for box in (
            page[name]
            for name in ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox")
            if name in page
        ):
            left, bottom, right, top = map(float, box)
            if not (3 <= right - left <= 14_400 and 3 <= top - bottom <= 14_400):
                yield f"6.1.13 a page of {right - left:g} × {top - bottom:g}"


def operators(paper: Paper) -> Iterator[str]:
    if any("/Resources" not in page for page in paper.pages):
        yield "6.2.2 the resources of a page are its own"
    for _resources, operations in paper.contents:
        depth = 0
        for operands, operator in operations:
            name = operator.decode()
            depth += (name == "q") - (name == "Q")
            if name not in OPERATORS or name in {"BI", "INLINE IMAGE"}:
                yield f"6.2.2 the operator {name}"
            if depth > 28:
                yield "6.1.13 nesting of q"
            if name in {"k", "K"} or (name in {"cs", "CS"} and operands[0] == "/DeviceCMYK"):
                yield "6.2.4.3 CMYK beside an RGB output intent"
            if name == "ri":
                yield "6.2.6 a rendering intent"


def output_intent(paper: Paper) -> Iterator[str]:
    intents = [intent.get_object() for intent in paper.catalog.get("/OutputIntents", ())]
    if [intent["/S"] for intent in intents] != ["/GTS_PDFA1"] or "/DestOutputProfileRef" in intents[
        0
    ]:
        yield "6.2.3 one output intent of PDF/A"
        return
    stream = intents[0]["/DestOutputProfile"].get_object()
    profile = stream.get_data()
    if (
        (profile[12:16], profile[16:20], stream["/N"]) != (b"mntr", b"RGB ", 3)
        or profile[8] >= 5
        or profile[36:40] != b"acsp"
    ):
        yield "6.2.3 the colour profile"


def graphics(paper: Paper) -> Iterator[str]:
    for one in paper.dictionaries:
        if one.get("/Type") == "/ExtGState" or (
            {"/ca", "/CA", "/BM", "/SMask"} & set(one) and "/Subtype" not in one
        ):
            if {"/TR", "/HTP", "/HT"} & set(one) or one.get("/TR2", "/Default") != "/Default":
                yield "6.2.5 the graphics state"
            if one.get("/BM", "/Normal").removeprefix("/") not in BLEND.split():
                yield "6.2.10 the blend mode"
        if one.get("/Subtype") == "/Image" and (
            {"/Alternates", "/OPI"} & set(one) or at(one, "/Interpolate") == BooleanObject(True)
        ):
            yield "6.2.8 an image that is interpolated, or has alternates"
        if one.get("/Subtype") == "/Image" and {"/SMask", "/Mask"} & set(one):
            yield "ours: an image that one can see through"
        if one.get("/Subtype") == "/PS" or (
            one.get("/Subtype") == "/Form" and {"/OPI", "/PS", "/Ref", "/Subtype2"} & set(one)
        ):
            yield "6.2.9 the form of a drawing"


def fonts(paper: Paper) -> Iterator[str]:
    used = [
        font.get_object()
        for resources, _operations in paper.contents
        for font in at(resources, "/Font").values()
    ]
    if not used:
        yield "ours: paper without a font"
    for font in used:
        if (font["/Type"], font["/Subtype"], font["/Encoding"]) != (
            "/Font",
            "/Type0",
            "/Identity-H",
        ):
            yield f"6.2.11.3 the font {font['/BaseFont']}"
            continue
        (inner,) = (each.get_object() for each in font["/DescendantFonts"])
        if (inner["/Subtype"], inner.get("/CIDToGIDMap")) != (
            "/CIDFontType2",
            "/Identity",
        ) or "/CIDSet" in inner["/FontDescriptor"]:
            yield f"6.2.11.3 the glyphs of {font['/BaseFont']}"
        if not isinstance(at(inner["/FontDescriptor"], "/FontFile2"), StreamObject):
            yield f"6.2.11.4 {font['/BaseFont']} is not embedded"
        if "/ToUnicode" not in font:
            yield f"6.2.11.7 {font['/BaseFont']} cannot be read back"


def glyphs(paper: Paper) -> Iterator[str]:
    if any(fonts(paper)):
        return
    for name, (font, shown) in _shown(paper).items():
        inner = font["/DescendantFonts"][0].get_object()
        widths, unicode = dict(_widths(inner["/W"])), _unicode(font)
        with TTFont(
            BytesIO(inner["/FontDescriptor"]["/FontFile2"].get_object().get_data())
        ) as program:
            scale, order = 1000 / program["head"].unitsPerEm, program.getGlyphOrder()
            for glyph in shown:
                if not 0 < glyph < len(order):
                    yield f"6.2.11.8 {name} shows the glyph {glyph}"
                elif (
                    not program["glyf"][order[glyph]].numberOfContours
                    and unicode.get(glyph, "").strip()
                ):
                    yield f"6.2.11.4 {name} has no outline for {unicode[glyph]!r}"
                elif abs(program["hmtx"][order[glyph]][0] * scale - widths.get(glyph, 1000)) > 1:
                    yield f"6.2.11.5 {name}: the width of glyph {glyph}"
                elif glyph not in unicode:
                    yield f"6.2.11.7 {name}: glyph {glyph} cannot be read back"


def _shown(paper: Paper) -> dict[str, tuple[DictionaryObject, set[int]]]:
    """By name each font and the glyphs that are shown in it."""
    found: dict[str, tuple[DictionaryObject, set[int]]] = {}
    for resources, operations in paper.contents:
        font = None
        for operands, operator in operations:
            if operator == b"Tf":
                font = found.setdefault(
                    operands[0], (resources["/Font"][operands[0]].get_object(), set())
                )
            elif operator in (b"TJ", b"Tj"):
                for text in operands[0] if operator == b"TJ" else operands:
                    if not isinstance(text, NumberObject | FloatObject):
                        codes = text.original_bytes
                        font[1].update(
                            int.from_bytes(codes[place : place + 2])
                            for place in range(0, len(codes), 2)
                        )
    return found


def _widths(array: ArrayObject) -> Iterator[tuple[int, float]]:
    for place in range(0, len(array), 2):
        first, widths = int(array[place]), array[place + 1].get_object()
        yield from ((first + more, float(width)) for more, width in enumerate(widths))


def _unicode(font: DictionaryObject) -> dict[int, str]:
    pairs = re.findall(
        rb"^<([0-9a-f]{4})> <([0-9a-f]*)>|<([0-9a-f]{4})> <([0-9a-f]+)>",
        font["/ToUnicode"].get_object().get_data(),
    )
    return {
        int(a or c, 16): bytes.fromhex((b or d).decode()).decode("utf-16-be")
        for a, b, c, d in pairs
        if a != b"0000" or b != b"ffff"
    }


def annotations_and_actions(paper: Paper) -> Iterator[str]:
    for annotation in (
        each.get_object() for page in paper.pages for each in page.get("/Annots", ())
    ):
        if annotation["/Subtype"] != "/Link":
            yield f"6.3.1 an annotation {annotation['/Subtype']}"
        if annotation.get("/F", 0) & 0b1_0010_0111 != 4:
            yield "6.3.2 an annotation that is not printed"
    if {
        "/AA",
        "/OpenAction",
        "/AcroForm",
        "/NeedsRendering",
        "/OCProperties",
        "/Requirements",
    } & set(paper.catalog):
        yield "6.4, 6.5.2, 6.9, 6.11 of the catalog"
    if any({"/AA", "/PresSteps"} & set(page) for page in paper.pages) or {
        "/JavaScript",
        "/AlternatePresentations",
    } & set(_names(paper)):
        yield "6.5.2, 6.10 of a page or the names"
    for one in paper.dictionaries:
        if one.get("/Type") == "/Action" and one["/S"] not in ACTIONS:
            yield f"6.5.1 the action {one['/S']}"


def _names(paper: Paper) -> DictionaryObject:
    return at(paper.catalog, "/Names")


def metadata(paper: Paper) -> Iterator[str]:
    if "/Metadata" not in paper.catalog:
        yield "6.6.2.1 metadata"
        return
    text = paper.catalog["/Metadata"].get_object().get_data()
    if not text.startswith(
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    ) or not text.endswith(b'<?xpacket end="r"?>'):
        yield "6.6.2.1 the packet of metadata"
    if (paper.property(f"{PDFAID}part"), paper.property(f"{PDFAID}conformance")) != ("3", "A"):
        yield "6.6.4 part 3, level A"
    for description in paper.xmp.iter(f"{RDF}Description"):
        for name in (
            {*description.attrib, *(element.tag for element in description)}
            - {f"{RDF}about"}
            - KNOWN
        ):
            yield f"6.6.2.3 the property {name}"
    info = paper.reader.metadata or {}
    for key, name in (
        ("/Title", f"{DC}title"),
        ("/Author", f"{DC}creator"),
        ("/Producer", f"{PDF}Producer"),
    ):
        if info.get(key) != paper.property(name):
            yield f"6.6.3 {key} is not that of the metadata"
    for key, name in (("/CreationDate", f"{XMP}CreateDate"), ("/ModDate", f"{XMP}ModifyDate")):
        if re.sub(r"\D", "", info.get(key, "")) != re.sub(r"\D", "", paper.property(name) or ""):
            yield f"6.6.3 {key} is not that of the metadata"
    if not info.get("/Title") or at(paper.catalog, "/ViewerPreferences").get(
        "/DisplayDocTitle"
    ) != BooleanObject(True):
        yield "ours: a title that is shown"


def files(paper: Paper) -> Iterator[str]:
    named = [
        each.get_object() for each in at(_names(paper), "/EmbeddedFiles").get("/Names", [])[1::2]
    ]
    specifications = [one for one in paper.dictionaries if "/EF" in one]
    associated = [each.get_object() for each in paper.catalog.get("/AF", ())]
    if any(
        len(kept) != len(specifications) or any(one not in kept for one in specifications)
        for kept in (named, associated)
    ):
        yield "6.8 files are named, and associated with the document, each once"
    for one in specifications:
        if "/F" not in one or "/UF" not in one:
            yield "6.8 F and UF"
        if one.get("/AFRelationship") not in RELATIONS:
            yield "6.8 what a file is to the paper"
        stream = one["/EF"]["/F"].get_object()
        if "/" not in stream.get("/Subtype", "/")[1:]:
            yield "6.8 the type of a file"
        if "/ModDate" not in stream.get("/Params", ()):
            yield "6.8 when a file was changed"


RULES: tuple[Callable[[Paper], Iterator[str]], ...] = (
    header_and_trailer,
    streams,
    limits,
    operators,
    output_intent,
    graphics,
    fonts,
    glyphs,
    annotations_and_actions,
    metadata,
    files,
)
