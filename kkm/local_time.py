"""Moments as people and papers write them, in the country's time zone.

Nothing is counted with these texts and local times; `kkm.domain.moments` says why.
"""

from datetime import date, datetime, time

from django.utils import timezone

from kkm.domain.moments import at_wall_clock, is_ambiguous


def clock(moment: datetime) -> str:
    """12.03.2026 21:04:38, with the offset in an hour that happened twice."""
    return f"{plain_clock(moment)}{_offset_in_doubt(moment)}"


def plain_clock(moment: datetime) -> str:
    """12.03.2026 21:04:38, as programs parse it, in every hour."""
    return f"{_local(moment):%d.%m.%Y %H:%M:%S}"


def short_clock(moment: datetime, *, year: bool, seconds: bool = True) -> str:
    """12.03 21:04:38, or 12.03.2026 21:04 where the days around it lie in several years."""
    day = "%d.%m.%Y" if year else "%d.%m"
    hour = "%H:%M:%S" if seconds else "%H:%M"
    shown = f"{_local(moment):{day} {hour}}"
    return f"{shown}{_offset_in_doubt(moment)}"


def compact_clock(moment: datetime) -> str:
    """20260312T210438, as the QR of a ticket has it."""
    return f"{_local(moment):%Y%m%dT%H%M%S}"


def local_iso(moment: datetime) -> str:
    """2026-03-12T21:04:38+05:00."""
    return _local(moment).isoformat(timespec="seconds")


def offset(moment: datetime) -> str:
    """+05:00."""
    return local_iso(moment)[-6:]


def year_of(moment: datetime) -> int:
    """The year in which a moment lies."""
    return _local(moment).year


def moment_at(day: date, hour: time) -> datetime:
    """The moment at which the clock on the wall shows this."""
    return at_wall_clock(day, hour, timezone.get_default_timezone())


def _offset_in_doubt(moment: datetime) -> str:
    """« +06:00» where the local time alone does not tell the moment, otherwise nothing."""
    if is_ambiguous(moment, timezone.get_default_timezone()):
        return f" {offset(moment)}"
    return ""


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())
