"""`organization/main-info`: the taxpayer of a cashier.

In the vendor's documentation without an answer, which is inferred from the names that reports use.
"""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.webkassa.call import Caller, CallResult
from kkm.webkassa.http.codes import invalid
from kkm.webkassa.request_fields import printable_text
from kkm.webkassa.request_shapes import AuthorizedRequest


class AboutOrganizationRequest(AuthorizedRequest):
    """Whose requisites; without a number those of the cashier's own taxpayer."""

    xin: Annotated[str, printable_text(20)] = ""


class MainInfoAnswer(TypedDict):
    """A taxpayer."""

    TaxPayerName: str
    TaxPayerIN: str
    TaxPayerVAT: bool
    TaxPayerVATSeria: str
    TaxPayerVATNumber: str


def main_info(caller: Caller, request: AboutOrganizationRequest) -> CallResult:
    """The cashier's own taxpayer; any other is refused, whether we know him or not."""
    taxpayer = caller.cashier.taxpayer
    if request.xin and request.xin != taxpayer.taxpayer_number:
        raise invalid("Xin", _("сведения даются только о своём налогоплательщике."))
    return CallResult(
        {
            "TaxPayerName": taxpayer.name,
            "TaxPayerIN": taxpayer.taxpayer_number,
            "TaxPayerVAT": bool(taxpayer.vat_number),
            "TaxPayerVATSeria": taxpayer.vat_series,
            "TaxPayerVATNumber": taxpayer.vat_number,
        }
    )
