"""The working hours of the registers of the demo world."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kkm.demo.goods import Trade
from kkm.demo.reference import Place, State
from kkm.local_time import moment_at

DAY = timedelta(days=1)
# The local times of deregistration and of the new activation.
LEAVES, RETURNS = time(17, 40), time(18, 30)
# The last ticket is at least this old.
LATELY = timedelta(minutes=3)


@dataclass(frozen=True)
class Window:
    """A shift from its first operation to its closing.

    Tickets are made until `until`. `closes` is None if the shift stays open.
    """

    opens: datetime
    until: datetime
    closes: datetime | None


@dataclass(frozen=True)
class Calendar:
    """The days of the demo world in the time zone of the country.

    There are `days` of them, and the last is today.
    """

    now: datetime
    days: int

    @property
    def today(self) -> date:
        """The local day of `now`."""
        return timezone.localdate(self.now)

    @property
    def activated_at(self) -> datetime:
        """The time of activation of the registers: on the day before the first shift."""
        return at(self.today - self.days * DAY, time(10, 15))

    def ago(self, days: int) -> date:
        """The day so many days ago, but not before the day of activation."""
        return self.today - min(days, self.days) * DAY

    def all_days(self) -> Iterator[date]:
        """The days, oldest first."""
        first = self.today - (self.days - 1) * DAY
        for number in range(self.days):
            yield first + number * DAY


def at(day: date, clock: time) -> datetime:
    """A moment by the clock on the wall."""
    return moment_at(day, clock)


def windows(place: Place, calendar: Calendar) -> Iterator[Window]:
    """The shifts of a register, oldest first."""
    last = last_day(place.state, calendar)
    for day in calendar.all_days():
        if day > last or not _works_on(place.trade, day, calendar):
            continue
        window = _window(place, day, calendar, is_last=day == last)
        if window is None:
            continue
        if place.halves:
            yield from _halves(window)
        else:
            yield window


def _works_on(trade: Trade, day: date, calendar: Calendar) -> bool:
    """Whether a trade works on a day. Today every trade works."""
    return day == calendar.today or day.weekday() not in trade.days_off


def _halves(window: Window) -> Iterator[Window]:
    """The same hours as two shifts, if the window is closed."""
    if window.closes is None:
        yield window
        return
    noon = window.opens + (window.until - window.opens) / 2
    yield Window(window.opens, noon - LATELY, noon)
    yield Window(noon + LATELY, window.until, window.closes)


def last_day(state: State, calendar: Calendar) -> date:
    """The last day on which a shift begins."""
    if state in (State.NEVER, State.IDLE):
        return date.min
    if state is State.BLOCKED:
        return calendar.ago(4)
    if state is State.DEREGISTERED:
        return calendar.ago(6)
    if state is State.OVERDUE:
        return calendar.ago(2)
    return calendar.today


def leaving_day(state: State, calendar: Calendar) -> date | None:
    """The day of deregistration, with the shift still open. None if the register stays."""
    if state is State.AGAIN:
        return calendar.ago(max(calendar.days // 2, 1))
    if state is State.DEREGISTERED:
        return last_day(state, calendar)
    return None


def _window(
    place: Place,
    day: date,
    calendar: Calendar,
    *,
    is_last: bool,
) -> Window | None:
    """The shift that begins on a day. None if there is none yet."""
    opens, closes = usual(place.trade, day)
    if place.state is State.OVERDUE and is_last:
        return Window(opens, closes, None)
    if day == leaving_day(place.state, calendar):
        return Window(opens, at(day, LEAVES) - 2 * LATELY, None)
    is_over = closes <= calendar.now - LATELY
    stays_open = place.state is State.OPEN and day == calendar.today
    if is_over and not stays_open:
        return Window(opens, closes, closes)
    if place.state is State.CLOSED:
        return None
    if day < calendar.today:
        # The night is not over: the shift ends early.
        return Window(opens, calendar.now - 2 * LATELY, calendar.now - LATELY)
    return _todays_window(place, calendar, opens, closes)


def _todays_window(
    place: Place, calendar: Calendar, opens: datetime, closes: datetime
) -> Window | None:
    """The open shift of today.

    It begins early if the usual opening has not come yet. A register of the night does not begin
    early: it has no shift then.
    """
    midnight = at(calendar.today, time(0, 0))
    earliest = max(calendar.now - 10 * LATELY, midnight)
    begins = min(opens, earliest)
    if place.state is State.NIGHT and begins < opens:
        return None
    until = min(closes, calendar.now - LATELY)
    return Window(begins, max(until, begins), None)


def usual(trade: Trade, day: date) -> tuple[datetime, datetime]:
    """The opening and closing of a trade on a day.

    They are later than the hours of the trade by some minutes that depend on the day.
    """
    delay = timedelta(seconds=day.toordinal() * 37 % 400)
    last = day
    if trade.closes < trade.opens:
        last = day + DAY
    return at(day, trade.opens) + delay, at(last, trade.closes) + delay / 2
