"""`cashboxes/availableForReadHistory`, `Shift/ExternalHistory`, `Ticket/ExternalHistory`: what
shopping centres and accountants read.

Not in the vendor's public documentation: read in the public code of three clients (two of PHP, one
of TypeScript). They take `CashboxUniqueNumber` of the first, `Shifts` with `ShiftNumber` and
`Total` of the second, `Items` and `Total` of the third; the rest of the form is that of the
documented histories. That shifts are chosen by having lasted at some moment of the period is
inferred.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from typing_extensions import TypedDict

from kkm.webkassa import requests
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.directory import cashboxes_of
from kkm.webkassa.history import TicketHistory
from kkm.webkassa.reading import check_history, page_of, place_in_list
from kkm.webkassa.refusals import invalid
from kkm.webkassa.shifts import ShiftHistory, past_shift


class ReadableCashbox(TypedDict):
    """A register whose history may be read."""

    CashboxUniqueNumber: str
    CashboxRegistrationNumber: str
    Name: str
    Address: str


class OfPeriod(requests.Listed):
    """Shifts that lasted at some moment of [FromDate, ToDate]."""

    from_date: requests.FirstMoment
    to_date: requests.LastMoment


@call("cashboxes/availableForReadHistory", requests.Authorized, list[ReadableCashbox])
def readable_cashboxes(caller: Caller, asked: requests.Authorized) -> Answer:
    """Registers that the cashier may use."""
    told = []
    for listed in cashboxes_of(caller.cashier, caller.now()):
        told.append(
            {
                "CashboxUniqueNumber": listed["UniqueNumber"],
                "CashboxRegistrationNumber": listed["RegistrationNumber"],
                "Name": listed["Name"],
                "Address": listed["Description"],
            }
        )
    return Answer(told)


@call("Shift/ExternalHistory", OfPeriod, ShiftHistory)
def shifts_of_period(caller: Caller, asked: OfPeriod) -> Answer:
    """Shifts of a period, the oldest first."""
    if asked.to_date < asked.from_date:
        raise invalid("ToDate", _("конец периода раньше его начала."))
    kkm = caller.register(asked)
    shifts = kkm.shifts.touching(asked.from_date, asked.to_date).order_by("number")
    told = [past_shift(shift) for shift in page_of(shifts, asked)]
    place = place_in_list(shifts, asked)
    return Answer({"CashboxUniqueNumber": kkm.serial_number, **place, "Shifts": told})


@call("Ticket/ExternalHistory", requests.TicketsOfShift, TicketHistory)
def tickets_of_shift(caller: Caller, asked: requests.TicketsOfShift) -> Answer:
    """Tickets of a shift: the same as `Check/History`."""
    return check_history(caller, asked)
