"""The chart of revenue by shift: where its template draws lines and bars.

Positions are in the units of the drawing's `viewBox`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kkm.models import Shift

WIDTH, HEIGHT = 1080, 280
# The plot, within the axis and the labels around it.
LEFT, RIGHT = 48, 1048
TOP, BOTTOM = 44, 248
NAME_WIDTH = 300
# There is room for so many columns at least, so that the bars of few shifts are not too wide.
FEWEST = 12
LABELS = 6
TIYN_IN_THOUSAND = 100_000
# From so many thousands on, sums are shown in millions: a longer one is wider than its column.
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Bar:
    """A shift with its bar. `height` is None if its Z cannot be read. `text`: its revenue in the
    unit of the chart; `is_labelled`: whether the axis names it.
    """

    shift: Shift
    left: float
    top: float
    width: float
    height: float | None
    text: str
    is_labelled: bool

    @property
    def name(self) -> str:
        """«26.11.2026, Z № 59: 124 500.00 ₸»"""
        day = timezone.localdate(self.shift.closed_at)
        figures = self.shift.figures
        revenue = "—"
        if figures is not None:
            revenue = f"{figures.revenue} ₸"
        return f"{day:%d.%m.%Y}, Z № {self.shift.number}: {revenue}"

    @property
    def middle(self) -> float:
        """Of the bar, from the left."""
        return round(self.left + self.width / 2, 1)

    @property
    def name_middle(self) -> float:
        """Of its name, which is wider and stays within the plot."""
        least = LEFT + NAME_WIDTH / 2
        most = RIGHT - NAME_WIDTH / 2
        return min(max(self.middle, least), most)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the plot, with its sum."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each closed shift, oldest first. `zero`: where the bars begin; `column`: the width
    that each of them has with the gap beside it.
    """

    unit: str | Promise
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    zero: float
    column: float

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = RIGHT
    top = TOP
    bottom = BOTTOM
    deep = BOTTOM - TOP


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return round(TOP + share * (BOTTOM - TOP), 1)


def revenue_by_shift(shifts: Sequence[Shift]) -> Chart:
    """The chart of closed shifts, oldest first, in thousands or millions of tenge."""
    values = [_thousands(shift) for shift in shifts]
    unit: str | Promise = _("тыс. ₸")
    if max(map(abs, filter(None, values)), default=0) >= MANY:
        unit = _("млн ₸")
        values = [value and value / 1000 for value in values]
    drawn = [value for value in values if value is not None]
    ticks = _ticks(min([0, *drawn]), max([0, *drawn]))
    scale = _Scale(ticks[0], ticks[-1])
    column = (RIGHT - LEFT) / max(len(shifts), FEWEST)
    return Chart(
        unit=unit,
        ticks=tuple(Tick(scale.y(tick), _text(tick)) for tick in ticks),
        bars=tuple(_bars(shifts, values, scale, column)),
        zero=scale.y(0),
        column=round(column, 1),
    )


def _thousands(shift: Shift) -> float | None:
    """The revenue in thousands of tenge: a float is good enough for a drawing."""
    figures = shift.figures
    if figures is None:
        return None
    return figures.revenue.tiyn / TIYN_IN_THOUSAND


def _bars(
    shifts: Sequence[Shift],
    values: Sequence[float | None],
    scale: _Scale,
    column: float,
) -> Iterator[Bar]:
    """About six labels are shown, counted from the last column."""
    step = max(1, len(shifts) // LABELS)
    pairs = zip(shifts, values, strict=True)
    for place, (shift, value) in enumerate(pairs):
        left = LEFT + place * column
        top = scale.y(max(value or 0, 0))
        height = None
        if value is not None:
            height = round(scale.y(min(value, 0)) - top, 1)
        yield Bar(
            shift=shift,
            left=round(left + column * 0.1, 1),
            top=top,
            width=round(column * 0.8, 1),
            height=height,
            text=_short(value),
            is_labelled=(len(shifts) - 1 - place) % step == 0,
        )


def _short(value: float | None) -> str:
    """A sum above its bar: «0.35», «7.2», «135»."""
    if value is None:
        return "—"
    for digits, limit in ((2, 1), (1, 10)):
        if abs(value) < limit:
            return _text(round(value, digits))
    return _text(round(value))


def _text(value: float) -> str:
    digits = f"{value:,.2f}".rstrip("0").rstrip(".")
    return digits.replace(",", " ")


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers that enclose all bars."""
    rough = max((high - low) / 4, 0.01)
    step = _round_step(rough)
    first = floor(low / step)
    last = ceil(high / step)
    last = max(last, first + 1)
    return [step * number for number in range(first, last + 1)]


def _round_step(rough: float) -> float:
    """The least step of 1, 2, 5 or 10 times a power of ten that is not under `rough`."""
    power = 10 ** floor(log10(rough))
    for times in (1, 2, 5):
        if times * power >= rough:
            return times * power
    return 10 * power
