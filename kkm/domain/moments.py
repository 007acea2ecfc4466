"""Moments: texts and local times become UTC here, and nowhere else.

A moment is UTC and whole seconds as soon as it is read. Python subtracts and compares two times of
one local zone by the clock on the wall, which is wrong by an hour where the offset changes; so
nothing is added to, subtracted from or compared with a local time. `tests/test_architecture.py`
lets no other module make one, except `kkm.local_time`, which only shows them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

_DAY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})|(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_LOCAL = re.compile(
    r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?: ?([+-]\d\d:\d\d))?", re.ASCII
)
_YEARS = range(2000, 2100)


class NotAMoment(ValueError):
    """The text is no moment of the years 2000 to 2099."""


class OffsetNeeded(NotAMoment):
    """The local time happened twice, or never: the clock was put back or forward in that hour.

    `local`: that time, dd.MM.yyyy HH:mm:ss.
    """

    def __init__(self, local: str) -> None:
        super().__init__("the local time needs its offset")
        self.local = local


def utc(moment: datetime) -> datetime:
    """The moment in UTC, in whole seconds. ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def utc_iso(moment: datetime) -> str:
    """The moment in UTC as ISO 8601, with its microseconds if it has any."""
    return moment.astimezone(UTC).isoformat()


def at_wall_clock(day: date, clock: time, zone: tzinfo) -> datetime:
    """The moment at which clocks in a zone show this; the first one if they show it twice."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def all_at_wall_clock(local: datetime, zone: tzinfo) -> set[datetime]:
    """All moments at which clocks in a zone show this local time: two where it was put back."""
    return {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}


def is_ambiguous(moment: datetime, zone: tzinfo) -> bool:
    """Whether the local time of a moment does not tell the moment: it happened twice, or never."""
    local = moment.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def read_day(text: str) -> date | None:
    """A day alone, dd.MM.yyyy or yyyy-MM-dd; None for anything else. ValueError: no such day."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    if year:
        return date(int(year), int(month), int(day))
    return date(int(iso_year), int(iso_month), int(iso_day))


def read_moment(text: str, zone: tzinfo, *, iso_has_offset: bool = False) -> datetime:
    """A moment in UTC from a text.

    Forms: dd.MM.yyyy HH:mm, with seconds and thousandths if there are any, and the offset after
    a space; ISO 8601. Without an offset the clock is that of `zone`, save that with
    `iso_has_offset` ISO 8601 must have one. NotAMoment for other texts, a day alone among them;
    OffsetNeeded where the clock of the zone does not tell the moment.
    """
    try:
        moment = datetime.fromisoformat(_iso(text))
        if moment.tzinfo is None:
            if iso_has_offset and not _LOCAL.fullmatch(text):
                raise NotAMoment(text)
            moment = _of_zone(moment, zone)
        moment = utc(moment)
    except OverflowError as error:
        raise NotAMoment(text) from error
    except NotAMoment:
        raise
    except ValueError as error:
        raise NotAMoment(text) from error
    if moment.astimezone(zone).year not in _YEARS:
        raise NotAMoment(text)
    return moment


def _iso(text: str) -> str:
    """The same text in ISO 8601. It has a time in it, and ASCII digits only."""
    if not text.isascii() or ":" not in text:
        raise NotAMoment(text)
    match = _LOCAL.fullmatch(text)
    if match is None:
        return text
    day, month, year, clock, offset = match.groups()
    return f"{year}-{month}-{day}T{clock}{offset or ''}"


def _of_zone(local: datetime, zone: tzinfo) -> datetime:
    moment = local.replace(tzinfo=zone)
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise OffsetNeeded(f"{local:%d.%m.%Y %H:%M:%S}")
    return moment
