"""A report on A4. Its body is that of the page."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kkm.domain.seal import fingerprint
from kkm.local_time import clock
from reports.paper import stored
from reports.paper.pdf import render_pdf, render_pdf_of_many
from reports.paper.pdfa import AttachedFile
from reports.paper.qr import token_code
from reports.report import Report
from reports.report_json import file_name, report_json


def report_pdf(report: Report) -> bytes:
    """A report on A4; a stored Z comes from the cache when it has been rendered before, unless
    the journal contradicts it now.
    """
    if not report.frozen or report.alarms:
        return report_a4(report)
    key = stored.key_of(report)
    pdf = stored.read(key)
    if pdf is None:
        pdf = report_a4(report)
        stored.write(key, pdf)
    return pdf


def report_a4(report: Report) -> bytes:
    """A report on A4, rendered now."""
    return render_pdf(report_html(report), "paper.css", attached=attached_json(report))


def reports_pdf(reports: Iterable[Report], title: str) -> bytes:
    """Several reports on A4 in one file, in their order, each as it is printed alone."""
    documents = []
    files = []
    for report in reports:
        documents.append(report_html(report))
        files.append(attached_json(report))
    return render_pdf_of_many(documents, "paper.css", title=title, attached=files)


def report_html(report: Report) -> str:
    """The document that A4 prints.

    `KeyUnavailable` if the report has a token and it cannot be signed: the paper must have its QR.
    """
    if report.statement:
        token_code(report.statement)
    return render_to_string(
        "reports/paper.html",
        {
            "report": report,
            "head": running_head(report),
            "made": made(report),
            "LANGUAGE_CODE": get_language(),
        },
    )


def running_head(report: Report) -> str:
    """What the second page and all that follow say of the whole: document, taxpayer, РНМ."""
    number = _("РНМ {number}").format(number=report.registration_number)
    return " · ".join((report.name, report.taxpayer, number))


def made(report: Report) -> str:
    """When and by whom the paper was made; a Z by its closing."""
    parts = (
        _("Сформирован {at}").format(at=clock(report.made_at)),
        report.made_by,
        fingerprint(report.seal),
    )
    return " · ".join(filter(None, parts))


def attached_json(report: Report) -> AttachedFile:
    """The file that a paper carries: the report as data, for programs."""
    return AttachedFile(file_name(report), report_json(report), report.made_at)
