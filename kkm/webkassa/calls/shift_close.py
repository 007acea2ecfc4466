"""`ShiftClose`: the closing of a shift as older clients call it. Inferred from its name: the same
as `ZReport`.
"""

from __future__ import annotations

from kkm.webkassa import answers, requests
from kkm.webkassa.call import Answer, Caller, call
from kkm.webkassa.writing import z_report


@call("ShiftClose", requests.ZReport, answers.TaxpayersReport)
def shift_close(caller: Caller, asked: requests.ZReport) -> Answer:
    """Close the shift and give its Z-report."""
    return z_report(caller, asked)
