"""Headings for tests that are about something else."""

from kkm.domain.heading import ShiftHeading


def heading(**told: object) -> ShiftHeading:
    """The heading of a shift; whatever is not told is that of shift 5 of 12.03.2026."""
    usual = {
        "taxpayer": "ТОО «Береке»",
        "taxpayer_number": "150740001357",
        "address": "г. Алматы, ул. Толе би, д. 187",
        "serial_number": "SWK00053162",
        "registration_number": "010203040506",
        "shift_number": 5,
        "opened_at": "2026-03-12T09:00:05+05:00",
        "closed_at": "2026-03-12T21:04:38+05:00",
        "reported_at": "2026-03-12T21:04:38+05:00",
        "cashier_code": "1",
        "cashier_name": "Ахметова А.К.",
        "first_number": 2,
        "last_number": 3,
    }
    return ShiftHeading(**{**usual, **told})
