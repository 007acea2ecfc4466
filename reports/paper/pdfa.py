"""PDF/A-3a (ISO 19005-3): a form of PDF for archives, which may carry files and can be read aloud.

WeasyPrint's variant brings the XMP metadata, the sRGB output intent, the identifier of the file.
Added here: dates that come with the document and not from the clock, a title that is shown,
attached files named once, streams packed once.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

import pydyf
from django.utils.translation import gettext as _
from weasyprint import Attachment
from weasyprint.document import Document

from kkm.domain.moments import utc
from reports.paper.tagged import declared, finish_tags

LONGEST = 14_400  # points: the longest side of a page (ISO 19005-3, 6.1.13)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that a paper carries: its name (ASCII, the ending tells its type), its text, and the
    moment when both were made.
    """

    name: str
    text: str
    made_at: datetime


def pdf_of(document: Document, *attached: AttachedFile) -> bytes:
    """The bytes of a document that has been laid out; its dates are those of the last file.

    The same input, the same bytes.
    """
    if attached:
        last = max(file.made_at for file in attached)
        document.metadata.created = document.metadata.modified = _date(last)
    attachments = []
    for file in attached:
        at = utc(file.made_at)
        attachments.append(
            Attachment(
                string=file.text,
                name=file.name,
                description=_("Отчёт как данные, для программ"),
                created=at,
                modified=at,
                relationship="Data",
            )
        )
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3a", attachments=attachments, finisher=_finish
    )
    return pdf


def _date(moment: datetime) -> str:
    return f"{utc(moment):%Y-%m-%dT%H:%M:%SZ}"


def _finish(_document: Document, pdf: pydyf.PDF) -> None:
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    if "AF" in pdf.catalog:
        # WeasyPrint lists each file twice.
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    finish_tags(pdf)
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
        stream.stream = declared(stream.stream)
    # Left to itself pydyf compresses at the highest level, and twice: for the identifier of the
    # file, and for the file.
    if stream.compress:
        stream.compress = False
        stream.stream = [zlib.compress(pydyf.Array(stream.stream).data[1:-1])]
        stream.extra["Filter"] = "/FlateDecode"
