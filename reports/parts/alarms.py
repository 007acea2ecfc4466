"""A stored Z is folded anew whenever it is shown: a difference is told above the report, never
hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _

from kkm.models import Shift
from kkm.reading.figures import balance_figure, balance_name, cell_figure, cell_name
from kkm.reading.fold import balance_before, fold


def alarms_of(shift: Shift) -> tuple[str, ...]:
    """Where the frozen Z of a closed shift differs from its operations, a sentence for each figure.

    Raises `Unreadable`.
    """
    frozen, closing = shift.frozen, shift.z.operation
    told = list(
        _differences(
            frozen.totals.cells, fold(shift.operations.all()).cells, cell_name, cell_figure
        )
    )
    for title, stands, must in (
        (_("на начало"), frozen.opening, balance_before(shift)),
        (_("на конец"), frozen.closing, closing.balance),
    ):
        told += [
            f"{title}, {each}"
            for each in _differences(stands.cells, must.cells, balance_name, balance_figure)
        ]
    return tuple(told)


def _differences(
    frozen: Mapping[str, int], anew: Mapping[str, int], name: Callable, figure: Callable
) -> Iterator[str]:
    for key in sorted(frozen.keys() | anew.keys()):
        stands, must = frozen.get(key, 0), anew.get(key, 0)
        if stands != must:
            facts = {"name": name(key), "frozen": figure(key, stands), "anew": figure(key, must)}
            yield _("{name}: в отчёте {frozen}, по журналу {anew}").format(**facts)
