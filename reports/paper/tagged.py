"""PDF/UA-1 (ISO 14289-1) beside PDF/A-3a: a paper that a screen reader can read aloud.

WeasyPrint's variant PDF/A-3a brings the tree of tags. Added here: what stands in the margins is an
artifact (the running head would interrupt what is read), boxes of pictures in points, the property
`pdfuaid:part` with its schema, which PDF/A wants for each property that it does not know itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pydyf

_POINT = 0.75  # of a pixel of CSS

_PROPERTY = """\
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


def finish_tags(pdf: pydyf.PDF) -> None:
    """Before streams are packed."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    reached = {element.number for element in _below(pdf, root)}
    pages = {page.number: page for page in _pages(pdf)}
    for element in _elements(pdf):
        if element.number not in reached:
            _make_artifact(pdf, root, element, pages)
        elif element["S"] == "/TR":
            _scope_titles([_object(pdf, kid) for kid in element["K"]])
        elif element["S"] == "/Link":
            _name_link(element, _below(pdf, element))
        elif element["S"] == "/Figure":
            page = pages[_number(element["Pg"])]
            _turn_box(element, page)
            _drop_links(pdf, root, element, page)


def declared(metadata: list[object]) -> list[object]:
    """The XMP metadata with the property of PDF/UA."""
    closing = b"</rdf:RDF>"
    whole = b"".join(map(_bytes, metadata))
    return [whole.replace(closing, _PROPERTY.encode())]


def _bytes(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    return str(piece).encode()


def _make_artifact(
    pdf: pydyf.PDF,
    root: pydyf.Dictionary,
    element: pydyf.Dictionary,
    pages: dict[int, pydyf.Dictionary],
) -> None:
    """What no tag leads to stands in a margin. Its marks in the page become those of an artifact,
    and the table of marks forgets them.
    """
    page = pages[_number(element["Pg"])]
    nums = _object(pdf, root["ParentTree"])["Nums"]
    marks = nums[2 * page["StructParents"] + 1]
    stream = _object(pdf, page["Contents"])
    for kid in element["K"]:
        if isinstance(kid, int):
            _unmark(stream, kid)
            marks[kid] = "null"


def _unmark(stream: pydyf.Stream, mark: int) -> None:
    """A mark is written as its tag, its dictionary and an operator."""
    for place, piece in enumerate(stream.stream):
        if isinstance(piece, pydyf.Dictionary) and piece.get("MCID") == mark:
            stream.stream[place - 1] = "/Artifact"
            stream.stream[place] = pydyf.Dictionary({"Type": "/Pagination"})


def _scope_titles(cells: list[pydyf.Dictionary]) -> None:
    """A title in a row of titles is of its column; beside figures it is of its row."""
    titles = [cell for cell in cells if cell["S"] == "/TH"]
    scope = "/Row"
    if len(titles) == len(cells):
        scope = "/Column"
    for title in titles:
        title["A"]["Scope"] = scope


def _turn_box(element: pydyf.Dictionary, page: pydyf.Dictionary) -> None:
    """From pixels below the upper edge to points above the lower one."""
    height = page["MediaBox"][3]
    left, top, right, bottom = (length * _POINT for length in element["A"]["BBox"])
    element["A"]["BBox"] = pydyf.Array([left, height - bottom, right, height - top])


def _drop_links(
    pdf: pydyf.PDF, root: pydyf.Dictionary, figure: pydyf.Dictionary, page: pydyf.Dictionary
) -> None:
    """WeasyPrint gives a link around a picture twice, the second time inside the picture."""
    nums = _object(pdf, root["ParentTree"])["Nums"]
    for kid in list(figure["K"]):
        if isinstance(kid, bytes) and _object(pdf, kid).get("Type") == "/OBJR":
            link = _object(pdf, kid)["Obj"]
            figure["K"].remove(kid)
            page["Annots"].remove(link)
            keys = nums[::2]
            place = 2 * keys.index(_object(pdf, link)["StructParent"])
            del nums[place : place + 2]


def _name_link(link: pydyf.Dictionary, below: Iterator[pydyf.Dictionary]) -> None:
    """A link around a picture is called as the picture is."""
    for element in below:
        if element.get("S") == "/Figure" and "Alt" in element:
            link["Alt"] = element["Alt"]


def _below(pdf: pydyf.PDF, element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
    """An element of the tree and all that are in it."""
    todo = [element]
    while todo:
        one = todo.pop()
        yield one
        for kid in one.get("K", ()):
            if isinstance(kid, bytes):
                found = _object(pdf, kid)
                if isinstance(found, pydyf.Dictionary):
                    todo.append(found)


def _elements(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    for one in pdf.objects:
        if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructElem":
            yield one


def _pages(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    for one in pdf.objects:
        if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/Page":
            yield one


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[_number(reference)]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
