"""Half-open ranges of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from kkm.domain.moments import at_wall_clock


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included as people say it.

    ValueError if it would end before it begins.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the period ends before it begins")

    @classmethod
    def day(cls, day: date) -> Period:
        """One day."""
        return cls(day, day)

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """The moments [from, to), in UTC, between midnights of `zone`."""
        after = self.last + timedelta(days=1)
        return at_wall_clock(self.first, time(), zone), at_wall_clock(after, time(), zone)

    def __str__(self) -> str:
        first, last = f"{self.first:%d.%m.%Y}", f"{self.last:%d.%m.%Y}"
        return first if first == last else f"{first} — {last}"
