"""When the registers of the demo world work: the windows of their shifts, and what acts come
between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kkm.demo.cast import Place, State
from kkm.demo.goods import Trade
from kkm.models.moment import moment_at

DAY = timedelta(days=1)
LEAVES, RETURNS = time(17, 40), time(18, 30)  # off the record, and on it again
LATELY = timedelta(minutes=3)  # the last ticket is at least so long ago


@dataclass(frozen=True)
class Window:
    """A shift from its first operation to its closing; `closes` is None where it stays open,
    tickets go on until `until`.
    """

    opens: datetime
    until: datetime
    closes: datetime | None


@dataclass(frozen=True)
class Calendar:
    """The days of the demo world in the time zone of the country; `days` of them, the last is
    today.
    """

    now: datetime
    days: int

    @property
    def today(self) -> date:
        """The day of `now`."""
        return timezone.localdate(self.now)

    @property
    def activated_at(self) -> datetime:
        """When the registers were put on the record: the day before the first shift."""
        return at(self.today - self.days * DAY, time(10, 15))

    def ago(self, days: int) -> date:
        """So many days ago, but not before the day of activation."""
        return self.today - min(days, self.days) * DAY


def at(day: date, clock: time) -> datetime:
    """A moment by the clock on the wall."""
    return moment_at(day, clock)


def windows(place: Place, calendar: Calendar) -> Iterator[Window]:
    """The shifts of a register, oldest first."""
    last = last_day(place.state, calendar)
    for day in (calendar.today - ago * DAY for ago in reversed(range(calendar.days))):
        if day <= last and (day.weekday() not in place.trade.days_off or day == calendar.today):
            window = _window(place, day, calendar, is_last=day == last)
            if window:
                yield from _halves(window) if place.halves else [window]


def _halves(window: Window) -> Iterator[Window]:
    """The same hours as two shifts, if they are both over."""
    noon = window.opens + (window.until - window.opens) / 2
    if window.closes is None:
        yield window
        return
    yield Window(window.opens, noon - LATELY, noon)
    yield Window(noon + LATELY, window.until, window.closes)


def last_day(state: State, calendar: Calendar) -> date:
    """The last day that begins a shift."""
    if state in (State.NEVER, State.IDLE):
        return date.min
    if state is State.BLOCKED:
        return calendar.ago(4)
    if state is State.DEREGISTERED:
        return calendar.ago(6)
    return calendar.ago(2) if state is State.OVERDUE else calendar.today


def leaving_day(state: State, calendar: Calendar) -> date | None:
    """The day on which a register is taken off the record, its shift still open; None for those
    that stay.
    """
    if state is State.AGAIN:
        return calendar.ago(max(calendar.days // 2, 1))
    return last_day(state, calendar) if state is State.DEREGISTERED else None


def _window(place: Place, day: date, calendar: Calendar, *, is_last: bool) -> Window | None:
    opens, closes = usual(place.trade, day)
    if place.state is State.OVERDUE and is_last:
        return Window(opens, closes, None)
    if day == leaving_day(place.state, calendar):
        return Window(opens, at(day, LEAVES) - 2 * LATELY, None)
    if closes <= calendar.now - LATELY and not (
        place.state is State.OPEN and day == calendar.today
    ):
        return Window(opens, closes, closes)
    if place.state is State.CLOSED:
        return None
    if day < calendar.today:  # a night that is not over: it ends early
        return Window(opens, calendar.now - 2 * LATELY, calendar.now - LATELY)
    begins = min(opens, max(calendar.now - 10 * LATELY, at(day, time(0, 0))))
    if place.state is State.NIGHT and begins < opens:
        return None
    return Window(begins, max(min(closes, calendar.now - LATELY), begins), None)


def usual(trade: Trade, day: date) -> tuple[datetime, datetime]:
    """Opening and closing of a trade on a day, give or take minutes that depend on the day."""
    wobble = timedelta(seconds=day.toordinal() * 37 % 400)
    end = day + DAY if trade.closes < trade.opens else day
    return at(day, trade.opens) + wobble, at(end, trade.closes) + wobble / 2
