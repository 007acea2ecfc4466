"""PDF/A-3b (ISO 19005-3): a form of PDF for archives, which may carry files.

WeasyPrint's variant brings the XMP metadata, the sRGB output intent, the identifier of the file.
Added here: dates that come with the document and not from the clock, a title that is shown,
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
class AttachedFile:
    """A file that a paper carries: its name (ASCII, the ending tells its type), its text, and the
    moment when both were made.
    """

    name: str
    text: str
    made_at: datetime


def pdf_of(document: Document, attached: AttachedFile | None = None) -> bytes:
    """The bytes of a document that has been laid out; its dates are those of the attached file.

    The same input, the same bytes.
    """
    attachments = []
    if attached:
        at = utc(attached.made_at)
        date = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        document.metadata.created = date
        document.metadata.modified = date
        attachments = [
            Attachment(
                string=attached.text,
                name=attached.name,
                created=at,
                modified=at,
                relationship="Data",
            )
        ]
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3b", attachments=attachments, finisher=_finish
    )
    return pdf


def _finish(_document: Document, pdf: pydyf.PDF) -> None:
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    if "AF" in pdf.catalog:
        # WeasyPrint lists each file twice.
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream):
            _finish_stream(stream)


def _finish_stream(stream: pydyf.Stream) -> None:
    if stream.extra.get("Subtype") == "/Image":
        # Clause 6.2.8; a QR is sharp whatever its style says.
        stream.extra["Interpolate"] = "false"
    if stream.extra.get("Type") == "/Metadata":
        # Programs that know no PDF look for it in the plain bytes.
        stream.compress = False
    # Left to itself pydyf compresses at the highest level, and twice: for the identifier of the
    # file, and for the file.
    if stream.compress:
        stream.compress = False
        stream.stream = [zlib.compress(pydyf.Array(stream.stream).data[1:-1])]
        stream.extra["Filter"] = "/FlateDecode"
