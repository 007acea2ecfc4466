"""Where a frozen Z differs from the operations of its shift, in sentences.

Every report of a frozen Z counts its operations again and prints the differences above all else.
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
    return tuple(_alarms(shift))


def _alarms(shift: Shift) -> Iterator[str]:
    frozen = shift.frozen
    counted = fold(shift.operations.all())
    yield from _differences(frozen.totals.cells, counted.cells, cell_name, cell_figure)
    balances = (
        (_("на начало"), frozen.opening, balance_before(shift)),
        (_("на конец"), frozen.closing, shift.z.operation.balance),
    )
    for title, printed, counted_balance in balances:
        for difference in _differences(
            printed.cells, counted_balance.cells, balance_name, balance_figure
        ):
            yield f"{title}, {difference}"


def _differences(
    frozen: Mapping[str, int],
    counted: Mapping[str, int],
    name: Callable[[str], object],
    figure: Callable[[str, int], object],
) -> Iterator[str]:
    for key in sorted(frozen.keys() | counted.keys()):
        in_report = frozen.get(key, 0)
        by_journal = counted.get(key, 0)
        if in_report == by_journal:
            continue
        sentence = _("{name}: в отчёте {frozen}, по журналу {anew}")
        yield sentence.format(
            name=name(key),
            frozen=figure(key, in_report),
            anew=figure(key, by_journal),
        )
