"""`organization/main-info` and `employee/employees-and-cashboxes`: the taxpayer and his cashiers.

Both are in the vendor's documentation without an answer. The answer of the second is inferred to be
that of `Employee/List`; that of the first is inferred from the names which reports use.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.webkassa import requests
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.directory import Employee
from kkm.webkassa.reading import employee_list
from kkm.webkassa.refusals import invalid


class AboutOrganization(requests.Authorized):
    """Whose requisites; without a number those of the cashier's own taxpayer."""

    xin: requests.printed(20) = ""


class MainInfo(TypedDict):
    """A taxpayer."""

    TaxPayerName: str
    TaxPayerIN: str
    TaxPayerVAT: bool
    TaxPayerVATSeria: str
    TaxPayerVATNumber: str


@call("organization/main-info", AboutOrganization, MainInfo)
def main_info(caller: Caller, asked: AboutOrganization) -> Answer:
    """The cashier's own taxpayer; any other is refused, whether we know him or not."""
    taxpayer = caller.cashier.taxpayer
    if asked.xin and asked.xin != taxpayer.taxpayer_number:
        raise invalid("Xin", _("сведения даются только о своём налогоплательщике."))
    return Answer(
        {
            "TaxPayerName": taxpayer.name,
            "TaxPayerIN": taxpayer.taxpayer_number,
            "TaxPayerVAT": bool(taxpayer.vat_number),
            "TaxPayerVATSeria": taxpayer.vat_series,
            "TaxPayerVATNumber": taxpayer.vat_number,
        }
    )


@call("employee/employees-and-cashboxes", requests.Authorized, list[Employee])
def employees_and_cashboxes(caller: Caller, asked: requests.Authorized) -> Answer:
    """Cashiers of the taxpayer who are at work, and their registers."""
    return employee_list(caller, asked)
