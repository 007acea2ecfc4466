"""The chart of revenue by shift, as SVG: no script, no reference to anything outside, readable without colour."""

from collections.abc import Sequence
from math import ceil, floor, log10

import pygal
from django.utils import timezone
from django.utils.translation import gettext as _
from pygal.style import Style

from kkm.models import Shift

FEWEST = 12  # columns of the drawing: few shifts do not make slabs
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
    """A bar for each closed shift, oldest first, in thousand tenge."""
    chart = pygal.Bar(
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
    labels = [f"{timezone.localdate(shift.closed_at):%d.%m}" for shift in shifts]
    chart.x_labels = [
        f"№ {shift.number} · {label}" for shift, label in zip(shifts, labels, strict=True)
    ] + [""] * (FEWEST - len(shifts))
    chart.x_labels_major = chart.x_labels[:: -max(1, len(shifts) // 6)]
    figures = [shift.figures for shift in shifts]  # None of a Z that cannot be read: no column
    heights = [one.revenue.tiyn / 100_000 if one else 0 for one in figures]  # a drawing, not a sum
    chart.y_labels = _ticks(min([0, *heights]), max([0, *heights]))
    chart.add(_("Выручка, тыс. ₸"), heights + [None] * (FEWEST - len(heights)))
    chart.add_xml_filter(_bare)
    return chart.render()


def _thousands(height: float) -> str:
    return f"{height:,.2f}".rstrip("0").rstrip(".").replace(",", " ")


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers, three to six of them, around what is drawn."""
    rough = max((high - low) / 4, 0.01)
    power = 10 ** floor(log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough)
    return [step * n for n in range(floor(low / step), ceil(high / step) + 1)]


def _bare(root):
    """Without the scripts and the comments that the library adds."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.endswith("script"):
                parent.remove(child)
    return root
