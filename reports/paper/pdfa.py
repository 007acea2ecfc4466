"""PDF/A-3b (ISO 19005-3): paper that can be read in thirty years, with what it says in a file
inside it.

WeasyPrint's variant brings the XMP metadata, the sRGB output intent, the identifier of the file.
Here is the rest: dates that come with the document and not from the clock, a title that is shown,
attached files named once, streams packed once.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

import pydyf
from weasyprint import Attachment
from weasyprint.document import Document

from kkm.domain.moments import utc

LONGEST = 14_400  # points: the longest side of a page (ISO 19005-3, 6.1.13)


@dataclass(frozen=True, slots=True)
class Inside:
    """A file inside a paper: its name (ASCII, the ending tells its type), its text, and the
    moment when both were made.
    """

    name: str
    text: str
    made_at: datetime


def pdf_of(document: Document, inside: Inside | None = None) -> bytes:
    """The bytes of a document that has been laid out; its dates are those of the file inside it.

    The same input, the same bytes.
    """
    attachments = []
    if inside:
        at = utc(inside.made_at)
        document.metadata.created = document.metadata.modified = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        attachments = [
            Attachment(
                string=inside.text, name=inside.name, created=at, modified=at, relationship="Data"
            )
        ]
    return document.write_pdf(pdf_variant="pdf/a-3b", attachments=attachments, finisher=_finish)


def _finish(_document: Document, pdf: pydyf.PDF) -> None:
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(
            dict.fromkeys(pdf.catalog["AF"])
        )  # WeasyPrint lists each file twice
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream):
            _finish_stream(stream)


def _finish_stream(stream: pydyf.Stream) -> None:
    if stream.extra.get("Subtype") == "/Image":
        stream.extra["Interpolate"] = "false"  # clause 6.2.8; a QR is sharp whatever its style says
    if stream.extra.get("Type") == "/Metadata":
        stream.compress = False  # programs that know no PDF look for it in the plain bytes
    # left to itself pydyf packs as hard as it can, and twice: for the identifier, and for the file
    if stream.compress:
        stream.compress = False
        stream.stream = [zlib.compress(pydyf.Array(stream.stream).data[1:-1])]
        stream.extra["Filter"] = "/FlateDecode"
