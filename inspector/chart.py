"""The chart of revenue by shift, as SVG.

It has no script and no reference to other files, and can be read without colour.
"""

from collections.abc import Sequence
from math import ceil, floor, log10

import pygal
from django.utils import timezone
from django.utils.translation import gettext as _
from pygal.style import Style

from kkm.models import Shift

# The drawing has at least so many columns, so that the bars of few shifts are not too wide.
FEWEST = 12
FONT = "Onest, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
QUIET = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#5d6b78",
    foreground_strong="#1b2733",
    foreground_subtle="#e1e6ea",
    guide_stroke_color="#e1e6ea",
    guide_stroke_dasharray="none",
    major_guide_stroke_color="#e1e6ea",
    major_guide_stroke_dasharray="none",
    colors=("#0b5563",),
    opacity="1",
    opacity_hover="1",
    transition="0s",
    font_family=FONT,
    label_font_size=13,
    major_label_font_size=13,
)


def revenue_by_shift(shifts: Sequence[Shift]) -> bytes:
    """A bar for each closed shift, oldest first, in thousands of tenge.

    A shift whose Z cannot be read has no bar.
    """
    chart = _empty_chart()
    labels = []
    heights: list[float | None] = []
    for shift in shifts:
        day = timezone.localdate(shift.closed_at)
        labels.append(f"№ {shift.number} · {day:%d.%m}")
        heights.append(_height(shift))
    drawn = [height for height in heights if height is not None]
    chart.y_labels = _ticks(min([0, *drawn]), max([0, *drawn]))
    for _column in range(len(shifts), FEWEST):
        labels.append("")
        heights.append(None)
    chart.x_labels = labels
    # About seven labels are shown, counted from the last column.
    chart.x_labels_major = labels[:: -max(1, len(shifts) // 6)]
    chart.add(_("Выручка, тыс. ₸"), heights)
    chart.add_xml_filter(_without_scripts)
    return chart.render()


def _height(shift: Shift) -> float | None:
    """The revenue of a shift in thousands of tenge: a float is good enough for a drawing."""
    figures = shift.figures
    if figures is None:
        return None
    return figures.revenue.tiyn / 100_000


def _empty_chart() -> pygal.Bar:
    return pygal.Bar(
        style=QUIET,
        js=[],
        no_prefix=True,
        show_legend=False,
        show_minor_x_labels=False,
        truncate_label=-1,
        print_values=False,
        width=1080,
        height=280,
        margin=8,
        spacing=8,
        value_formatter=_thousands,
        title=None,
    )


def _thousands(height: float) -> str:
    digits = f"{height:,.2f}".rstrip("0").rstrip(".")
    return digits.replace(",", " ")


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers that enclose all bars."""
    rough = max((high - low) / 4, 0.01)
    step = _round_step(rough)
    first = floor(low / step)
    last = ceil(high / step)
    return [step * number for number in range(first, last + 1)]


def _round_step(rough: float) -> float:
    """The least step of 1, 2, 5 or 10 times a power of ten that is not under `rough`."""
    power = 10 ** floor(log10(rough))
    for times in (1, 2, 5):
        if times * power >= rough:
            return times * power
    return 10 * power


def _without_scripts(root):
    """The drawing without the scripts and comments that the library adds."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.endswith("script"):
                parent.remove(child)
    return root
