"""`Ticket/PrintFormat`: a ticket as lines for a printer. Documented by the vendor."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.webkassa.answer_shapes import PrintedLineAnswer
from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http.codes import TICKET_NOT_FOUND, refused
from kkm.webkassa.print_languages import languages_of
from kkm.webkassa.print_lines import print_lines
from kkm.webkassa.request_fields import printable_text
from kkm.webkassa.request_shapes import OfRegisterRequest, PrintWidth
from kkm.webkassa.ticket_reading import read_ticket, ticket_by_external_number


class PrintFormatRequest(OfRegisterRequest):
    """A ticket as lines of a paper: 0 80 mm, 3 57 mm, 12 and 13 A4."""

    external_check_number: Annotated[str, printable_text(50, least=1)]
    paper_kind: PrintWidth = 0


class PrintFormatAnswer(TypedDict):
    """A ticket, line by line."""

    Lines: list[PrintedLineAnswer]


def print_format(caller: Caller, request: PrintFormatRequest) -> CallResult:
    """A ticket as lines of a paper; code 16 if there is none."""
    kkm = caller.register(request)
    operation = ticket_by_external_number(kkm, request.external_check_number)
    if operation is None:
        raise refused(TICKET_NOT_FOUND, _("Чека с таким номером у этой кассы нет."))
    languages = languages_of(caller.http_request)
    lines = print_lines(read_ticket(kkm, operation), languages, request.paper_kind)
    return CallResult({"Lines": lines})
