"""Tenge and tiyn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WRITTEN = re.compile(r"(-?)([0-9]+)(?:[.,]([0-9]{1,2}))?")


def goods_in_tiyn(quantity: int, price: int) -> int:
    """Quantity in thousandths × price in tiyn, rounded half-up to the tiyn."""
    return (2 * quantity * price + 1000) // 2000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact sum in whole tiyn (1 tenge = 100 tiyn).

    Built from an integer only: TypeError for a float.
    """

    tiyn: int = 0

    def __post_init__(self) -> None:
        if type(self.tiyn) is not int:
            raise TypeError(f"Money is whole tiyn, not {self.tiyn!r}")

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read tenge as people write them: «1 250.50», «1250,5», «-3».

        ValueError for a third decimal and anything else.
        """
        match = _WRITTEN.fullmatch(re.sub(r"[\s\u00a0\u202f]", "", text))
        if not match:
            raise ValueError(f"{text!r} is not a sum in tenge with at most two decimals")
        sign, tenge, tiyn = match.groups()
        whole = int(tenge) * 100 + int((tiyn or "").ljust(2, "0"))
        if sign:
            whole = -whole
        return cls(whole)

    @classmethod
    def sum(cls, sums: Iterable[Money]) -> Money:
        """Add many."""
        return cls(sum(money.tiyn for money in sums))

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.tiyn + other.tiyn)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.tiyn - other.tiyn)

    def __neg__(self) -> Money:
        return Money(-self.tiyn)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            return NotImplemented
        return Money(self.tiyn * times)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.tiyn != 0

    def __str__(self) -> str:
        """As registers print it: 48 212 640.00."""
        tenge, tiyn = divmod(abs(self.tiyn), 100)
        text = f"{tenge:,}".replace(",", " ") + f".{tiyn:02d}"
        if self.tiyn < 0:
            return f"-{text}"
        return text

    @property
    def plain(self) -> str:
        """For machines: 48212640.00."""
        return str(self).replace(" ", "")


ZERO = Money(0)


def tenge(whole: int, tiyn: int = 0) -> Money:
    """Money from tenge and tiyn."""
    return Money(whole * 100 + tiyn)
