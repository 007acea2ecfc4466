"""Value added tax that is included in a sum.

A rate is thousandths of a percent (16000 is 16 %); None is «без НДС».
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kkm.domain.kinds import PositionRole


class TaxedLine(NamedTuple):
    """What VAT depends on. `worth`: goods − discount + markup in tiyn; of a discount on the
    ticket negative.
    """

    role: int
    worth: int
    rate: int | None


def included_vat(tiyn: int, rate: int | None) -> int:
    """VAT in tiyn inside `tiyn` ≥ 0, rounded half-up: amount·r/(100+r).

    It is counted per position and only added up afterwards.
    """
    if not rate:
        return 0
    whole = 100_000 + rate
    return (2 * tiyn * rate + whole) // (2 * whole)


def line_vats(lines: Sequence[TaxedLine]) -> list[int]:
    """VAT in tiyn of each line of one ticket, never negative.

    It is the VAT included in the line alone, with one exception. Lines are rounded one by one, so
    those of a rate whose turnover on the ticket is zero may have VAT left: 3 × 1.00 at 16 % has
    0.42, a discount of 3.00 has 0.41. There is no VAT in a turnover of zero, so the discounts of
    that rate take off what the other lines have: each its own VAT while there is as much, the last
    one the rest.
    """
    vats = [included_vat(abs(line.worth), line.rate) for line in lines]
    for rate in {line.rate for line in lines}:
        if rate and _turnover(lines, rate) == 0:
            _level_discounts(vats, lines, rate)
    return vats


def _turnover(lines: Iterable[TaxedLine], rate: int) -> int:
    return sum(line.worth for line in lines if line.rate == rate)


def _level_discounts(vats: list[int], lines: Sequence[TaxedLine], rate: int) -> None:
    """Let the discounts of a rate have as much VAT together as its other lines."""
    discounts = []
    left = 0
    for index, line in enumerate(lines):
        if line.rate != rate:
            continue
        if line.role == PositionRole.DISCOUNT:
            discounts.append(index)
        else:
            left += vats[index]
    for index in discounts:
        vats[index] = min(vats[index], left)
        left -= vats[index]
    if discounts:
        vats[discounts[-1]] += left


def rate_name(rate: int | None) -> str:
    """16000 → «16.00%»; empty for «без НДС»."""
    if rate is None:
        return ""
    return f"{rate // 1000}.{rate % 1000 // 10:02d}%"
